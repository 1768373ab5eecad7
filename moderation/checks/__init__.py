"""The questions asked of every comment, in order, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, runtime_checkable

from moderation.checks.flooding import FloodingCheck
from moderation.checks.form import FormCheck
from moderation.checks.length import LengthCheck
from moderation.checks.links import LinkCheck
from moderation.checks.patterns import PatternCheck
from moderation.checks.personal_data import PersonalDataCheck
from moderation.checks.repetition import RepetitionCheck
from moderation.checks.standing import StandingCheck
from moderation.checks.toxicity import ToxicityCheck
from moderation.checks.words import WordCheck
from moderation.model.classifier import Classifier
from moderation.policy import Policy
from moderation.text.normalize import Text
from moderation.types import Context, Finding


class Check(Protocol):
    """One question. It looks at the text and reports; what follows from that is the policy's."""

    name: str

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """Everything seen, with spans of the original body."""


@runtime_checkable
class BatchCheck(Check, Protocol):
    """A check that is cheaper for many texts at once."""

    def run_many(self, texts: Sequence[Text]) -> Sequence[Sequence[Finding]]:
        """What `run` reports, for each text in order."""


def build_checks(policy: Policy, classifier: Classifier | None) -> list[Check]:
    """The ordered list: cheap and certain first, so that the deadline costs the least."""
    return [
        StandingCheck(),  # of the author, not of the text: it costs nothing
        LengthCheck(policy.limits),  # too long or empty: nothing else matters to the author
        FormCheck(policy.form),
        PersonalDataCheck(),  # numbers and addresses must not be shown to anybody
        LinkCheck(policy.links),
        RepetitionCheck(policy.repetition),
        FloodingCheck(policy.flooding),  # the only one that asks what was written before
        PatternCheck(policy.patterns),
        _word_check(policy.entries, policy.ordinary, policy.nouns),
        ToxicityCheck(classifier),  # the reading of the whole, but for what the words check spared
    ]


# The one check that takes long to build: a swap that leaves the lists alone, and a rollback, find it here.
_word_check = lru_cache(maxsize=4)(WordCheck)
