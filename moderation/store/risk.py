"""How much a comment seems to need a moderator, as a number that lists are sorted by."""

from __future__ import annotations

import math

from moderation.types import Decision, Finding, Severity

# A listed word says nothing of its probability; these places among the scores are ours.
_OF_WORDS = {Severity.MILD: 0.4, Severity.STRONG: 0.7, Severity.SEVERE: 0.95}
_OF_OTHERS = 0.5
"""What a finding without score and severity counts, and a check that could not run: nobody knows."""


def risk(decision: Decision) -> int:
    """Thousandths: that of the weightiest reason; what only could not be checked stands in the middle."""
    found = [_of(reason.finding) for reason in decision.reasons]
    if decision.skipped:
        found.append(_OF_OTHERS)
    return round(1000 * max(found, default=0.0))


def top_clause(decision: Decision) -> str | None:
    """The clause that weighs most: reasons stand in that order, and clauses in the order of the reasons."""
    return decision.clauses[0] if decision.clauses else None


def _of(finding: Finding) -> float:
    if finding.score is not None and math.isfinite(finding.score):
        return min(1.0, max(0.0, finding.score))
    return _OF_OTHERS if finding.severity is None else _OF_WORDS[finding.severity]
