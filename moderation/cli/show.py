"""How comments and decisions look in a terminal, with and without colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from moderation.policy import Policy
    from moderation.types import Decision, Language, Reason, Span

STYLES = {"allow": "bold green", "nudge": "bold yellow", "hold": "bold magenta", "reject": "bold red"}
JOINER = "\u200d"  # inside emoji; every other format character is written out


def console(*, stderr: bool = False) -> Console:
    """A console without automatic highlighting; NO_COLOR and a redirected output switch colours off."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def warn(message: str) -> None:
    """Say on standard error what the reader of the output must not miss."""
    console(stderr=True).print(message, style="bold red", markup=False)


def visible(text: str) -> str:
    """The text with all written out that a terminal would obey or hide: escapes, bidi controls, fillers."""
    return "".join(char if _prints(char) else _written_out(char) for char in text)


def _written_out(char: str) -> str:
    return "⏎" if char == "\n" else f"\\u{{{ord(char):x}}}"


def _prints(char: str) -> bool:
    return char.isprintable() or char == JOINER or unicodedata.category(char) == "Zs"


def marked(body: str, spans: Iterable[Span], style: str) -> Text:
    """The body with the spans coloured and, for eyes and terminals without colour, in «guillemets»."""
    text, end = Text(), 0
    for start, stop in _merged(spans):
        text.append(visible(body[end:start]))
        text.append(f"«{visible(body[start:stop])}»", style)
        end = stop
    return text.append(visible(body[end:]))


def _merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.start == span.end:
            continue
        if merged and span.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    return merged


def show_body(out: Console, body: str, decision: Decision) -> None:
    """The body on one line, with what led to the decision marked."""
    marks = [mark for reason in decision.reasons for mark in _marks(reason, body)]
    out.print(Text("  ").append_text(marked(body, marks, STYLES[str(decision.action)])))


def show_decision(
    out: Console, body: str, decision: Decision, policy: Policy, language: Language | None = None
) -> None:
    """Action and rule, the body with its marks, each clause broken and what its author reads, the length."""
    language = language or decision.language
    action = str(decision.action)
    out.print(Text(action, STYLES[action]), decision.rule or "nothing found")
    show_body(out, body, decision)
    for clause in decision.clauses:
        out.print(f"  {policy.clauses[clause].number}. {policy.clauses[clause].title.in_language(language)}")
        for reason in decision.reasons:
            if reason.clause == clause:
                out.print(Text(f"     {reason_line(reason)}"))
        out.print(Text(f"     {policy.message(clause, language)}"))
    for skip in decision.skipped:
        detail = f": {visible(skip.detail)}" if skip.detail else ""
        out.print(Text(f"  not checked: {skip.check} ({skip.reason}{detail})"))
    length, versions = decision.length, decision.versions
    out.print(
        f"  length {length.graphemes}/{length.limit}, language {decision.language}, "
        f"policy {versions.policy}, model {versions.model or 'none'}",
        style="dim",
    )


def _marks(reason: Reason, body: str) -> Iterable[Span]:
    """What to highlight; a finding about the whole comment that names no words highlights nothing."""
    finding = reason.finding
    if finding.marks:
        return finding.marks
    return () if finding.span.end - finding.span.start == len(body) else (finding.span,)


def reason_line(reason: Reason) -> str:
    """What one finding asks for, with its evidence."""
    finding = reason.finding
    score = "" if finding.score is None else f" at {finding.score:.2f}"
    evidence = f": {visible(finding.evidence)}" if finding.evidence else ""
    through = f", through {reason.through}," if reason.through else ""
    return f"{finding.rule}{score}{through} asks to {reason.action}{evidence}"
