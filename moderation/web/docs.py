"""`/openapi.json`, and `/docs`: the same document as a page that needs no script and no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from moderation.web.rendering import Pages


@dataclass(frozen=True)
class Field:
    """One member of a shape, in words."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True)
class Body:
    """What a request or an answer holds."""

    title: str
    description: str
    media: str
    shape: str | None
    example: str


@dataclass(frozen=True)
class Section:
    """One operation on the page."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    request: Body | None
    answers: tuple[Body, ...]


@dataclass(frozen=True)
class Shape:
    """One schema on the page."""

    name: str
    description: str
    fields: tuple[Field, ...]


class Docs:
    """The handlers, over one OpenAPI document."""

    def __init__(self, document: dict[str, Any], pages: Pages) -> None:
        self._document, self._pages = document, pages

    @cached_property
    def _json(self) -> bytes:
        return json.dumps(self._document, ensure_ascii=False, indent=2).encode()

    @cached_property
    def _values(self) -> dict[str, Any]:
        schemas = self._document["components"]["schemas"]
        return {
            "info": self._document["info"],
            "sections": sections(self._document),
            "names": set(schemas),
            "shapes": [_shape(name, schema) for name, schema in schemas.items()],
        }

    async def openapi(self, request: Request) -> Response:
        """The document itself."""
        return Response(self._json, headers={"cache-control": "no-cache"}, media_type="application/json")

    async def page(self, request: Request) -> Response:
        """The document as a page; the API is described in English."""
        return self._pages.page("docs.html", "en", self._values)


def sections(document: dict[str, Any]) -> list[Section]:
    """The operations of a document in its order."""
    return [
        Section(
            anchor=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            description=operation["description"],
            parameters=tuple(map(_parameter, operation.get("parameters", ()))),
            request=_request(operation.get("requestBody")),
            answers=tuple(
                _body(status, answer["description"], answer.get("content", {}))
                for status, answer in operation["responses"].items()
            ),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _request(body: dict[str, Any] | None) -> Body | None:
    return _body("Request body", "", body["content"]) if body else None


def _body(title: str, description: str, content: dict[str, Any]) -> Body:
    if not content:
        return Body(title, description, "", None, "")
    (media, held), *_ = content.items()
    example = held["example"]
    shown = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
    return Body(title, description, media, _referred(held["schema"]), shown)


def _parameter(parameter: dict[str, Any]) -> Field:
    kind = f"{parameter['in']}, {_kind(parameter['schema'])}"
    return Field(parameter["name"], kind, parameter["required"], parameter["description"])


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    required = schema.get("required", ())
    fields = tuple(
        Field(member, _kind(described), member in required, described.get("description", ""))
        for member, described in schema.get("properties", {}).items()
    )
    return Shape(name, schema.get("description", ""), fields)


def _referred(schema: dict[str, Any]) -> str | None:
    reference = schema.get("$ref")
    return reference.rpartition("/")[2] if reference else None


def _kind(schema: dict[str, Any]) -> str:
    """The type of a member, in words."""
    if name := _referred(schema):
        return name
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return " or ".join(f"“{choice}”" for choice in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    kind = str(schema.get("type", "anything"))
    form = schema.get("format")
    return f"{kind} ({form})" if form else kind
