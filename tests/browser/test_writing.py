"""Writing in the box: counting, marking while the text changes, Korean input, the keyboard alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Request, expect

from .conftest import Visits
from .visits import ARTICLE, Visit

VECTORS = Path(__file__).parents[1] / "vectors" / "length.json"


@pytest.fixture
def reader(visit: Visit) -> Visit:
    visit.open()
    visit.sign_in()
    return visit


def checks(visit: Visit) -> list[str]:
    """The texts that the box asks a verdict on from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/v1/check"):
            asked.append(json.loads(request.post_data or "")["text"])

    visit.page.on("request", note)
    return asked


@pytest.mark.parametrize(
    ("language", "empty", "three"),
    [
        ("ko", "Standards Board Policy (0/250자)", "Standards Board Policy (3/250자)"),
        ("en", "Standards Board Policy (0/250)", "Standards Board Policy (3/250)"),
    ],
)
def test_the_counter_has_the_site_s_form(visits: Visits, language: str, empty: str, three: str) -> None:
    visit = visits(language)
    visit.open()
    visit.sign_in()
    counter = visit.box.locator(".counter")
    assert counter.text_content() == empty
    visit.write("가👨‍👩‍👧🇰🇷")
    expect(counter).to_have_text(three)


def test_the_box_counts_like_the_server(reader: Visit) -> None:
    for case in json.loads(VECTORS.read_text("utf-8")):
        if "\r" in case["text"] or "\0" in case["text"]:
            continue  # a textarea turns CRLF into LF
        reader.write(case["text"])
        expect(reader.box.locator(".counter .count"), case["name"]).to_have_text(
            f"({case['graphemes']}/250자)"
        )


def test_over_the_limit_nothing_can_be_posted_and_the_box_says_why(reader: Visit) -> None:
    reader.write("가나다라마바사아자차" * 25)
    expect(reader.submit).to_be_enabled()
    reader.write("가나다라마바사아자차" * 25 + "카타파하거너")
    expect(reader.box.locator(".counter")).to_have_text("Standards Board Policy (256/250자) 6자 초과")
    expect(reader.submit).to_be_disabled()
    expect(reader.submit).to_have_accessible_description(reader.text("box_over_reason", limit=250))
    expect(reader.area).to_have_attribute("aria-invalid", "true")
    posted: list[str] = []
    reader.page.on("request", lambda request: posted.append(request.method + request.url))
    reader.area.press("Control+Enter")
    reader.submit.click(force=True)
    reader.page.wait_for_timeout(300)
    expect(reader.notice).to_have_text(reader.text("box_over_reason", limit=250))
    assert not [request for request in posted if request.startswith("POST") and "comments" in request]

    reader.area.press("Control+End")
    for _ in range(6):
        reader.area.press("Backspace")
    expect(reader.submit).to_be_enabled()
    expect(reader.notice).to_be_empty()


@pytest.mark.parametrize("blank", ["", "   ", "\u200b\u3164\u2800", "\n\n"])
def test_nothing_is_not_a_comment(reader: Visit, blank: str) -> None:
    reader.post(blank)
    expect(reader.notice).to_have_text(reader.text("box_empty_reason"))
    assert reader.site.store.published(ARTICLE) == []


def test_the_policy_opens_with_its_numbered_clauses_and_gives_the_focus_back(reader: Visit) -> None:
    link = reader.box.get_by_role("button", name="Standards Board Policy")
    link.focus()
    link.press("Enter")
    dialog = reader.box.get_by_role("dialog")
    expect(dialog).to_be_visible()
    clauses = dialog.locator("li")
    numbered = reader.policy.numbered()
    expect(clauses).to_have_count(len(numbered))
    for item, (_, clause) in zip(clauses.all(), numbered, strict=True):
        expect(item).to_have_attribute("value", str(clause.number))
        expect(item).to_contain_text(clause.text.ko)
    reader.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_marks_follow_their_words_through_edits(reader: Visit) -> None:
    reader.write("전화는 010-1234-5678 입니다")
    expect(reader.marks).to_have_text("010-1234-5678")
    reader.page.route("**/v1/check", lambda route: route.abort())  # from here on only the box itself

    reader.area.press("Control+Home")
    reader.page.keyboard.insert_text("제 😀 ")
    expect(reader.marks).to_have_text("010-1234-5678")
    reader.area.press("Control+End")
    reader.page.keyboard.insert_text(" 그렇습니다")
    expect(reader.marks).to_have_text("010-1234-5678")

    reader.area.evaluate(
        "area => area.setSelectionRange(area.value.indexOf('1234'), area.value.indexOf('1234') + 1)"
    )
    reader.page.keyboard.insert_text("영")
    expect(reader.marks).to_have_count(0)


def test_marks_lie_under_their_words(reader: Visit) -> None:
    text = (
        "도서관 소식을 반갑게 읽었습니다. 밤에도 문을 연다니 교대 근무를 마치고 들를 수 있겠네요. "
        "강가를 걷다가 불 켜진 창을 보면 마음이 놓일 것 같습니다.\n\n"
        "궁금한 점은 010-1234-5678 번으로 물으면 되나요?\n"
    )
    reader.write(text)
    expect(reader.marks).to_have_text("010-1234-5678")
    # Where the mirror draws the words and where the textarea has room for them must be one place.
    mirror, area = reader.box.locator(".mirror").bounding_box(), reader.area.bounding_box()
    assert mirror == area
    assert reader.area.evaluate("area => area.scrollHeight <= area.clientHeight")


def test_a_long_text_scrolls_in_step_with_its_marks(reader: Visit) -> None:
    reader.write("\n".join(f"서가 {line}번 앞에서 책을 읽었습니다" for line in range(40)) + "\n010-1234-5678")
    expect(reader.marks).to_have_text("010-1234-5678")
    before = reader.box.locator(".field").evaluate("field => field.scrollTop")
    reader.area.press("Control+Home")
    top = reader.box.locator(".field").evaluate("field => field.scrollTop")
    reader.area.press("Control+End")
    reader.page.keyboard.type("9")
    bottom = reader.box.locator(".field").evaluate("field => field.scrollTop")
    assert top == 0
    assert bottom > 200
    assert before >= 0
    mirror, area = reader.box.locator(".mirror").bounding_box(), reader.area.bounding_box()
    assert mirror == area


def test_typing_is_checked_once_it_pauses(reader: Visit) -> None:
    asked = checks(reader)
    reader.area.press_sequentially("반갑습니다", delay=40)
    reader.page.wait_for_timeout(900)
    assert asked == ["반갑습니다"]


def test_a_syllable_in_the_making_is_not_judged(reader: Visit) -> None:
    asked = checks(reader)
    session = reader.page.context.new_cdp_session(reader.page)
    reader.area.focus()
    for syllable in ("ㅂ", "바", "반"):
        session.send("Input.imeSetComposition", {"text": syllable, "selectionStart": 1, "selectionEnd": 1})
        reader.page.wait_for_timeout(100)
    expect(reader.box.locator(".counter .count")).to_have_text("(1/250자)")
    reader.page.wait_for_timeout(700)
    assert asked == []
    session.send("Input.insertText", {"text": "반"})
    expect(reader.area).to_have_value("반")
    reader.page.wait_for_timeout(900)
    assert asked == ["반"]


def test_posting_in_the_middle_of_a_syllable_waits_for_it(reader: Visit) -> None:
    session = reader.page.context.new_cdp_session(reader.page)
    reader.area.focus()
    reader.page.keyboard.insert_text("정말 반가")
    session.send("Input.imeSetComposition", {"text": "워", "selectionStart": 1, "selectionEnd": 1})
    reader.area.dispatch_event("keydown", {"key": "Enter", "ctrlKey": True, "isComposing": True})
    expect(reader.thread).to_have_count(0)
    session.send("Input.insertText", {"text": "워"})
    expect(reader.thread.first).to_contain_text("정말 반가워")
    expect(reader.area).to_have_value("")


def test_everything_can_be_done_from_the_keyboard(visit: Visit) -> None:
    visit.open()
    press = visit.page.keyboard.press
    press("Tab")
    expect(visit.page.get_by_role("link", name=visit.text("page_skip"))).to_be_focused()
    visit.box.get_by_role("button", name=visit.text("box_sign_in")).focus()
    press("Enter")
    expect(visit.area).to_be_focused()
    visit.page.keyboard.type("글쇠만으로 씁니다.")
    press("Tab")
    expect(visit.box.get_by_role("button", name="Standards Board Policy")).to_be_focused()
    press("Tab")
    expect(visit.submit).to_be_focused()
    press("Shift+Tab")
    press("Shift+Tab")
    expect(visit.area).to_be_focused()
    press("Control+Enter")
    expect(visit.thread).to_have_count(1)
    expect(visit.thread.locator("article").first).to_be_focused()


def test_the_page_s_own_shortcuts_do_not_see_what_is_typed(reader: Visit) -> None:
    reader.page.evaluate("document.addEventListener('keydown', (event) => (window.stolen = event.key))")
    reader.area.press("j")
    assert reader.page.evaluate("window.stolen") is None


def test_a_draft_outlives_a_reload_and_ends_with_publishing(reader: Visit) -> None:
    reader.write("아직 쓰는 중입니다")
    reader.open()
    expect(reader.area).to_have_value("아직 쓰는 중입니다")
    expect(reader.box.locator(".counter .count")).to_have_text("(10/250자)")
    reader.open("/articles/shop-signs")
    expect(reader.area).to_have_value("")  # kept by article
    reader.open()
    reader.submit.click()
    expect(reader.thread).to_have_count(1)
    reader.open()
    expect(reader.area).to_have_value("")


def test_a_reader_who_types_without_end_keeps_below_the_limit(reader: Visit) -> None:
    reader.page.clock.install()
    asked = checks(reader)
    for number in range(200):
        reader.area.press_sequentially(str(number % 10))
        reader.page.clock.run_for(600)  # two minutes of it; each pause is long enough for a check
    assert 24 <= len(asked) <= 2 * reader.site.settings.check_limit


def test_a_preview_that_rests_says_so_and_goes_on(reader: Visit) -> None:
    headers = {"Retry-After": "3"}
    reader.page.route("**/v1/check", lambda route: route.fulfill(status=429, headers=headers), times=1)
    reader.page.clock.install()
    reader.write("전화는 010-1234-5678 입니다")
    reader.page.clock.run_for(1_000)
    expect(reader.notice).to_have_text(reader.text("box_check_rests"))
    reader.page.clock.run_for(4_000)
    expect(reader.marks).to_have_text("010-1234-5678")
    expect(reader.notice).to_have_text(reader.text("box_will_hold"))
