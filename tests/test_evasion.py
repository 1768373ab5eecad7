"""What disguised abuse and innocent look-alikes come to, with floors under it (EV-1 to EV-4, EV-6)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks.evasion_rows import (
    TUNED_ON,
    UNSEEN,
    UNSEEN_ONCE,
    Outcome,
    Row,
    Tally,
    compare_pairs,
    judge,
    outcome,
    read_rows,
    tally,
    tally_by,
)
from moderation.engine import Moderator
from moderation.types import Action, Comment
from tests.unhurried import shipped_moderator

# Over the core rows of evasion.jsonl. Raise them whenever `make evasion` measures better.
RECALL = 0.98
FALSE_FLAGS = 0.015
SAME_CLASS = 0.97

# By technique: recall at least, false flags at most; about one row of slack.
FLOORS: dict[str, tuple[float, float]] = {
    "bidi_control": (0.97, 0.05),
    "combining_marks": (0.98, 0.03),
    "decomposed_jamo": (0.98, 0.03),
    "emoji_substitution": (0.93, 0.03),
    "empty_invisible": (0.96, 0.09),
    "homoglyph": (0.98, 0.03),
    "identity_neutral": (0.92, 0.03),
    "inserted_chars": (0.98, 0.05),
    "jamo_only": (0.98, 0.03),
    "keyboard_layout": (0.98, 0.05),
    "leetspeak": (0.98, 0.03),
    "length": (0.96, 0.06),
    "markup": (0.96, 0.05),
    "negation": (0.93, 0.04),
    "news_context": (0.91, 0.04),
    "pii": (0.98, 0.05),
    "plain": (0.98, 0.03),
    "positive_profanity": (0.75, 0.51),
    "punctuation": (0.98, 0.05),
    "quote_reporting": (0.83, 0.63),
    "repeated_letters": (0.97, 0.03),
    "reversed": (0.00, 0.07),
    "romanised_konglish": (0.97, 0.05),
    "shouting": (0.96, 0.06),
    "similar_syllables": (0.97, 0.03),
    "soft_hyphen": (0.97, 0.05),
    "spaces": (0.98, 0.03),
    "spam_ad": (0.97, 0.03),
    "tag_chars": (0.97, 0.05),
    "url_obfuscated": (0.98, 0.04),
    "word_in_word": (0.91, 0.02),
    "yaminjeongeum": (0.96, 0.04),
    "zero_width": (0.98, 0.03),
}

# Over the core rows that nobody tuned on (EV-1 to EV-3); a technique with fewer than FEW flag rows has no floor.
UNSEEN_RECALL, UNSEEN_TECHNIQUE, UNSEEN_FALSE_FLAGS, FEW = 0.90, 0.80, 0.03, 5
UNSEEN_TECHNIQUES = {
    "pii": 0.90,
    "url_obfuscated": 0.90,
    "spam_ad": 0.85,
    "empty_invisible": 1.0,
    "length": 1.0,
}

Judged = tuple[list[Row], list[Outcome]]


@cache
def moderator() -> Moderator:
    return shipped_moderator()


def core(rows: list[Row]) -> Judged:
    chosen = [row for row in rows if row.tier == "core"]
    return chosen, judge(moderator(), chosen)


@pytest.fixture(scope="module")
def tuned() -> Judged:
    return core(read_rows(TUNED_ON))


@pytest.fixture(scope="module")
def by_technique(tuned: Judged) -> dict[str, Tally]:
    return dict(tally_by(lambda row: row.technique, *tuned))


def wrong(rows: list[Row], outcomes: list[Outcome], technique: str | None = None) -> str:
    """The rows to look at when a floor gives way."""
    return "\n".join(
        f"{row.id} {row.technique} {row.expect}: {row.text!a}"
        for row, done in zip(rows, outcomes, strict=True)
        if done.flagged != (row.expect == "flag") and technique in (None, row.technique)
    )


def test_the_rows_are_many_and_half_of_them_innocent() -> None:
    rows = read_rows(TUNED_ON)
    assert len({row.id for row in rows}) == len(rows) >= 600
    assert sum(row.expect == "allow" for row in rows) >= len(rows) / 2
    assert {row.technique for row in rows if row.expect != "either"} == set(FLOORS)


def test_recall_overall(tuned: Judged) -> None:
    assert (tally(*tuned).recall or 0) >= RECALL, wrong(*tuned)


def test_false_flags_overall(tuned: Judged) -> None:
    assert (tally(*tuned).false_flags or 0) <= FALSE_FLAGS, wrong(*tuned)


@pytest.mark.parametrize("technique", FLOORS)
def test_technique(tuned: Judged, by_technique: dict[str, Tally], technique: str) -> None:
    least, most = FLOORS[technique]
    found = by_technique[technique]
    assert found.recall is None or found.recall >= least, wrong(*tuned, technique)
    assert found.false_flags is None or found.false_flags <= most, wrong(*tuned, technique)


def test_no_innocent_row_is_refused(tuned: Judged) -> None:
    rows, outcomes = tuned
    refused = [
        row for row, done in zip(rows, outcomes, strict=True) if row.expect == "allow" and done.refused
    ]
    assert refused == []


def test_a_disguise_changes_little(tuned: Judged) -> None:
    pairs = compare_pairs(moderator(), tuned[0])
    assert pairs.rows >= 600
    assert pairs.same_class >= pairs.rows * SAME_CLASS


def test_what_is_a_matter_of_policy_follows_it() -> None:
    """Each action is the strongest that a broken clause asks for, and names the clauses it stands on."""
    rows = [row for row in read_rows(TUNED_ON) if row.expect == "either"]
    assert len(rows) >= 30
    for decision in moderator().judge_many(Comment(row.text) for row in rows):
        assert decision.skipped == ()
        assert decision.action == max((r.action for r in decision.reasons), default=Action.ALLOW)
        assert bool(decision.clauses) == (decision.action > Action.ALLOW)


@pytest.mark.parametrize(
    ("technique", "text", "flagged"),
    [
        ("length", "가" * 251, True),
        ("length", "씨발 " * 5, False),  # a row about length says nothing of words
        ("plain", "씨발 " * 5, True),
        ("plain", "좋은 기사 감사합니다", False),
    ],
)
def test_rows_about_length_are_judged_by_length_alone(technique: str, text: str, flagged: bool) -> None:
    row = Row("x", text, None, "ko", technique, "flag", "core")
    assert outcome(row, moderator().judge(Comment(text))).flagged is flagged


if UNSEEN.exists():  # the rows come after the tuning

    def test_rows_that_nobody_tuned_on() -> None:
        rows, outcomes = core(read_rows(UNSEEN))
        whole = tally(rows, outcomes)
        assert (whole.recall or 0) >= UNSEEN_RECALL
        assert (whole.false_flags or 0) <= UNSEEN_FALSE_FLAGS
        assert whole.refused == 0
        for technique, found in tally_by(lambda row: row.technique, rows, outcomes).items():
            least = UNSEEN_TECHNIQUES.get(technique, UNSEEN_TECHNIQUE)
            assert found.flag < FEW or (found.recall or 0) >= least, technique


@pytest.mark.parametrize("file", UNSEEN_ONCE, ids=lambda file: file.stem)
def test_rows_that_were_unseen_once(file: Path) -> None:
    rows, outcomes = core(read_rows(file))
    whole = tally(rows, outcomes)
    assert whole.flag >= 150
    assert whole.allow >= 200
    assert (whole.recall or 0) >= RECALL, wrong(rows, outcomes)
    assert (whole.false_flags or 0) <= FALSE_FLAGS, wrong(rows, outcomes)
    assert whole.refused == 0
