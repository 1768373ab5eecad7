"""The document says what the handlers do, and every example in it has the shape that it illustrates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.routing import Route

from moderation.web.openapi import OPERATIONS, document
from moderation.web.operations import Answer, Operation

ROUTES = [Route(operation.path, lambda request: None, methods=[operation.method]) for operation in OPERATIONS]
ANSWERS = [(operation, answer) for operation in OPERATIONS for answer in operation.answers]


def named(value: Any) -> str:
    return value.name if isinstance(value, Operation) else str(value.status)


@pytest.mark.parametrize(("operation", "answer"), ANSWERS, ids=named)
def test_examples_of_answers(operation: Operation, answer: Answer) -> None:
    if answer.shape is None:
        assert isinstance(answer.example, str) or answer.status in (204, 304)  # which have no body
        return
    read = answer.shape.model_validate(answer.example)
    assert read.model_dump(mode="json") == answer.example
    if answer.media == "application/problem+json":
        assert answer.example["status"] == answer.status


@pytest.mark.parametrize("operation", [operation for operation in OPERATIONS if operation.request], ids=named)
def test_examples_of_requests(operation: Operation) -> None:
    assert operation.request
    operation.request.model_validate(operation.request_example)


def test_references_lead_somewhere() -> None:
    made = document(ROUTES)
    text = json.dumps(made)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names
    assert names <= set(made["components"]["schemas"])
    assert {"Verdict", "Refusal", "ProblemDocument", "Held", "PolicyDocument"} <= names


def test_operations_are_named_once_and_described() -> None:
    made = document(ROUTES)
    operations = [operation for methods in made["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) == len(OPERATIONS)
    assert all(operation["summary"] and operation["description"] for operation in operations)
    assert made["openapi"].startswith("3.1")


def test_only_what_is_served() -> None:
    served = [Route("/healthz", lambda request: None, methods=["GET"])]
    made = document(served)
    assert list(made["paths"]) == ["/healthz"]
    assert list(made["components"]["schemas"]) == ["Health"]


def test_every_body_that_is_read_can_be_refused() -> None:
    for operation in OPERATIONS:
        statuses = {answer.status for answer in operation.answers}
        if operation.request and operation.name.startswith("akismet_"):
            assert {200, 503} <= statuses  # it answers `invalid` with 200
        elif operation.name == "coral_phase":
            assert {200, 204, 401} == statuses  # what cannot be judged is withheld
        elif operation.request:
            assert {400, 408, 413, 415, 503} <= statuses


def test_keys_are_optional_where_the_service_asks_for_none() -> None:
    analyze, publish = ("/v1alpha1/comments:analyze", "post"), ("/v1/comments", "post")
    for optional in (False, True):
        paths = document(ROUTES, keys_are_optional=optional)["paths"]
        security = paths[analyze[0]][analyze[1]]["security"]
        assert {"key": []} in security
        assert ({} in security) is optional
        assert paths[publish[0]][publish[1]]["security"] == [{"reader": []}]
