"""JSON lines as they come in: plain or gzip, from a file or a pipe, in whatever state they are."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from typing import Any

from moderation.errors import InputError
from moderation.types import Comment, Context, Standing

BLOCK = 65_536
GZIP = b"\x1f\x8b"
KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


Numbered = tuple[int, bytes]
"""A line and its number in the file, counted from 1."""


def opened(name: str) -> io.BufferedReader:
    """The file of that name (`-`: standard input); raises InputError when it cannot be read."""
    try:
        return open(name if name != "-" else sys.stdin.fileno(), "rb", closefd=name != "-")
    except OSError as error:
        raise InputError(f"`{name}` cannot be read: {error.strerror}") from None


def blocks(raw: io.BufferedReader, name: str) -> Iterator[list[Numbered]]:
    """The lines of whatever one read brings: large blocks of a file, single lines typed into a pipe.

    Raises InputError when it cannot be read on.
    """
    stream = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP else raw
    number, rest = 1, b""
    try:
        while block := stream.read1(BLOCK):
            *lines, rest = (rest + block).split(b"\n")
            if lines:
                yield [(at, line) for at, line in enumerate(lines, number) if line.strip()]
                number += len(lines)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"`{name}` cannot be read on after line {number - 1}: {error}") from None
    if rest.strip():
        yield [(number, rest)]


def an_object(line: bytes) -> dict[str, Any]:
    """The JSON object on a line; raises InputError."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON at column {error.colno}: {error.msg.lower()}") from None
    except (ValueError, RecursionError):
        raise InputError("not usable JSON: a number is too long or the nesting too deep") from None
    if not isinstance(row, dict):
        raise InputError(f"{kind_of(row)} where an object with `id` and `text` is expected")
    return row


def identity_in(row: dict[str, Any]) -> str | int | None:
    """What the line calls its comment; raises InputError."""
    identity = row.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int | None):
        raise InputError(f"`id` is {kind_of(identity)}; it must be a string or a whole number")
    return identity


def comment_in(row: dict[str, Any], identity: str | int | None) -> Comment:
    """The comment on the line; raises InputError."""
    if "text" not in row:
        raise InputError("`text` is missing")
    if not isinstance(row["text"], str):
        raise InputError(f"`text` is {kind_of(row['text'])}; it must be a string")
    extra = {key: row[key] for key in ("author", "article", "parent") if isinstance(row.get(key), str)}
    return Comment(row["text"], id=None if identity is None else str(identity), **extra)


def context_in(row: dict[str, Any]) -> Context:
    """Of whom and where, as far as the line says; raises InputError for a standing that there is not."""
    standing = row.get("standing", Standing.KNOWN)
    if standing not in list(Standing):
        raise InputError(f"`standing` is none of {', '.join(Standing)}")
    author, section = (row[key] if isinstance(row.get(key), str) else None for key in ("author", "section"))
    return Context(author=author, standing=Standing(standing), section=section)


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    return KINDS.get(type(value), "a string")
