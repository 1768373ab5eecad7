"""What was found earlier, from JSON lines or from the store, made ready for deciding again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moderation.cli.lines import context_in, identity_in
from moderation.cli.load import load_settings
from moderation.errors import InputError
from moderation.types import BY_POLICY, Context, Finding, Language, Length, Severity, Skipped, Span, Versions

if TYPE_CHECKING:
    from moderation.policy import Policy
    from moderation.types import Decision

_REASONS = ("crashed", "deadline", "unavailable")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one comment. `text` is None where only the findings were kept."""

    id: str | int | None
    text: str | None
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    length: Length
    language: Language
    versions: Versions
    context: Context

    def decided_by(self, policy: Policy, as_of: datetime | None = None) -> Decision:
        """What that policy makes of it; `as_of` puts another time in the place of the comment's own."""
        from moderation.decide import decide

        return decide(
            policy,
            self.findings,
            self.skipped,
            length=self.length,
            language=self.language,
            versions=replace(self.versions, policy=policy.version),
            now=as_of or self.context.now,
            standing=self.context.standing,
            section=self.context.section,
        )


def of_decision(id: str | int | None, text: str | None, decision: Decision, now: datetime) -> Found:
    """What a decision was made on."""
    return Found(
        id=id,
        text=text,
        findings=decision.findings,
        skipped=decision.skipped,
        length=decision.length,
        language=decision.language,
        versions=decision.versions,
        context=Context(now=now, standing=decision.standing, section=decision.section),
    )


def in_line(row: dict[str, Any]) -> Found:
    """What stands on a line of `moderation check --jsonl --replayable`; raises InputError."""
    if row.get("language") not in ("ko", "en"):
        raise InputError(
            "has neither `text` nor `language`; give the text, or write the findings anew with "
            "`moderation check --jsonl FILE --replayable`"
        )
    try:
        scores = [
            Finding(f"toxicity.{label}", Span(0, 0), score=_score(score))
            for label, score in row["scores"].items()
        ]
        found = [_finding(raw) for raw in row["findings"] if raw["score"] is None]
        skipped = tuple(_skipped(raw) for raw in row["skipped"])
        length = Length(int(row["length"]["graphemes"]), int(row["length"]["limit"]))
        versions = Versions(
            row["versions"]["policy"], row["versions"]["model"], row["versions"]["normaliser"]
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError("is no line of `moderation check --jsonl FILE --replayable`") from None
    findings = (*found, *scores)
    context = context_in(row)
    return Found(identity_in(row), None, findings, skipped, length, row["language"], versions, context)


def in_store(url: str, days: int) -> Iterator[Found]:
    """What was found in the comments of the last days."""
    from moderation.store import Store

    since = datetime.now(UTC) - timedelta(days=days)
    with Store.open(url, load_settings().audit_keys) as store:
        for comment in store.judged(since):
            if comment.decision.by == BY_POLICY:
                yield of_decision(comment.id, comment.body, comment.decision, comment.received_at)


def _finding(raw: dict[str, Any]) -> Finding:
    severity = Severity(raw["severity"]) if "severity" in raw else None
    return Finding(str(raw["rule"]), Span(int(raw["start"]), int(raw["end"])), severity=severity)


def _score(score: float) -> float:
    if not math.isfinite(score):
        raise ValueError("no probability")
    return float(score)


def _skipped(raw: dict[str, Any]) -> Skipped:
    if raw["reason"] not in _REASONS:
        raise ValueError("no reason")
    return Skipped(str(raw["check"]), raw["reason"])
