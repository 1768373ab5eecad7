"""From what was found to what happens: the only place where a finding turns into an action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.policy import Policy, Rule
from moderation.types import (
    Action,
    Decision,
    Finding,
    Language,
    Length,
    Reason,
    Skipped,
    Versions,
)


def decide(
    policy: Policy,
    findings: Sequence[Finding],
    skipped: Sequence[Skipped] = (),
    *,
    length: Length,
    language: Language,
    versions: Versions,
) -> Decision:
    """Weigh findings and skipped checks by the policy; the strongest action asked for wins.

    Pure: the same policy, findings and skipped checks always give the same decision, so a new policy
    can be replayed over stored findings.
    """
    scores = {finding.rule: finding.score for finding in findings if finding.score is not None}
    reasons = []
    for finding in findings:
        rule = policy.rules.get(finding.rule)
        if rule is None:
            continue
        action = _asked(rule, finding, scores, language)
        if action > Action.ALLOW:
            reasons.append(Reason(finding, rule.clause, action))
    reasons.sort(key=lambda reason: (-reason.action, reason.finding.score is not None))
    action = reasons[0].action if reasons else Action.ALLOW
    rule_id = reasons[0].finding.rule if reasons else None
    for skip in skipped:
        asked = policy.skipped.checks.get(skip.check, policy.skipped.action)
        if asked > action:
            action, rule_id = asked, f"skipped.{skip.check}"
    return Decision(
        action=action,
        rule=rule_id,
        findings=tuple(findings),
        reasons=tuple(reasons),
        clauses=tuple(dict.fromkeys(reason.clause for reason in reasons)),
        length=length,
        language=language,
        versions=versions,
        skipped=tuple(skipped),
    )


def _asked(rule: Rule, finding: Finding, scores: Mapping[str, float], language: Language) -> Action:
    """What one finding asks for. A word that needs confirming and has no score beside it counts in full."""
    if rule.thresholds is not None:
        thresholds = rule.thresholds.ko if language == "ko" else rule.thresholds.en
        return thresholds.action(finding.score) if finding.score is not None else Action.ALLOW
    if rule.by_severity is not None:
        by_severity, severity = rule.by_severity, finding.severity or "strong"
        if rule.confirm is not None:
            score = scores.get(f"toxicity.{rule.confirm.label}", 1.0)
            if score < getattr(rule.confirm.at_least, severity):
                by_severity = rule.confirm.otherwise
        chosen: Action = getattr(by_severity, severity)
        return chosen
    assert rule.action is not None  # the policy's validator has seen to it
    return rule.action
