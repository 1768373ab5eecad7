"""Findings, reasons and skipped checks as JSON and back, so that policies can be replayed over them.

Text is escaped to ASCII: a NUL or half a surrogate pair in a piece of evidence must not keep a comment
out of the store.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from moderation.types import Action, Finding, Reason, Severity, Skipped, Span


def dump_findings(findings: Sequence[Finding]) -> str:
    """JSON of findings; what is empty is left out."""
    return _dump([_from_finding(finding) for finding in findings])


def load_findings(stored: str) -> tuple[Finding, ...]:
    """The findings that `dump_findings` wrote.

    >>> load_findings('[{"rule": "links.url", "span": [0, 9]}]')[0].span
    Span(start=0, end=9)
    """
    return tuple(_to_finding(raw) for raw in json.loads(stored))


def dump_reasons(reasons: Sequence[Reason], findings: Sequence[Finding]) -> str:
    """JSON of reasons. Each names its finding by place, so that evidence is kept once."""
    places = {finding: place for place, finding in enumerate(findings)}
    return _dump(
        [
            {"finding": places[reason.finding], "clause": reason.clause, "action": str(reason.action)}
            | ({"through": reason.through} if reason.through else {})
            for reason in reasons
        ]
    )


def load_reasons(stored: str, findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """The reasons that `dump_reasons` wrote, pointing into the same findings."""
    return tuple(
        Reason(findings[raw["finding"]], raw["clause"], Action[raw["action"].upper()], raw.get("through", ""))
        for raw in json.loads(stored)
    )


def dump_skipped(skipped: Sequence[Skipped]) -> str:
    """JSON of the checks that could not run."""
    return _dump([{"check": skip.check, "reason": skip.reason, "detail": skip.detail} for skip in skipped])


def load_skipped(stored: str) -> tuple[Skipped, ...]:
    """The skipped checks that `dump_skipped` wrote."""
    return tuple(Skipped(raw["check"], raw["reason"], raw["detail"]) for raw in json.loads(stored))


def dump_clauses(clauses: Sequence[str]) -> str:
    """JSON of clause ids."""
    return _dump(list(clauses))


def load_clauses(stored: str) -> tuple[str, ...]:
    """The clause ids that `dump_clauses` wrote."""
    return tuple(json.loads(stored))


def _from_finding(finding: Finding) -> dict[str, Any]:
    raw: dict[str, Any] = {"rule": finding.rule, "span": [finding.span.start, finding.span.end]}
    # JSON has no NaN. `decide` treats it like no score: it reaches no threshold, and a word counts in full.
    if finding.score is not None and math.isfinite(finding.score):
        raw["score"] = float(finding.score)
    if finding.severity is not None:
        raw["severity"] = str(finding.severity)
    if finding.evidence:
        raw["evidence"] = finding.evidence
    if finding.marks:
        raw["marks"] = [[mark.start, mark.end] for mark in finding.marks]
    return raw


def _to_finding(raw: dict[str, Any]) -> Finding:
    return Finding(
        rule=raw["rule"],
        span=Span(*raw["span"]),
        score=raw.get("score"),
        severity=Severity(raw["severity"]) if "severity" in raw else None,
        evidence=raw.get("evidence", ""),
        marks=tuple(Span(*mark) for mark in raw.get("marks", ())),
    )


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
