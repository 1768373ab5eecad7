"""Both pages in both languages and colour schemes, at a desk and on a phone: readable and in bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import axe_playwright_python  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import expect

from moderation.store import Status
from moderation.store.desk import Act, DeskRules, Mark, Ruling
from moderation.types import Comment, Language
from tests.webhooks.given_up import give_up

from .conftest import Visits
from .visits import ARTICLE, Visit

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
MIXED = "바보 같은 소리 010-1234-5678 http://example.com 👨‍👩‍👧‍👦 " + "긴" * 60

VARIANTS: list[tuple[Language, Literal["light", "dark"], dict[str, int]]] = [
    ("ko", "light", DESK),
    ("ko", "dark", PHONE),
    ("en", "light", PHONE),
    ("en", "dark", DESK),
]
"""Any two of language, colour scheme and size meet: what is wrong with a page depends on no more than two."""

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def fill_site(visit: Visit) -> None:
    """Something of everything on both pages."""
    for text, status in (
        (MIXED, Status.HELD),
        ("\u202eturned http://example.com", Status.HELD),
        ("좋은 소식입니다", Status.PUBLISHED),
        ("https://example.com/" + "a" * 150, Status.PUBLISHED),
    ):
        comment = Comment(text, author="이름" * 12, article=ARTICLE)
        visit.site.store.add(comment, visit.site.moderator.judge(comment), status)


def violations(visit: Visit) -> list[str]:
    """What axe-core finds wrong with the page as it stands."""
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(AXE)
    found: list[str] = visit.page.evaluate(
        "async () => (await axe.run({resultTypes: ['violations']})).violations.flatMap((fault) =>"
        " fault.nodes.map((node) => `${fault.id}: ${node.target} ${node.failureSummary}`))"
    )
    return found


def is_in_bounds(visit: Visit) -> bool:
    """Whether nothing makes the page scroll sideways."""
    inside: bool = visit.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return inside


@pytest.mark.parametrize(("language", "scheme", "size"), VARIANTS)
def test_the_article_page(
    visits: Visits, language: Language, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    visit = visits(language, color_scheme=scheme, viewport=size)
    fill_site(visit)
    visit.open()
    expect(visit.page.locator("html")).to_have_attribute("lang", language)
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    expect(visit.thread).to_have_count(2)
    assert violations(visit) == []
    assert is_in_bounds(visit)

    visit.sign_in()
    visit.write(MIXED + "가" * 250)
    expect(visit.marks.first).to_be_visible()
    assert violations(visit) == []
    assert is_in_bounds(visit)

    visit.box.get_by_role("button", name="Standards Board Policy").click()
    expect(visit.box.get_by_role("dialog")).to_be_visible()
    assert violations(visit) == []
    assert is_in_bounds(visit)


@pytest.mark.parametrize(
    ("language", "standing"),
    [("ko", "Standards Board Policy (0/250자)"), ("en", "Standards Board Policy (0/250)")],
)
def test_the_standards_can_be_read_before_signing_in(
    visits: Visits, language: Language, standing: str
) -> None:
    visit = visits(language)
    visit.open()
    expect(visit.box.locator(".standing")).to_have_text(standing)
    visit.box.get_by_role("button", name="Standards Board Policy").click()
    expect(visit.box.get_by_role("dialog")).to_be_visible()


def fill_desk(visit: Visit) -> str:
    """Something of everything at the desk: the id of a comment with notes and with others like it."""
    store = visit.site.store
    ids: list[str] = []
    for number in range(7):
        text = f"{MIXED} \u202e{number}" if number % 2 else f"이 병신 같은 기사는 뭐냐, 당장 지워라 {number}"
        author = f"{'이름' * 12}{number}"
        comment = Comment(text, author=author, article=ARTICLE, parent=ids[0] if ids else None)
        ids.append(store.add(comment, visit.site.moderator.judge(comment), Status.HELD).id)
    desk = store.desk
    desk.note("이 사람은 지난주에도 왔습니다. " + "긴" * 80, "seo", comment=ids[0])
    desk.mark(f"{'이름' * 12}0", Mark.SUSPENDED, "seo", reason="광고", days=7)
    desk.decide(ids[4:5], Ruling(Act.REJECT, "abuse", "다시 써 주세요."), "seo")
    desk.rules = DeskRules(second_look_share=1.0)
    desk.decide(ids[5:6], Ruling(Act.REJECT, "abuse", "다시 써 주세요."), "seo")
    desk.decide(ids[3:4], Ruling(Act.ESCALATE), "hanyeoul")
    desk.appeal(ids[4], f"{'이름' * 12}4", "억울합니다 \u202e" + "긴" * 80)
    desk.decide(ids[6:], Ruling(Act.ESCALATE), "seo")
    desk.claim(ids[1:2], "seo")
    store.outbox.add("https://news.example/" + "a" * 150, by="lee")
    for number in range(2):
        comment = Comment(MIXED, author=f"{'이름' * 12}{number}", article=ARTICLE)
        store.add(comment, visit.site.moderator.judge(comment), Status.HELD)
        give_up(store, "no answer within 15 seconds", None)
    shown = Comment("좋은 소식입니다", "reported", author="이름", article=ARTICLE)
    store.add(shown, visit.site.moderator.judge(shown), Status.PUBLISHED)
    desk.report("reported", "물결", "abuse", "욕입니다 \u202e" + "긴" * 80)
    desk.report("reported", "갈대")
    return ids[0]


def desk_pages(visit: Visit) -> list[str]:
    id = fill_desk(visit)
    author = "이름" * 12 + "0"
    return [
        "/review/",
        "/review/?view=escalated",
        f"/review/comments/{id}",
        "/review/comments/reported",
        f"/review/author?name={'이름' * 12}5",
        f"/review/author?name={author}",
        "/review/search?q=010",
        "/review/decided",
        "/review/appeals",
        "/review/second-looks",
        "/review/webhooks",
        "/review/preferences",
    ]


@pytest.mark.parametrize(("language", "scheme", "size"), VARIANTS)
def test_every_page_of_the_desk(
    visits: Visits, language: Language, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    visit = visits(language, color_scheme=scheme, viewport=size)
    for path in desk_pages(visit):
        visit.open(path)
        expect(visit.page.locator("html")).to_have_attribute("lang", language)
        expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(visit) == [], path
        assert is_in_bounds(visit), path


@pytest.mark.parametrize(("language", "scheme", "size"), VARIANTS[:3])
def test_every_dialog_of_the_desk(
    visits: Visits, language: Language, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    visit = visits(language, color_scheme=scheme, viewport=size)
    fill_desk(visit)
    visit.open("/review/")
    expect(visit.page.locator(".card").first).to_be_focused()
    visit.page.keyboard.press("d")
    expect(visit.page.locator(".more section").first).to_be_visible()
    visit.page.keyboard.press("x")
    assert violations(visit) == []
    for key in ("?", "r", "n", "m"):
        visit.page.keyboard.press(key)
        expect(visit.page.get_by_role("dialog")).to_be_visible()
        assert violations(visit) == [], key
        assert is_in_bounds(visit), key
        visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("a")
    expect(visit.page.locator(".toast")).to_be_visible()
    assert violations(visit) == []
    assert is_in_bounds(visit)


def test_the_desk_speaks_the_language_of_the_account(visit: Visit) -> None:
    visit.open("/review/decided")
    visit.page.get_by_role("button", name=visit.text("page_language")).click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    visit.language = "en"
    visit.page.get_by_role("link", name=visit.text("desk_preferences")).click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Preferences")


@pytest.mark.parametrize("path", ["/", "/articles/shop-signs"])
def test_the_other_language_is_one_link_away(visit: Visit, path: str) -> None:
    visit.open(path)
    visit.page.get_by_role("link", name=visit.text("page_language")).click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    visit.language = "en"
    visit.page.get_by_role("link", name=visit.text("page_language")).click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "ko")


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en")])
def test_the_browser_s_language_is_the_first_choice(visits: Visits, locale: str, language: Language) -> None:
    visit = visits(language, locale=locale)
    visit.page.goto(visit.site.url)
    expect(visit.page.locator("html")).to_have_attribute("lang", language)
    expect(visit.box.get_by_role("button", name=visit.text("box_sign_in"))).to_be_visible()


def test_every_link_of_the_newspaper_leads_somewhere(visit: Visit) -> None:
    visit.open()
    links = visit.page.locator("a[href]").evaluate_all(
        "links => [...new Set(links.map((link) => link.href))]"
    )
    assert len(links) >= 9
    for link in links:
        answer = visit.page.request.get(link)
        assert answer.status == 200, link


def test_large_type_does_not_break_the_layout(visits: Visits) -> None:
    visit = visits(viewport={"width": 640, "height": 900})
    visit.open()
    visit.sign_in()
    visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert is_in_bounds(visit)


def test_a_reader_signs_out_in_the_masthead(visit: Visit) -> None:
    visit.open()
    visit.sign_in()
    visit.page.get_by_role("button", name=visit.text("page_sign_out")).click()
    expect(visit.box.get_by_text(visit.text("box_locked"))).to_be_visible()
    visit.open()
    expect(visit.box.get_by_text(visit.text("box_locked"))).to_be_visible()
