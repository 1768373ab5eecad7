"""The rows of the evasion vectors, and what is counted over them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from moderation.engine import Moderator
from moderation.types import Action, Comment, Decision

VECTORS = Path(__file__).resolve().parents[1] / "tests" / "vectors"
TUNED_ON = VECTORS / "evasion.jsonl"
UNSEEN = VECTORS / "evasion_unseen.jsonl"
UNSEEN_ONCE = (VECTORS / "evasion_unseen2.jsonl", VECTORS / "evasion_unseen3.jsonl")
"""Each written without a look at lists or rows, measured once, then mended after; what it came to stands in the report."""

BEYOND_WORDS = ("empty_invisible", "length", "pii", "spam_ad", "url_obfuscated")
"""Techniques that no word list claims to see; they are scored apart, so that a comparison is fair."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comment and what should become of it.

    base : the same comment without its disguise.
    expect : `flag`: refused or held; `allow`: published; `either`: a matter of policy.
    tier : `core`, `stretch` (nobody is expected to see it) or `policy`.
    """

    id: str
    text: str
    base: str | None
    lang: str
    technique: str
    expect: Literal["flag", "allow", "either"]
    tier: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a subject did with a row. One that knows no holding never `refused`."""

    flagged: bool
    refused: bool = False
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some rows; `caught` are flagged `flag` rows, `false` and `refused` are `allow` rows."""

    flag: int
    caught: int
    allow: int
    false: int
    refused: int

    @property
    def recall(self) -> float | None:
        """Share of the `flag` rows that were flagged; None where there are none."""
        return self.caught / self.flag if self.flag else None

    @property
    def false_flags(self) -> float | None:
        """Share of the `allow` rows that were flagged; None where there are none."""
        return self.false / self.allow if self.allow else None


def read_rows(file: Path) -> list[Row]:
    """The rows of a file of JSON lines; fields that are not asked for are passed over."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [Row(**{name: line.get(name) for name in Row.__slots__}) for line in lines]


def outcome(row: Row, decision: Decision) -> Outcome:
    """Held or refused is flagged; a row about length is judged by the length rules alone."""
    action = decision.action
    if row.technique == "length":
        asked = [r.action for r in decision.reasons if r.finding.rule.startswith("length.")]
        action = max(asked, default=Action.ALLOW)
    return Outcome(action >= Action.HOLD, action is Action.REJECT, action)


def judge(moderator: Moderator, rows: Sequence[Row]) -> list[Outcome]:
    """What the moderator did with each row."""
    decisions = moderator.judge_many(Comment(row.text) for row in rows)
    return [outcome(row, decision) for row, decision in zip(rows, decisions, strict=True)]


def tally(rows: Iterable[Row], outcomes: Iterable[Outcome]) -> Tally:
    """The counts; `either` rows count nowhere."""
    pairs = list(zip(rows, outcomes, strict=True))
    flag = [done for row, done in pairs if row.expect == "flag"]
    allow = [done for row, done in pairs if row.expect == "allow"]
    return Tally(
        flag=len(flag),
        caught=sum(done.flagged for done in flag),
        allow=len(allow),
        false=sum(done.flagged for done in allow),
        refused=sum(done.refused for done in allow),
    )


def tally_by(
    key: Callable[[Row], str], rows: Sequence[Row], outcomes: Sequence[Outcome]
) -> Mapping[str, Tally]:
    """The counts for each value of the key, in alphabetical order."""
    groups: dict[str, list[tuple[Row, Outcome]]] = {}
    for row, done in zip(rows, outcomes, strict=True):
        groups.setdefault(key(row), []).append((row, done))
    return {
        name: tally([row for row, _ in group], [done for _, done in group])
        for name, group in sorted(groups.items())
    }


@dataclass(frozen=True, slots=True)
class Pairs:
    """How disguised rows fare beside the same comment undisguised (EV-4).

    same_class : published or stopped alike; same_action : allowed, nudged, held or refused alike.
    """

    rows: int
    same_class: int
    same_action: int


def compare_pairs(moderator: Moderator, rows: Sequence[Row]) -> Pairs:
    """Core `flag` rows against their bases; rows without a base are left out."""
    chosen = [row for row in rows if row.expect == "flag" and row.tier == "core" and row.base is not None]
    disguised = judge(moderator, chosen)
    plain = moderator.judge_many(Comment(row.base or "") for row in chosen)
    both = [
        (done, outcome(row, decision)) for row, done, decision in zip(chosen, disguised, plain, strict=True)
    ]
    return Pairs(
        rows=len(both),
        same_class=sum(a.flagged == b.flagged for a, b in both),
        same_action=sum(a.action == b.action for a, b in both),
    )


def either(rows: Sequence[Row], outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """What became of the rows that are a matter of policy: by technique, how often each action."""
    counted: dict[str, dict[str, int]] = {}
    for row, done in zip(rows, outcomes, strict=True):
        if row.expect == "either":
            actions = counted.setdefault(row.technique, {str(action): 0 for action in Action})
            actions[str(done.action)] += 1
    return dict(sorted(counted.items()))


def as_json(tallies: Mapping[str, Tally]) -> dict[str, dict[str, Any]]:
    """Counts and shares, for a machine."""
    return {
        name: {field: getattr(t, field) for field in (*Tally.__slots__, "recall", "false_flags")}
        for name, t in tallies.items()
    }
