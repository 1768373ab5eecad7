from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from moderation.store import Status, Store
from moderation.store.accounts import Preferences, Role
from moderation.store.outbox import Settlement
from moderation.types import Comment
from moderation.web.desk.webhooks import LIST
from tests.webhooks.given_up import give_up

from .desk import JSON, OURS, signed_in_clients, token
from .sites import WAIT, moderator

PAGE = "/review/webhooks"
SECRET = "/in/T0p-s3cret"
Clients = Callable[..., TestClient]


@pytest.fixture
def clients(store: Store) -> Iterator[Clients]:
    with signed_in_clients(store) as client:

        def english(role: Role = Role.ADMINISTRATOR) -> TestClient:
            signed_in = client(role, str(role))
            store.accounts.prefer(str(role), Preferences(), "en")
            return signed_in

        yield english


def hold(store: Store, text: str = f"{WAIT} 본문") -> str:
    comment = Comment(text, author="물결", article="night-library")
    return store.add(comment, moderator().judge(comment), Status.HELD).id


def test_what_waits_and_what_was_given_up_is_shown_without_any_text(clients: Clients, store: Store) -> None:
    endpoint = store.outbox.add(f"https://news.example{SECRET}", ["comment.held"], texts=True, by="lee")
    given_up = hold(store)
    assert give_up(store) == 1
    waiting = hold(store)
    page = clients().get(PAGE).text
    assert f"https://news.example{SECRET}" in page
    assert "<dt>waiting</dt><dd>1</dd>" in page
    assert "<dt>given up</dt><dd>1</dd>" in page
    assert "answered 400" in page
    assert given_up in page
    assert waiting not in page
    assert "본문" not in page
    assert not any(secret in page for secret in endpoint.secrets)


def test_an_endpoint_that_is_switched_off_says_why(clients: Clients, store: Store) -> None:
    assert "No address is told anything yet." in clients().get(PAGE).text
    endpoint = store.outbox.add("https://news.example/", by="lee")
    hold(store)
    delivery = store.outbox.take(60)
    assert delivery is not None
    gone = Settlement(status=410, fault="answered 410", wait=60, disable="answered 410: it is gone for good")
    store.outbox.settle(delivery, gone, 60, more=False)
    page = clients().get(PAGE).text
    assert "it is gone for good" in page
    assert f"moderation webhooks enable {endpoint.id}" in page


def test_leads_read_and_administrators_send_again(clients: Clients, store: Store) -> None:
    store.outbox.add(f"https://news.example{SECRET}", by="lee")
    hold(store)
    give_up(store)
    (dead,) = store.outbox.dead()
    fields = {"endpoint": dead.endpoint, "message": dead.message.id, "back": PAGE}

    lead, moderator_, editor = clients(Role.LEAD), clients(Role.MODERATOR), clients(Role.EDITOR)
    page = lead.get(PAGE).text
    assert "news.example" in page
    assert SECRET not in page
    assert 'action="/review/webhooks"' not in page
    assert f'href="{PAGE}"' in lead.get("/review/").text
    assert lead.post(PAGE, headers=JSON, data={"token": token(lead), **fields}).status_code == 403
    for other in (moderator_, editor):
        assert other.get(PAGE, headers=JSON).status_code == 403
        assert f'href="{PAGE}"' not in other.get("/review/").text
    assert store.outbox.given_up() == 1

    client = clients()
    answer = client.post(PAGE, headers=OURS, data={"token": token(client), **fields})
    assert answer.headers["location"] == f"{PAGE}?said=resent&said_count=1"
    assert "On their way: 1." in client.get(answer.headers["location"]).text
    assert store.outbox.given_up() == 0
    entry = list(store.audit.entries())[-1]
    assert (entry.by, entry.act, entry.subject) == (
        "administrator",
        "webhook.resend",
        f"endpoint:{dead.endpoint}",
    )
    assert entry.facts == {"count": 1, "messages": [dead.message.id]}
    for wrong in (fields, fields | {"message": "msg_none"}, fields | {"endpoint": "ep_none"}, {"back": PAGE}):
        again = client.post(PAGE, headers=OURS, data={"token": token(client), **wrong})
        assert again.headers["location"] == f"{PAGE}?said=unsent"


def test_only_the_address_that_gave_up_is_sent_to_again(clients: Clients, store: Store) -> None:
    one, two = (store.outbox.add(f"https://{name}.example/", by="lee") for name in ("one", "two"))
    hold(store)
    hold(store)
    give_up(store)
    client = clients()
    client.post(PAGE, headers=OURS, data={"token": token(client), "endpoint": one.id})
    counts = store.outbox.counts()
    assert (counts[one.id].pending, counts[one.id].dead) == (2, 0)
    assert (counts[two.id].pending, counts[two.id].dead) == (0, 2)


def test_what_was_given_up_is_read_page_by_page(clients: Clients, store: Store) -> None:
    store.outbox.add("https://news.example/", by="lee")
    ids = [hold(store) for _ in range(LIST + 2)]
    give_up(store)
    client = clients()
    first = client.get(PAGE).text
    assert [id for id in ids if id not in first] == ids[:2]
    last = store.outbox.dead(LIST)[-1].message.id
    assert f'href="{PAGE}?after={last}" rel="next"' in first
    second = client.get(PAGE, params={"after": last}).text
    assert [id for id in ids if id in second] == ids[:2]
    assert client.get(f"{PAGE}?after=a%00b").status_code in (303, 400)
