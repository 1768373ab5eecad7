from __future__ import annotations

import pytest

from moderation import Comment
from moderation.checks.standing import StandingCheck
from moderation.text.normalize import normalize
from moderation.types import Action, Context, Span, Standing
from tests.unhurried import shipped_moderator

FAIR = ["기사 잘 읽었습니다", "Thank you for this article"]


@pytest.mark.parametrize("body", FAIR)
@pytest.mark.parametrize(
    ("standing", "rules"),
    [
        (Standing.BARRED, ["standing.barred"]),
        (Standing.WATCHED, ["standing.watched"]),
        (Standing.NEW, []),
        (Standing.KNOWN, []),
        (Standing.TRUSTED, []),
        (Standing.STAFF, []),
    ],
)
def test_only_marked_authors_are_found(body: str, standing: Standing, rules: list[str]) -> None:
    found = StandingCheck().run(normalize(body), Context(standing=standing))

    assert [finding.rule for finding in found] == rules
    assert all(finding.span == Span(0, len(body)) for finding in found)


@pytest.mark.parametrize("body", FAIR)
@pytest.mark.parametrize(
    ("standing", "action", "clauses"),
    [
        (Standing.BARRED, Action.REJECT, ("standing",)),
        (Standing.WATCHED, Action.HOLD, ("standing",)),
        (Standing.KNOWN, Action.ALLOW, ()),
    ],
)
def test_the_policy_says_what_follows(
    body: str, standing: Standing, action: Action, clauses: tuple[str, ...]
) -> None:
    decision = shipped_moderator().judge(Comment(body), Context(standing=standing))

    assert (decision.action, decision.clauses) == (action, clauses)
