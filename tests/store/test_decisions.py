from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from moderation.decide import decide
from moderation.errors import StoreError
from moderation.policy import Policy, load_policy
from moderation.store import Status, Store, StoredDecision
from moderation.types import Action, Comment, Decision, Finding, Length, Severity, Skipped, Span, Versions

CHANGES = [
    "UPDATE decisions SET action = 'allow'",
    "UPDATE decisions SET findings = '[]' WHERE number = 1",
    "DELETE FROM decisions",
]


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    site = tmp_path / "site.toml"
    site.write_text("[lexicon]\nfiles = []\n")  # `decide` reads no word list
    return load_policy(site)


def test_a_decision_comes_back_whole(store: Store, hold: Decision) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)

    [kept] = store.decisions(comment.id)

    assert isinstance(kept, Decision)
    assert kept == comment.decision
    assert {f.name: getattr(kept, f.name) for f in dataclasses.fields(Decision)} == {
        f.name: getattr(hold, f.name) for f in dataclasses.fields(Decision)
    }
    assert kept.scores == {"toxicity": 0.8125}


@pytest.mark.parametrize("change", CHANGES)
def test_decisions_are_never_changed(store: Store, hold: Decision, change: str) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)

    with pytest.raises(StoreError), store._connections.writing() as connection:
        connection.execute(text(change))

    assert store.decisions(comment.id) == [comment.decision]


@pytest.mark.parametrize(
    "change", [*CHANGES, "INSERT OR REPLACE INTO decisions SELECT * FROM decisions", "DELETE FROM comments"]
)
def test_not_by_other_programs_either(sqlite: Store, file: Path, hold: Decision, change: str) -> None:
    comment = sqlite.add(Comment("글"), hold, Status.HELD)

    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=r"append-only|FOREIGN KEY"):
            connection.execute(change)

    assert sqlite.decisions(comment.id) == [comment.decision]


def test_a_damaged_row_is_named_and_not_quoted(sqlite: Store, file: Path, hold: Decision) -> None:
    sqlite.add(Comment("글", id="c1"), hold, Status.HELD)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER decisions_no_update")
        connection.execute("""UPDATE decisions SET findings = '[{"rule": "secret"'""")
        connection.commit()

    with pytest.raises(
        StoreError, match=r"^comment `c1`: decision 1 cannot be read; restore it from a backup$"
    ):
        sqlite.get("c1")


REPLAYED = [
    (Finding("length.too_long", Span(250, 260)),),
    (Finding("links.link", Span(0, 9), evidence="example.com"),),
    (Finding("words.insult", Span(0, 2), severity=Severity.SEVERE),),
    (
        Finding("words.insult", Span(0, 2), severity=Severity.MILD),
        Finding("toxicity.toxicity", Span(0, 9), 0.97),
    ),
    (Finding("toxicity.toxicity", Span(0, 9), float("nan")),),
    (Finding("retired.rule", Span(0, 1)),),
    (),
]


@pytest.mark.parametrize("skipped", [(), (Skipped("toxicity", "crashed"),)], ids=["all ran", "one skipped"])
@pytest.mark.parametrize("findings", REPLAYED, ids=range(len(REPLAYED)))
def test_replaying_a_stored_decision_gives_the_same_one(
    store: Store, policy: Policy, findings: tuple[Finding, ...], skipped: tuple[Skipped, ...]
) -> None:
    versions = Versions(policy.version, None, "1")
    made = decide(policy, findings, skipped, length=Length(9, 250), language="ko", versions=versions)
    comment = store.add(Comment("글"), made, Status.HELD)

    [kept] = store.decisions(comment.id)
    replayed = _replay(policy, kept)

    assert replayed.action == made.action
    assert (replayed.rule, replayed.clauses) == (made.rule, made.clauses)
    assert replayed.reasons == kept.reasons


def test_another_policy_can_be_replayed(store: Store, policy: Policy, tmp_path: Path) -> None:
    url = Finding("links.link", Span(0, 9))
    made = decide(
        policy, (url,), length=Length(9, 250), language="en", versions=Versions(policy.version, None, "1")
    )
    comment = store.add(Comment("example.com"), made, Status.HELD)
    site = tmp_path / "strict.toml"
    site.write_text('[lexicon]\nfiles = []\n[rules.links.link]\naction = "reject"\n')

    assert made.action is not Action.REJECT
    assert _replay(load_policy(site), comment.decision).action is Action.REJECT


def _replay(policy: Policy, kept: StoredDecision) -> Decision:
    return decide(
        policy,
        kept.findings,
        kept.skipped,
        length=kept.length,
        language=kept.language,
        versions=kept.versions,
    )
