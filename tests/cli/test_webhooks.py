"""`moderation webhooks` as whoever runs the service meets it."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from moderation.errors import InputError, NotFound
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, Length, Versions
from moderation.webhooks.schedule import Schedule
from tests.sqlite import upgraded
from tests.webhooks.deliverers import deliverer
from tests.webhooks.receivers import receiving

from .test_commands import run

HOLD = Decision(Action.HOLD, "links.link", (), (), ("links",), Length(2, 250), "ko", Versions("p", None, "1"))


@pytest.fixture
def database(tmp_path: Path) -> str:
    return upgraded(tmp_path / "moderation.db")


def webhooks(database: str, *arguments: str, networks: str = "") -> str:
    done = run("webhooks", *arguments, MODERATION_DATABASE_URL=database, MODERATION_WEBHOOK_NETWORKS=networks)
    if done.exception is not None:
        raise done.exception
    assert done.exit_code == 0
    return done.output


def test_an_endpoint_from_its_beginning_to_its_end(database: str) -> None:
    url = "https://news.example/hooks"
    added = webhooks(database, "add", url, "--kind", "comment.held", "--kind", "comment.decided", "--texts")
    name, _, kinds = added.splitlines()[0].partition(": ")
    assert kinds == "comment.decided, comment.held"
    secret = added.splitlines()[1].removeprefix("secret: ")
    Webhook(secret)

    (row,) = map(json.loads, webhooks(database, "list", "--json").splitlines())
    assert row == {
        "id": name,
        "url": url,
        "kinds": ["comment.decided", "comment.held"],
        "texts": True,
        "disabled": None,
        "pending": 0,
        "dead": 0,
    }
    listed = webhooks(database, "list")
    assert url in listed
    assert "0 waiting, 0 given up" in listed
    assert secret not in listed

    assert webhooks(database, "rotate", name).startswith("secret: whsec_")
    assert "newest secret alone" in webhooks(database, "rotate", name, "--finish")
    assert "in use" in webhooks(database, "enable", name)
    assert url in webhooks(database, "remove", name, "--by", "mina")
    assert "0 endpoints" in webhooks(database, "list")

    with Store.open(database) as store:
        done = [entry for entry in store.audit.entries() if entry.act.startswith("webhook.")]
        assert store.audit.verify().fault is None
    acts = ["webhook.add", "webhook.rotate", "webhook.rotate.end", "webhook.enable", "webhook.remove"]
    assert [entry.act for entry in done] == acts
    assert [entry.by for entry in done] == [getpass.getuser()] * 4 + ["mina"]


def test_a_test_says_what_comes_back_and_keeps_nothing(database: str) -> None:
    with receiving() as receiver:
        name = webhooks(database, "add", receiver.url, "--kind", "appeal.filed").partition(":")[0]
        assert webhooks(database, "test", name, networks="127.0.0.0/8") == f"{name}: answered 204\n"
        assert receiver.got[0].json["type"] == "webhook.test"
        with pytest.raises(InputError, match="MODERATION_WEBHOOK_NETWORKS"):
            webhooks(database, "test", name)
    with pytest.raises(InputError, match="ConnectionRefusedError"):
        webhooks(database, "test", name, networks="127.0.0.0/8")
    assert "0 of 0 dead letters" in webhooks(database, "dead")


def test_dead_letters_are_listed_and_sent_again(database: str) -> None:
    with receiving(lambda request: (400, {}, b"")) as receiver, Store.open(database) as store:
        store.outbox.add(receiver.url, by="lee")
        for number in range(3):
            store.add(Comment("글", id=f"c{number}"), HOLD, Status.HELD)
        given_up = deliverer(store)
        given_up._schedule = Schedule(give_up=0)
        given_up.deliver_due()
    (first,) = map(json.loads, webhooks(database, "dead", "--json", "--limit", "1").splitlines())
    assert (first["kind"], first["subject"], first["fault"]) == ("comment.held", "c2", "answered 400")
    shown = webhooks(database, "dead", "--limit", "2")
    assert "2 of 3 dead letters" in shown
    assert receiver.url in shown
    more = next(line for line in shown.splitlines() if line.startswith("more: ")).split()[-2:]
    assert "c0" in webhooks(database, "dead", *more)

    assert webhooks(database, "resend", first["id"]) == "1 on their way\n"
    assert webhooks(database, "resend", "--all") == "2 on their way\n"
    with pytest.raises(NotFound, match="msg_none"):
        webhooks(database, "resend", "msg_none")
    for wrong in ([], [first["id"], "--all"]):
        with pytest.raises(InputError, match="--all"):
            webhooks(database, "resend", *wrong)
