"""Other people's text is text: in the box, under the article, at the review. And the box is its own.

In everything else that people write, and two hundred payloads at a time: test_payloads.py.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from moderation.store import Status
from moderation.store.desk import Act, Ruling
from moderation.types import Comment

from .conftest import Visits
from .visits import ARTICLE, Site, Visit

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</bdi></p></article><iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    '<a href="javascript:alert(1)">x</a>',
    "javascript:alert(1)//",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "<style>*{display:none}</style>",
    "<base href=//example.org><form action=//example.org><input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></table><img src=x onerror=alert(1)>",
    "\u202e<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]

ELEMENTS = "script, img, svg, iframe, a, form, input, style, base, details, math"


def keep(site: Site, status: Status) -> None:
    """Every payload as text, and as the name of its author."""
    for payload in PAYLOADS:
        for comment in (
            Comment(f"{payload} http://example.com", author="독자", article=ARTICLE),
            Comment("이름이 이상한 독자 http://example.com", author=payload, article=ARTICLE),
            Comment("기사가 이상한 댓글 http://example.com", author="독자", article=payload),
        ):
            site.store.add(comment, site.moderator.judge(comment), status)


def test_published_comments_are_inert(visit: Visit) -> None:
    keep(visit.site, Status.PUBLISHED)
    visit.open()
    expect(visit.thread).to_have_count(2 * len(PAYLOADS))
    texts = visit.thread.locator("p bdi").all_text_contents()
    names = visit.thread.locator("bdi.author").all_text_contents()
    assert {text.removesuffix(" http://example.com") for text in texts} >= set(PAYLOADS)
    assert set(names) >= set(PAYLOADS)
    assert visit.thread.locator(ELEMENTS).count() == 0


def test_one_s_own_comments_and_what_is_said_of_them_are_inert(visit: Visit) -> None:
    visit.open()
    visit.sign_in()
    author = visit.box.get_attribute("signed-in") or ""
    desk = visit.site.store.desk
    for payload in PAYLOADS[:10]:
        comment = Comment(f"{payload} http://example.com", author=author, article=ARTICLE)
        held = visit.site.store.add(comment, visit.site.moderator.judge(comment), Status.HELD)
        desk.settle(held.id, Ruling(Act.REJECT, message=payload), "desk")
        desk.settle_appeal(desk.appeal(held.id, author, payload).id, "upheld", payload, "other")
    visit.open()
    own = visit.box.locator(".own")
    expect(own).to_have_count(10)
    for number, payload in enumerate(reversed(PAYLOADS[:10])):
        said = own.nth(number).locator(".said bdi").all_text_contents()
        assert said == [payload] * 3  # the moderator's message, the reason, the author's own words
    assert own.locator(ELEMENTS).count() == 0


def test_held_comments_are_inert(visit: Visit) -> None:
    keep(visit.site, Status.HELD)
    shown: list[str] = []
    visit.open("/review/")
    while True:
        assert visit.page.locator(f".posted :is({ELEMENTS})").count() == 0
        shown += visit.page.locator(".card h2").all_text_contents()
        shown += visit.page.locator(".where > bdi").all_text_contents()
        cards = visit.page.locator(".card")
        if cards.count() == 0:
            break
        ids = [str(card.get_attribute("data-id")) for card in cards.all()]
        visit.site.store.desk.decide(ids, Ruling(Act.REJECT), "hanyeoul")
        visit.open("/review/")
    assert set(shown) >= set(PAYLOADS)


def test_what_is_typed_is_inert(visit: Visit) -> None:
    visit.open()
    visit.sign_in_as("<img src=x onerror=alert(1)>"[:24])
    visit.open()
    expect(visit.box.locator(".as")).to_contain_text("<img src=x")
    for payload in PAYLOADS:
        visit.write(f"{payload} http://example.com 010-1234-5678")
        expect(visit.marks.last).to_have_text("010-1234-5678")
    visit.submit.click()
    expect(visit.box.locator(".pending")).to_contain_text("&lt;script&gt;")
    assert visit.box.locator("script, iframe, img, base").count() == 0


def test_the_policy_blocks_what_is_put_into_the_page(visits: Visits) -> None:
    visit = visits()
    visit.open()
    with pytest.raises(Exception, match="TrustedHTML"):
        visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    visit.page.wait_for_timeout(300)
    assert any("trusted-types" in fault or "require-trusted" in fault for fault in visit.faults)
    visit.faults.clear()  # they show that the watch works


def test_turned_text_does_not_turn_its_neighbours(visit: Visit) -> None:
    turned = "\u202egnahc ot tnaw I \u2066\u2067 http://example.com"
    for status in (Status.PUBLISHED, Status.HELD):
        comment = Comment(turned, author="\u202eabc", article=ARTICLE)
        visit.site.store.add(comment, visit.site.moderator.judge(comment), status)
    visit.open("/review/")
    expect(visit.page.locator(".unseen").first).to_have_text("U+202E")
    approve, reject = (visit.page.locator(f".card .{name}").bounding_box() for name in ("approve", "reject"))
    assert approve is not None
    assert reject is not None
    assert approve["x"] < reject["x"]
    visit.open()
    name, time = (visit.thread.locator(part).bounding_box() for part in (".author", "time"))
    assert name is not None
    assert time is not None
    assert name["x"] < time["x"]


def test_stacked_marks_stay_in_their_comment(visit: Visit) -> None:
    comment = Comment("ㅋ" + "\u0301" * 300 + " http://example.com", article=ARTICLE)
    visit.site.store.add(comment, visit.site.moderator.judge(comment), Status.HELD)
    visit.open("/review/")
    overflow = visit.page.locator(".posted").evaluate("element => getComputedStyle(element).overflow")
    assert overflow == "clip"


HOSTILE = """
* { color: red !important; font: 40px cursive !important; display: inline !important; letter-spacing: 1em }
textarea, button { all: unset !important; position: fixed !important }
p { visibility: hidden !important } mark { background: lime !important }
html { font-size: 4px }
body { line-height: 5; text-align: right; word-spacing: 2em; text-transform: uppercase }
"""


def test_a_page_with_styles_of_its_own_does_not_break_the_box(visit: Visit) -> None:
    visit.open()
    visit.sign_in()
    looks = (
        "elements => elements.map((element) => { const style = getComputedStyle(element);"
        " return [style.fontSize, style.fontFamily, style.display, style.color, style.textTransform,"
        " style.letterSpacing, style.wordSpacing, style.lineHeight, style.textAlign, style.visibility] })"
    )
    parts = visit.box.locator(".frame textarea, .head label, .counter, .bar .primary, .unwritten")
    assert parts.count() == 5
    before = parts.evaluate_all(looks)
    visit.page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets = [sheet] }",
        HOSTILE,
    )
    assert parts.evaluate_all(looks) == before
    visit.post("남의 스타일 아래에서도 씁니다.")
    expect(visit.thread).to_have_count(1)


def test_the_box_asks_a_site_s_own_sign_in(visit: Visit) -> None:
    visit.open()
    visit.page.evaluate(
        """() => {
          const box = document.createElement('standards-comment-box');
          box.setAttribute('article', 'elsewhere');
          box.setAttribute('lang', 'en');
          box.setAttribute('sign-in-url', '/articles/shop-signs?lang=en');
          box.addEventListener('standards-sign-in', (event) => {
            window.asked = event.detail.article;
            event.stopPropagation();
          });
          document.body.replaceChildren(box);
        }"""
    )
    visit.language = "en"
    visit.box.get_by_role("button", name="Sign in").click()
    visit.page.wait_for_url("**/articles/shop-signs?lang=en")
