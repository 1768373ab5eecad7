"""UI-1 at full size: two hundred payloads in everything that people may write, many to a page; none runs, all are read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import expect

from moderation.store import Status
from moderation.store.accounts import Role
from moderation.store.desk import Act, DeskRules, Mark, Ruling
from moderation.types import Comment
from tests.store.desk.held import decision
from tests.webhooks.given_up import give_up

from .payloads import LIVE, PAYLOADS, TEXT, WITH_MARKUP, bunches
from .visits import ARTICLE, Site, Visit

NAMES = bunches(250)
"""As much as fits into the name of an author."""
TEXTS = bunches(1000)
"""As much as fits into the name of an article."""


def keep(site: Site, status: Status, text: str = "글", **more: Any) -> str:
    return site.store.add(Comment(f"글 {text}", **more), decision(), status).id


def read(visit: Visit, *paths: str) -> str:
    """What stands on these pages, of which nothing may run."""
    text = ""
    for path in paths:
        visit.open(path)
        assert visit.page.evaluate(f"() => ({LIVE})(document)") == [], path
        text += str(visit.page.evaluate(TEXT))
    return "".join(text.split())


def missing(text: str, payloads: list[str] = PAYLOADS) -> list[str]:
    return [payload for payload in payloads if "".join(payload.split()) not in text]


def test_the_payloads_would_run_and_the_watch_would_see_it(visit: Visit) -> None:
    assert len(set(PAYLOADS)) == 200
    visit.page.goto("about:blank")
    seen = visit.page.evaluate(
        f"payloads => payloads.map((text) => ({LIVE})("
        "  new DOMParser().parseFromString(`<!doctype html><p>x</p>${text}`, 'text/html')).length)",
        WITH_MARKUP,
    )
    forms = {payload for payload, count in zip(WITH_MARKUP, seen, strict=True) if not count}
    assert forms == set()


def test_texts_authors_articles_and_parents_at_the_desk(visit: Visit) -> None:
    site = visit.site
    parents = [keep(site, Status.PUBLISHED, text, author="독자") for text in TEXTS]
    for number, name in enumerate(NAMES):
        text = TEXTS[number % len(TEXTS)]
        parent = parents[number % len(parents)]
        keep(site, Status.HELD, text, id=f"c{number:02}", author=name, article=text, parent=parent)
    found = site.store.desk.search("글", limit=25).next
    assert found is not None
    further = site.store.desk.search("글", limit=25, before=found).next

    lists = [
        f"/review/search?{urlencode({'q': '글', 'after': after or ''})}" for after in ("", found, further)
    ]
    queue = read(visit, "/review/")
    expect(visit.page.locator(".card")).to_have_count(12)
    assert missing(queue) == []
    shown = dict.fromkeys((".card h2", ".where bdi", "blockquote.posted", "details.parent"), "")
    for path in lists:
        read(visit, path)
        for part in shown:
            shown[part] += "".join(visit.page.locator(part).all_text_contents())
    assert {part: missing("".join(text.split())) for part, text in shown.items()} == {
        part: [] for part in shown
    }


def test_notes_messages_marks_and_reports(visit: Visit) -> None:
    desk = visit.site.store.desk
    held = keep(visit.site, Status.HELD, author="kim")
    shown = keep(visit.site, Status.PUBLISHED, author="lee")
    for text in bunches(150):
        desk.note(text, "seo", comment=held)
    for number, text in enumerate(TEXTS):
        desk.note(text, "seo", author="kim")
        desk.report(shown, f"reader{number}", "abuse", text)
    desk.mark("kim", Mark.WATCH, "seo", reason=" ".join(PAYLOADS[:80]))
    desk.mark("lee", Mark.WATCH, "seo", reason=" ".join(PAYLOADS[80:150]))
    desk.mark("choi", Mark.WATCH, "seo", reason=" ".join(PAYLOADS[150:]))
    keep(visit.site, Status.HELD, author="choi")

    assert missing(read(visit, f"/review/comments/{held}")) == []
    assert missing(read(visit, f"/review/comments/{shown}")) == []
    assert missing(read(visit, "/review/author?name=kim")) == []
    desk.rules = DeskRules(second_look_share=0)  # whose message would stay hidden
    for text in bunches(4000):
        desk.decide([keep(visit.site, Status.HELD, author="kim")], Ruling(Act.REJECT, "abuse", text), "seo")
    assert missing(read(visit, "/review/decided")) == []
    reasons = read(visit, *(f"/review/author?name={name}" for name in ("kim", "lee", "choi")))
    assert missing(reasons) == []


def test_appeals_and_their_answers(visit: Visit) -> None:
    desk = visit.site.store.desk
    for text in TEXTS:
        refused = keep(visit.site, Status.HELD, author="kim")
        desk.decide([refused], Ruling(Act.REJECT, "abuse", "규정에 맞지 않습니다"), "seo")
        desk.appeal(refused, "kim", text)
    assert missing(read(visit, "/review/appeals")) == []


def test_the_box(visit: Visit) -> None:
    """The thread, and what an author reads of a refusal and of an appeal."""
    site, desk = visit.site, visit.site.store.desk
    visit.open()
    visit.sign_in()
    author = visit.box.get_attribute("signed-in") or ""
    for number, name in enumerate(NAMES):
        keep(site, Status.PUBLISHED, TEXTS[number % len(TEXTS)], author=name, article=ARTICLE)
    visit.open()
    expect(visit.thread).to_have_count(len(NAMES))
    for part in ("p bdi", "bdi.author"):
        assert missing("".join("".join(visit.thread.locator(part).all_text_contents()).split())) == [], part
    for text in TEXTS:
        mine = keep(site, Status.HELD, text, author=author, article=ARTICLE)
        desk.settle(mine, Ruling(Act.REJECT, message=text), "seo")
        desk.settle_appeal(desk.appeal(mine, author, text).id, "upheld", text, "park")
    visit.open()
    own = visit.box.locator(".own")
    expect(own).to_have_count(len(TEXTS))
    said = "".join("".join(own.locator(".said bdi").all_text_contents()).split())
    assert missing(said) == []
    assert visit.page.evaluate(f"() => ({LIVE})(document)") == []


def test_accounts_tokens_webhooks_and_the_dashboard(visit: Visit) -> None:
    site = visit.site
    names = [payload for payload in PAYLOADS if len(payload) <= 64 and payload.isprintable()]
    for number, name in enumerate(names):
        site.store.accounts.add(f"m{number}", Role.MODERATOR, by="command-line", display=name)
    assert missing(read(visit, "/review/", "/accounts"), names) == []

    keep(site, Status.HELD, author="kim")
    addresses = [f"https://news.example/?{payload}" for payload in PAYLOADS if fits_address(payload)]
    for address in addresses:
        site.store.outbox.add(address, by="lee")
    assert len(addresses) >= 50
    keep(site, Status.HELD, author="lee")
    give_up(site.store, " ".join(PAYLOADS)[:200], None)
    assert missing(read(visit, "/review/webhooks"), addresses) == []

    for text in bunches(120):
        made = decision(clause=text)
        site.store.add(Comment("글", author="kim"), made, Status.HELD)
    read(visit, "/review/dashboard", "/review/?view=held")


def fits_address(payload: str) -> bool:
    return payload.isascii() and payload.isprintable() and not set(" #") & set(payload)


def test_what_an_address_names(visit: Visit) -> None:
    """Two hundred answers a path, fetched by one page and looked at by the parser of another, which has no policy."""
    visit.open("/review/")
    blank = visit.page.context.new_page()
    for path in ("/review/comments/", "/review/author?name=", "/review/search?q=", "/sign-in?back="):
        answers = visit.page.evaluate(
            "(addresses) => Promise.all(addresses.map(async (address) => (await fetch(address)).text()))",
            [f"{visit.site.url}{path}{quote(payload, safe='')}" for payload in PAYLOADS],
        )
        live = blank.evaluate(
            f"answers => answers.flatMap((text) => ({LIVE})(new DOMParser().parseFromString(text, 'text/html')))",
            answers,
        )
        assert len(answers) == len(PAYLOADS)
        assert live == [], path
