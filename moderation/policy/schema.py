"""The shape of a policy file as JSON Schema, so that an editor's program completes names and marks faults."""

from __future__ import annotations

from typing import Any

from moderation.policy.files import load_policy
from moderation.policy.standards import Policy
from moderation.types import Action

_ACTION = {"enum": [str(action) for action in Action], "description": "mildest first"}
_BESIDE = (
    "entries",
    "ordinary",
    "nouns",
    "messages",
    "interface",
)  # from word lists and message files, not tables here
_PATTERN_LISTS = {"all", "any", "none", "rules"}


def file_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a site's own file: it names only what differs, so nothing is required in it."""
    schema = Policy.model_json_schema(by_alias=True)
    shapes = schema["$defs"]
    for name in ("Combination", "Exemption"):
        _admit_plain_names(shapes[name])
    for shape in shapes.values():
        shape.pop("required", None)
    tables = {name: table for name, table in schema["properties"].items() if name not in _BESIDE}
    tables["rules"] = _rules()
    tables["messages"] = _messages()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy of Standards Board",
        "description": "A site's own file, merged over policies/default.toml. How to write one: policies/README.md.",
        "type": "object",
        "additionalProperties": False,
        "properties": tables,
        "$defs": {name: _as_in_toml(shape) for name, shape in shapes.items() if name != "Entry"},
    }


def _rules() -> dict[str, Any]:
    """`[rules.CHECK.KIND]`, with the rules that the shipped checks report by name."""
    checks: dict[str, Any] = {}
    rule = {"$ref": "#/$defs/Rule"}
    for name in load_policy().rules:
        check, _, kind = name.partition(".")
        table = checks.setdefault(
            check,
            {
                "type": "object",
                "properties": {},
                "additionalProperties": rule,
                "description": f"check `{check}`",
            },
        )
        table["properties"][kind] = rule
    return {
        "type": "object",
        "description": "what each kind of finding means",
        "properties": checks,
        "additionalProperties": {"type": "object", "additionalProperties": rule},
    }


def _messages() -> dict[str, Any]:
    policy = load_policy()

    def texts(description: str, keys: list[str]) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1}
        return {
            "type": "object",
            "description": description,
            "properties": dict.fromkeys(keys, text),
            "additionalProperties": text,
        }

    language = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "clauses": texts("what an author reads, by clause; `{limit}` is filled in", list(policy.clauses)),
            "interface": texts(
                "the texts of box and pages; those of the box by name",
                [key for key in policy.interface if key.startswith("box_")],
            ),
        },
    }
    return {"type": "object", "additionalProperties": False, "properties": {"ko": language, "en": language}}


def _admit_plain_names(shape: dict[str, Any]) -> None:
    """A rule may be named by itself: `"words.*"` for `{ rule = "words.*" }`."""
    for name in _PATTERN_LISTS & shape["properties"].keys():
        items = shape["properties"][name]["items"]
        shape["properties"][name]["items"] = {"anyOf": [{"type": "string"}, items]}


def _as_in_toml(shape: Any) -> Any:
    """The same with actions by name, as files have them, and without null, which TOML does not have."""
    if isinstance(shape, list):
        return [_as_in_toml(part) for part in shape if part != {"type": "null"}]
    if not isinstance(shape, dict):
        return shape
    if shape.get("enum") == [int(action) for action in Action]:
        return _ACTION
    toml = {key: _as_in_toml(part) for key, part in shape.items() if (key, part) != ("default", None)}
    match toml.get("anyOf"):
        case [only]:
            del toml["anyOf"]
            toml |= only
    return toml
