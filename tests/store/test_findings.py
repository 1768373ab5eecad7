from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.store.findings import (
    dump_clauses,
    dump_findings,
    dump_reasons,
    dump_skipped,
    load_clauses,
    load_findings,
    load_reasons,
    load_skipped,
)
from moderation.types import Action, Finding, Reason, Severity, Skipped, Span

any_text = st.text(st.characters(exclude_categories=()))
spans = st.builds(Span, st.integers(0, 70_000), st.integers(0, 70_000))
any_findings = st.lists(
    st.builds(
        Finding,
        any_text,
        spans,
        st.none() | st.floats(0, 1),
        st.none() | st.sampled_from(Severity),
        any_text,
        st.lists(spans, max_size=3).map(tuple),
    )
)


@given(any_findings)
def test_findings_come_back_as_they_were(findings: list[Finding]) -> None:
    stored = dump_findings(findings)

    assert load_findings(stored) == tuple(findings)
    assert stored.isascii()  # nothing in it that a database could refuse
    assert "\0" not in stored


@given(any_findings.filter(bool), st.data())
def test_reasons_point_at_their_findings(findings: list[Finding], data: st.DataObject) -> None:
    reasons = data.draw(
        st.lists(st.builds(Reason, st.sampled_from(findings), any_text, st.sampled_from(Action), any_text))
    )

    stored = dump_reasons(reasons, findings)

    assert load_reasons(stored, load_findings(dump_findings(findings))) == tuple(reasons)


@given(
    st.lists(st.builds(Skipped, any_text, st.sampled_from(["crashed", "deadline", "unavailable"]), any_text))
)
def test_skipped_checks_come_back_as_they_were(skipped: list[Skipped]) -> None:
    assert load_skipped(dump_skipped(skipped)) == tuple(skipped)


def test_clauses_come_back_in_order() -> None:
    assert load_clauses(dump_clauses(("threats", "abuse"))) == ("threats", "abuse")


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_no_number_is_kept_as_none(score: float) -> None:
    stored = dump_findings([Finding("toxicity.toxicity", Span(0, 1), score)])

    assert load_findings(stored) == (Finding("toxicity.toxicity", Span(0, 1), None),)


def test_the_form_on_disk_stays_readable_by_others() -> None:
    stored = dump_findings([Finding("words.insult", Span(0, 2), None, Severity.MILD, "바보", (Span(0, 1),))])

    assert json.loads(stored) == [
        {"rule": "words.insult", "span": [0, 2], "severity": "mild", "evidence": "바보", "marks": [[0, 1]]}
    ]
