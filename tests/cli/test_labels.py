"""Decisions as labels: what a ruling says, what it counts, and who said it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from typer.testing import CliRunner

from moderation import Comment, Moderator, load_policy
from moderation.cli import app
from moderation.cli.labels import APPEAL, BULK, SINGLE, account, outside, sampled, stated, weights
from moderation.store import Status, Store
from moderation.store.feedback import Feedback
from moderation.store.labels import Allowed, Ruling
from moderation.types import Action, Label
from tests.sqlite import upgraded
from training.rulings import accounts, read_rulings

KEY = "k" * 40
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = load_policy()


def ruling(
    action: Action = Action.ALLOW, clauses: Sequence[str] = (), by: str = "kim", after: float = 0
) -> Ruling:
    return Ruling("c", "text", "ko", action, tuple(clauses), by, NOON + timedelta(seconds=after))


@pytest.mark.parametrize(
    ("action", "clauses", "labels"),
    [
        (Action.ALLOW, (), dict.fromkeys(map(str, Label), 0)),
        (Action.REJECT, ("abuse",), {"toxicity": 1, "insult": 1}),
        (Action.REJECT, ("hatred",), {"identity_attack": 1, "toxicity": 1}),
        (Action.REJECT, ("threats", "advertising"), {"threat": 1, "toxicity": 1, "spam": 1}),
        (Action.REJECT, ("profanity",), {"profanity": 1}),
        (Action.REJECT, ("privacy",), {}),
        (Action.REJECT, ("length",), {}),
        (Action.REJECT, (), {}),
    ],
)
def test_what_a_ruling_says(action: Action, clauses: Sequence[str], labels: dict[str, int]) -> None:
    assert stated(ruling(action, clauses), POLICY) == labels


def test_rulings_faster_than_anybody_reads_count_less() -> None:
    slow = [ruling(after=n * 10) for n in range(4)]
    fast = [ruling(after=1_000 + n * 0.5) for n in range(5)]
    two = [ruling(after=2_000), ruling(after=2_001)]
    others = [ruling(by="lee", after=1_000 + n * 0.5 + 0.1) for n in range(2)]
    mixed = sorted([*slow, *fast, *two, *others], key=lambda r: r.at)
    found = dict(zip(map(id, mixed), weights(mixed), strict=True))
    assert [found[id(r)] for r in [*slow, *two, *others]] == [SINGLE] * 8
    assert [found[id(r)] for r in fast] == [BULK] * 5


@pytest.mark.parametrize(
    ("scores", "labels", "weight"),
    [
        ({Label.TOXICITY: 1.0}, {"toxicity": 1}, 0.8),
        ({Label.TOXICITY: 0.0, Label.SPAM: 0.0}, {"toxicity": 0, "spam": 0}, 0.8),
        ({Label.THREAT: 0.9}, {"threat": 1, "toxicity": 1}, 0.64),
        ({Label.PROFANITY: 1.0, Label.TOXICITY: 0.5}, {"profanity": 1}, 0.8),
        ({Label.TOXICITY: 0.25}, {"toxicity": 0}, 0.4),
        ({Label.TOXICITY: 0.6, Label.SPAM: 0.3}, None, None),
    ],
)
def test_what_feedback_says(scores: dict[Label, float], labels: object, weight: object) -> None:
    row = outside(Feedback("coral", "desk", "c1", "text", "en", scores, 0.8, NOON), b"key")
    assert (row and row["labels"], row and row["weight"]) == (labels, weight)


def test_one_client_is_one_account_whatever_it_calls_itself() -> None:
    def said(name: str, client: str) -> str:
        row = outside(Feedback("coral", client, name, "text", "en", {Label.SPAM: 1.0}, 1.0, NOON), b"key")
        assert row is not None
        return str(row["account"])

    assert said("c1", "desk") == said("c2", "desk") != said("c1", "other")


def test_one_client_steers_the_model_no_further_than_a_tenth(tmp_path: Path) -> None:
    """PO-1: a desk that sends very much outweighs nobody."""
    sent = [("flood", 500), *((f"desk{number}", 20) for number in range(12))]
    lines = []
    for client, times in sent:
        for number in range(times):
            said = Feedback(
                "coral",
                client,
                f"{client}{number}",
                f"댓글 {client} {number}",
                "ko",
                {Label.TOXICITY: 1.0},
                1.0,
                NOON,
            )
            lines.append(json.dumps(outside(said, b"key"), ensure_ascii=False))
    (tmp_path / "labels.jsonl").write_text("\n".join(lines), "utf-8")
    found = read_rulings(tmp_path / "labels.jsonl")
    assert found.rejects == []
    shares = accounts(found.rulings)
    assert len(shares) == 13
    assert max(shares.values()) <= 0.1 + 1e-9


def test_the_sample_is_at_least_the_share_and_the_same_for_a_seed() -> None:
    comments = [Allowed(f"c{n}", "x", "ko", NOON) for n in range(20_000)]
    chosen = [c.comment for c in sampled(comments, 0.05, 7)]
    assert 850 < len(chosen) < 1_150
    assert chosen == [c.comment for c in sampled(comments, 0.05, 7)]
    assert set(chosen) != {c.comment for c in sampled(comments, 0.05, 8)}
    assert {c.comment for c in sampled(comments, 0.01, 7)} < set(chosen)
    assert list(sampled(comments, 1.0, 7)) == comments


def test_an_account_is_named_by_a_keyed_digest() -> None:
    assert account("kim", b"one") == account("kim", b"one") != account("lee", b"one")
    assert account("kim", b"one") != account("kim", b"two")


def test_export_as_a_desk_runs_it(tmp_path: Path) -> None:
    """From the store to what `training fit --labels` reads; reports and held comments are in none of it."""
    url = upgraded(tmp_path / "moderation.db")
    moderator = Moderator(POLICY, None, deadline=60.0)
    with Store.open(url) as store:
        for number in range(300):
            comment = Comment(f"기사 잘 읽었습니다 {number}", id=f"p{number}", author=f"reader{number}")
            decision = replace(moderator.judge(comment), action=Action.ALLOW)
            store.add(comment, decision, Status.PUBLISHED)
        for number in range(4):
            comment = Comment(f"이런 멍청이 {number}", id=f"h{number}", author="reader")
            store.add(comment, replace(moderator.judge(comment), clauses=("abuse",)), Status.HELD)
        store.rule("h0", Action.REJECT, "kim")
        store.rule("h1", Action.ALLOW, "lee")
        said: dict[str, Any] = {"source": "perspective", "client": "coral desk", "language": "ko"}
        store.feedback.add("이 바보야", {Label.INSULT: 1.0}, external="comment:77", weight=0.5, **said)
        store.feedback.add("글쎄요", {Label.TOXICITY: 0.5}, external="comment:78", **said)
    environment = {"MODERATION_DATABASE_URL": url, "MODERATION_SECRET_KEY": KEY, "NO_COLOR": "1"}
    done = CliRunner().invoke(app, ["labels", "export", "--sample-allowed", "0.1"], env=environment)
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    by_id = {row["id"]: row for row in rows}
    assert by_id["h0"]["labels"] == {"toxicity": 1, "insult": 1}
    assert by_id["h1"]["labels"]["toxicity"] == 0
    assert by_id["h0"]["account"] == account("kim", KEY.encode())
    assert "kim" not in done.stdout
    assert "reader" not in done.stdout
    assert {"h2", "h3"}.isdisjoint(by_id)
    sample = [row for row in rows if row["source"] == "sample"]
    assert 10 <= len(sample) <= 60
    assert all(row["labels"] == {} and row["id"].startswith("p") for row in sample)
    (tmp_path / "labels.jsonl").write_text(done.stdout, "utf-8")
    found = read_rulings(tmp_path / "labels.jsonl")
    assert (len(found.rulings), found.rejects, found.waiting) == (3, [], len(sample))
    assert [r.weight for r in found.rulings if r.at is not None] == [SINGLE, SINGLE, 0.5]
    (sent,) = (row for row in rows if row["source"] == "perspective")
    assert sent["labels"] == {"toxicity": 1, "insult": 1}
    assert "coral desk" not in done.stdout
    assert "comment:77" not in done.stdout


def test_what_a_second_moderator_said_on_appeal_counts_most(tmp_path: Path) -> None:
    """Whether it overturned the first ruling, which is then no label, or upheld it."""
    url = upgraded(tmp_path / "moderation.db")
    with Store.open(url) as store:
        for id in ("overturned", "upheld", "alone"):
            comment = Comment(f"이런 멍청이 {id}", id=id, author="reader")
            store.add(
                comment, replace(Moderator(POLICY, None).judge(comment), clauses=("abuse",)), Status.HELD
            )
            store.rule(id, Action.REJECT, "kim")
        outcomes: tuple[Literal["overturned", "upheld"], ...] = ("overturned", "upheld")
        for outcome in outcomes:
            appeal = store.desk.appeal(outcome, "reader", "억울합니다")
            store.desk.settle_appeal(appeal.id, outcome, "살펴보았습니다", "lee")
    environment = {"MODERATION_DATABASE_URL": url, "MODERATION_SECRET_KEY": KEY, "NO_COLOR": "1"}
    done = CliRunner().invoke(app, ["labels", "export"], env=environment)
    assert done.exit_code == 0, done.output

    (tmp_path / "labels.jsonl").write_text(done.stdout, "utf-8")
    found = read_rulings(tmp_path / "labels.jsonl")

    said = {ruling.example.text.split()[-1]: ruling for ruling in found.rulings}
    weights = {id: ruling.weight for id, ruling in said.items()}
    assert weights == {"overturned": APPEAL, "upheld": APPEAL, "alone": SINGLE}
    assert said["overturned"].account == said["upheld"].account == account("lee", KEY.encode())
    assert {id: any(ruling.example.labels.values()) for id, ruling in said.items()} == {
        "overturned": False,
        "upheld": True,
        "alone": True,
    }


def test_less_than_a_hundredth_of_the_allowed_cannot_be_asked_for() -> None:
    done = CliRunner().invoke(app, ["labels", "export", "--sample-allowed", "0.001"], env={"NO_COLOR": "1"})
    assert done.exit_code == 2
    assert "0.01" in done.output
