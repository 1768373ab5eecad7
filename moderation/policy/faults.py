"""What is wrong with a policy file, in words: file, place, value found, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from moderation.policy.references import Misfit

Layer = tuple[str, Mapping[str, Any]]
"""A file's name and what stands in it; later layers win."""

# What would be right, by the type of pydantic's error; where the braces name a bound, pydantic gives it.
# https://docs.pydantic.dev/latest/errors/validation_errors/
_RIGHT = {
    "missing": "is missing",
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
    "string_too_short": "is empty; write a text",
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list",
    "too_short": "is empty; name at least {min_length}",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "date_type": "must be a date such as 2026-01-31",
    "date_parsing": "must be a date such as 2026-01-31",
    "date_from_datetime_parsing": "must be a date such as 2026-01-31",
    "date_from_datetime_inexact": "must be a date without a time, such as 2026-01-31",
    "string_pattern_mismatch": "must be of the form +09:00",
}


def explain(error: ValidationError, layers: Sequence[Layer], prefix: Sequence[str] = ()) -> str:
    """Every fault on a line of its own: `FILE: PLACE: what would be right, found VALUE`.

    prefix : where in the file the validated part stands.
    """
    lines = []
    for fault in error.errors(include_url=False):
        misfit = fault.get("ctx", {}).get("error")
        places = misfit.faults if isinstance(misfit, Misfit) else [([*prefix, *map(str, fault["loc"])], "")]
        for place, said in places:
            steps = _steps(place)
            name, layer = _holder(layers, steps)
            lines.append(f"{name}: {_place(layer, steps)}{said or _what(dict(fault), layers, steps)}")
    return "\n".join(lines)


def _steps(place: Sequence[str]) -> list[str]:
    """The keys to go by in the file, where rules and messages have another shape than in the Policy."""
    match place:
        case ["rules", rule, *rest]:
            return ["rules", *filter(None, rule.split(".")), *rest]
        case ["messages" | "interface" as section, key, "ko" | "en" as language, *rest]:
            return ["messages", language, "clauses" if section == "messages" else section, key, *rest]
    return list(place)


def _holder(layers: Sequence[Layer], steps: Sequence[str]) -> Layer:
    """The file at fault: the one that goes deepest towards the place, the later one where two go as deep."""
    depths = [(_depth(layer, steps), index) for index, (_, layer) in enumerate(layers)]
    return layers[max(depths)[1]]


def _depth(layer: Any, steps: Sequence[str]) -> int:
    for depth, step in enumerate(steps):
        if isinstance(layer, Mapping) and step in layer:
            layer = layer[step]
        elif isinstance(layer, list) and step.isdigit() and int(step) < len(layer):
            layer = layer[int(step)]
        else:
            return depth
    return len(steps)


def _place(layer: Mapping[str, Any], steps: Sequence[str]) -> str:
    match steps:
        case []:
            return ""
        case ["entries", index, *rest] if index.isdigit():
            entries = layer.get("entries", [])
            entry = entries[int(index)] if int(index) < len(entries) else {}
            term = f" (`{entry['term']}`)" if isinstance(entry, dict) and entry.get("term") else ""
            return f"entry {int(index) + 1}{term}: " + (f"`{'.'.join(rest)}`: " if rest else "")
    return f"`{'.'.join(steps)}`: "


def _what(fault: Mapping[str, Any], layers: Sequence[Layer], steps: Sequence[str]) -> str:
    kind, context, found = fault["type"], fault.get("ctx", {}), fault.get("input")
    if kind == "extra_forbidden":
        return f"there is no such field{_meant(layers, steps)}"
    message = fault["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    right = _RIGHT[kind].format(**_bounds(context)) if kind in _RIGHT else message
    shown = f"`{found}`"
    said = not isinstance(found, str | int | float) or found == "" or shown in right
    return right if said else f"{right}, found {shown}"


def _bounds(context: Mapping[str, Any]) -> dict[str, str]:
    """Whole bounds without a decimal point: `at most 1`, not `at most 1.0`."""
    return {key: f"{value:g}" if isinstance(value, float) else str(value) for key, value in context.items()}


def _meant(layers: Sequence[Layer], steps: Sequence[str]) -> str:
    """The field beside it, in any of the files, that a misspelt one comes close to."""
    known: set[str] = set()
    for _, layer in layers:
        table: Any = layer
        for step in steps[:-1]:
            table = table.get(step, {}) if isinstance(table, Mapping) else {}
        known.update(table if isinstance(table, Mapping) else ())
    close = get_close_matches(steps[-1], known - {steps[-1]}, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
