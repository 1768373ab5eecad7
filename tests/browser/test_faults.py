"""When something fails, the reader's text stays and the box says what happened."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Route, expect

from .conftest import Visits
from .visits import ARTICLE, Visit

TEXT = "이 글은 없어지면 안 됩니다."


@pytest.fixture
def reader(visit: Visit) -> Visit:
    visit.open()
    visit.sign_in()
    return visit


def test_the_service_goes_away_and_comes_back(reader: Visit) -> None:
    reader.site.stop()
    reader.write(TEXT)
    expect(reader.notice).to_have_text(reader.text("box_check_offline"))
    reader.submit.click()
    expect(reader.notice).to_contain_text(reader.text("box_unavailable"))
    expect(reader.area).to_have_value(TEXT)
    reader.site.start()
    reader.notice.get_by_role("button", name=reader.text("box_retry")).click()
    expect(reader.thread.first).to_contain_text(TEXT)
    expect(reader.area).to_have_value("")


@pytest.mark.parametrize("text", [TEXT, "자료는 http://example.com 에 있습니다"], ids=["published", "held"])
def test_an_answer_that_gets_lost_does_not_publish_twice(reader: Visit, text: str) -> None:
    lose_answers(reader, 2)
    reader.post(text)
    expect(reader.notice).to_contain_text(reader.text("box_unavailable"))
    reader.notice.get_by_role("button", name=reader.text("box_retry")).click()
    expect(reader.notice).to_contain_text(reader.text("box_unavailable"))

    reader.open()  # the draft is still there, and still the same one
    expect(reader.area).to_have_value(text)
    reader.submit.click()
    expect(reader.area).to_have_value("")

    store = reader.site.store
    assert [comment.body for comment in (*store.published(ARTICLE), *store.held())] == [text]


def test_another_text_after_a_lost_answer_is_another_comment(reader: Visit) -> None:
    lose_answers(reader, 1)
    reader.post(TEXT)
    expect(reader.notice).to_contain_text(reader.text("box_unavailable"))
    reader.post(TEXT + " 덧붙입니다.")
    expect(reader.area).to_have_value("")
    reader.post(TEXT)  # written anew
    expect(reader.area).to_have_value("")

    bodies = [comment.body for comment in reader.site.store.published(ARTICLE)]
    assert bodies == [TEXT, TEXT + " 덧붙입니다.", TEXT]


def lose_answers(reader: Visit, times: int) -> None:
    """Let that many posts reach the service, and none of its answers the page."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    reader.page.route("**/v1/comments", lose, times=times)


def test_the_store_is_down(reader: Visit) -> None:
    with sqlite3.connect(reader.site.file) as database:
        database.execute("DROP TABLE decisions")
    reader.post("자료는 http://example.com 에 있습니다")
    expect(reader.notice).to_contain_text(reader.text("box_unavailable"))
    expect(reader.area).to_have_value("자료는 http://example.com 에 있습니다")


@pytest.mark.parametrize(
    ("status", "key"), [(503, "box_unavailable"), (429, "box_busy"), (413, "box_failed"), (400, "box_failed")]
)
def test_whatever_the_answer_the_text_stays(reader: Visit, status: int, key: str) -> None:
    reader.page.route("**/v1/comments", lambda route: route.fulfill(status=status, body="no"))
    reader.post(TEXT)
    expect(reader.notice).to_contain_text(reader.text(key))
    expect(reader.area).to_have_value(TEXT)
    expect(reader.submit).to_be_enabled()


def test_a_reader_signed_out_meanwhile_signs_in_again_and_goes_on(reader: Visit) -> None:
    reader.write(TEXT)
    reader.page.context.clear_cookies()
    reader.submit.click()
    expect(reader.notice).to_have_text(reader.text("box_signed_out"))
    expect(reader.box.get_by_text(reader.text("box_locked_draft"))).to_be_visible()
    expect(reader.area).to_be_hidden()
    expect(reader.box.get_by_role("button", name=reader.text("box_sign_in"))).to_be_focused()
    reader.sign_in()
    expect(reader.area).to_have_value(TEXT)
    expect(reader.area).to_be_focused()
    reader.submit.click()
    expect(reader.thread.first).to_contain_text(TEXT)


def test_only_the_latest_verdict_counts(reader: Visit) -> None:
    late: list[Route] = []

    def slow(route: Route) -> None:
        if "010" in (route.request.post_data or ""):
            late.append(route)  # answered last
        else:
            route.continue_()

    reader.page.route("**/v1/check", slow)
    reader.write("전화는 010-1234-5678 입니다")
    reader.page.wait_for_timeout(700)
    assert len(late) == 1
    reader.write("전화는 없습니다")
    reader.page.wait_for_timeout(700)
    late[0].continue_()
    reader.page.wait_for_timeout(500)
    expect(reader.marks).to_have_count(0)
    expect(reader.reasons).to_have_count(0)


def test_a_box_without_its_server_says_so_and_tries_again(visits: Visits) -> None:
    visit = visits("en")
    visit.page.route("**/v1/policy*", lambda route: route.abort())
    visit.page.goto(f"{visit.site.url}/?lang=en")
    expect(visit.box.get_by_role("status")).to_contain_text("could not be loaded")
    visit.page.unroute("**/v1/policy*")
    visit.box.get_by_role("button", name="Try again").click()
    expect(visit.box.get_by_role("button", name=visit.text("box_sign_in"))).to_be_visible()


def test_a_thread_that_cannot_be_read_is_asked_for_again(reader: Visit) -> None:
    reader.post(TEXT)
    expect(reader.thread).to_have_count(1)
    reader.page.route("**/v1/comments?*", lambda route: route.fulfill(status=503, body=""))
    reader.open()
    expect(reader.box.get_by_text(reader.text("box_list_failed"))).to_be_visible()
    reader.page.unroute("**/v1/comments?*")
    reader.box.get_by_role("button", name=reader.text("box_more")).click()
    expect(reader.thread).to_have_count(1)
    expect(reader.box.get_by_text(reader.text("box_list_failed"))).to_be_hidden()


def test_blocked_storage_costs_the_draft_but_not_the_comment(visit: Visit) -> None:
    visit.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage',"
        " {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    visit.open()
    visit.sign_in()
    visit.post(TEXT)
    expect(visit.thread.first).to_contain_text(TEXT)
    assert [comment.body for comment in visit.site.store.published(ARTICLE)] == [TEXT]
