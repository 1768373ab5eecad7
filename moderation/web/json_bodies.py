"""The JSON document in a request, read so that nobody can read another one in it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from moderation.web import problems
from moderation.web.bodies import BodyHeaders, whole_body
from moderation.web.documents import parse_json
from moderation.web.fields import JSON, is_json


async def read_json(request: Request, headers: BodyHeaders, limit: int, seconds: float) -> Any:
    """The document of the body; raises Refused for another media type, an encoded body or doubtful JSON.

    limit, seconds : how many bytes it may have and how long it may take to arrive.
    """
    headers.refuse_encoded()
    if not is_json(headers.content_type):
        raise problems.unsupported_media(JSON)
    return parse_json(await whole_body(request, headers, limit, seconds))
