"""The main job, from an empty box to a comment under the article."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from moderation.store import Status
from moderation.types import Action, Comment

from .conftest import Visits
from .visits import ARTICLE, Visit

FINE = {"ko": "도서관이 밤에도 열린다니 반갑습니다.", "en": "Lovely news about the library."}
RUDE = {"ko": "이런 병신 같은 소식은 처음이네요", "en": "What a fucking idiot wrote this"}
RUDE_WORD = {"ko": "병신", "en": "fucking"}
HELD = {"ko": "사진은 http://example.com 에 있어요.", "en": "Pictures are at http://example.com today."}
NUMBER = {"ko": "제 번호는 900101-1234568 입니다.", "en": "My number is 900101-1234568 here."}
DRAWN_OUT = {"ko": "좋아" + "아" * 16 + " 정말 좋습니다", "en": "This is s" + "o" * 16 + " good"}


def test_a_comment_is_corrected_and_published(reader: Visit) -> None:
    reader.write(RUDE[reader.language])
    expect(reader.reasons.first).to_be_visible()
    expect(reader.marks.first).to_have_text(re.compile(RUDE_WORD[reader.language]))
    expect(reader.notice).to_be_visible()

    reader.write(FINE[reader.language])
    expect(reader.reasons).to_have_count(0)
    expect(reader.marks).to_have_count(0)
    expect(reader.notice).to_have_text(reader.text("box_clear"))

    reader.submit.click()
    expect(reader.thread).to_have_count(1)
    expect(reader.thread.first).to_contain_text(FINE[reader.language])
    expect(reader.thread.locator("article").first).to_be_focused()
    expect(reader.notice).to_have_text(reader.text("box_published"))
    expect(reader.area).to_have_value("")

    stored = reader.site.store.published(ARTICLE)
    assert [comment.body for comment in stored] == [FINE[reader.language]]

    reader.open()
    expect(reader.thread).to_have_count(1)


def test_a_held_comment_appears_once_a_moderator_approves(reader: Visit, visits: Visits) -> None:
    reader.post(HELD[reader.language])
    expect(reader.notice).to_have_text(reader.text("box_held"))
    expect(reader.box.locator(".pending")).to_contain_text(HELD[reader.language])
    expect(reader.area).to_have_value("")
    expect(reader.thread).to_have_count(0)

    desk = visits(reader.language)
    desk.open("/review/")
    card = desk.page.locator(".card")
    expect(card).to_have_count(1)
    expect(card.locator(".posted")).to_contain_text(HELD[reader.language][:2])
    expect(card.locator(".posted mark")).to_have_text(re.compile(r"example\.com"))
    expect(card.get_by_text("links.link").first).to_be_visible()
    card.get_by_role("button", name=desk.text("desk_approve")).click()
    expect(desk.said).to_have_text(desk.text("desk_said_approve", count=1))
    expect(desk.page.get_by_role("heading", name=desk.text("desk_empty"))).to_be_visible()

    reader.open()
    expect(reader.thread).to_have_count(1)
    expect(reader.thread.first).to_contain_text(HELD[reader.language])


def test_a_rejected_comment_never_appears(reader: Visit, visits: Visits) -> None:
    reader.post(HELD[reader.language])
    expect(reader.notice).to_have_text(reader.text("box_held"))
    [held] = reader.site.store.held()

    desk = visits(reader.language)
    desk.open("/review/")
    desk.page.keyboard.press("r")
    desk.page.keyboard.press("r")
    expect(desk.said).to_have_text(desk.text("desk_said_reject", count=1))

    assert reader.site.store.get(held.id).status is Status.REJECTED
    reader.open()
    expect(reader.thread).to_have_count(0)


def test_a_refused_comment_stays_in_the_box_with_the_reasons(reader: Visit) -> None:
    reader.post(NUMBER[reader.language])
    expect(reader.notice).to_have_text(reader.text("box_refused"))
    expect(reader.area).to_have_value(NUMBER[reader.language])
    expect(reader.area).to_have_attribute("aria-invalid", "true")
    expect(reader.area).to_be_focused()
    expect(reader.marks).to_have_text("900101-1234568")
    expect(reader.reasons).to_contain_text([reader.policy.message("privacy", reader.language)])
    expect(reader.reasons).to_contain_text([reader.text("box_clause", number=6)])
    assert reader.site.store.published(ARTICLE) == []
    assert reader.site.store.held_count() == 0


def test_an_author_is_asked_to_think_again_and_may_insist(reader: Visit) -> None:
    text = DRAWN_OUT[reader.language]
    reader.post(text)
    expect(reader.submit).to_have_text(reader.text("box_submit_anyway"))
    expect(reader.notice).to_have_text(reader.text("box_think"))
    expect(reader.thread).to_have_count(0)

    reader.write(text + "!")  # another text is another question
    expect(reader.submit).to_have_text(reader.text("box_submit"))
    reader.submit.click()
    expect(reader.submit).to_have_text(reader.text("box_submit_anyway"))
    reader.submit.click()
    expect(reader.thread.first).to_contain_text(text + "!")
    expect(reader.submit).to_have_text(reader.text("box_submit"))
    [stored] = reader.site.store.published(ARTICLE)
    assert stored.decision.action is Action.NUDGE


def test_older_comments_come_a_page_at_a_time(visit: Visit) -> None:
    for number in range(120):
        _publish(visit, f"{number}번째 댓글")
    visit.open()
    expect(visit.thread).to_have_count(50)
    expect(visit.thread.first).to_contain_text("119번째 댓글")
    more = visit.box.get_by_role("button", name=visit.text("box_more"))
    more.click()
    expect(visit.thread).to_have_count(100)
    expect(visit.thread.nth(50).locator("article")).to_be_focused()
    more.click()
    expect(visit.thread).to_have_count(120)
    expect(visit.thread.last).to_contain_text("0번째 댓글")
    expect(more).to_be_hidden()


def _publish(visit: Visit, text: str) -> None:
    moderator, store = visit.site.moderator, visit.site.store
    comment = Comment(text, author="물결 1000", article=ARTICLE)
    store.add(comment, moderator.judge(comment), Status.PUBLISHED)
