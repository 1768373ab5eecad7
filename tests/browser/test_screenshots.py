"""The pictures in docs/screenshots: UPDATE_SCREENSHOTS=1 writes them anew; else they are only taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from moderation.store import Status
from moderation.store.desk import Act, Ruling
from moderation.types import Comment

from .conftest import Visits
from .visits import ARTICLE, Visit

LARGEST = 200_000  # bytes
FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE = {"width": 1060, "height": 820}
BOX = {"width": 820, "height": 900}
DESK: ViewportSize = {"width": 1280, "height": 800}

RUDE = {
    "ko": "밤에도 문을 연다니 좋네요. 그런데 이런 병신 같은 결정은 누가 했나요? "
    "궁금하면 010-1234-5678로 전화 주세요.",
    "en": "Late hours are great. But which fucking idiot planned the bus? Call me on 010-1234-5678.",
}
HELD = {
    "ko": "작년에 찍은 도서관 사진입니다. http://example.com/library",
    "en": "My pictures of the library from last year: http://example.com/library",
}
ASKED = {"ko": "링크를 빼 주시면 게시하겠습니다.", "en": "Without the link we shall publish it."}
PLEA = {
    "ko": "제가 직접 찍은 사진이고 광고가 아닙니다. 한 번만 더 봐 주세요.",
    "en": "I took these pictures myself, and they advertise nothing. Please look again.",
}
LONG = {
    "ko": "나루터도서관이 밤에도 문을 연다는 소식이 반갑습니다. "
    "저도 교대 근무를 마치고 들를 곳이 없어서 늘 아쉬웠어요. "
    "다만 막차가 11시 15분이면 문 닫는 시간까지 있다가 타기에는 조금 빠듯합니다. "
    "겨울에는 길이 미끄러우니 나루터 앞 계단에도 등을 하나 더 달아 주시면 좋겠습니다. "
    "그리고 낭독회는 미리 신청해야 하나요, 아니면 그냥 가도 되나요? "
    "아이와 함께 가려고 하는데 늦은 시간이라 걱정도 됩니다. "
    "어린이 자리도 마련되는지 알려 주시면 고맙겠습니다.",
    "en": "Good to hear that the ferry-house library will stay open late. "
    "I have often come off a shift with nowhere to go. "
    "The last bus at a quarter past eleven is a little tight, though, "
    "and the steps down to the landing are slippery in winter: could there be one more lamp?",
}


def keep(target: Locator | Visit, name: str) -> None:
    """Take the picture; write it where the documentation's pictures are to be renewed."""
    options = {"animations": "disabled", "caret": "hide"}
    page = target if isinstance(target, Locator) else target.page
    for time in page.locator(".desk time").all():
        time.evaluate("(time, text) => (time.textContent = text)", "2026-11-23 10:05")
    picture = page.screenshot(**options)  # type: ignore[arg-type]
    assert len(picture) <= LARGEST, f"{name} is {len(picture)} bytes"
    if os.environ.get("UPDATE_SCREENSHOTS"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(picture)


@pytest.fixture(params=["ko", "en"])
def visit(request: pytest.FixtureRequest, visits: Visits) -> Visit:
    """A signed-in reader under a fixed name, so that the pictures stay the same."""
    visit = visits(request.param, viewport=BOX)
    visit.open()
    visit.sign_in_as("물결 1024" if request.param == "ko" else "Ripple 1024")
    visit.open()
    return visit


def keep_box(visit: Visit, name: str) -> None:
    visit.page.evaluate("document.querySelector('.comments').style.padding = '1.5rem'")
    keep(visit.page.locator("#comments"), f"{name}-{visit.language}")


def test_empty_box(visit: Visit) -> None:
    keep_box(visit, "box-empty")


def test_over_the_limit(visit: Visit) -> None:
    visit.write(LONG[visit.language])
    expect(visit.submit).to_be_disabled()
    visit.page.wait_for_timeout(800)
    keep_box(visit, "box-over-the-limit")


def test_flagged_words(visit: Visit) -> None:
    visit.write(RUDE[visit.language])
    expect(visit.marks).not_to_have_count(0)
    keep_box(visit, "box-flagged-words")


def test_held(visit: Visit) -> None:
    visit.post(HELD[visit.language])
    expect(visit.notice).to_have_text(visit.text("box_held"))
    keep_box(visit, "box-held")


def test_one_s_own_comments(visit: Visit) -> None:
    author = visit.box.get_attribute("signed-in") or ""
    desk = visit.site.store.desk
    for ruling in (
        Ruling(Act.REJECT, clause="links"),
        Ruling(Act.RETURN, clause="links", message=ASKED[visit.language]),
    ):
        comment = Comment(HELD[visit.language], author=author, article=ARTICLE)
        held = visit.site.store.add(comment, visit.site.moderator.judge(comment), Status.HELD)
        desk.settle(held.id, ruling, "desk")
        if ruling.act is Act.REJECT:
            desk.appeal(held.id, author, PLEA[visit.language])
    visit.open()
    expect(visit.box.locator(".own")).to_have_count(2)
    keep_box(visit, "box-own")


def test_locked(visits: Visits) -> None:
    visit = visits(viewport=BOX)
    visit.open()
    keep_box(visit, "box-locked")


@pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
def test_article_page(visits: Visits, language: str, scheme: str) -> None:
    visit = visits(language, viewport=WIDE, color_scheme=scheme)
    visit.open()
    keep(visit, f"article-{language}-{scheme}")


@pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
def test_desk(visits: Visits, language: str, scheme: str) -> None:
    visit = visits(language, viewport=DESK, color_scheme=scheme)
    rejected = ""
    for text, author in (
        (RUDE["ko"], "갈대 2048"),
        (RUDE["en"], "Willow 4096"),
        (HELD[language], "물결 1024" if language == "ko" else "Ripple 1024"),
    ):
        comment = Comment(text, author=author, article=ARTICLE)
        rejected = visit.site.store.add(comment, visit.site.moderator.judge(comment), Status.HELD).id
    visit.open("/review/")
    expect(visit.page.locator(".card").first).to_be_focused()
    keep(visit, f"desk-{language}-{scheme}")
    visit.page.keyboard.press("r")
    expect(visit.page.get_by_role("dialog")).to_be_visible()
    keep(visit, f"desk-reject-{language}-{scheme}")
    visit.page.set_viewport_size(PHONE)
    visit.open("/review/")
    keep(visit, f"phone-desk-{language}-{scheme}")
    visit.page.set_viewport_size(DESK)
    desk = visit.site.store.desk
    desk.release("hanyeoul")
    desk.decide([rejected], Ruling(Act.REJECT, "links"), "seo")
    written_by = visit.site.store.get(rejected).author
    assert written_by is not None
    desk.appeal(rejected, written_by, PLEA[language])
    visit.open("/review/appeals")
    expect(visit.page.locator(".appeal")).to_be_visible()
    keep(visit, f"desk-appeal-{language}-{scheme}")


@pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
def test_phone(visits: Visits, language: str, scheme: str) -> None:
    visit = visits(language, viewport=PHONE, color_scheme=scheme)
    visit.open()
    visit.sign_in_as("물결 1024" if language == "ko" else "Ripple 1024")
    visit.open()
    keep(visit, f"phone-article-{language}-{scheme}")
    visit.write(RUDE["ko" if language == "ko" else "en"])
    expect(visit.marks).not_to_have_count(0)
    visit.page.locator("#comments").evaluate("element => element.scrollIntoView({behavior: 'instant'})")
    keep(visit, f"phone-box-{language}-{scheme}")
