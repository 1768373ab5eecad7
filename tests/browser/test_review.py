"""The moderators' page: from the keyboard, without scripts, and when two people decide at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from moderation.store import Status, StoredComment
from moderation.types import Action, Comment

from .conftest import Visits
from .visits import ARTICLE, Visit


def hold(visit: Visit, text: str, author: str = "물결 1000") -> StoredComment:
    """Have a comment wait for a moderator."""
    comment = Comment(text, author=author, article=ARTICLE)
    return visit.site.store.add(comment, visit.site.moderator.judge(comment), Status.HELD)


def status(visit: Visit, comment: StoredComment) -> Status:
    return visit.site.store.get(comment.id).status


def test_a_shift_from_the_keyboard(visit: Visit) -> None:
    first, second, third = (hold(visit, f"{name} http://example.com") for name in ("하나", "둘", "셋"))
    visit.open("/review/")
    cards = visit.page.locator(".card")
    expect(cards).to_have_count(3)
    press = visit.page.keyboard.press
    press("a")  # nothing is chosen yet: the first key only chooses
    expect(cards.nth(0)).to_be_focused()
    assert visit.site.store.held_count() == 3
    press("j")
    expect(cards.nth(1)).to_be_focused()
    press("k")
    press("k")
    expect(cards.nth(0)).to_be_focused()
    press("a")
    expect(cards).to_have_count(2)
    expect(visit.page.get_by_role("status")).to_have_text(visit.text("review_approved"))
    expect(visit.page.locator("[data-count]")).to_have_text(visit.text("review_count", count=2))
    expect(cards.nth(0)).to_be_focused()
    press("r")
    expect(cards).to_have_count(1)
    expect(cards.nth(0)).to_be_focused()
    press("a")
    expect(cards).to_have_count(0)
    expect(visit.page.get_by_role("heading", name=visit.text("review_all_shown"))).to_be_visible()
    expect(visit.page.locator("#main")).to_be_focused()
    assert [status(visit, comment) for comment in (first, second, third)] == [
        "published",
        "rejected",
        "published",
    ]
    assert visit.site.store.get(first.id).decision.by == "hanyeoul"


def test_keys_work_on_a_korean_keyboard(visit: Visit) -> None:
    hold(visit, "하나 http://example.com")
    visit.open("/review/")
    for key, code in (("ㅓ", "KeyJ"), ("ㅁ", "KeyA")):
        visit.page.evaluate(
            "([key, code]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', {key, code, bubbles: true}))",
            [key, code],
        )
    expect(visit.page.get_by_role("status")).to_have_text(visit.text("review_approved"))


def test_the_keys_are_explained(visit: Visit) -> None:
    hold(visit, "하나 http://example.com")
    visit.open("/review/")
    visit.page.keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name=visit.text("review_keys"))
    expect(dialog).to_be_visible()
    visit.page.keyboard.press("a")  # keys rest while the help is open
    visit.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert visit.site.store.held_count() == 1


@pytest.mark.parametrize(("button", "becomes"), [("approve", Status.PUBLISHED), ("reject", Status.REJECTED)])
def test_it_works_without_scripts(visits: Visits, button: str, becomes: Status) -> None:
    visit = visits("en", java_script_enabled=False)
    comment = hold(visit, "Look at http://example.com please")
    hold(visit, "Another one http://example.com")
    visit.open("/review/")
    visit.page.locator(f".{button}").first.click()
    said = "review_approved" if button == "approve" else "review_rejected"
    expect(visit.page.get_by_role("status")).to_have_text(visit.text(said))
    expect(visit.page.locator(".card")).to_have_count(1)
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    assert status(visit, comment) is becomes


def test_the_second_of_two_moderators_is_told(visits: Visits) -> None:
    one, two = visits(), visits()
    comment = hold(one, "둘이 함께 보는 http://example.com")
    one.open("/review/")
    two.open("/review/")
    one.page.locator(".approve").click()
    expect(one.page.get_by_role("status")).to_have_text(one.text("review_approved"))
    two.page.locator(".reject").click()
    expect(two.page.get_by_role("status")).to_have_text(two.text("review_conflict"))
    expect(two.page.locator(".card")).to_have_count(0)
    assert status(one, comment) is Status.PUBLISHED
    assert len(one.site.store.decisions(comment.id)) == 2


def test_a_page_whose_cookie_is_gone_rules_nothing(visit: Visit) -> None:
    hold(visit, "쿠키가 사라진 http://example.com")
    visit.open("/review/")
    visit.page.context.clear_cookies()
    visit.page.locator(".approve").click()
    expect(visit.page.get_by_role("alert")).to_have_text(visit.text("review_stale"))
    expect(visit.page.locator(".card")).to_have_count(1)
    assert visit.site.store.held_count() == 1


def test_a_service_that_is_gone_is_said_on_the_card(visit: Visit) -> None:
    hold(visit, "멈춘 서버 http://example.com")
    visit.open("/review/")
    visit.site.stop()
    visit.page.locator(".approve").click()
    expect(visit.page.get_by_role("alert")).to_have_text(visit.text("review_failed"))
    visit.site.start()
    visit.page.locator(".approve").click()
    expect(visit.page.get_by_role("status")).to_have_text(visit.text("review_approved"))


def test_the_longest_waiting_come_first_a_page_at_a_time(visit: Visit) -> None:
    for number in range(30):
        hold(visit, f"{number}번 http://example.com")
    visit.open("/review/")
    cards = visit.page.locator(".card")
    expect(cards).to_have_count(25)
    expect(cards.first).to_contain_text("0번")
    visit.page.get_by_role("link", name=visit.text("review_next")).click()
    expect(cards).to_have_count(5)
    expect(cards.first).to_contain_text("25번")


def test_an_empty_queue_says_so(visit: Visit) -> None:
    visit.open("/review/")
    expect(visit.page.get_by_role("heading", name=visit.text("review_empty"))).to_be_visible()


def test_a_card_shows_what_was_found_and_which_rule_settled(visit: Visit) -> None:
    comment = hold(visit, "😀 문의는 010-1234-5678 또는 http://example.com 으로")
    visit.open("/review/")
    card = visit.page.locator(".card")
    expect(card.locator("mark")).to_have_text(["010-1234-5678", re.compile("example.com")])
    for clause in comment.decision.clauses:
        expect(card).to_contain_text(visit.policy.clauses[clause].title.ko)
    expect(card.locator(".settled")).to_contain_text(comment.decision.rule or "")
    expect(card.get_by_role("link", name=re.compile("나루터 도서관"))).to_be_visible()
    assert comment.decision.action >= Action.HOLD
