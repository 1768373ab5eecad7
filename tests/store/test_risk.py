from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.store.risk import risk, top_clause
from moderation.types import Action, Decision, Finding, Reason, Severity, Skipped, Span
from tests.store.desk.held import decision

SPAN = Span(0, 1)


def because(*findings: Finding, skipped: tuple[Skipped, ...] = ()) -> Decision:
    reasons = tuple(Reason(finding, "abuse", Action.HOLD) for finding in findings)
    return replace(decision(), findings=findings, reasons=reasons, skipped=skipped)


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (because(), 0),
        (because(Finding("toxicity.insult", SPAN, score=0.8126)), 813),
        (
            because(Finding("toxicity.insult", SPAN, score=0.3), Finding("toxicity.threat", SPAN, score=0.9)),
            900,
        ),
        (because(Finding("toxicity.insult", SPAN, score=float("nan"))), 500),
        (because(Finding("toxicity.insult", SPAN, score=7.0)), 1000),
        (because(Finding("words.insult", SPAN, severity=Severity.MILD)), 400),
        (because(Finding("words.insult", SPAN, severity=Severity.STRONG)), 700),
        (because(Finding("words.insult", SPAN, severity=Severity.SEVERE)), 950),
        (because(Finding("links.url", SPAN)), 500),
        (because(skipped=(Skipped("toxicity", "deadline"),)), 500),
        (because(Finding("toxicity.insult", SPAN, score=0.9), skipped=(Skipped("links", "crashed"),)), 900),
    ],
)
def test_the_weightiest_reason_is_the_risk(judged: Decision, expected: int) -> None:
    assert risk(judged) == expected


def test_the_clause_is_that_of_the_weightiest_reason() -> None:
    assert top_clause(replace(decision(), clauses=("threat", "abuse"))) == "threat"
    assert top_clause(replace(decision(), clauses=())) is None
