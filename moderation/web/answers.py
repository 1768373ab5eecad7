"""Answers of the native API."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from moderation.web.fields import JSON


def json_answer(
    answer: BaseModel, status: int = 200, *, language: str | None = None, cache: str = "no-store"
) -> Response:
    """A shape as JSON, in that language where it holds texts."""
    headers = {"cache-control": cache}
    if language:
        headers |= {"content-language": language, "vary": "Accept-Language"}
    return Response(answer.model_dump_json(), status, headers, JSON)


def tagged(request: Request, answer: Response) -> Response:
    """The answer with a tag of its content, or 304 where that is what the client has already."""
    answer.headers["etag"] = tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    known = request.headers.get("if-none-match", "")
    if tag not in (each.strip().removeprefix("W/") for each in known.split(",")):
        return answer
    headers = {name: answer.headers[name] for name in ("etag", "cache-control", "vary")}
    return Response(status_code=304, headers=headers)
