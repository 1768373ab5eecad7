"""The OpenAPI 3.1 document, made from the shapes that the handlers themselves read and write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import metadata
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute, Route

from moderation.web import examples
from moderation.web.dialects import akismet_operations, coral_operations
from moderation.web.dialects import operations as dialects
from moderation.web.operations import (
    ACCEPT_LANGUAGE,
    BODY_PROBLEMS,
    IDEMPOTENCY_KEY,
    PROBLEM,
    SOME_TEXT,
    Answer,
    Operation,
    Parameter,
    problem,
)
from moderation.web.own_operations import OPERATIONS as OWN
from moderation.web.probes import Health, Readiness
from moderation.web.wire import native

_SCHEMES = {
    "reader": {"type": "apiKey", "in": "cookie", "name": "reader"},
    "key": {"type": "apiKey", "in": "query", "name": "key"},
    "keyHeader": {"type": "apiKey", "in": "header", "name": "x-goog-api-key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
_SCHEMA = "#/components/schemas/{model}"


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/v1/check",
        "check",
        "Judge a comment before it is posted",
        "Says what would happen to the comment and why. Nothing is kept. The verdict promises nothing and there is no "
        "token to carry over: what is posted is judged as posted, whatever was checked before.",
        (
            Answer(200, "The verdict, whatever it is.", native.Verdict, examples.VERDICT),
            problem(401, "A key was sent, and it is none that is in use.", examples.KEY_UNKNOWN),
            problem(403, "The key does not have the scope `check`.", examples.SCOPE_MISSING),
            problem(
                429, "The reader asked too often; `Retry-After` says when again.", examples.TOO_MANY_CHECKS
            ),
            *BODY_PROBLEMS,
        ),
        native.CheckRequest,
        examples.CHECK,
        (ACCEPT_LANGUAGE,),
    ),
    Operation(
        "POST",
        "/v1/comments",
        "publish",
        "Publish a comment",
        "The demo's own publish path, behind the middleware. The author is the reader who is signed in.",
        (
            Answer(201, "Published.", native.Published, examples.PUBLISHED),
            Answer(202, "Kept for a moderator, and not shown before that.", native.Held, examples.HELD),
            problem(401, "Nobody is signed in.", examples.SIGN_IN),
            problem(403, "Another site sent the request.", examples.CROSS_ORIGIN),
            problem(409, "The idempotency key came before, with another comment.", examples.KEY_REUSED),
            Answer(422, "Breaks the standards; not published.", native.Refusal, examples.REFUSAL, PROBLEM),
            *BODY_PROBLEMS,
        ),
        native.CommentRequest,
        examples.COMMENT,
        (IDEMPOTENCY_KEY, ACCEPT_LANGUAGE),
        opened_by=("reader",),
    ),
    Operation(
        "GET",
        "/v1/comments",
        "comments",
        "Read the comments under an article",
        "Published comments only, newest first, fifty at a time.",
        (
            Answer(200, "One page.", native.CommentPage, examples.PAGE),
            problem(400, "The query names no article.", examples.NO_ARTICLE),
            problem(404, "`before` names no comment.", examples.NOT_FOUND),
            problem(503, "The store does not answer.", examples.STORE_DOWN),
        ),
        parameters=(
            Parameter(
                "article", "query", "id of the article", "library-hours", required=True, pattern=SOME_TEXT
            ),
            Parameter("before", "query", "`next` of the page before", examples.ID, pattern=r"^[^\x00]*$"),
        ),
    ),
    Operation(
        "GET",
        "/v1/policy",
        "policy",
        "Read the standards",
        "The site's clauses with the messages that authors read, and the texts of the comment box.",
        (
            Answer(200, "The standards in one language.", native.PolicyDocument, examples.POLICY),
            Answer(304, "They are still those that `If-None-Match` names.", None, None),
            problem(400, "The language is not one of the site's.", examples.NO_LANGUAGE),
        ),
        parameters=(
            Parameter("language", "query", "else `Accept-Language`, else Korean", "en", choices=("ko", "en")),
            ACCEPT_LANGUAGE,
            Parameter(
                "If-None-Match", "header", "`ETag` of an earlier answer", '"5d41402abc4b2a76b9719d911017c592"'
            ),
        ),
    ),
    *OWN,
    Operation(
        "GET",
        "/healthz",
        "health",
        "Is the process alive",
        "Answers as long as the process does.",
        (Answer(200, "Alive.", Health, examples.HEALTH),),
    ),
    Operation(
        "GET",
        "/readyz",
        "ready",
        "Can comments be judged and kept",
        "Names the part that is missing, and the version of what is there. Why a part is missing or newer files "
        "were refused stands in the service's log and on the review page.",
        (
            Answer(200, "Everything is there.", Readiness, examples.READY),
            Answer(
                503,
                "Something is missing; comments are held or refused, never waved through.",
                Readiness,
                examples.NOT_READY,
            ),
        ),
    ),
    Operation(
        "GET",
        "/metrics",
        "metrics",
        "Counters for Prometheus",
        "Decisions, check times, skipped checks, held comments and problems.",
        (Answer(200, "The counters.", None, examples.METRICS, "text/plain"),),
    ),
    *dialects.OPERATIONS,
    *akismet_operations.OPERATIONS,
    *coral_operations.OPERATIONS,
)


def document(routes: Sequence[BaseRoute], *, keys_are_optional: bool = False) -> dict[str, Any]:
    """The document over those operations that are among the routes; the same for the same routes, so change nothing.

    keys_are_optional : the service lets in programs without a key, as the demo does.
    """
    served = {
        (method, route.path) for route in routes if isinstance(route, Route) for method in route.methods or ()
    }
    return _document(frozenset(served), keys_are_optional)


@lru_cache(maxsize=8)  # the shapes in it take longer than all else that a service does before it starts
def _document(served: frozenset[tuple[str, str]], keys_are_optional: bool) -> dict[str, Any]:
    operations = [operation for operation in OPERATIONS if (operation.method, operation.path) in served]
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, keys_are_optional
        )
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Standards Board",
            "version": _version(),
            "summary": "Comment moderation for Korean and English news sites.",
            "description": "Every problem is an RFC 9457 document of one shape. Offsets are half-open, "
            "in code points and in UTF-16 units.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": _SCHEMES,
        },
    }


def _version() -> str:
    try:
        return metadata.version("standards-board")
    except metadata.PackageNotFoundError:  # run from the source folder
        return "0"


def _operation(operation: Operation, keys_are_optional: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
    }
    if operation.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.request is not None:
        content = {operation.media: _content(operation.request, operation.request_example)}
        described["requestBody"] = {"required": True, "content": content}
    described["responses"] = {
        str(answer.status): _response(answer)
        for answer in sorted(operation.answers, key=lambda answer: answer.status)
    }
    if operation.opened_by:
        described["security"] = [{scheme: []} for scheme in operation.opened_by]
        if keys_are_optional and "reader" not in operation.opened_by:
            described["security"].append({})
    return described


def _response(answer: Answer) -> dict[str, Any]:
    if answer.example is None:
        return {"description": answer.description}
    content = {answer.media: _content(answer.shape, answer.example)}
    return {"description": answer.description, "content": content}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.pattern:
        schema["pattern"] = parameter.pattern
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
        "example": parameter.example,
    }


def _content(shape: type[BaseModel] | None, example: Any) -> dict[str, Any]:
    schema = {"type": "string"} if shape is None else {"$ref": _SCHEMA.format(model=shape.__name__)}
    return {"schema": schema, "example": example}


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    shapes: dict[type[BaseModel], None] = {}
    for operation in operations:
        for shape in (operation.request, *(answer.shape for answer in operation.answers)):
            if shape is not None:
                shapes[shape] = None
    _, definitions = models_json_schema([(shape, "validation") for shape in shapes], ref_template=_SCHEMA)
    schemas: dict[str, Any] = definitions["$defs"]
    return dict(sorted(schemas.items()))
