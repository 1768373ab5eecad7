"""Rows as CSV and as JSON lines. What a spreadsheet would run as a formula is made inert, and comes back whole."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}

# OWASP, CSV Injection (read 2026-11-25), and the full-width forms that East Asian spreadsheets take likewise.
_RISKY = frozenset("=+-@\t\r\n＝＋－＠")
_QUOTE = "'"
# What ends a line to some programs or turns its direction; JSON alone escapes only what is below U+0020.
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def inert(cell: str) -> str:
    """The cell, behind an apostrophe where a spreadsheet could take it for a formula; `plain` takes that off again.

    >>> inert("=1+1"), plain(inert("=1+1"))
    ("'=1+1", '=1+1')
    """
    risky = cell[:1] in _RISKY or cell.lstrip()[:1] in _RISKY
    return _QUOTE + cell if cell and (risky or cell.startswith(_QUOTE)) else cell


def plain(cell: str) -> str:
    """The text that `inert` was given."""
    return cell.removeprefix(_QUOTE)


def written(rows: Iterable[Mapping[str, Any]], form: str, fields: Iterable[str] = ()) -> Iterator[str]:
    """The rows in that form (`csv` or `jsonl`), piece by piece; `fields` heads a CSV that turns out empty."""
    if form == "jsonl":
        for row in rows:
            line = json.dumps(row, ensure_ascii=False)
            yield _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n"
        return
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    names = list(fields)
    yield "\ufeff"  # so that Excel reads Hangul
    if names:
        writer.writerow(names)
    for row in rows:
        if not names:
            names = list(row)
            writer.writerow(names)
        writer.writerow([inert(_cell(row[name])) for name in names])
        yield _taken(out)
    yield _taken(out)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
