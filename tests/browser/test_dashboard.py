"""The leads' dashboard in both languages and colour schemes, at a desk and on a phone: axe-core finds nothing."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from moderation.store import Status
from moderation.types import Action, Comment, Language

from .conftest import Visits
from .test_pages import VARIANTS, is_in_bounds, violations
from .visits import Visit


def fill_desk(visit: Visit) -> None:
    """Something under each figure but second looks."""
    store, moderator = visit.site.store, visit.site.moderator
    for number, text in enumerate(
        ["바보 같은 소리 010-1234-5678", "http://example.com", "좋은 소식입니다"] * 4
    ):
        comment = Comment(text, id=f"c{number}", author=f"이름 {number}")
        decision = moderator.judge(comment)
        is_held = decision.action is Action.HOLD
        store.add(comment, decision, Status.HELD if is_held else Status.PUBLISHED)
        if is_held and number < 6:
            store.rule(f"c{number}", Action.ALLOW if number % 2 else Action.REJECT, "mina")


@pytest.mark.parametrize(("language", "scheme", "size"), VARIANTS)
def test_the_dashboard(
    visits: Visits, language: Language, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    visit = visits(language, color_scheme=scheme, viewport=size)
    fill_desk(visit)

    visit.open("/review/dashboard")

    expect(visit.page.get_by_role("heading", level=1)).to_have_text(visit.text("dashboard_title"))
    expect(visit.page.get_by_role("img", name=visit.text("dashboard_volume"))).to_be_visible()
    assert violations(visit) == []
    assert is_in_bounds(visit)


def test_a_lead_downloads_decisions(visits: Visits) -> None:
    visit = visits("ko")
    fill_desk(visit)
    visit.open("/review/dashboard")

    with visit.page.expect_download() as started:
        visit.page.get_by_role("button", name=visit.text("dashboard_export")).click()

    text = started.value.path().read_text("utf-8-sig")
    assert started.value.suggested_filename.startswith("decisions-")
    assert len(text.splitlines()) == 1 + len(
        [e for e in visit.site.store.audit.entries() if e.act == "decision"]
    )
