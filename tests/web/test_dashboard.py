"""The leads' dashboard and its exports: for leads alone, in both languages, each export on record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from moderation.reports.sheets import plain
from moderation.store import Status, Store
from moderation.store.accounts import Role
from moderation.types import Action, Comment
from moderation.web import plots
from moderation.web.dashboard import duration

from .desk import OURS, signed_in_clients, token
from .sites import WAIT, moderator

Clients = Callable[..., TestClient]


@pytest.fixture
def clients(store: Store) -> Iterator[Clients]:
    with signed_in_clients(store) as client:
        yield lambda name="lead", role=Role.LEAD: client(role, name)


def hold(store: Store, text: str) -> str:
    comment = Comment(text, author="물결 1000")
    return store.add(comment, moderator().judge(comment), Status.HELD).id


@pytest.mark.parametrize("language", ["ko", "en"])
def test_figures_with_plots_and_tables(clients: Clients, store: Store, language: str) -> None:
    ruled = hold(store, f"{WAIT} 하나")
    hold(store, f"{WAIT} 둘")
    store.rule(ruled, Action.ALLOW, "mina")

    page = clients().get(f"/review/dashboard?lang={language}")

    assert page.status_code == 200
    assert page.text.count('<svg class="plot" role="img"') == 4
    assert page.text.count("<table>") >= 7
    assert "words." in page.text or "links." in page.text
    assert ("심사 현황" if language == "ko" else "How the desk is doing") in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_an_empty_desk_has_a_page_too(clients: Clients) -> None:
    page = clients().get("/review/dashboard?lang=en&days=7").text

    assert "No comment is waiting." in page
    assert page.count("Nothing in this period.") == 5
    assert clients("lead2").get("/review/dashboard?days=999999999").status_code == 200


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_others_than_leads_are_refused(clients: Clients, store: Store, role: Role) -> None:
    client = clients("other", role)
    fields = {"token": token(client), "kind": "held", "form": "csv"}

    assert client.get("/review/dashboard").status_code == 403
    assert client.post("/review/exports", headers=OURS, data=fields).status_code == 403
    assert [entry for entry in store.audit.entries() if entry.act.startswith("export.")] == []


def test_held_comments_as_csv(clients: Clients, store: Store) -> None:
    text = f'=HYPERLINK(1) {WAIT}\n"둘째" 줄'
    name, client = hold(store, text), clients()

    answer = client.post(
        "/review/exports", headers=OURS, data={"token": token(client), "kind": "held", "form": "csv"}
    )

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="held-2')
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (row["id"], plain(row["text"])) == (name, text)
    assert row["text"].startswith("'=")
    last = [*store.audit.entries()][-1]
    assert (last.by, last.act) == ("lead", "export.held")


def test_decisions_as_json_lines(clients: Clients, store: Store) -> None:
    name, client = hold(store, f"{WAIT} 하나"), clients()
    fields = {"token": token(client), "kind": "decisions", "form": "jsonl"}

    answer = client.post("/review/exports", headers=OURS, data=fields)

    [row] = [json.loads(line) for line in answer.text.splitlines()]
    assert (row["id"], row["action"], row["automated"]) == (name, "hold", True)
    assert WAIT not in answer.text
    assert client.post("/review/exports", headers=OURS, data=fields | {"kind": "accounts"}).status_code == 400
    assert client.post("/review/exports", headers=OURS, data=fields | {"token": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [
        (0, "0초", "0 s"),
        (42.4, "42초", "42 s"),
        (60, "1분", "1 min"),
        (3_900, "1시간 5분", "1 h 5 min"),
        (86_400, "1일", "1 d"),
        (200_000, "2일 7시간", "2 d 7 h"),
    ],
)
def test_durations(seconds: float, korean: str, english: str) -> None:
    assert (duration(seconds, "ko"), duration(seconds, "en")) == (korean, english)


def test_a_name_in_a_plot_is_text() -> None:
    drawn = plots.bars("<i>name</i>", [("<script>alert(1)</script>", 1.0, "<b>")])

    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_plot_of_nothing_is_drawn() -> None:
    assert "<rect" not in plots.columns("name", [], ("allow",))
    assert (
        plots.columns("name", [("11-25", {"allow": 3})], ("allow", "hold")).count('class="part allow"') == 1
    )
