"""Weighing findings by the policy."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.decide import decide
from moderation.policy import Policy, load_policy
from moderation.types import (
    Action,
    Decision,
    Finding,
    Language,
    Length,
    Severity,
    Skipped,
    Span,
    Versions,
)

SPAN = Span(0, 3)
LENGTH = Length(3, 250)
VERSIONS = Versions("policy", "model", "1")


# The default's numbers may change with every model; these tests are about what is made of them.
NUMBERS = """
[rules.toxicity.toxicity]
thresholds.ko = { nudge = 0.60, hold = 0.75, reject = 0.985 }
[rules.words.insult.confirm]
at_least = { mild = 0.60, strong = 0.60, severe = 0.90 }
[rules.words.advertising.confirm]
at_least = { mild = 0.50, strong = 0.50, severe = 0.50 }
"""


@cache
def policy() -> Policy:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "numbers.toml"
        file.write_text(NUMBERS)
        return load_policy(file)


def decided(*findings: Finding, skipped: tuple[Skipped, ...] = (), language: Language = "ko") -> Decision:
    return decide(policy(), findings, skipped, length=LENGTH, language=language, versions=VERSIONS)


def word(category: str, severity: Severity) -> Finding:
    return Finding(f"words.{category}", SPAN, severity=severity)


def score(label: str, value: float) -> Finding:
    return Finding(f"toxicity.{label}", SPAN, score=value)


def test_nothing_found_is_allowed() -> None:
    decision = decided()
    assert (decision.action, decision.rule, decision.reasons, decision.clauses) == (
        Action.ALLOW,
        None,
        (),
        (),
    )
    assert (decision.length, decision.versions, decision.by) == (LENGTH, VERSIONS, "policy")


@pytest.mark.parametrize(
    ("findings", "action", "rule"),
    [
        ([Finding("repetition.shouting", SPAN)], Action.NUDGE, "repetition.shouting"),
        ([Finding("links.link", SPAN)], Action.HOLD, "links.link"),
        ([Finding("length.too_long", SPAN)], Action.REJECT, "length.too_long"),
        ([score("toxicity", 0.59)], Action.ALLOW, None),
        ([score("toxicity", 0.61)], Action.NUDGE, "toxicity.toxicity"),
        ([score("toxicity", 0.80)], Action.HOLD, "toxicity.toxicity"),
        ([score("toxicity", 0.999)], Action.REJECT, "toxicity.toxicity"),
        # A severe word is refused when the classifier agrees, and otherwise looked at by a person.
        ([word("insult", Severity.SEVERE), score("toxicity", 0.95)], Action.REJECT, "words.insult"),
        ([word("insult", Severity.SEVERE), score("toxicity", 0.30)], Action.HOLD, "words.insult"),
        ([word("insult", Severity.MILD), score("toxicity", 0.30)], Action.ALLOW, None),
        # Without a score nothing speaks for the word, so it counts in full.
        ([word("insult", Severity.SEVERE)], Action.REJECT, "words.insult"),
        ([word("insult", Severity.MILD)], Action.HOLD, "words.insult"),
        # Advertising is confirmed by the spam score, not by toxicity.
        ([word("advertising", Severity.SEVERE), score("toxicity", 0.5)], Action.REJECT, "words.advertising"),
        ([word("advertising", Severity.SEVERE), score("spam", 0.1)], Action.HOLD, "words.advertising"),
        # A rule that the policy does not have asks for nothing.
        ([Finding("stars.falling", SPAN)], Action.ALLOW, None),
    ],
)
def test_what_findings_ask_for(findings: list[Finding], action: Action, rule: str | None) -> None:
    decision = decided(*findings)
    assert (decision.action, decision.rule) == (action, rule)
    assert decision.findings == tuple(findings)


def test_the_strongest_action_wins_and_leads_the_reasons() -> None:
    decision = decided(
        Finding("repetition.shouting", SPAN), score("toxicity", 0.80), Finding("length.too_long", SPAN)
    )
    assert decision.rule == "length.too_long"
    assert [reason.action for reason in decision.reasons] == [Action.REJECT, Action.HOLD, Action.NUDGE]
    assert decision.clauses == ("length", "abuse", "flooding")


def test_of_two_as_strong_the_certain_one_leads() -> None:
    decision = decided(score("toxicity", 0.80), Finding("links.link", SPAN))
    assert decision.rule == "links.link"


def test_a_clause_broken_twice_is_named_once() -> None:
    decision = decided(Finding("personal_data.phone", SPAN), Finding("personal_data.email", SPAN))
    assert decision.clauses == ("privacy",)
    assert len(decision.reasons) == 2


def test_findings_that_pass_are_kept() -> None:
    decision = decided(score("toxicity", 0.1), score("spam", 0.2))
    assert decision.action is Action.ALLOW
    assert decision.scores == {"toxicity": 0.1, "spam": 0.2}


def test_the_language_of_the_comment_picks_the_thresholds(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text("[rules.toxicity.toxicity.thresholds]\nko.hold = 0.9\nen.nudge = 0.1\nen.hold = 0.2")
    own = load_policy(file)
    actions = {
        language: decide(
            own, [score("toxicity", 0.5)], length=LENGTH, language=language, versions=VERSIONS
        ).action
        for language in ("ko", "en")
    }
    assert actions == {"ko": Action.ALLOW, "en": Action.HOLD}


def test_a_skipped_check_holds() -> None:
    decision = decided(skipped=(Skipped("toxicity", "deadline"),))
    assert (decision.action, decision.rule) == (Action.HOLD, "skipped.toxicity")
    assert decision.skipped == (Skipped("toxicity", "deadline"),)
    assert decision.clauses == ()


def test_a_skipped_check_does_not_soften_a_refusal() -> None:
    decision = decided(Finding("length.too_long", SPAN), skipped=(Skipped("toxicity", "crashed"),))
    assert (decision.action, decision.rule) == (Action.REJECT, "length.too_long")


def test_a_skipped_check_outranks_a_nudge() -> None:
    decision = decided(Finding("repetition.shouting", SPAN), skipped=(Skipped("words", "crashed"),))
    assert (decision.action, decision.rule) == (Action.HOLD, "skipped.words")
    assert decision.clauses == ("flooding",)


def test_a_site_can_let_a_check_be_missed(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[skipped.checks]\nrepetition = "allow"')
    own = load_policy(file)
    for check, action in (("repetition", Action.ALLOW), ("words", Action.HOLD)):
        decision = decide(
            own, [], [Skipped(check, "crashed")], length=LENGTH, language="en", versions=VERSIONS
        )
        assert decision.action is action


rules = st.sampled_from(sorted(load_policy().rules))
findings = st.builds(
    Finding,
    rule=rules,
    span=st.just(SPAN),
    score=st.none() | st.floats(0, 1),
    severity=st.none() | st.sampled_from(Severity),
)


@given(st.lists(findings, max_size=6))
def test_the_same_findings_always_decide_the_same(found: list[Finding]) -> None:
    first, second = decided(*found), decided(*found)
    assert first == second
    assert first.action == max((reason.action for reason in first.reasons), default=Action.ALLOW)
    assert (first.rule is None) == (first.action is Action.ALLOW)
    assert set(first.clauses) <= set(policy().clauses)
    assert all(reason.action > Action.ALLOW for reason in first.reasons)


@given(st.lists(findings, max_size=4), st.sampled_from(["words", "toxicity", "links"]))
def test_skipping_never_makes_a_decision_milder(found: list[Finding], check: str) -> None:
    assert decided(*found, skipped=(Skipped(check, "crashed"),)).action >= decided(*found).action
