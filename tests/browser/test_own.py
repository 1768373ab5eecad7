"""What becomes of one's own comments, in the box: told, edited, appealed; and comments of others, reported."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from moderation.store import Status
from moderation.store.desk import Act, Ruling, View
from moderation.types import Comment, Language

from .conftest import Visits
from .test_pages import DESK, PHONE, is_in_bounds, violations
from .visits import ARTICLE, Visit

HELD = {"ko": "사진은 http://example.com 에 있어요.", "en": "Pictures are at http://example.com today."}
FINE = {"ko": "사진은 도서관 누리집에 있어요.", "en": "Pictures are on the library's own pages today."}
ASKED = {"ko": "링크를 빼 주시면 게시하겠습니다.", "en": "Without the link we shall publish it."}
REFUSED = {"ko": "너 죽여버린다", "en": "He says: fuck you all, I will kill you"}
PLEA = {"ko": "도서관 누리집 주소입니다.", "en": "It is the library's own address."}
ANSWER = {"ko": "광고 주소가 맞습니다.", "en": "The address does advertise."}


def own(visit: Visit) -> Locator:
    return visit.box.locator(".own")


def name(visit: Visit) -> str:
    return visit.box.get_attribute("signed-in") or ""


def kept(visit: Visit, text: str, author: str, status: Status = Status.HELD) -> str:
    comment = Comment(text, author=author, article=ARTICLE)
    return visit.site.store.add(comment, visit.site.moderator.judge(comment), status).id


def look_again(visit: Visit) -> None:
    """Come back to the tab, which asks the server at once; else it takes its time."""
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def button(visit: Visit, key: str) -> Locator:
    return visit.box.get_by_role("button", name=visit.text(key), exact=True)


def test_a_held_comment_waits_in_sight_and_is_published_without_reload(reader: Visit) -> None:
    reader.post(HELD[reader.language])
    expect(own(reader)).to_contain_text(HELD[reader.language])
    expect(own(reader)).to_contain_text(reader.text("box_mine_held"))
    expect(own(reader)).to_contain_text(reader.policy.message("links", reader.language))
    reader.open()  # it is the server that knows
    expect(own(reader)).to_contain_text(reader.text("box_mine_held"))

    [waiting] = reader.site.store.held()
    reader.site.store.desk.settle(waiting.id, Ruling(Act.APPROVE), "desk")
    look_again(reader)

    expect(own(reader)).to_have_count(0)
    expect(reader.thread).to_contain_text([HELD[reader.language]])
    expect(reader.box.locator(".news")).to_have_text(reader.text("box_news_published"))


def test_it_asks_by_itself_and_less_often_when_nothing_changes(visits: Visits) -> None:
    visit = visits("ko")
    visit.page.clock.install()
    visit.open()
    visit.sign_in()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url) if "/mine" in request.url else None)
    visit.page.clock.run_for(600_000)
    assert asked == []  # nothing waits

    visit.post(HELD["ko"])
    expect(own(visit)).to_have_count(1)
    [waiting] = visit.site.store.held()
    for _ in range(40):
        visit.page.clock.run_for(15_000)
        visit.page.wait_for_timeout(20)
    assert 4 <= len(asked) <= 12
    visit.site.store.desk.settle(waiting.id, Ruling(Act.REJECT), "desk")
    visit.page.clock.run_for(400_000)
    expect(own(visit)).to_contain_text(visit.text("box_mine_rejected"))
    expect(visit.box.locator(".news")).to_have_text(visit.text("box_news_rejected"))


def test_a_returned_comment_goes_back_into_the_desk_with_the_reason(reader: Visit) -> None:
    id = kept(reader, HELD[reader.language], name(reader))
    ruling = Ruling(Act.RETURN, clause="links", message=ASKED[reader.language])
    reader.site.store.desk.settle(id, ruling, "desk")
    reader.open()
    expect(own(reader)).to_contain_text(reader.text("box_mine_returned"))
    expect(own(reader)).to_contain_text(ASKED[reader.language])

    button(reader, "box_mine_edit").press("Enter")
    expect(reader.area).to_be_focused()
    expect(reader.area).to_have_value(HELD[reader.language])
    asked = reader.box.locator(".asked")
    expect(asked).to_contain_text(reader.text("box_mine_asked"))
    expect(asked).to_contain_text(reader.policy.clauses["links"].title.in_language(reader.language))
    expect(asked).to_contain_text(ASKED[reader.language])
    expect(own(reader)).to_be_hidden()
    expect(reader.marks.first).to_be_visible()
    assert violations(reader) == []

    reader.write(FINE[reader.language])
    reader.submit.click()
    expect(reader.thread.first).to_contain_text(FINE[reader.language])
    expect(asked).to_be_hidden()
    expect(own(reader)).to_have_count(0)
    reader.open()
    expect(reader.thread).to_have_count(1)
    expect(own(reader)).to_have_count(0)


def test_a_draft_is_not_lost_to_a_comment_that_comes_back(reader: Visit) -> None:
    id = kept(reader, HELD[reader.language], name(reader))
    reader.site.store.desk.settle(id, Ruling(Act.RETURN), "desk")
    reader.write(FINE[reader.language])
    with reader.page.expect_response(
        re.compile("/v1/check$")
    ):  # what is said of the draft would replace the notice
        reader.open()
    button(reader, "box_mine_edit").click()
    expect(reader.notice).to_have_text(reader.text("box_mine_draft"))
    expect(reader.area).to_have_value(FINE[reader.language])


def test_an_appeal_from_the_keyboard_and_its_outcome(reader: Visit) -> None:
    id = kept(reader, HELD[reader.language], name(reader))
    reader.site.store.desk.settle(id, Ruling(Act.REJECT), "desk")
    reader.open()
    expect(own(reader)).to_contain_text(reader.text("box_mine_rejected"))

    ask = button(reader, "box_appeal")
    ask.press("Enter")
    expect(ask).to_have_attribute("aria-expanded", "true")
    area = reader.box.get_by_role("textbox", name=reader.text("box_appeal_label"))
    expect(area).to_be_focused()
    assert violations(reader) == []
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")  # nothing is written yet
    expect(own(reader).get_by_role("status")).to_have_text(reader.text("box_empty_reason"))
    expect(area).to_be_focused()
    area.press_sequentially(PLEA[reader.language])
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")

    expect(own(reader)).to_contain_text(reader.text("box_appeal_waiting"))
    expect(own(reader)).to_contain_text(PLEA[reader.language])
    expect(own(reader).locator(".state")).to_be_focused()
    expect(ask).to_have_count(0)
    [item] = reader.site.store.desk.page(View.APPEALS).items
    assert item.appeal is not None
    assert (item.appeal.comment, item.appeal.text) == (id, PLEA[reader.language])

    reader.site.store.desk.settle_appeal(item.appeal.id, "upheld", ANSWER[reader.language], "other")
    look_again(reader)
    expect(own(reader)).to_contain_text(reader.text("box_appeal_upheld"))
    expect(own(reader)).to_contain_text(ANSWER[reader.language])
    expect(reader.box.locator(".news")).to_have_text(reader.text("box_news_appeal"))
    expect(ask).to_have_count(0)
    button(reader, "box_mine_dismiss").click()
    expect(own(reader)).to_have_count(0)
    expect(reader.area).to_be_focused()
    reader.open()
    expect(own(reader)).to_have_count(0)


def test_an_appeal_that_is_granted(reader: Visit) -> None:
    id = kept(reader, HELD[reader.language], name(reader))
    reader.site.store.desk.settle(id, Ruling(Act.REJECT), "desk")
    appeal = reader.site.store.desk.appeal(id, name(reader), PLEA[reader.language])
    reader.open()
    expect(own(reader)).to_contain_text(reader.text("box_appeal_waiting"))
    reader.site.store.desk.settle_appeal(appeal.id, "overturned", ANSWER[reader.language], "other")
    look_again(reader)
    expect(own(reader)).to_contain_text(reader.text("box_appeal_overturned"))
    expect(reader.thread.first).to_contain_text(HELD[reader.language])


def test_a_refusal_at_once_can_be_appealed_too(reader: Visit) -> None:
    text = REFUSED[reader.language]
    reader.post(text)
    expect(reader.notice).to_have_text(reader.text("box_refused"))
    button(reader, "box_appeal").press("Enter")
    area = reader.box.get_by_role("textbox", name=reader.text("box_appeal_label"))
    expect(area).to_be_focused()
    assert violations(reader) == []
    area.press_sequentially(PLEA[reader.language])
    button(reader, "box_appeal_send").press("Enter")

    expect(reader.area).to_have_value("")
    expect(own(reader)).to_contain_text(text)
    expect(own(reader)).to_contain_text(reader.text("box_appeal_waiting"))
    [item] = reader.site.store.desk.page(View.APPEALS).items
    assert item.appeal is not None
    assert (item.comment.body, item.appeal.text) == (text, PLEA[reader.language])


def test_no_appeal_is_offered_where_none_is_open_or_the_text_has_changed(reader: Visit) -> None:
    reader.post("900101-1234568")
    expect(reader.notice).to_have_text(reader.text("box_refused"))
    expect(button(reader, "box_appeal")).to_have_count(0)
    reader.post(REFUSED[reader.language])
    expect(button(reader, "box_appeal")).to_have_count(1)
    reader.write(FINE[reader.language])
    expect(button(reader, "box_appeal")).to_have_count(0)


def test_what_an_author_writes_survives_a_fault_and_a_reload(reader: Visit) -> None:
    id = kept(reader, HELD[reader.language], name(reader))
    reader.site.store.desk.settle(id, Ruling(Act.REJECT), "desk")
    reader.open()
    button(reader, "box_appeal").click()
    area = reader.box.get_by_role("textbox", name=reader.text("box_appeal_label"))
    area.fill(PLEA[reader.language])
    reader.page.route("**/appeal", lambda route: route.fulfill(status=503, body=""), times=1)
    button(reader, "box_appeal_send").click()
    expect(own(reader).get_by_role("status")).to_have_text(reader.text("box_appeal_failed"))

    reader.open()
    expect(area).to_have_value(PLEA[reader.language])
    lose_one_answer(reader)
    button(reader, "box_appeal_send").click()
    expect(own(reader).get_by_role("status")).to_have_text(reader.text("box_appeal_failed"))
    button(reader, "box_appeal_send").click()  # it had arrived
    expect(own(reader)).to_contain_text(reader.text("box_appeal_waiting"))
    assert len(reader.site.store.desk.page(View.APPEALS).items) == 1


def lose_one_answer(reader: Visit) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    reader.page.route("**/appeal", lose, times=1)


def test_a_comment_is_reported_from_the_keyboard(reader: Visit) -> None:
    mine = kept(reader, "좋아요, 정말 좋습니다", name(reader), Status.PUBLISHED)
    theirs = kept(reader, "글쎄요, 모르겠습니다", "민수", Status.PUBLISHED)
    reader.open()
    expect(reader.thread).to_have_count(2)
    report = reader.box.get_by_role("button", name=reader.text("box_report"))
    expect(report).to_have_count(1)  # nobody reports comments of their own
    assert mine != theirs

    report.press("Enter")
    dialog = reader.box.get_by_role("dialog", name=reader.text("box_report_title"))
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("글쎄요, 모르겠습니다")
    assert violations(reader) == []
    send = dialog.get_by_role("button", name=reader.text("box_report_send"))
    send.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text(reader.text("box_report_choose"))
    clause = reader.policy.clauses["abuse"].title.in_language(reader.language)
    dialog.get_by_role("radio", name=clause).press("Space")
    dialog.get_by_role("textbox").fill("욕입니다")
    send.press("Enter")

    expect(dialog).to_be_hidden()
    expect(reader.box.locator(".news")).to_have_text(reader.text("box_report_thanks"))
    reported = reader.box.get_by_role("button", name=reader.text("box_reported"))
    expect(reported).to_be_focused()
    [kept_report] = reader.site.store.desk.reports(theirs)
    assert (kept_report.reader, kept_report.clause, kept_report.text) == (name(reader), "abuse", "욕입니다")
    reader.open()
    expect(reported).to_have_count(1)
    expect(reader.thread).to_have_count(2)  # a report takes nothing down


def test_a_report_can_be_called_off(reader: Visit) -> None:
    kept(reader, "글쎄요, 모르겠습니다", "민수", Status.PUBLISHED)
    reader.open()
    report = reader.box.get_by_role("button", name=reader.text("box_report"))
    report.click()
    reader.page.keyboard.press("Escape")
    expect(reader.box.get_by_role("dialog")).to_have_count(0)
    expect(report).to_be_focused()


def test_whoever_is_not_signed_in_is_asked_to_before_a_report(visits: Visits) -> None:
    visit = visits("ko")
    kept(visit, "글쎄요, 모르겠습니다", "민수", Status.PUBLISHED)
    visit.open()
    visit.box.get_by_role("button", name=visit.text("box_report")).click()
    expect(visit.area).to_be_visible()  # the demo signs in at once
    expect(visit.box.get_by_role("dialog")).to_have_count(0)


def test_signing_out_takes_one_s_own_comments_away(reader: Visit) -> None:
    reader.post(HELD[reader.language])
    expect(own(reader)).to_have_count(1)
    reader.page.get_by_role("button", name=reader.text("page_sign_out")).click()
    expect(own(reader)).to_have_count(0)
    expect(reader.box.locator(".pending")).to_be_hidden()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_everything_at_once_is_readable(
    visits: Visits, language: Language, scheme: str, size: dict[str, int]
) -> None:
    visit = visits(language, color_scheme=scheme, viewport=size)
    visit.open()
    visit.sign_in()
    desk = visit.site.store.desk
    kept(visit, HELD[language] + " http://example.com/" + "a" * 120, name(visit))
    for act in (Act.RETURN, Act.REJECT, Act.REJECT):
        id = kept(visit, "\u202eturned " + HELD[language], name(visit))
        desk.settle(id, Ruling(act, message="말" * 120), "desk")
    desk.settle_appeal(desk.appeal(id, name(visit), "가" * 300).id, "upheld", "b" * 300, "other")
    kept(visit, "글쎄요, 모르겠습니다", "이름" * 12, Status.PUBLISHED)
    visit.open()
    expect(own(visit)).to_have_count(4)
    button(visit, "box_appeal").first.click()
    assert violations(visit) == []
    assert is_in_bounds(visit)
    visit.box.get_by_role("button", name=visit.text("box_report")).click()
    assert violations(visit) == []
    assert is_in_bounds(visit)
