"""The JSON Schema of policy files: current, and of the shape that files really have."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from moderation.policy import load_policy, shipped
from moderation.policy.schema import file_schema

SCHEMA = json.loads((shipped() / "schema.json").read_text("utf-8"))


def test_the_shipped_schema_is_current() -> None:
    assert file_schema() == SCHEMA, "renew it: moderation policy schema > policies/schema.json"


def faults(value: Any, schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """Where a value does not fit: as much of JSON Schema as this one uses."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        yield from faults(value, SCHEMA["$defs"][name], place)
    if "anyOf" in schema and all(list(faults(value, each, place)) for each in schema["anyOf"]):
        yield f"{place}: none of the forms"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value}"
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": int | float,
        "boolean": bool,
    }
    if (kind := schema.get("type")) and not isinstance(value, kinds[kind]):
        yield f"{place}: no {kind}"
        return
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from faults(item, schema["items"], f"{place}.{index}")
    if isinstance(value, dict):
        for key, item in value.items():
            beside = schema.get("additionalProperties", {})
            inner = schema.get("properties", {}).get(key, beside)
            if inner is False:
                yield f"{place}.{key}: unknown"
            elif isinstance(inner, dict):
                yield from faults(item, inner, f"{place}.{key}")


def read(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=str))  # dates are strings to JSON


def test_the_default_policy_fits() -> None:
    default = read((shipped() / "default.toml").read_text("utf-8"))
    assert list(faults(default, SCHEMA)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[rules.words.insult]\naction = "hold"\nfrom = 2027-01-01', None),
        ('[rules.weather.storm]\nclause = "abuse"\naction = "nudge"', None),
        ('[messages.ko.clauses]\nabuse = "고쳐 주세요."', None),
        ('[exceptions.a]\nrules = ["links.*", { rule = "words.*", severity = ["mild"] }]', None),
        ('[rules.words.insult]\naction = "delete"', ".rules.words.insult.action: delete"),
        ("[rules.words.insult]\naction = 2", ".rules.words.insult.action: 2"),
        ("[limits]\ngrapheme = 3", ".limits.grapheme: unknown"),
        ("[rule.words]\ninsult = 3", ".rule: unknown"),
        ('[messages.fr.clauses]\nabuse = "Non."', ".messages.fr: unknown"),
        ('[exceptions.a]\nstanding = ["vip"]', ".exceptions.a.standing.0: vip"),
    ],
)
def test_what_fits_and_what_does_not(text: str, fault: str | None) -> None:
    assert list(faults(read(text), SCHEMA)) == ([] if fault is None else [fault])


def test_the_rules_of_the_shipped_checks_are_named_for_completion() -> None:
    named = SCHEMA["properties"]["rules"]["properties"]
    assert {f"{check}.{kind}" for check in named for kind in named[check]["properties"]} == set(
        load_policy().rules
    )


def test_every_field_that_an_editor_meets_is_described() -> None:
    for name in ("Rule", "Clause", "Combination", "Exemption", "Sign", "Totals", "Group", "Calendar"):
        for field, shape in SCHEMA["$defs"][name]["properties"].items():
            assert "description" in shape or "$ref" in shape or field in {"nudge", "hold", "reject"}, (
                name,
                field,
            )
