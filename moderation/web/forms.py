"""Small forms of our own pages, read within a limit."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from moderation.web.bodies import read_body
from moderation.web.problems import malformed, unsupported_media

FORM_LIMIT = 8_192  # bytes; the largest form of ours holds a token, an id and a name
FIELD_LIMIT = 16
MEDIA_TYPE = "application/x-www-form-urlencoded"


async def read_form(request: Request, seconds: float, *, limit: int = FORM_LIMIT) -> dict[str, str]:
    """The fields of an urlencoded body; raises Refused when it is too large, too slow or ambiguous."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await read_body(request.receive, limit, seconds) or b""
    if body and media != MEDIA_TYPE:
        raise unsupported_media(MEDIA_TYPE)
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELD_LIMIT, errors="strict"
        )
    except ValueError:
        raise malformed("the form is not urlencoded UTF-8") from None
    form = dict(fields)
    if len(form) != len(fields):
        raise malformed("the form names a field twice")
    return form
