"""Why a comment was held: clauses with everything that speaks for them, scores with thresholds, words with weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.engine import Moderator
from moderation.policy import Policy
from moderation.store.decisions import StoredDecision
from moderation.text.normalize import Text, normalize
from moderation.types import Action, Context, Finding, Label, Language, Reason, Span

WORDS = 40
"""Words of a comment shown with their weights at most."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A threshold: from here on the rule asks for that action."""

    action: Action
    percent: int


@dataclass(frozen=True, slots=True)
class Score:
    """A probability beside the thresholds of its rule in the policy in force."""

    percent: int
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule found something. can_be_wrong : whether it is about certain words, so that it may be a wrong hit."""

    evidence: str
    span: Span
    can_be_wrong: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """What one rule found: a score for the whole comment, or places in it."""

    rule: str
    score: Score | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One clause that the comment seems to break, with everything that speaks for it."""

    number: int
    clause: int | None
    title: str
    action: Action
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the folded comment. level : from -3 (speaks against the label) to 3 (for it); `shown` is the log-odds."""

    text: str
    level: str
    shown: str


@dataclass(frozen=True, slots=True)
class Words:
    """What each word added to the score of one label."""

    label: Label
    words: tuple[Word, ...]


def reasons(decision: StoredDecision, policy: Policy, language: Language) -> list[Why]:
    """The clauses by number, the weightiest first, for somebody who reads that language."""
    return [
        _why(number, clause, decision, policy, language)
        for number, clause in enumerate(clauses_of(decision.reasons), 1)
    ]


def clauses_of(reasons: Sequence[Reason]) -> list[str]:
    """The clauses of these reasons, each once."""
    return list(dict.fromkeys(reason.clause for reason in reasons))


def _why(number: int, id: str, decision: StoredDecision, policy: Policy, language: Language) -> Why:
    own = [reason for reason in decision.reasons if reason.clause == id]
    clause = policy.clauses.get(id)  # None where the policy has dropped it since
    rules = dict.fromkeys(reason.finding.rule for reason in own)
    return Why(
        number=number,
        clause=clause.number if clause else None,
        title=clause.title.in_language(language) if clause else id,
        action=max(reason.action for reason in own),
        hits=tuple(
            _hit([reason.finding for reason in own if reason.finding.rule == rule], policy, decision.language)
            for rule in rules
        ),
    )


def _hit(findings: Sequence[Finding], policy: Policy, language: Language) -> Hit:
    """What was found by one rule."""
    scored = [finding for finding in findings if finding.score is not None]
    return Hit(
        rule=findings[0].rule,
        score=_score(scored[0], policy, language) if scored else None,
        places=tuple(dict.fromkeys(_place(finding) for finding in findings if finding.score is None)),
    )


def _place(finding: Finding) -> Place:
    evidence = re.sub("`([^`]*)`", r"“\1”", finding.evidence)
    return Place(evidence, finding.span, finding.span.end > finding.span.start)


def _score(finding: Finding, policy: Policy, language: Language) -> Score:
    rule = policy.rules.get(finding.rule)
    thresholds = rule.thresholds.in_language(language) if rule and rule.thresholds else None
    ticks = []
    for action in (Action.NUDGE, Action.HOLD, Action.REJECT):
        value = getattr(thresholds, str(action), None)
        if value is not None:
            ticks.append(Tick(action, round(100 * value)))
    return Score(round(100 * (finding.score or 0)), tuple(ticks))


def words(body: str, decision: StoredDecision, moderator: Moderator) -> Words | None:
    """The words behind the score that weighed most; None where none did, or another model gave it."""
    classifier = moderator.classifier
    scored = [reason.finding for reason in decision.reasons if reason.finding.score is not None]
    if classifier is None or not scored or classifier.version != decision.versions.model:
        return None
    top = max(scored, key=lambda finding: finding.score or 0)
    label = Label(top.rule.removeprefix("toxicity."))
    text = read(body, moderator)
    explained = classifier.explain(text.judged, text.language, label)
    return Words(label, tuple(_word(word.text, word.weight) for word in explained.words[:WORDS]))


def _word(text: str, weight: float) -> Word:
    size = min(3, int(abs(weight) / 0.4 + 0.5))
    level = size if weight > 0 else -size
    return Word(text, str(level), f"{weight:+.1f}")


def read(body: str, moderator: Moderator) -> Text:
    """The comment as the classifier read it: what the word check found innocent is left out."""
    text = normalize(body)
    for check in moderator.checks:
        if check.name == "words":
            check.run(text, Context())
    return text
