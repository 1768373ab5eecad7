"""Judging JSON lines: each answered in its place, as they arrive, whatever state they are in."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moderation.cli import show
from moderation.cli.lines import an_object, blocks, comment_in, context_in, identity_in, opened
from moderation.errors import InputError
from moderation.types import Comment, Context

if TYPE_CHECKING:
    from moderation.engine import Moderator
    from moderation.types import Decision


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that was read: a comment, or what is wrong with it."""

    id: str | int | None
    comment: Comment | None = None
    context: Context = field(default_factory=Context)
    error: str = ""


def judge_lines(moderator: Moderator, name: str, *, replayable: bool = False) -> int:
    """Judge the file (`-`: standard input) to standard output; returns how many lines were bad.

    replayable : also write what another policy needs to decide on the same findings.

    Raises InputError when the file cannot be read.
    """
    bad = 0
    try:
        with opened(name) as raw, progress(raw) as (write, advance):
            for numbered in blocks(raw, name):
                lines = [_read(line, number) for number, line in numbered]
                bad += sum(line.comment is None for line in lines)
                for answer in _answers(moderator, lines, replayable):
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


def replayable_too(answer: dict[str, Any], decision: Decision) -> dict[str, Any]:
    """The same line with what only a replay needs: severities, language, of whom and where."""
    severities = {(f.rule, f.span.start, f.span.end): f.severity for f in decision.findings}
    for finding in answer["findings"]:
        if severity := severities[finding["rule"], finding["start"], finding["end"]]:
            finding["severity"] = str(severity)
    answer |= {"language": decision.language, "standing": str(decision.standing), "section": decision.section}
    return answer


def _answers(moderator: Moderator, lines: list[_Line], replayable: bool) -> Iterator[dict[str, Any]]:
    judged = [(line.comment, line.context) for line in lines if line.comment is not None]
    decisions = moderator.judge_many(*zip(*judged, strict=True)) if judged else iter(())
    for line in lines:
        if line.comment is None:
            yield {"id": line.id, "error": line.error}
        else:
            decision = next(decisions)
            answer = rendered(line.id, decision)
            yield replayable_too(answer, decision) if replayable else answer


def _read(line: bytes, number: int) -> _Line:
    identity = None
    try:
        row = an_object(line)
        identity = identity_in(row)
        return _Line(identity, comment_in(row, identity), context_in(row))
    except InputError as error:
        return _Line(identity, error=f"line {number}: {error}")


@contextmanager
def progress(raw: io.BufferedReader) -> Iterator[tuple[Callable[[str], object], Callable[[int], None]]]:
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
