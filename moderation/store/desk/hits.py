"""Findings that moderators call wrong, gathered into what the word lists could allow."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, select

from moderation.errors import NotFound
from moderation.store import decisions as decided
from moderation.store.desk.tables import wrong_hits
from moderation.store.findings import load_findings
from moderation.store.tables import comments, decisions
from moderation.types import Language, Span

MOST_EXAMPLES = 3
MOST_HITS = 10_000
"""Of the latest hits; a list that long has been read by nobody."""
_NAMED = re.compile("`([^`]+)`")
_AROUND = re.compile(r"\S*$"), re.compile(r"^\S*")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A phrase that a rule hit wrongly. hits : on how many comments; moderators : how many said so.

    term : the listed word, as the finding names it; empty where none was listed.
    phrase : what was matched, with the rest of the words it cuts into.
    """

    rule: str
    language: Language
    term: str
    phrase: str
    hits: int
    moderators: int
    examples: tuple[str, ...]


def check(connection: Connection, comment_id: str, rule: str, start: int, end: int) -> None:
    """NotFound unless the policy found that on this comment: by its span, or by one of the marks within."""
    query = select(decisions).where(decisions.c.comment_id == comment_id, decisions.c.number == 1)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"there is no comment `{comment_id}`")
    span = Span(start, end)
    for finding in decided.read(row).findings:
        if finding.rule == rule and (span == finding.span or span in finding.marks):
            return
    raise NotFound(f"`{rule}` found nothing from {start} to {end} of comment `{comment_id}`")


def suggestions(connection: Connection, at_least: int) -> list[Suggestion]:
    """One for each rule and phrase that so many moderators called wrong, the most often named first."""
    first = (decisions.c.comment_id == wrong_hits.c.comment_id) & (decisions.c.number == 1)
    query = (
        select(wrong_hits, comments.c.body, comments.c.language, decisions.c.findings)
        .join(comments, comments.c.id == wrong_hits.c.comment_id)
        .join(decisions, first)
        .order_by(wrong_hits.c.at.desc())
        .limit(MOST_HITS)
    )
    gathered: dict[tuple[str, Language, str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for row in connection.execute(query):
        span = Span(row.span_start, row.span_end)
        named = (row.rule, row.language, _listed(row.findings, row.rule, span), _word_around(row.body, span))
        gathered[named].append((row.comment_id, row.by, row.body))
    found = [
        Suggestion(
            *named,
            hits=len({comment for comment, _, _ in said}),
            moderators=len({by for _, by, _ in said}),
            examples=tuple(dict.fromkeys(body for _, _, body in said))[:MOST_EXAMPLES],
        )
        for named, said in gathered.items()
    ]
    wanted = [each for each in found if each.moderators >= at_least]
    return sorted(wanted, key=lambda each: (-each.moderators, -each.hits, each.rule, each.phrase))


def _listed(findings: str, rule: str, span: Span) -> str:
    """The word that the finding names in its evidence; empty where it names none."""
    for finding in load_findings(findings):
        if finding.rule == rule and (span == finding.span or span in finding.marks):
            named = _NAMED.search(finding.evidence)
            return named.group(1) if named else ""
    return ""


def _word_around(body: str, span: Span) -> str:
    """The span with the rest of the words it cuts into, small, without punctuation at the ends."""
    before, after = _AROUND[0].search(body[: span.start]), _AROUND[1].search(body[span.end :])
    left, right = (before.group() if before else ""), (after.group() if after else "")
    return re.sub(r"^[\W_]+|[\W_]+$", "", left + body[span.start : span.end] + right).casefold()
