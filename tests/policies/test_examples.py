"""The default policy does with its own examples what it says of them."""

from __future__ import annotations

import pytest

from moderation import load_policy
from moderation.cli.policy.examples import examples_in, judged_otherwise
from tests.unhurried import shipped_moderator

POLICY = load_policy()
ABOUT_FORM = {"length", "form"}


def test_the_default_policy_bears_its_examples_out() -> None:
    failed = judged_otherwise(shipped_moderator(), list(examples_in(POLICY)))
    assert [(example, decision.action, decision.rule) for example, decision in failed] == []


# `standing` is about the author: no comment could be an example of it.
@pytest.mark.parametrize("name", [name for name in POLICY.clauses if name != "standing"])
def test_every_clause_has_examples_in_both_languages(name: str) -> None:
    clause = POLICY.clauses[name]
    least = 1 if name in ABOUT_FORM else 3
    for examples in (clause.violates, clause.allows):
        assert min(len(examples.ko), len(examples.en)) >= least
        assert not any("가" <= char <= "힣" for text in examples.en for char in text)


def test_examples_stand_in_one_place_only() -> None:
    texts = [example.text for example in examples_in(POLICY)]
    assert len(texts) == len(set(texts))
