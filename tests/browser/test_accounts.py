"""Signing in, one's own account, and the administrators' page, in a real browser."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from moderation.store.accounts import Role, Scope
from moderation.types import Language

from .conftest import Visits
from .test_pages import VARIANTS, is_in_bounds, violations
from .visits import Visit

PASSWORD = "correct horse battery"


def fill(visit: Visit, name: str, password: str) -> None:
    """Send the form of the sign-in page."""
    visit.page.get_by_label(visit.text("account_name")).fill(name)
    visit.page.get_by_label(visit.text("account_password"), exact=True).fill(password)
    visit.page.get_by_role("button", name=visit.text("signin_submit")).click()


def test_from_a_link_to_a_password_of_one_s_own_and_out(visits: Visits) -> None:
    visit = visits("en")
    accounts = visit.site.store.accounts
    accounts.add("seo", Role.MODERATOR, by="command-line", display="서 기자", language="en")
    code = accounts.make_link("seo", by="command-line")
    visit.page.goto(f"{visit.site.url}/sign-in/link?code={code}&lang=en")
    visit.page.get_by_role("button", name=visit.text("signin_submit")).click()
    expect(visit.page).to_have_url(re.compile("/review/$"))
    visit.open("/account")
    visit.page.get_by_label(visit.text("account_password_new", shortest=12)).fill(PASSWORD)
    visit.page.get_by_label(visit.text("account_password_again")).fill(PASSWORD)
    visit.page.get_by_role("button", name=visit.text("account_password_change")).click()
    expect(visit.page.get_by_role("status")).to_have_text(visit.text("account_own_said_password"))
    visit.page.get_by_role("button", name=visit.text("page_sign_out")).click()
    expect(visit.page.get_by_role("status")).to_have_text(visit.text("signin_said_out"))
    fill(visit, "seo", "wrong")
    expect(visit.page.get_by_role("status")).to_have_text(visit.text("signin_said_wrong"))
    assert violations(visit) == []
    fill(visit, "seo", PASSWORD)
    expect(visit.page).to_have_url(re.compile("/review/$"))


@pytest.mark.parametrize(("language", "scheme", "size"), VARIANTS)
def test_every_page_is_readable_and_in_bounds(
    visits: Visits, language: Language, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    visit = visits(language, color_scheme=scheme, viewport=size)
    visit.open("/sign-in")
    expect(visit.page.locator("html")).to_have_attribute("lang", language)
    assert violations(visit) == []
    assert is_in_bounds(visit)
    visit.sign_in_at_desk()
    accounts = visit.site.store.accounts
    accounts.add("someone.with.a.long.name@news.example", Role.LEAD, by="root", display="이름" * 16)
    accounts.add("kim", Role.EDITOR, by="root")
    accounts.disable("kim", by="root")
    accounts.tokens.add("cms", list(Scope), by="root")
    for path in ("/account", "/accounts"):
        visit.open(path)
        expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(visit) == []
        assert is_in_bounds(visit)
    visit.page.get_by_role("button", name=visit.text("account_link")).first.click()
    expect(visit.page.locator("#shown")).to_have_value(re.compile(r"/sign-in/link\?code="))
    assert violations(visit) == []
    assert is_in_bounds(visit)


def test_no_other_page_shows_the_desk_in_a_frame(visits: Visits) -> None:
    """UI-5."""
    visit = visits("en")
    visit.sign_in_at_desk()
    for path in ("/review/", "/accounts", "/account", "/sign-in"):
        visit.page.goto(f"{visit.site.url}/healthz")
        visit.page.set_content(f'<iframe src="{visit.site.url}{path}"></iframe>')
        frame = visit.page.frame_locator("iframe")
        expect(frame.get_by_role("heading")).to_have_count(0)
    visit.faults.clear()  # the browser says that it refused, which is what is wanted
