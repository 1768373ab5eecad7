"""Every question of the desk is answered from an index, on both databases: no scan of a table, no sorting of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Dialect, event, text

from moderation.store import Store, search
from moderation.store.desk import Act, Desk, Filter, Order, Ruling, View
from moderation.store.questions import Question, Rows
from tests.store.desk.held import hold, publish

BIG = {
    "comments",
    "decisions",
    "claims",
    "rulings",
    "search_words",
    "sketch_bands",
    "appeals",
    "reports",
    "second_looks",
    "notes",
    "author_marks",
}
QUESTIONS: dict[str, Callable[[Desk], object]] = {
    "riskiest first": lambda desk: desk.page(View.HELD, after="c1"),
    "oldest first": lambda desk: desk.page(View.HELD, order=Order.OLDEST, after="c1"),
    "newest first": lambda desk: desk.page(View.HELD, order=Order.NEWEST, after="c1"),
    "escalated": lambda desk: desk.page(View.ESCALATED),
    "escalated by one": lambda desk: desk.escalated_by("mina"),
    "reported": lambda desk: desk.page(View.REPORTED),
    "by clause": lambda desk: desk.page(View.HELD, where=Filter(clause="abuse"), after="c1"),
    "by language": lambda desk: desk.page(View.HELD, order=Order.OLDEST, where=Filter(language="ko")),
    "by article": lambda desk: desk.page(View.HELD, where=Filter(article="n1")),
    "by author": lambda desk: desk.page(View.FOLDED, where=Filter(author="kim")),
    "appeals": lambda desk: desk.page(View.APPEALS, by="mina"),
    "second looks": lambda desk: desk.page(View.SECOND_LOOKS, by="mina"),
    "decided": lambda desk: desk.page(View.DECIDED, after="2:c5"),
    "decided by one": lambda desk: desk.page(View.DECIDED, by="mina"),
    "counts": lambda desk: desk.counts("mina"),
    "facets": lambda desk: desk.facets(View.HELD),
    "cards": lambda desk: desk.items(["c1", "c2"]),
    "mine": lambda desk: desk.mine("mina"),
    "pace": lambda desk: desk.pace("mina"),
    "similar": lambda desk: desk.similar("c1"),
    "search": lambda desk: desk.search("바보 기자"),
    "author": lambda desk: desk.author("kim", before="c1"),
    "news": lambda desk: desk.news(desk.news().at),
    "standing": lambda desk: desk.standing("kim"),
    "reports": lambda desk: desk.reports("c9"),
    "notes": lambda desk: desk.notes("c1"),
}
CHANGES: dict[str, Callable[[Desk], object]] = {
    "escalated by others": lambda desk: desk.claim_next(View.ESCALATED, 2, "mina"),
    "claims": lambda desk: desk.claim_next(View.HELD, 2, "jun"),
    "rulings": lambda desk: desk.decide(["c3"], Ruling(Act.REJECT), "mina"),
}
# Grouping and counting read an index from end to end, and what is found by words is sorted by age.
MAY_SORT = {"facets", "search", "mine", "similar"}


@pytest.fixture(scope="module")
def filled(shared_store: Store) -> Store:
    return fill(shared_store)


def fill(store: Store) -> Store:
    """Of everything a little, and the planners told so."""
    for n in range(8):
        body = f"바보 같은 기자가 쓴 {n} 번째 기사입니다 정말로"
        hold(store, f"c{n}", body=body, author="kim", article="n1", risk=n / 10)
    publish(store, "c9")
    store.desk.decide(["c5"], Ruling(Act.REJECT), "mina")
    store.desk.claim(["c1"], "mina")
    return store


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_from_an_index(filled: Store, name: str) -> None:
    answered_from_an_index(filled, name, QUESTIONS[name])


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_is_found_in_an_index(store: Store, name: str) -> None:
    answered_from_an_index(fill(store), name, CHANGES[name])


def answered_from_an_index(store: Store, name: str, ask: Callable[[Desk], object]) -> None:
    with _asked(store) as asked:
        ask(store.desk)

    assert asked
    is_sqlite = store._connections._reader.dialect.name == "sqlite"
    for statement, values in asked:
        plan = _plan(store, statement, values, is_sqlite=is_sqlite)
        scanned = set(re.findall(r"SCAN (\w+)(?! USING)" if is_sqlite else r"Seq Scan on (\w+)", plan))
        assert not scanned & BIG, f"{statement}\n{plan}"
        if is_sqlite and name not in MAY_SORT and "FROM comments" in statement:
            assert "TEMP B-TREE FOR ORDER BY" not in plan, f"{statement}\n{plan}"


def test_common_words_are_found_without_sorting(filled: Store) -> None:
    is_sqlite = filled._connections._reader.dialect.name == "sqlite"
    with _asked(filled) as asked, filled._connections.reading() as connection:
        assert len(search.newest(connection, "바보 기자", 5, common=1)) == 5

    plan = _plan(filled, *asked[-1], is_sqlite=is_sqlite)
    assert "comments_received" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort Key" not in plan, plan


@pytest.mark.parametrize("order", Order)
def test_a_page_asks_as_much_however_many_stand_on_it(store: Store, order: Order) -> None:
    asked = []
    for authors in (2, 12):
        for n in range(authors):
            for copy in range(5):
                hold(store, f"{authors}-{n}-{copy}", author=f"a{authors}-{n}")
        with _asked(store) as statements:
            assert {item.folded for item in store.desk.page(View.HELD, order=order).items} == {2}
        asked.append(len(statements))

    assert asked[0] == asked[1]


@contextmanager
def _asked(store: Store) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "FROM " in statement:
            asked.append((statement, values))

    put = Question.put

    def note_question(question: Question, driver: Any, dialect: Dialect, values: Mapping[str, Any]) -> Rows:
        written = question.written(dialect)
        asked.append((written.sql, {**written.fixed, **values}))
        return put(question, driver, dialect, values)

    engines = {store._connections._reader, store._connections._writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Question, "put", note_question)
            yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def _plan(store: Store, statement: str, values: Any, *, is_sqlite: bool) -> str:
    with store._connections.reading() as connection:
        if is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            return "\n".join(row[3] for row in rows)
        # A handful of rows is read whole whatever there is; without that way, an index has to be there to take.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        unlocked = re.sub(r" FOR (NO KEY )?UPDATE.*", "", statement)
        rows = connection.exec_driver_sql(f"EXPLAIN {unlocked}", values).all()
        return "\n".join(row[0] for row in rows)
