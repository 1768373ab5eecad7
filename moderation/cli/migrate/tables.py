"""Rows of the files that another service leaves behind: JSON lines, or CSV as spreadsheets write it."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.cli.lines import GZIP, an_object, opened
from moderation.errors import InputError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, counted from 1, and its fields."""

    line: int
    fields: Mapping[str, Any]


def rows(name: str) -> Iterator[Row]:
    """The rows of a file (`-`: standard input), plain or gzip. Raises InputError naming the line that is wrong."""
    content = _content(name)
    if content.lstrip()[:1] == b"{":
        yield from _json_lines(name, content)
    else:
        yield from _csv(name, content)


def _content(name: str) -> bytes:
    with opened(name) as raw:
        content = raw.read()
    try:
        content = gzip.decompress(content) if content.startswith(GZIP) else content
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"`{name}` cannot be unpacked: {error}") from None
    return content.removeprefix(b"\xef\xbb\xbf")


def _json_lines(name: str, content: bytes) -> Iterator[Row]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            try:
                yield Row(number, an_object(line))
            except InputError as error:
                raise InputError(f"`{name}`, line {number}: {error}") from None


def _csv(name: str, content: bytes) -> Iterator[Row]:
    text = decoded(name, content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip() for column in next(reader, [])]
        for cells in reader:
            if any(cells):
                yield Row(reader.line_num, dict(zip(columns, cells, strict=False)))
    except csv.Error as error:
        raise InputError(f"`{name}`, line {reader.line_num}: not valid CSV: {error}") from None


def decoded(name: str, content: bytes) -> str:
    """The text in UTF-8, or in CP949 as Korean spreadsheets write it; raises InputError."""
    for charset in ("utf-8", "cp949"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    raise InputError(f"`{name}` is neither in UTF-8 nor in CP949")
