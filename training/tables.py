"""Rows out of the files that editors have: CSV as Excel writes it, JSON lines, Parquet; each with its line number."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.errors import InputError

SUFFIXES = (".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
GZIP = b"\x1f\x8b"
SHOWN = 200
"""Characters of a rejected row that are shown to its editor."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file as it stands there. `line` counts from 1; in Parquet it is the row's number."""

    line: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used: where it is, why, and its beginning."""

    file: str
    line: int
    reason: str
    row: str = ""

    def __str__(self) -> str:
        return f"{self.file}: line {self.line}: {self.reason}"


def find_files(path: Path) -> list[Path]:
    """That file, or all tables below that folder. Raises InputError where there are none."""
    if path.is_file():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.name.lower().endswith(SUFFIXES))
    # A file directly in a data folder beside sub-folders is a test list, not a data set.
    nested = [file for file in found if file.parent != path]
    if not found:
        raise InputError(
            f"`{path}`: no such file, and no {', '.join(SUFFIXES)} below it; name a file or a folder of them"
        )
    return nested or found


def read_rows(file: Path) -> Iterator[Row | Reject]:
    """The rows of one file in order; what is no row is a Reject. Raises InputError where nothing can be read."""
    if file.name.lower().endswith(".parquet"):
        yield from _parquet(file)
        return
    content = _content(file)
    name = file.name.lower().removesuffix(".gz")
    if name.endswith((".csv", ".tsv", ".txt")):
        yield from _csv(file, content)
    else:
        yield from _json_lines(file, content)


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP) else content
    except OSError as error:
        raise InputError(f"`{file}` cannot be read: {error.strerror or error}") from None
    except (EOFError, zlib.error):
        raise InputError(f"`{file}` ends in the middle of its gzip stream; copy it again") from None


def _json_lines(file: Path, content: bytes) -> Iterator[Row | Reject]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        shown = line[:SHOWN].decode("utf-8", "replace")
        try:
            fields = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            yield Reject(str(file), number, f"byte {error.start + 1} is not UTF-8", shown)
        except json.JSONDecodeError as error:
            yield Reject(str(file), number, f"not valid JSON at column {error.colno}", shown)
        except (ValueError, RecursionError):
            yield Reject(str(file), number, "a number is too long or the nesting too deep", shown)
        else:
            if isinstance(fields, dict):
                yield Row(number, fields)
            else:
                yield Reject(str(file), number, 'not an object; write {"text": …} on each line', shown)


def _csv(file: Path, content: bytes) -> Iterator[Row | Reject]:
    lines = decode(content).splitlines(keepends=True)
    first = 0
    delimiter = None
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].rstrip("\r\n")) == 5:
        delimiter, first = lines[0][4], 1  # Excel's own line about the delimiter
    records = _records(lines, first, delimiter or _delimiter(lines[first] if first < len(lines) else ""))
    head = next(records, None)
    if head is None or not isinstance(head[1], list):
        raise InputError(f"`{file}`: no line with the names of the columns; the first line must hold them")
    columns = [name.strip() for name in head[1]]
    for number, cells, shown in records:
        if isinstance(cells, str):
            yield Reject(str(file), number, cells, shown)
        elif not any(cell.strip() for cell in cells):
            continue
        elif any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
            printable = shown.encode("utf-8", "replace").decode()
            yield Reject(str(file), number, "holds bytes that are neither UTF-8 nor CP949", printable)
        elif len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            reason = f"{len(cells)} cells under {len(columns)} column names; put the text in quotation marks"
            yield Reject(str(file), number, reason, shown)
        else:
            yield Row(number, dict(zip(columns, cells, strict=False)))


def decode(content: bytes) -> str:
    """The text of a table: UTF-8 with or without a byte order mark, UTF-16 with one, or CP949.

    A few broken bytes stay in it as surrogates (PEP 383), so that only their rows are lost.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        foreign = [line for line in content.split(b"\n") if not line.isascii()]
        broken = sum(not _is_utf8(line) for line in foreign)
        return content.decode("cp949" if broken * 2 > len(foreign) else "utf-8", "surrogateescape")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(head: str) -> str:
    """The mark that parts the header into most names; a comma where there is one column only."""
    return max(",;\t|", key=lambda mark: len(next(csv.reader([head], delimiter=mark), [])))


def _records(lines: Sequence[str], first: int, delimiter: str) -> Iterator[tuple[int, list[str] | str, str]]:
    """Line number, cells and the line itself; instead of cells what is wrong with them.

    After a fault reading goes on with the line below it, so that a quotation mark that is never closed costs
    one row and not the rest of the file.
    """
    at = first
    while at < len(lines):
        taken = iter(lines[at:])
        reader = csv.reader(taken, delimiter=delimiter, strict=True)
        begin = at
        try:
            for cells in reader:
                yield begin + 1, cells, lines[begin][:SHOWN].rstrip("\r\n")
                begin = at + reader.line_num
            return
        except csv.Error as error:
            yield begin + 1, f"quotation marks do not match ({error})", lines[begin][:SHOWN].rstrip("\r\n")
            at = begin + 1


def _parquet(file: Path) -> Iterator[Row | Reject]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise InputError(
            f"`{file}`: reading Parquet needs pyarrow; run `pip install 'standards-board[parquet]'` "
            "or save the table as CSV"
        ) from None
    number = 0
    try:
        for batch in ParquetFile(file).iter_batches(batch_size=4_096):
            for fields in batch.to_pylist():
                number += 1
                yield Row(number, fields)
    except (ArrowException, OSError) as error:
        raise InputError(
            f"`{file}` cannot be read on after row {number}: {str(error).splitlines()[0]}"
        ) from None
