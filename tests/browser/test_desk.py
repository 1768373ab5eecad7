"""A moderator's shift: from the keyboard alone, without scripts, and when colleagues work beside one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from moderation.store import Status, StoredComment
from moderation.store.accounts import Preferences, Role
from moderation.store.desk import Act, Mark, Ruling
from moderation.types import Comment, Language
from tests.webhooks.given_up import give_up

from .conftest import Visits
from .visits import ARTICLE, Visit


def hold(visit: Visit, text: str, author: str = "물결 1000", **more: str) -> StoredComment:
    """Have a comment wait for a moderator."""
    comment = Comment(text, author=author, article=ARTICLE, **more)
    return visit.site.store.add(comment, visit.site.moderator.judge(comment), Status.HELD)


def hold_many(visit: Visit, *names: str) -> list[StoredComment]:
    return [
        hold(visit, f"{name}번 사진은 http://example.com 에 올려 두었습니다", f"물결 {name}")
        for name in names
    ]


def status(visit: Visit, comment: StoredComment) -> Status:
    return visit.site.store.get(comment.id).status


def colleague(visits: Visits, name: str = "seo", role: Role = Role.MODERATOR) -> Visit:
    """Another moderator, in a browser of their own."""
    visit = visits()
    visit.sign_in_at_desk(name, role)
    return visit


def test_a_message_that_was_given_up_is_sent_again_from_the_keyboard(visit: Visit) -> None:
    store = visit.site.store
    visit.site.stop()  # else it would take some of them itself
    store.outbox.add("https://news.example/", by="lee")
    hold_many(visit, "하나", "둘")
    assert give_up(store) == 2
    visit.site.start()
    visit.open("/review/")
    visit.page.get_by_role("link", name=visit.text("desk_view_webhooks")).press("Enter")
    buttons = visit.page.get_by_role("button", name=re.compile(f"^{visit.text('webhooks_resend')}: "))
    expect(buttons).to_have_count(2)
    buttons.first.press("Enter")
    expect(visit.page.locator(".said [role=status]")).to_have_text(visit.text("desk_said_resent", count=1))
    expect(buttons).to_have_count(1)
    visit.page.get_by_role("button", name=visit.text("webhooks_resend_all", count=1)).press("Enter")
    expect(buttons).to_have_count(0)
    assert store.outbox.given_up() == 0


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_can_be_done_with_a_card_stands_in_one_line(visits: Visits, language: Language) -> None:
    """At a desk of 1280 pixels; on a phone it wraps, within the card."""
    visit = visits(language)
    hold_many(visit, "하나")
    visit.open("/review/")
    parts = visit.page.locator(".card .ruling button, .card [data-more]")
    expect(parts).to_have_count(5)
    middles = "parts => parts.map((part) => { const box = part.getBoundingClientRect(); return box.y + box.height / 2; })"
    heights = parts.evaluate_all(middles)
    assert max(heights) - min(heights) < 3

    visit.page.set_viewport_size({"width": 390, "height": 844})
    rights = parts.evaluate_all("parts => parts.map((part) => part.getBoundingClientRect().right)")
    assert max(rights) <= 390


def test_a_shift_from_the_keyboard(visit: Visit) -> None:
    first, second, third, fourth = hold_many(visit, "하나", "둘", "셋", "넷")
    visit.open("/review/?order=oldest")
    cards = visit.page.locator(".card")
    expect(cards).to_have_count(4)
    press = visit.page.keyboard.press
    expect(cards.nth(0)).to_be_focused()
    press("j")
    expect(cards.nth(1)).to_be_focused()
    press("k")
    press("k")
    expect(cards.nth(0)).to_be_focused()

    press("a")
    expect(cards).to_have_count(3)
    expect(visit.said).to_have_text(visit.text("desk_said_approve", count=1))
    expect(visit.page.locator(".title [data-counted]")).to_have_text("3")
    expect(visit.page.locator("[data-pace]")).to_have_text(visit.text("desk_pace", count=1))
    expect(cards.nth(0)).to_be_focused()

    press("r")
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", checked=True)).to_have_value("links")
    expect(dialog.get_by_role("textbox")).to_have_attribute(
        "placeholder", visit.policy.message("links", "ko")
    )
    press("7")
    expect(dialog.get_by_role("radio", checked=True)).to_have_value("advertising")
    expect(dialog.get_by_role("textbox")).to_have_attribute(
        "placeholder", visit.policy.message("advertising", "ko")
    )
    press("Enter")
    expect(cards).to_have_count(2)
    expect(visit.said).to_have_text(visit.text("desk_said_reject", count=1))

    press("e")
    press("e")
    expect(visit.said).to_have_text(visit.text("desk_said_return", count=1))
    press("t")
    expect(visit.said).to_have_text(visit.text("desk_said_escalate", count=1))
    expect(cards).to_have_count(0)
    expect(visit.page.get_by_role("heading", name=visit.text("desk_empty"))).to_be_visible()
    assert [status(visit, each) for each in (first, second, third, fourth)] == [
        "published",
        "rejected",
        "returned",
        "held",
    ]
    ruled = visit.site.store.get(second.id).decision
    assert (ruled.by, ruled.clauses) == ("hanyeoul", ("advertising",))

    press("u")
    expect(cards).to_have_count(1)
    expect(cards.nth(0)).to_be_focused()
    expect(visit.said).to_have_text(visit.text("desk_said_undo", count=1))
    press("u")
    expect(cards).to_have_count(2)
    visit.page.reload()
    expect(cards).to_have_count(2)
    press("u")  # what can be undone outlives the page
    expect(cards).to_have_count(3)
    assert status(visit, second) is Status.HELD


def test_many_at_once_with_a_preview_and_back_again(visit: Visit) -> None:
    comments = hold_many(visit, *"가나다라마바")
    visit.open("/review/")
    cards = visit.page.locator(".card")
    press = visit.page.keyboard.press
    press("x")
    press("j")
    press("x")
    expect(visit.page.locator("[data-selected]")).to_have_text(visit.text("desk_selected", count=2))
    press("Escape")
    expect(visit.page.locator("[data-selection]")).to_be_hidden()
    press("s")
    press("a")
    dialog = visit.page.get_by_role("dialog", name=visit.text("desk_ask_approve"))
    expect(dialog).to_contain_text(visit.text("desk_ask_count", count=6))
    expect(dialog.locator("[data-targets] li")).to_have_count(5)
    expect(dialog).to_contain_text(visit.text("desk_ask_rest", count=2))
    press("Escape")
    assert visit.site.store.held_count() == 6
    press("a")
    press("a")
    expect(visit.said).to_have_text(visit.text("desk_said_approve", count=6))
    expect(cards).to_have_count(0)
    assert {status(visit, each) for each in comments} == {Status.PUBLISHED}
    visit.page.get_by_role("button", name=visit.text("desk_undo")).click()
    expect(cards).to_have_count(6)
    assert visit.site.store.held_count() == 6


def test_the_next_cards_come_before_the_last_is_done(visit: Visit) -> None:
    hold_many(visit, *(str(number) for number in range(20)))
    visit.open("/review/")
    cards = visit.page.locator(".card")
    expect(cards).to_have_count(12)
    for left in range(19, -1, -1):
        visit.page.keyboard.press("a")
        expect(visit.page.locator(".title [data-counted]")).to_have_text(str(left))
    expect(cards).to_have_count(0)
    assert visit.site.store.held_count() == 0


def test_keys_work_on_a_korean_keyboard(visit: Visit) -> None:
    hold_many(visit, "하나", "둘")
    visit.open("/review/")
    expect(visit.page.locator(".card").first).to_be_focused()
    for key, code in (("ㅓ", "KeyJ"), ("ㅁ", "KeyA")):
        visit.page.evaluate(
            "([key, code]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', {key, code, bubbles: true}))",
            [key, code],
        )
    expect(visit.said).to_have_text(visit.text("desk_said_approve", count=1))


def test_the_keys_are_explained(visit: Visit) -> None:
    hold_many(visit, "하나")
    visit.open("/review/")
    visit.page.keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name=visit.text("desk_keys"))
    expect(dialog).to_be_visible()
    visit.page.keyboard.press("a")  # keys rest while the help is open
    visit.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert visit.site.store.held_count() == 1


@pytest.mark.parametrize(("button", "becomes"), [("approve", Status.PUBLISHED), ("reject", Status.REJECTED)])
def test_it_works_without_scripts(visits: Visits, button: str, becomes: Status) -> None:
    visit = visits("en", java_script_enabled=False)
    comment = hold(visit, "Look at http://example.com please", "Heron")
    hold(visit, "Another one http://example.com", "Willow")
    visit.open("/review/")
    visit.page.locator(f".card .{button}").first.click()
    said = visit.page.get_by_role("status").first
    expect(said).to_have_text(visit.text(f"desk_said_{button}", count=1))
    expect(visit.page.locator(".card")).to_have_count(1)
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    assert status(visit, comment) is becomes
    visit.page.get_by_role("button", name=visit.text("desk_undo")).click()
    expect(visit.page.locator(".card")).to_have_count(2)
    assert status(visit, comment) is Status.HELD


def test_two_moderators_never_have_the_same_comment(visits: Visits) -> None:
    one = visits()
    comments = hold_many(one, *(str(number) for number in range(15)))
    two = colleague(visits)
    one.open("/review/")
    two.open("/review/")
    ids = [
        {str(card.get_attribute("data-id")) for card in visit.page.locator(".card").all()}
        for visit in (one, two)
    ]
    assert [len(each) for each in ids] == [12, 3]
    assert not ids[0] & ids[1]
    assert ids[0] | ids[1] == {comment.id for comment in comments}

    one.page.get_by_role("link", name=one.text("desk_preferences")).click()  # leaves the queue
    expect(one.page.get_by_role("heading", level=1)).to_have_text(one.text("desk_preferences"))
    two.page.reload()
    expect(two.page.locator(".card")).to_have_count(12)


def test_what_a_colleague_does_is_seen_as_it_happens(visits: Visits) -> None:
    one = visits()
    hold(one, "함께 보는 http://example.com")
    one.open("/review/search")
    one.page.locator("[data-find]").fill("함께")
    one.page.locator("[data-find]").press("Enter")
    card = one.page.locator(".card")
    expect(card).to_have_count(1)
    two = colleague(visits)
    two.open("/review/")
    winner = card.locator("[data-winner]")
    expect(winner).to_have_text(one.text("desk_holder", name="한여울"))
    expect(card.locator("form[data-ruling]")).to_be_hidden()
    two.page.keyboard.press("a")
    expect(winner).to_contain_text(one.text("desk_did_approve"))
    expect(one.page.locator("[data-counted=held]").first).to_have_text("0")


def test_the_second_of_two_is_told_in_place(visits: Visits) -> None:
    one = visits()
    comment = hold(one, "둘이 함께 보는 http://example.com")
    one.open("/review/")
    expect(one.page.locator(".card")).to_have_count(1)
    one.site.store.desk.release("hanyeoul")
    one.site.store.accounts.add("seo", Role.MODERATOR, by="command-line", display="서하늘")
    one.site.store.desk.decide([comment.id], Ruling(Act.REJECT), "seo")
    one.page.keyboard.press("a")
    told = one.page.get_by_role("alert")
    expect(told).to_contain_text("서하늘")
    expect(told).to_contain_text(one.text("desk_did_reject"))
    assert status(one, comment) is Status.REJECTED
    assert len(one.site.store.decisions(comment.id)) == 2


def test_a_page_whose_session_is_gone_rules_nothing(visit: Visit) -> None:
    hold(visit, "쿠키가 사라진 http://example.com")
    visit.open("/review/")
    visit.page.context.clear_cookies()
    visit.page.keyboard.press("a")
    expect(visit.page.get_by_role("alert")).to_have_text(visit.text("desk_stale"))
    expect(visit.page.locator(".card")).to_have_count(1)
    assert visit.site.store.held_count() == 1


def test_a_service_that_is_gone_is_said_on_the_card(visit: Visit) -> None:
    hold(visit, "멈춘 서버 http://example.com")
    visit.open("/review/")
    expect(visit.page.locator(".card")).to_be_focused()
    visit.site.stop()
    visit.page.keyboard.press("a")
    expect(visit.page.get_by_role("alert")).to_have_text(visit.text("desk_offline"))
    visit.site.start()
    visit.page.keyboard.press("a")
    expect(visit.said).to_have_text(visit.text("desk_said_approve", count=1))


def test_a_card_shows_why(visit: Visit) -> None:
    parent = hold(visit, "앞선 댓글 http://example.com", "앞사람")
    text = "😀 이 바보 같은 놈아, 문의는 010-1234-5678 또는 http://example.com 으로"
    comment = hold(visit, text, parent=parent.id)
    visit.open(f"/review/comments/{comment.id}")
    card = visit.page.locator(".card")
    expect(card.locator(".posted mark").last).to_have_text(re.compile("example.com"))
    for clause in comment.decision.clauses:
        expect(card.locator(".why")).to_contain_text(visit.policy.clauses[clause].title.ko)
    for rule in {reason.finding.rule for reason in comment.decision.reasons}:
        expect(card.locator(".why")).to_contain_text(rule)
    expect(card.locator(".settled")).to_contain_text(comment.decision.rule or "")
    expect(card.get_by_role("link", name=re.compile("나루터 도서관"))).to_be_visible()
    expect(card.locator(".parent")).to_contain_text("앞사람")
    expect(visit.page.locator(".folded-form").first).to_contain_text("바보 같은 놈아")
    scored = [reason for reason in comment.decision.reasons if reason.finding.score is not None]
    assert scored, "the row wants a score to explain"
    expect(card.locator('.word:not([data-weight="0"])')).not_to_have_count(0)


def test_a_wrong_hit_is_noted_on_the_very_words(visit: Visit) -> None:
    hold(visit, "사진은 http://example.com 에 있습니다")
    visit.open("/review/")
    visit.page.keyboard.press("w")
    expect(visit.said).to_have_text(visit.text("desk_said_wrong"))
    expect(visit.page.locator(".place.struck")).to_have_count(1)


def test_abuse_is_blurred_until_asked_for(visit: Visit) -> None:
    hold(visit, "이 병신 같은 기사는 뭐냐", "거친말")
    visit.sign_in_at_desk()
    visit.site.store.accounts.prefer("hanyeoul", Preferences(), "ko")
    visit.open("/review/")
    filtered = "element => getComputedStyle(element).filter"
    text = visit.page.locator(".posted bdi").first
    assert text.evaluate(filtered) != "none"
    assert visit.page.locator(".evidence").first.evaluate(filtered) != "none"
    visit.page.keyboard.press("v")
    assert text.evaluate(filtered) == "none"
    visit.page.get_by_role("link", name=visit.text("desk_preferences")).click()
    visit.page.get_by_label(visit.text("desk_care_blur")).uncheck()
    visit.page.get_by_role("button", name=visit.text("desk_save")).click()
    visit.open("/review/")
    assert text.evaluate(filtered) == "none"


def test_notes_and_marks_from_the_keyboard(visit: Visit) -> None:
    comment = hold(visit, "메모할 http://example.com")
    visit.open("/review/")
    visit.page.keyboard.press("n")
    visit.page.keyboard.type("지난주에도 같은 글을 올렸습니다.")
    visit.page.keyboard.press("Control+Enter")
    expect(visit.said).to_have_text(visit.text("desk_said_noted"))
    visit.page.keyboard.press("m")
    visit.page.keyboard.press("2")
    visit.page.keyboard.press("2")
    expect(visit.said).to_have_text(visit.text("desk_said_marked"))
    [note] = visit.site.store.desk.notes(comment.id)
    assert (note.by, note.text) == ("hanyeoul", "지난주에도 같은 글을 올렸습니다.")
    visit.page.keyboard.press("d")
    expect(visit.page.locator(".more .notes")).to_contain_text("지난주에도")
    visit.page.keyboard.press("h")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("물결 1000")
    expect(visit.page.locator(".title .mark")).to_contain_text(visit.text(f"desk_mark_{Mark.WATCH}"))


def test_similar_comments_are_decided_together(visit: Visit) -> None:
    text = "하루 삼십 분만 투자하면 누구나 부자가 됩니다. 자세한 방법은 http://example.com 에서 {}"
    comments = [hold(visit, text.format(name), f"부자 {name}") for name in ("확인", "보세요", "읽기")]
    visit.open("/review/")
    visit.page.keyboard.press("g")
    together = visit.page.locator(".more [data-together]")
    expect(together.get_by_role("button").first).to_be_focused()
    together.get_by_role("button", name=visit.text("desk_together_reject", count=3)).click()
    expect(visit.page.get_by_role("dialog").locator("[data-targets] li")).to_have_count(3)
    visit.page.keyboard.press("r")
    expect(visit.said).to_have_text(visit.text("desk_said_reject", count=3))
    assert {status(visit, each) for each in comments} == {Status.REJECTED}


def test_an_appeal_is_decided_by_somebody_else(visits: Visits) -> None:
    one = visits()
    comment = hold(one, "억울한 http://example.com", "물결 1000")
    one.open("/review/")
    one.page.keyboard.press("r")
    one.page.keyboard.press("r")
    expect(one.said).to_have_text(one.text("desk_said_reject", count=1))
    one.site.store.desk.appeal(comment.id, "물결 1000", "공공 자료 링크입니다. <b>봐 주세요</b>")
    one.open("/review/appeals")
    expect(one.page.locator(".card")).to_have_count(0)
    two = colleague(visits)
    two.open("/review/appeals")
    appeal = two.page.locator(".appeal")
    expect(appeal).to_contain_text("공공 자료 링크입니다. <b>봐 주세요</b>")
    expect(appeal).to_contain_text(two.text("desk_action_reject"))
    appeal.get_by_label(two.text("desk_appeal_reason")).fill("확인해 보니 공공 자료가 맞습니다.")
    appeal.get_by_role("button", name=two.text("desk_overturn")).click()
    expect(two.page.get_by_role("status").first).to_have_text(two.text("desk_said_overturned"))
    expect(two.page.locator(".card")).to_have_count(0)
    assert status(two, comment) is Status.PUBLISHED
