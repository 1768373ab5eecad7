from __future__ import annotations

import dataclasses

from standardwebhooks import Webhook
from starlette.testclient import TestClient

from moderation.engine import Moderator
from moderation.errors import StoreError
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.types import Comment, Decision, Versions
from moderation.web.app import create_app
from moderation.webhooks.running import Announcer
from tests.web.sites import POLICY

from .receivers import receiving
from .test_deliverer import until

VERSIONS = Versions(policy="p1", model="m1", normaliser="1")


class Changing:
    versions = VERSIONS

    def __call__(self) -> Versions:
        return self.versions


def kinds_waiting(store: Store) -> int:
    return sum(counts.pending for counts in store.outbox.counts().values())


def test_a_change_is_told_when_it_is_seen_and_the_start_is_none(store: Store) -> None:
    store.outbox.add("https://news.example/", by="lee")
    changing = Changing()
    announcer = Announcer(store, changing)
    announcer.look()
    announcer.look()
    assert kinds_waiting(store) == 0
    changing.versions = dataclasses.replace(VERSIONS, policy="p2")
    announcer.look()
    announcer.look()
    assert kinds_waiting(store) == 1
    changing.versions = dataclasses.replace(VERSIONS, policy="p2", model="m2")
    announcer.look()
    assert kinds_waiting(store) == 2


def test_a_change_while_the_service_was_down_is_told_at_its_start(store: Store) -> None:
    store.outbox.add("https://news.example/", by="lee")
    Announcer(store, lambda: VERSIONS).look()
    Announcer(store, lambda: dataclasses.replace(VERSIONS, model="m2")).look()
    assert kinds_waiting(store) == 1


def test_a_model_that_went_missing_is_no_new_one(store: Store) -> None:
    store.outbox.add("https://news.example/", by="lee")
    changing = Changing()
    announcer = Announcer(store, changing)
    for model in ("m1", None, "m1"):
        changing.versions = dataclasses.replace(VERSIONS, model=model)
        announcer.look()
    assert kinds_waiting(store) == 0


def test_what_the_store_could_not_keep_is_told_later(url: str, store: Store) -> None:
    store.outbox.add("https://news.example/", by="lee")
    other, changing = Store.open(url), Changing()
    announcer = Announcer(other, changing)
    announcer.look()
    other.close()
    changing.versions = dataclasses.replace(VERSIONS, policy="p2")
    try:
        announcer.look()
    except StoreError:
        announcer._store = store
    announcer.look()
    assert kinds_waiting(store) == 1


def test_the_service_delivers_from_its_start_to_its_end(store: Store, hold: Decision) -> None:
    settings = Settings(webhook_networks=["127.0.0.0/8"])
    app = create_app(Moderator(POLICY, None, deadline=60.0), store, settings)
    with receiving() as receiver, TestClient(app):
        endpoint = store.outbox.add(receiver.url, by="lee")
        store.add(Comment("글", id="c1"), hold, Status.HELD)
        until(lambda: not store.outbox.counts() and bool(receiver.got))
    (got,) = receiver.got
    assert Webhook(endpoint.secrets[0]).verify(got.body, got.headers)["type"] == "comment.held"
