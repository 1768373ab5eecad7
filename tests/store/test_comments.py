from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import Status, Store, comments
from moderation.store.comments import MAX_PAGE
from moderation.text.normalize import normalize
from moderation.text.sketch import sketch
from moderation.types import Comment, Decision

BODIES = [
    "안녕하세요",
    unicodedata.normalize("NFD", "안녕하세요 café"),
    "한 줄\r\n두 줄\n\n\t끝  ",
    "\ufeff숨은\u200b글자\u202e뒤집힌",
    "👨‍👩‍👧‍👦🇰🇷❤️",
    "ㅅ ㅣ ㅂ ㅏ ㄹ",
    "'; DROP TABLE comments; --",
    "\x01\x7f\x85",
    "",
    "가" * 65_536,
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_the_body_is_kept_byte_for_byte(store: Store, hold: Decision, body: str) -> None:
    comment = store.add(Comment(body), hold, Status.HELD)

    assert store.get(comment.id).body.encode() == body.encode()
    assert store.held()[0].body.encode() == body.encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(st.characters(exclude_categories=())))
def test_any_text_is_kept_byte_for_byte_or_refused(store: Store, hold: Decision, body: str) -> None:
    storable = "\0" not in body and not any("\ud800" <= char <= "\udfff" for char in body)
    try:
        comment = store.add(Comment(body), hold, Status.HELD)
    except InputError:
        assert not storable
    else:
        assert storable
        assert store.get(comment.id).body.encode() == body.encode()


def test_every_field_comes_back(store: Store, hold: Decision) -> None:
    before = datetime.now(UTC)
    comment = store.add(Comment("글", "c1", "kim", "a1", "p1"), hold, Status.PUBLISHED)

    assert (comment.id, comment.author, comment.article, comment.parent) == ("c1", "kim", "a1", "p1")
    assert (comment.language, comment.status) == ("ko", Status.PUBLISHED)
    assert before <= comment.received_at <= datetime.now(UTC)
    assert comment.received_at.tzinfo is UTC
    assert comment.decision.number == 1
    assert comment.decision.at == comment.received_at


def test_an_id_is_taken_once(store: Store, hold: Decision) -> None:
    store.add(Comment("첫째", id="c1"), hold, Status.HELD)

    with pytest.raises(Conflict, match=r"^comment `c1` is stored already"):
        store.add(Comment("둘째", id="c1"), hold, Status.PUBLISHED)

    assert store.get("c1").body == "첫째"
    assert len(store.decisions("c1")) == 1


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (Comment("글", id=""), "`id` is empty; give 1 to 128 bytes"),
        (Comment("글", id="가" * 43), "`id` has 129 bytes; at most 128 are kept"),
        (Comment("글", author="a" * 257), "`author` has 257 bytes; at most 256 are kept"),
        (Comment("글", article="a" * 1025), "`article` has 1025 bytes; at most 1024 are kept"),
        (Comment("글", parent="a" * 129), "`parent` has 129 bytes; at most 128 are kept"),
    ],
)
def test_names_have_a_size(store: Store, hold: Decision, comment: Comment, message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}$"):
        store.add(comment, hold, Status.HELD)


def test_the_longest_names_fit(store: Store, hold: Decision) -> None:
    longest = Comment("글", "i" * 128, "a" * 256, "r" * 1024, "p" * 128)
    comment = store.add(longest, hold, Status.PUBLISHED)

    assert store.published("r" * 1024) == [comment]


def test_the_thread_is_read_page_by_page_newest_first(store: Store, hold: Decision) -> None:
    added = [store.add(Comment(f"{n}", article="a1"), hold, Status.PUBLISHED).id for n in range(7)]
    store.add(Comment("elsewhere", article="a2"), hold, Status.PUBLISHED)
    store.add(Comment("held", article="a1"), hold, Status.HELD)
    store.add(Comment("refused", article="a1"), hold, Status.REJECTED)

    read: list[str] = []
    while page := store.published("a1", limit=3, before=read[-1] if read else None):
        assert len(page) <= 3
        read += [comment.id for comment in page]

    assert read == added[::-1]


def test_a_page_is_not_disturbed_by_what_arrives_meanwhile(store: Store, hold: Decision) -> None:
    added = [store.add(Comment(f"{n}", article="a1"), hold, Status.PUBLISHED).id for n in range(4)]
    first = store.published("a1", limit=2)
    store.add(Comment("new", article="a1"), hold, Status.PUBLISHED)

    assert [c.id for c in store.published("a1", limit=2, before=first[-1].id)] == added[1::-1]


def test_comments_of_one_moment_are_all_read(
    store: Store, hold: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    monkeypatch.setattr("moderation.store.datetime", Stopped)
    for name in "dbeac":
        store.add(Comment("글", id=name, article="a1"), hold, Status.PUBLISHED)

    assert [c.id for c in store.published("a1", limit=2)] == ["e", "d"]
    assert [c.id for c in store.published("a1", limit=9, before="d")] == ["c", "b", "a"]


def test_going_on_from_an_unknown_comment_is_said(store: Store) -> None:
    with pytest.raises(NotFound, match=r"^there is no comment `c9` to go on from$"):
        store.published("a1", before="c9")


def test_a_page_is_capped(sqlite: Store, hold: Decision) -> None:
    with sqlite._connections.writing() as connection:  # one transaction: two hundred syncs would take long
        for _ in range(MAX_PAGE + 5):
            comments.add(
                connection,
                Comment("글", article="a1"),
                hold,
                Status.PUBLISHED,
                fingerprint="",
                at=datetime.now(UTC),
            )

    assert len(sqlite.published("a1", limit=10**9)) == MAX_PAGE
    assert len(sqlite.published("a1", limit=0)) == 1
    assert len(sqlite.published("a1", limit=-1)) == 1


def test_lists_and_counts_use_their_indexes(sqlite: Store, hold: Decision) -> None:
    """No table scan and no sorting: what a page costs does not grow with the table."""
    comment = sqlite.add(Comment("글", author="kim", article="a1"), hold, Status.HELD)
    asked: list[tuple[str, Any]] = []
    engine = sqlite._connections._reader
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, values, *_: asked.append((sql, values)))
    sqlite.held(after=comment.id)
    sqlite.held_count()
    sqlite.published("a1", before=comment.id)

    selects = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
    assert len(selects) == 5
    with sqlite._connections.reading() as connection:
        for sql, values in selects:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all())
            assert "SEARCH comments" in plan
            assert "SCAN" not in plan
            assert "TEMP B-TREE" not in plan


def test_history_is_read_from_its_indexes(sqlite: Store, hold: Decision) -> None:
    """No scan of comments or bands: what a check asks costs no more in a large store."""
    comment = sqlite.add(Comment("이 정책은 서민을 죽이는 정책입니다", author="kim"), hold, Status.HELD)
    sketched = sketch(normalize(comment.body))
    assert sketched is not None
    asked: list[str] = []
    engine = sqlite._connections._reader
    event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(asked.append))
    assert sqlite.count_by("kim", comment.received_at, 10) == 1
    assert sqlite.count_same("kim", comment.fingerprint, comment.received_at) == 1
    assert len(sqlite.find_near(sketched, comment.received_at)) == 1

    selects = [statement for statement in asked if statement.startswith("SELECT")]
    assert selects == asked
    assert len(selects) == 4
    with sqlite._connections.reading() as connection:
        for statement in selects:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all())
            assert "SEARCH" in plan
            assert "SCAN comments" not in plan
            assert "SCAN sketch_bands" not in plan
        assert plan.count("SEARCH sketch_bands USING PRIMARY KEY") == 8
