from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from moderation.errors import InputError, NotFound
from moderation.store import Status, Store, clock
from moderation.store.desk import Mark
from moderation.types import (
    Action,
    Comment,
    Decision,
    Finding,
    Length,
    Reason,
    Severity,
    Span,
    Standing,
    Versions,
)
from tests.store.desk.held import hold


def test_notes_are_for_a_comment_or_an_author(store: Store) -> None:
    hold(store, "a", author="kim")

    first = store.desk.note("전에도 이랬다", "mina", comment="a")
    store.desk.note("second", "jun", comment="a")
    about = store.desk.note("말이 거칠다", "mina", author="kim")

    assert [note.text for note in store.desk.notes("a")] == ["전에도 이랬다", "second"]
    assert store.desk.notes("a")[0] == first
    assert store.desk.author("kim").notes == (about,)
    assert store.desk.item("a").notes == 2
    with pytest.raises(NotFound):
        store.desk.note("x", "mina", comment="z")
    with pytest.raises(InputError, match=r"^a note is about a comment or an author; give one of them$"):
        store.desk.note("x", "mina")


@pytest.mark.parametrize(
    ("mark", "days", "standing"),
    [
        (Mark.TRUSTED, None, Standing.TRUSTED),
        (Mark.WATCH, None, Standing.WATCHED),
        (Mark.SUSPENDED, 7, Standing.BARRED),
        (Mark.NONE, None, None),
    ],
)
def test_a_mark_is_a_standing_of_the_next_comment(
    store: Store, mark: Mark, days: int | None, standing: Standing | None
) -> None:
    assert store.desk.standing("kim") is None
    store.desk.mark("kim", Mark.WATCH, "jun")

    made = store.desk.mark("kim", mark, "mina", reason="이유", days=days)

    assert store.desk.standing("kim") is standing
    assert store.desk.standing("lee") is None
    assert store.desk.standing(None) is None
    assert store.desk.author("kim").mark == (made if standing else None)


def test_a_suspension_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.desk.mark("kim", Mark.SUSPENDED, "mina", days=7)
    plain = clock.now

    def later(connection: Connection) -> datetime:
        return plain(connection) + timedelta(days=7, seconds=1)

    monkeypatch.setattr(clock, "now", later)

    assert store.desk.standing("kim") is None


@pytest.mark.parametrize(("mark", "days"), [(Mark.SUSPENDED, None), (Mark.WATCH, 3), (Mark.SUSPENDED, 0)])
def test_only_a_suspension_has_an_end(store: Store, mark: Mark, days: int | None) -> None:
    with pytest.raises(InputError, match="suspension lasts"):
        store.desk.mark("kim", mark, "mina", days=days)


def insulted(store: Store, id: str, body: str, start: int, end: int) -> None:
    found = Finding(
        "words.insult",
        Span(start, end),
        severity=Severity.MILD,
        evidence="`보자`, spelled out",
        marks=(Span(start, end - 1),),
    )
    decision = Decision(
        action=Action.HOLD,
        rule="words.insult",
        findings=(found,),
        reasons=(Reason(found, "abuse", Action.HOLD),),
        clauses=("abuse",),
        length=Length(len(body), 250),
        language="ko",
        versions=Versions("p", None, "1"),
    )
    store.add(Comment(body, id=id), decision, Status.HELD)


def test_wrong_hits_become_suggestions(store: Store) -> None:
    insulted(store, "a", "밥보자기를 샀다", 0, 2)
    insulted(store, "b", "(밥보자기를) 또 샀다", 1, 3)
    insulted(store, "c", "새끼손가락", 0, 2)
    for comment, span, by in [
        ("a", (0, 2), "mina"),
        ("a", (0, 2), "mina"),
        ("b", (1, 3), "jun"),
        ("c", (0, 2), "mina"),
    ]:
        store.desk.wrong_hit(comment, "words.insult", *span, by)
    store.desk.wrong_hit("c", "words.insult", 0, 1, "mina")  # a mark within the span

    found = store.desk.suggestions()

    assert [(s.term, s.phrase, s.hits, s.moderators) for s in found] == [
        ("보자", "밥보자기를", 2, 2),
        ("보자", "새끼손가락", 1, 1),
    ]
    assert set(found[0].examples) == {"밥보자기를 샀다", "(밥보자기를) 또 샀다"}
    assert [s.phrase for s in store.desk.suggestions(at_least=2)] == ["밥보자기를"]
    for rule, start in [("words.threat", 0), ("words.insult", 1)]:
        with pytest.raises(NotFound, match=f"^`{rule}` found nothing from {start} to 2 of comment `a`$"):
            store.desk.wrong_hit("a", rule, start, 2, "mina")
