from __future__ import annotations

import pytest

from moderation.errors import InputError, NotFound
from moderation.store import Status, Store
from moderation.store.outbox import ALL_KINDS, Kind
from moderation.store.outbox.endpoints import key_of
from moderation.types import Comment, Decision

URL = "https://news.example/hooks"


def test_an_endpoint_comes_back_as_it_was_kept(store: Store) -> None:
    added = store.outbox.add(URL, ["comment.decided", "appeal.filed"], texts=True, by="lee")
    assert store.outbox.endpoints() == [added]
    assert added.kinds == (Kind.COMMENT_DECIDED, Kind.APPEAL_FILED)
    assert store.outbox.add(URL, by="lee").kinds == ALL_KINDS
    assert Kind.TEST not in ALL_KINDS


def test_a_secret_is_made_or_taken_and_never_shown_by_chance(store: Store) -> None:
    made = store.outbox.add(URL, by="lee")
    assert len(key_of(made.secrets[0])) == 32
    assert made.secrets[0] not in repr(made)
    given = "whsec_" + "QUJD" * 8
    assert store.outbox.add(URL, secret=given, by="lee").secrets == (given,)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_QUJD", "whsec_!!!!", "whsec_" + "QUJD" * 22, "가"])
def test_a_weak_or_broken_secret_is_refused(store: Store, secret: str) -> None:
    with pytest.raises(InputError, match="24 to 64 bytes"):
        store.outbox.add(URL, secret=secret, by="lee")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "news.example/hooks",
        "ftp://news.example/",
        "https://",
        "https://news.example:port/",
        "https://news.example/a b",
        "https://news.example/\r\nx-evil: 1",
        "https://뉴스.example/",
        "https://kim:pw@news.example/",
        "https://news.example/#part",
        "https://[::1/",
        "https://news.example/" + "a" * 2_000,
    ],
)
def test_an_address_that_cannot_be_is_refused(store: Store, address: str) -> None:
    with pytest.raises(InputError):
        store.outbox.add(address, by="lee")
    assert store.outbox.endpoints() == []


def test_an_unknown_kind_is_refused_with_those_there_are(store: Store) -> None:
    with pytest.raises(InputError, match=r"`comment.eaten` is no kind .*comment.decided"):
        store.outbox.add(URL, ["comment.eaten"], by="lee")
    with pytest.raises(InputError):
        store.outbox.add(URL, ["webhook.test"], by="lee")


def test_secrets_overlap_while_they_rotate(store: Store) -> None:
    added = store.outbox.add(URL, by="lee")
    second = store.outbox.rotate(added.id, by="lee")
    assert store.outbox.endpoints()[0].secrets == (second, added.secrets[0])
    third = store.outbox.rotate(added.id, by="lee")
    assert store.outbox.endpoints()[0].secrets == (third, second)
    store.outbox.end_rotation(added.id, by="lee")
    assert store.outbox.endpoints()[0].secrets == (third,)


def test_what_is_not_there_cannot_be_changed(store: Store) -> None:
    for act in (store.outbox.remove, store.outbox.rotate, store.outbox.end_rotation, store.outbox.enable):
        with pytest.raises(NotFound, match="ep_none"):
            act("ep_none", by="lee")


def test_what_is_changed_is_on_record_with_who_did_it_and_without_secrets(store: Store) -> None:
    begin = store.audit.head().number
    added = store.outbox.add(f"{URL}/a-secret-path?key=1", ["comment.held"], texts=True, by="lee")
    store.outbox.rotate(added.id, by="mina")
    store.outbox.end_rotation(added.id, by="mina")
    store.outbox.enable(added.id, by="lee")
    for change in (store.outbox.remove, store.outbox.enable):
        with pytest.raises(NotFound):
            change("ep_none", by="lee")
    store.outbox.remove(added.id, by="lee")

    entries = list(store.audit.entries(begin))
    assert [(entry.by, entry.act) for entry in entries] == [
        ("lee", "webhook.add"),
        ("mina", "webhook.rotate"),
        ("mina", "webhook.rotate.end"),
        ("lee", "webhook.enable"),
        ("lee", "webhook.remove"),
    ]
    assert {entry.subject for entry in entries} == {f"endpoint:{added.id}"}
    facts = {"host": "news.example", "kinds": ["comment.held"], "texts": True}
    assert entries[0].facts == entries[-1].facts == facts
    assert store.audit.verify().fault is None


def test_removing_an_endpoint_leaves_what_others_are_to_be_told(store: Store, hold: Decision) -> None:
    first, second = store.outbox.add(URL, by="lee"), store.outbox.add(URL, by="lee")
    store.add(Comment("글"), hold, Status.HELD)
    assert store.outbox.remove(first.id, by="lee") == first
    assert store.outbox.endpoints() == [second]
