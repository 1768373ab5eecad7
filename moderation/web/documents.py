"""JSON bodies, read so that no other parser can read them differently.

What parsers disagree on is refused rather than guessed: duplicate keys (the first wins here, the last there),
encodings other than UTF-8, byte order marks, NaN, lone surrogates, NUL, and nesting or numbers that
crash some of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from moderation.web import problems

DEEPEST = 32  # no comment form nests deeper; CPython's own parsers fail somewhere beyond 1,000

_SURROGATE_ESCAPE = re.compile(rb"\\u[dD]")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class Absent:
    """The type of ABSENT: there is nothing at that place, which is not the same as null."""


ABSENT = Absent()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise problems.malformed("an object in the body names the same member twice")
    return members


def _no_constant(name: str) -> None:
    raise problems.malformed("`NaN` and `Infinity` are not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def parse_json(body: bytes) -> Any:
    """The document of a body in strict JSON; raises Refused with 400 for anything doubtful."""
    try:
        document = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise problems.malformed("the body is not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise problems.malformed(f"the body is not JSON: it breaks off at {place}") from None
    except RecursionError:
        raise problems.malformed(f"the body nests deeper than {DEEPEST} levels") from None
    except ValueError:  # CPython's limit on the digits of an integer
        raise problems.malformed("the body holds a number of too many digits") from None
    if body.count(b"{") + body.count(b"[") > DEEPEST or _SURROGATE_ESCAPE.search(body):
        _inspect(document)
    return document


def _inspect(document: Any) -> None:
    """Refuse what parses here but breaks later: deep nesting and characters that are none."""
    level = [document]
    for _ in range(DEEPEST + 1):
        for value in level:
            if isinstance(value, str):
                _refuse_surrogates(value)
        level = [part for value in level for part in _parts(value)]
        if not level:
            return
    raise problems.malformed(f"the body nests deeper than {DEEPEST} levels")


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise problems.malformed("the body holds half of a surrogate pair, which is no character") from None


@lru_cache
def pointer_parts(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer (RFC 6901, sections 3 and 4).

    >>> pointer_parts("/comment/a~1b")
    ('comment', 'a/b')
    """
    if not pointer.startswith("/") or re.search(r"~(?![01])", pointer):
        raise ValueError(f"`{pointer}` is no JSON pointer; write it as in `/comment/text`")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def look_up(document: Any, parts: tuple[str, ...]) -> Any:
    """What stands at that place of the document, or ABSENT."""
    for part in parts:
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and _INDEX.fullmatch(part) and int(part) < len(document):
            document = document[int(part)]
        else:
            return ABSENT
    return document
