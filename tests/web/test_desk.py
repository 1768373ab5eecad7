from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from moderation.store import Status, Store, StoredComment
from moderation.store.accounts import Preferences, Role
from moderation.store.desk import Act, DeskRules, Mark, Ruling
from moderation.types import Action, Comment
from moderation.web.desk.live import Live, message
from moderation.web.desk.queue import BATCH

from .desk import JSON, OURS, signed_in_clients, token
from .sites import WAIT, listed, moderator

Clients = Callable[..., TestClient]


@pytest.fixture
def clients(store: Store) -> Iterator[Clients]:
    with signed_in_clients(store) as client:
        yield lambda name="hanyeoul", role=Role.ADMINISTRATOR: client(role, name)


def hold(store: Store, text: str = f"{WAIT} 댓글", author: str | None = None) -> StoredComment:
    hold.count += 1  # type: ignore[attr-defined]
    comment = Comment(text, author=author or f"물결 {hold.count}", article="night-library")  # type: ignore[attr-defined]
    return store.add(comment, moderator().judge(comment), Status.HELD)


hold.count = 0  # type: ignore[attr-defined]


def send(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(f"/review/{path}", headers=JSON, data={"token": token(client), **fields})


def test_a_ruling_with_and_without_a_script(clients: Clients, store: Store) -> None:
    one, two, client = hold(store), hold(store), clients()
    answer = send(client, "rulings", ids=one.id, act="approve")
    assert (answer.status_code, answer.json()["done"], answer.json()["failed"]) == (200, [one.id], [])
    fields = {"token": token(client), "ids": two.id, "act": "reject", "back": "/review/?view=held"}
    answer = client.post("/review/rulings", headers=OURS, data=fields)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/review/?view=held&said=reject&said_count=1&undo=")
    assert store.get(one.id).status is Status.PUBLISHED
    assert store.get(two.id).status is Status.REJECTED
    page = client.get(answer.headers["location"] + "&lang=en").text
    assert "Rejected: 1." in page
    undo = re.search(r'name="batch" value="([^"]+)"', page)
    assert undo
    answer = client.post("/review/undo", headers=OURS, data={"token": token(client), "batch": undo[1]})
    assert answer.headers["location"] == "/review/?said=undo&said_count=1"
    assert store.get(two.id).status is Status.HELD


@pytest.mark.parametrize("back", ["https://a.example/", "//a.example", "/\\a.example", "javascript:alert(1)"])
def test_an_action_leads_back_to_our_own_pages_only(clients: Clients, store: Store, back: str) -> None:
    held, client = hold(store), clients()
    fields = {"token": token(client), "ids": held.id, "act": "approve", "back": back}
    answer = client.post("/review/rulings", headers=OURS, data=fields)
    assert answer.headers["location"].startswith("/review/?said=approve")


def test_reading_changes_nothing(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients()
    assert client.get(f"/review/rulings?act=approve&ids={held.id}").status_code == 405
    body = json.dumps({"token": "x", "act": "approve", "ids": held.id})
    for media in ("text/plain", "application/json"):
        headers = OURS | {"content-type": media}
        assert client.post("/review/rulings", headers=headers, content=body).status_code == 403
    assert store.get(held.id).status is Status.HELD


def test_what_cannot_be_ruled(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients()
    assert send(client, "rulings", ids=held.id, act="nudge").status_code == 400
    assert send(client, "rulings", ids=held.id, act="reject", clause="nothing").status_code == 400
    assert send(client, "rulings", ids="", act="approve").status_code == 400
    assert send(client, "rulings", ids="a\0b", act="approve").status_code == 400
    assert send(client, "rulings", ids="nothing", act="approve").status_code == 404
    assert send(client, "rulings", ids=held.id, act="approve").status_code == 200
    late = send(client, "rulings", ids=held.id, act="reject")
    assert late.status_code == 409
    [failure] = late.json()["failed"]
    assert (failure["problem"], failure["by"], failure["did"]) == ("settled", "한여울", "approve")
    assert len(store.decisions(held.id)) == 2


def test_what_a_colleague_holds_is_theirs(clients: Clients, store: Store) -> None:
    held, one, two = hold(store), clients(), clients("seo", Role.MODERATOR)
    assert held.id in one.get("/review/").text
    assert held.id not in two.get("/review/").text
    answer = send(two, "rulings", ids=held.id, act="approve")
    assert (answer.status_code, answer.json()["failed"][0]["problem"]) == (409, "claimed")
    assert send(two, "claims", ids=held.id).json()["refused"] == {held.id: "한여울"}
    assert send(one, "release", ids=held.id).status_code == 204
    assert send(two, "claims", ids=held.id).json()["granted"] == [held.id]


def test_a_page_that_is_only_fetched_ahead_leases_nothing(clients: Clients, store: Store) -> None:
    hold(store)
    client = clients()
    client.get("/review/", headers={"sec-purpose": "prefetch;prerender"})
    assert store.desk.counts("hanyeoul").mine == 0
    client.get("/review/")
    assert store.desk.counts("hanyeoul").mine == 1


def test_another_view_gives_back_what_it_does_not_show(clients: Clients, store: Store) -> None:
    hold(store)
    client = clients()
    client.get("/review/")
    client.get("/review/?article=elsewhere")
    assert store.desk.counts("hanyeoul").mine == 0


def test_who_has_ruled_is_the_account(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients("seo", Role.MODERATOR)
    answer = send(client, "rulings", ids=held.id, act="approve", by="kim", status="rejected")
    assert answer.status_code == 200
    decision = store.get(held.id).decision
    assert (decision.by, decision.action) == ("seo", Action.ALLOW)


def test_a_batch_at_a_time(clients: Clients, store: Store) -> None:
    for number in range(BATCH + 3):
        hold(store, f"{WAIT} {number}번")
    client = clients()
    assert client.get("/review/").text.count('class="card"') == BATCH
    assert clients("seo", Role.MODERATOR).get("/review/").text.count('class="card"') == 3
    for wrong in ("?view=secret", "?order=size", "?clause=a%00b"):
        assert client.get(f"/review/{wrong}").status_code in (303, 400)


def test_lists_that_are_only_looked_through(clients: Clients, store: Store) -> None:
    client = clients()
    ids = [hold(store, f"{WAIT} {number}번").id for number in range(28)]
    store.desk.decide(ids, Ruling(Act.APPROVE), "seo")
    first = client.get("/review/decided").text
    assert first.count('class="card"') == 25
    link = re.search(r'href="(/review/decided\?[^"]*after=[^"]+)" rel="next"', first)
    assert link
    assert client.get(link[1].replace("&amp;", "&")).text.count('class="card"') == 3
    assert client.get("/review/decided?by=me").text.count('class="card"') == 0
    assert client.get("/review/decided?after=nothing").status_code == 303
    assert client.get("/review/search?q=27번").text.count('class="card"') == 1
    assert client.get("/review/search?q=%22%27%25").status_code == 200
    assert client.get("/review/author?name=nobody").status_code == 404
    assert client.get("/review/comments/nothing").status_code == 404
    known = store.get(ids[0]).author
    assert known is not None
    assert client.get("/review/author", params={"name": known}).text.count('class="card"') == 1
    assert client.get(f"/review/comments/{ids[0]}").status_code == 200


def test_a_second_look_is_blind_wherever_the_comment_stands(clients: Clients, store: Store) -> None:
    first, second = clients("mina", Role.MODERATOR), clients("jun", Role.MODERATOR)
    store.desk.rules = DeskRules(second_look_share=1.0)
    store.accounts.prefer("mina", Preferences(), "en")
    store.accounts.prefer("jun", Preferences(), "en")
    comment = hold(store, author="물결")
    store.desk.decide([comment.id], Ruling(Act.REJECT, "threat", "왜 그런지"), "mina")
    store.desk.note("이건 거절했습니다", "mina", comment=comment.id)
    pages = (
        f"/review/comments/{comment.id}",
        "/review/decided",
        "/review/author?name=물결",
        f"/review/search?q={WAIT}",
        "/review/second-looks",
    )
    telling = (
        "Rejected</strong>",
        "refused</",
        "왜 그런지",
        "이건 거절했습니다",
        'value="reject"',
        'name="ids"',
    )
    for path in pages:
        seen = second.get(path).text
        assert comment.id in seen, path
        found = [text for text in telling if text in seen]
        assert found == (['value="reject"'] if path == "/review/second-looks" else []), path
    assert f"/review/comments/{comment.id}" not in second.get("/review/second-looks").text
    assert "Rejected</strong>" in first.get("/review/decided").text
    assert "refused</" in first.get(pages[0]).text

    number = str(store.get(comment.id).decision.number)
    answer = send(second, "second-looks", comment=comment.id, number=number, act="reject", clause="threat")
    assert answer.status_code == 200
    for path in pages[1:4]:
        assert "Rejected</strong>" in second.get(path).text, path
    whole = second.get(pages[0]).text
    assert all(text in whole for text in ("왜 그런지", "이건 거절했습니다", "refused</"))


def test_a_comment_that_waits_anew_can_be_ruled_on_before_the_second_look(
    clients: Clients, store: Store
) -> None:
    client = clients("jun", Role.MODERATOR)
    store.desk.rules = DeskRules(report_readers=1, second_look_share=1.0)
    comment = hold(store)
    store.desk.decide([comment.id], Ruling(Act.APPROVE, message="잘 썼습니다"), "mina")
    store.desk.report(comment.id, "독자 1")
    seen = client.get("/review/?view=reported").text
    assert 'value="reject"' in seen
    assert 'data-act="approve"' not in seen
    assert 'class="decisions"' not in client.get(f"/review/comments/{comment.id}").text


def test_what_one_escalated_is_for_others_to_decide(clients: Clients, store: Store) -> None:
    mine, theirs = hold(store), hold(store)
    me, lead = clients("seo", Role.MODERATOR), clients("lee", Role.LEAD)
    store.desk.decide([mine.id], Ruling(Act.ESCALATE), "seo")
    store.desk.decide([theirs.id], Ruling(Act.ESCALATE), "jun")
    page = me.get("/review/?view=escalated&lang=en").text
    work, marked, own = page.partition("Escalated by you")
    assert marked
    assert (theirs.id in work, mine.id in work, mine.id in own, theirs.id in own) == (
        True,
        False,
        True,
        False,
    )
    assert 'name="ids"' not in own
    assert store.desk.counts("seo").mine == 1
    assert "Escalated by you" not in me.get("/review/?lang=en").text
    assert mine.id not in me.get("/review/?view=escalated&author=nobody").text
    page = lead.get("/review/?view=escalated&lang=en").text
    assert mine.id in page
    assert "Escalated by you" not in page


def test_only_leads_suspend(clients: Clients, store: Store) -> None:
    hold(store, author="물결")
    fields = {"author": "물결", "mark": "suspended", "days": "7", "reason": "광고"}
    assert send(clients("seo", Role.MODERATOR), "marks", **fields).status_code == 403
    lead = clients("lee", Role.LEAD)
    assert send(lead, "marks", **(fields | {"days": "0"})).status_code == 400
    assert send(lead, "marks", **(fields | {"mark": "banned"})).status_code == 400
    assert send(lead, "marks", **fields).status_code == 200
    mark = store.desk.author("물결").mark
    assert mark is not None
    assert (mark.mark, mark.by, mark.reason) == (Mark.SUSPENDED, "lee", "광고")


def test_a_card_is_escaped_and_marked(clients: Clients, store: Store) -> None:
    hold(store, f"<b>😀</b> {WAIT}\u202e & 끝", author='"><script>')
    page = clients().get("/review/").text
    assert f'&lt;b&gt;😀&lt;/b&gt; <mark data-action="hold">{WAIT}</mark>' in page
    assert "U+202E" in page
    assert "\u202e" not in page
    assert "<script>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_a_card_marks_the_whole_inflected_word(clients: Clients, store: Store) -> None:
    comment = Comment("You FUCKING liars", article="night-library")
    store.add(comment, moderator(listed("fuck")).judge(comment), Status.HELD)
    page = clients().get("/review/").text
    assert 'You <mark data-action="hold">FUCKING</mark>' in page
    assert "“fuck”" in page  # which entry it was


def test_a_reason_whose_clause_is_gone_from_the_policy_is_still_shown(clients: Clients, store: Store) -> None:
    comment = Comment(f"{WAIT} 댓글", article="night-library")
    decision = moderator().judge(comment)
    reason = decision.reasons[0]
    store.add(
        comment,
        replace(decision, reasons=(replace(reason, clause="former"),), clauses=("former",)),
        Status.HELD,
    )
    answer = clients().get("/review/")
    assert answer.status_code == 200
    assert "<strong>former</strong>" in answer.text


def test_said_is_one_of_our_own_sentences(clients: Clients) -> None:
    page = clients().get("/review/?said=password&said_by=%3Cb%3E&lang=en")
    assert page.status_code == 200
    assert "data-said" not in page.text


def test_preferences_are_kept_in_the_account(clients: Clients, store: Store) -> None:
    client = clients()
    fields = {"token": token(client), "care": "yes", "blur": "yes", "language": "en"}
    answer = client.post("/review/preferences", headers=OURS, data=fields)
    assert answer.headers["location"] == "/review/?said=saved"
    account = store.accounts.get("hanyeoul")
    assert (account.language, account.preferences.blur, account.preferences.hints) == ("en", True, False)
    assert 'lang="en"' in client.get("/review/").text


def test_the_account_and_its_preferences_lead_to_each_other(clients: Clients) -> None:
    client = clients("seo", Role.MODERATOR)
    assert 'href="/review/preferences"' in client.get("/account").text
    main = client.get("/review/preferences").text.partition("<main")[2]
    assert 'href="/account"' in main


def test_a_message_is_one_event_whatever_it_says() -> None:
    text = message("settled", {"by": "a\n\nevent: counts\ndata: {}\u2028"})
    assert text.count("\n") == 3
    assert json.loads(text.splitlines()[1].removeprefix("data: "))["by"].startswith("a\n\n")


def test_a_page_is_told_what_colleagues_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.web.desk.live.EVERY", 0.01)
    store.accounts.add("seo", Role.MODERATOR, by="command-line", display="서하늘")
    held = hold(store)

    async def main() -> None:
        live = Live(store)
        stream = live.listen("hanyeoul")

        async def wait_for(event: str) -> Any:
            with anyio.fail_after(20):
                async for text in stream:
                    if text.startswith(f"event: {event}"):
                        return json.loads(text.split("data: ")[1])
            raise AssertionError(event)

        assert (await wait_for("counts"))["held"] == 1
        store.desk.claim([held.id], "seo")
        assert (await wait_for("claims"))["held"] == {held.id: {"by": "seo", "name": "서하늘"}}
        store.desk.decide([held.id], Ruling(Act.APPROVE), "seo")
        [ruling] = await wait_for("settled")
        assert (ruling["id"], ruling["act"], ruling["name"]) == (held.id, "approve", "서하늘")
        live.is_over = lambda: True
        with anyio.fail_after(20):
            assert [text async for text in stream if "settled" in text] == []

    anyio.run(main)
