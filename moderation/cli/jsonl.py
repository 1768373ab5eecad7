"""Judging JSON lines: each answered in its place, as they arrive, whatever state they are in."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moderation.cli import show
from moderation.errors import InputError
from moderation.types import Comment

if TYPE_CHECKING:
    from moderation.engine import Moderator
    from moderation.types import Decision

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


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that was read: a comment, or what is wrong with it."""

    id: str | int | None
    comment: Comment | None = None
    error: str = ""


def judge_lines(moderator: Moderator, name: str) -> int:
    """Judge the file (`-`: standard input) to standard output; returns how many lines were bad.

    Raises InputError when the file cannot be read.
    """
    bad = 0
    try:
        with _open(name) as raw, _progress(raw) as (write, advance):
            for lines in _blocks(raw, name):
                bad += sum(line.comment is None for line in lines)
                for answer in _answers(moderator, lines):
                    write(json.dumps(answer))
                sys.stdout.flush()
                advance(len(lines))
    except BrokenPipeError:
        # The reader (`| head`) has had enough, which is no fault; Python must not trip over it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return bad


def rendered(identity: str | int | None, decision: Decision) -> dict[str, Any]:
    """One line of output. Scores stand under `scores`; among the findings are only those that weighed."""
    weighed = [reason.finding for reason in decision.reasons]
    findings = [finding for finding in decision.findings if finding.score is None or finding in weighed]
    return {
        "id": identity,
        "action": str(decision.action),
        "rule": decision.rule,
        "clauses": list(decision.clauses),
        "findings": [
            {"rule": f.rule, "start": f.span.start, "end": f.span.end, "score": _rounded(f.score)}
            for f in findings
        ],
        "scores": {label: _rounded(score) for label, score in decision.scores.items()},
        "length": {"graphemes": decision.length.graphemes, "limit": decision.length.limit},
        "skipped": [{"check": skip.check, "reason": skip.reason} for skip in decision.skipped],
        "versions": {
            "policy": decision.versions.policy,
            "model": decision.versions.model,
            "normaliser": decision.versions.normaliser,
        },
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 6)


def _answers(moderator: Moderator, lines: list[_Line]) -> Iterator[dict[str, Any]]:
    decisions = moderator.judge_many(line.comment for line in lines if line.comment is not None)
    for line in lines:
        if line.comment is None:
            yield {"id": line.id, "error": line.error}
        else:
            yield rendered(line.id, next(decisions))


def _open(name: str) -> io.BufferedReader:
    try:
        return open(name if name != "-" else sys.stdin.fileno(), "rb", closefd=name != "-")
    except OSError as error:
        raise InputError(f"`{name}` cannot be read: {error.strerror}") from None


def _blocks(raw: io.BufferedReader, name: str) -> Iterator[list[_Line]]:
    """The lines of whatever one read brings: large blocks of a file, single lines typed into a pipe."""
    stream = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP else raw
    number, rest = 1, b""
    try:
        while block := stream.read1(BLOCK):
            *lines, rest = (rest + block).split(b"\n")
            if lines:
                yield _lines(lines, number)
                number += len(lines)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"`{name}` cannot be read on after line {number - 1}: {error}") from None
    if rest:
        yield _lines([rest], number)


def _lines(lines: list[bytes], first: int) -> list[_Line]:
    return [_read(line, number) for number, line in enumerate(lines, first) if line.strip()]


def _read(line: bytes, number: int) -> _Line:
    identity = None
    try:
        row = _object(line)
        identity = _identity(row)
        return _Line(identity, _comment(row, identity))
    except InputError as error:
        return _Line(identity, error=f"line {number}: {error}")


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON at column {error.colno}: {error.msg.lower()}") from None
    except (ValueError, RecursionError):
        raise InputError("not usable JSON: a number is too long or the nesting too deep") from None
    if not isinstance(row, dict):
        raise InputError(f"{_kind(row)} where an object with `id` and `text` is expected")
    return row


def _identity(row: dict[str, Any]) -> str | int | None:
    identity = row.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int | None):
        raise InputError(f"`id` is {_kind(identity)}; it must be a string or a whole number")
    return identity


def _comment(row: dict[str, Any], identity: str | int | None) -> Comment:
    if "text" not in row:
        raise InputError("`text` is missing")
    if not isinstance(row["text"], str):
        raise InputError(f"`text` is {_kind(row['text'])}; it must be a string")
    extra = {key: row[key] for key in ("author", "article", "parent") if isinstance(row.get(key), str)}
    return Comment(row["text"], id=None if identity is None else str(identity), **extra)


def _kind(value: object) -> str:
    return KINDS.get(type(value), "a string")


@contextmanager
def _progress(raw: io.BufferedReader) -> Iterator[tuple[Callable[[str], object], Callable[[int], None]]]:
    """How to write a line and to say that lines are done; with a bar where standard error is a terminal."""
    errors = show.console(stderr=True)
    if not errors.is_terminal:
        yield lambda line: sys.stdout.write(line + "\n"), lambda lines: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.fields[lines]:,} comments"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    size = os.fstat(raw.fileno()).st_size if raw.seekable() else None
    with Progress(*columns, console=errors, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        task = progress.add_task("", total=size or None, lines=0)
        done = 0

        def advance(lines: int) -> None:
            nonlocal done
            done += lines
            progress.update(task, completed=raw.tell() if size else None, lines=done)

        yield lambda line: sys.stdout.write(line + "\n"), advance
