"""From what was found to what happens: the only place where a finding turns into an action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from moderation.decide.plan import plan_for
from moderation.decide.weigh import NOTHING, Scene, weigh
from moderation.policy import Policy
from moderation.types import (
    Decision,
    Finding,
    Language,
    Length,
    Reason,
    Skipped,
    Standing,
    Versions,
)

__all__ = ["decide"]


def decide(
    policy: Policy,
    findings: Sequence[Finding],
    skipped: Sequence[Skipped] = (),
    *,
    length: Length,
    language: Language,
    versions: Versions,
    now: datetime | None = None,
    standing: Standing = Standing.KNOWN,
    section: str | None = None,
) -> Decision:
    """Weigh findings and skipped checks by the policy; the strongest action asked for wins.

    Pure: the same arguments always give the same decision, so a new policy can be replayed over stored
    findings.

    now : picks what is in force by date; without it everything is.
    standing, section : of whom and where, for the policy's exceptions and combinations.
    """
    plan = plan_for(policy, now)
    quiet = plan.quiet[language]
    loud = [
        finding
        for finding in findings
        if (bar := quiet.get(finding.rule)) is not None
        and not (finding.score is not None and finding.score < bar)
    ]
    action, rule, reasons = NOTHING
    if loud:
        scores = {finding.rule: finding.score for finding in findings if finding.score is not None}
        action, rule, reasons = weigh(Scene(plan, loud, scores, language, standing, section))
    for skip in skipped:
        asked = policy.skipped.checks.get(skip.check, policy.skipped.action)
        if asked > action:
            action, rule = asked, f"skipped.{skip.check}"
    return Decision(
        action=action,
        rule=rule,
        findings=tuple(findings),
        reasons=reasons,
        clauses=_clauses(reasons) if reasons else (),
        length=length,
        language=language,
        versions=versions,
        skipped=tuple(skipped),
        standing=standing,
        section=section,
    )


def _clauses(reasons: Sequence[Reason]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason.clause for reason in reasons))
