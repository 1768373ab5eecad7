"""What findings ask for: each by itself, in combination, and in sum. Exceptions change all three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.decide.plan import Case, Pattern, Plan
from moderation.policy import Rule
from moderation.types import Action, Finding, Language, Reason, Severity, Standing

Outcome = tuple[Action, str | None, tuple[Reason, ...]]
"""The strongest action, what settled it, and everything that asked for one, weightiest first."""

NOTHING: Outcome = (Action.ALLOW, None, ())


class Scene:
    """What was found in one comment, of whom and where, with what each finding asks for by its rule."""

    def __init__(
        self,
        plan: Plan,
        findings: Sequence[Finding],
        scores: Mapping[str, float],
        language: Language,
        standing: Standing,
        section: str | None,
    ) -> None:
        self.plan = plan
        self.language = language
        self.standing = standing
        self.section = section
        self.asked = [(each, _asked(plan.rules[each.rule], each, scores, language)) for each in findings]
        self._rules = {each.rule for each in findings}
        self._exemptions = [each for each in plan.exemptions if self.meets(each.case)]

    def meets(self, case: Case) -> bool:
        """Whether everything holds that a condition names."""
        return (
            (not case.standing or self.standing in case.standing)
            and (not case.section or self.section in case.section)
            and all(self.found([sign]) for sign in case.all)
            and (not case.any or bool(self.found(case.any)))
            and not self.found(case.none)
        )

    def found(self, signs: Sequence[Pattern]) -> list[Finding]:
        """The findings that are one of these signs."""
        near = [sign for sign in signs if not sign.names.isdisjoint(self._rules)]
        if not near:
            return []
        return [
            each
            for each, action in self.asked
            if any(_is(sign, each, action, self.plan.rules[each.rule]) for sign in near)
        ]

    def changed(
        self, action: Action, name: str, severity: Severity | None = None, score: float | None = None
    ) -> Action:
        """What is asked for once the exceptions have had their say, in the order of the policy."""
        for each in self._exemptions:
            if not each.covers(name, severity):
                continue
            way = each.exemption
            if way.thresholds is not None:
                action = (
                    Action.ALLOW if score is None else way.thresholds.in_language(self.language).action(score)
                )
            elif action > Action.ALLOW:
                action = action if way.action is None else way.action
                action = action if way.at_most is None else min(action, way.at_most)
                action = action if way.at_least is None else max(action, way.at_least)
        return action

    def points(self, finding: Finding) -> float:
        """What a finding adds to the total; nothing where an exception lets it pass."""
        rule = self.plan.rules[finding.rule]
        points = rule.points(finding.severity)
        for each in self._exemptions:
            lets_pass = Action.ALLOW in (each.exemption.action, each.exemption.at_most)
            if lets_pass and each.covers(finding.rule, finding.severity):
                return 0.0
        if finding.score is None:
            return points if rule.thresholds is None else 0.0
        return points * finding.score if finding.score >= self.plan.totals.scores_from else 0.0


def weigh(scene: Scene) -> Outcome:
    """What all findings of a scene come to."""
    reasons = _one_by_one(scene)
    reasons = _strongest([*reasons, *_combined(scene)])
    reasons.sort(key=lambda reason: (-reason.action, reason.finding.score is not None))
    action, rule, _ = NOTHING
    if reasons:
        action, rule = reasons[0].action, reasons[0].through or reasons[0].finding.rule
    total, parts = _total(scene)
    name = f"totals.{total}"
    total = scene.changed(total, name)
    if total > action:
        explained = {reason.finding for reason in reasons}
        more = [
            Reason(finding, scene.plan.rules[finding.rule].clause, total, through=name)
            for finding in parts
            if finding not in explained
        ]
        return total, name, (*more, *reasons)
    return action, rule, tuple(reasons)


def _one_by_one(scene: Scene) -> list[Reason]:
    reasons = []
    for finding, asked in scene.asked:
        action = scene.changed(asked, finding.rule, finding.severity, finding.score)
        if action > Action.ALLOW:
            reasons.append(Reason(finding, scene.plan.rules[finding.rule].clause, action))
    return reasons


def _combined(scene: Scene) -> list[Reason]:
    reasons = []
    for each in scene.plan.combinations:
        if scene.meets(each.case) and (action := scene.changed(each.action, each.name)) > Action.ALLOW:
            signs = (*each.case.all, *each.case.any)
            reasons += [Reason(finding, each.clause, action, each.name) for finding in scene.found(signs)]
    return reasons


def _strongest(reasons: Sequence[Reason]) -> list[Reason]:
    """Of reasons with the same finding and clause the strongest; the finding's own rule where two are as strong."""
    if not any(reason.through for reason in reasons):
        return list(reasons)
    kept: dict[tuple[Finding, str], Reason] = {}
    for reason in reasons:
        key = (reason.finding, reason.clause)
        if key not in kept or reason.action > kept[key].action:
            kept[key] = reason
    return list(kept.values())


def _total(scene: Scene) -> tuple[Action, list[Finding]]:
    """The action that all points together reach, and the findings that add any."""
    sums: dict[str, float] = {}
    parts = []
    for finding, _ in scene.asked:
        points = scene.points(finding)
        if points > 0:
            group = scene.plan.rules[finding.rule].group or finding.rule
            sums[group] = sums.get(group, 0.0) + points
            parts.append(finding)
    caps = scene.plan.caps
    return scene.plan.totals.action(
        sum(min(points, caps.get(group, points)) for group, points in sums.items())
    ), parts


def _is(sign: Pattern, finding: Finding, action: Action, rule: Rule) -> bool:
    """Whether a finding is what a condition looks for: a score where it is high enough, anything else as such."""
    if not sign.fits(finding.rule, finding.severity):
        return False
    if sign.score is not None:
        return finding.score is not None and finding.score >= sign.score
    return action > Action.ALLOW or rule.thresholds is None


def _asked(rule: Rule, finding: Finding, scores: Mapping[str, float], language: Language) -> Action:
    """What one finding asks for. A word that needs confirming and has no score beside it counts in full."""
    if rule.thresholds is not None:
        return (
            rule.thresholds.in_language(language).action(finding.score)
            if finding.score is not None
            else Action.ALLOW
        )
    if rule.by_severity is not None:
        by_severity, severity = rule.by_severity, finding.severity or Severity.STRONG
        if rule.confirm is not None:
            score = scores.get(f"toxicity.{rule.confirm.label}", 1.0)
            if score < getattr(rule.confirm.at_least, severity):
                by_severity = rule.confirm.otherwise
        chosen: Action = getattr(by_severity, severity)
        return chosen
    assert rule.action is not None  # the policy's validator has seen to it
    return rule.action
