"""From a request body to the comment in it, on the very string that the application will see."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from python_multipart.multipart import parse_options_header
from starlette.types import Scope

from moderation.types import Comment, Context, History, Standing
from moderation.web import problems
from moderation.web.documents import ABSENT, look_up, parse_json, pointer_parts
from moderation.web.form_bodies import URLENCODED, is_form, parse_form, take
from moderation.web.protected import Source, Target

JSON = "application/json"
LONGEST_ID = 1_000  # characters; ids of articles may be whole addresses

logger = logging.getLogger(__name__)

Lookup = Callable[[str], Any]


def is_json(content_type: str) -> bool:
    """Whether a body announced like that is JSON in UTF-8, the only encoding JSON has (RFC 8259, 8.1)."""
    if content_type == JSON:
        return True
    kind, options = parse_options_header(content_type)
    essence = kind.decode("latin-1")
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    return charset in ("utf-8", "utf8") and (
        essence == JSON or (essence.startswith("application/") and essence.endswith("+json"))
    )


def choose(targets: list[Target], content_type: str) -> Target:
    """The route whose text stands in a body of that media type; raises Refused with 415 where none does."""
    for target in targets:
        if is_json(content_type) if target[0].is_json else is_form(content_type):
            return target
    raise problems.unsupported_media(JSON if targets[0][0].is_json else URLENCODED)


def author_of(target: Target, scope: Scope) -> str | None:
    """The author as far as the scope tells, which may refuse the request before its body is read."""
    source = target[0].author
    return source(scope) if callable(source) else None


def context_of(target: Target, scope: Scope, author: str | None, history: History | None) -> Context:
    """Of whom and where a comment is judged, from what the reader has no hand in.

    Raises Refused with 503 where the site names a standing that there is not.
    """
    route, parameters = target
    standing = route.standing(scope) if route.standing is not None else None
    section = route.section(scope) if callable(route.section) else route.section
    if isinstance(route.section, str):
        section = parameters[route.section[1:-1]]
    if standing is not None and standing not in list(Standing):
        logger.error("the route `%s` names a standing that is none of %s", route.path, ", ".join(Standing))
        raise problems.Refused(problems.check_unavailable())
    return Context(
        author=author,
        history=history,
        standing=Standing.KNOWN if standing is None else Standing(standing),
        section=section or None,
    )


def comment_in(body: bytes, target: Target, content_type: str, scope: Scope, author: str | None) -> Comment:
    """The comment in a body; raises Refused with 400 where there is none or where parsers might disagree."""
    route, parameters = target
    look = _in_json(body) if route.is_json else _in_form(content_type, body)

    def an_id(source: Source) -> str | None:
        if source is None or callable(source):
            return source(scope) if source is not None else None
        found = parameters[source[1:-1]] if source.startswith("{") else look(source)
        return _as_id(found, source)

    return Comment(
        body=as_text(look(route.text), route.text),
        author=author if callable(route.author) else an_id(route.author),
        article=an_id(route.article),
        parent=an_id(route.parent),
    )


def as_text(value: Any, place: str) -> str:
    """A comment's text as it was sent; raises Refused where it is no text that every database can keep."""
    if value is ABSENT or value is None:
        raise problems.malformed("the body has no comment text", (place, "is required"))
    if not isinstance(value, str):
        raise problems.malformed("the comment is not text", (place, "must be a string"))
    if "\0" in value:
        raise problems.malformed("the comment holds U+0000", (place, "must not hold U+0000"))
    return value


def _as_id(value: Any, place: str) -> str | None:
    if value is ABSENT or value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > LONGEST_ID or "\0" in value:
        raise problems.malformed(
            "an id in the body cannot be used", (place, f"must be 1 to {LONGEST_ID} characters")
        )
    return value or None


def _in_json(body: bytes) -> Lookup:
    document = parse_json(body)
    return lambda source: look_up(document, pointer_parts(source))


def _in_form(content_type: str, body: bytes) -> Lookup:
    entries = parse_form(content_type, body)
    return lambda source: take(entries, source)
