"""Questions that come with every comment: written out once, and put to the driver itself.

SQLAlchemy builds, looks up and binds a statement anew each time it is executed, and begins and ends a transaction for it.
That takes ten times as long as SQLite does to answer from an index.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Dialect, Engine, PoolProxiedConnection, Select
from sqlalchemy.dialects import sqlite

KEPT_OPEN = 16
"""As many as judge comments at once."""

Rows = list[tuple[Any, ...]]
Process = Callable[[Any], Any]


class _Written(NamedTuple):
    """A question in the words of one database, with the values that it brings itself."""

    sql: str
    fixed: dict[str, Any]
    bound: dict[str, Process]
    read: list[Process | None] | None


class Question:
    """A query by named parameters; whatever parameters have no value yet, each asking has to give."""

    def __init__(self, query: Select[Any]) -> None:
        self.query = query
        self._written: dict[str, _Written] = {}

    def put(self, driver: Any, dialect: Dialect, values: Mapping[str, Any]) -> Rows:
        """All rows of the answer. One statement sees one state of the database."""
        written = self.written(dialect)
        given = {**written.fixed, **values}
        for name, as_kept in written.bound.items():
            given[name] = as_kept(given[name])
        rows: Rows = driver.execute(written.sql, given).fetchall()
        return rows if written.read is None else [_read(row, written.read) for row in rows]

    def written(self, dialect: Dialect) -> _Written:
        """The question in that database's words, which are kept."""
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _write(self.query, dialect)
        return written


def _read(row: tuple[Any, ...], processors: list[Process | None]) -> tuple[Any, ...]:
    return tuple(
        value if process is None else process(value) for value, process in zip(row, processors, strict=True)
    )


def _write(query: Select[Any], dialect: Dialect) -> _Written:
    named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    compiled: Any = query.compile(dialect=named)
    binding = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    reading: list[Process | None] = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in query.selected_columns
    ]
    return _Written(
        sql=str(compiled),
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        bound={name: process for name, process in binding.items() if process is not None},
        read=reading if any(reading) else None,
    )


class Asking(Protocol):
    """The way to one database for questions. Each is one statement by itself, and so sees one state."""

    def ask(self, question: Question, values: Mapping[str, Any]) -> Rows:
        """All rows of the answer. A connection on which one fails is not used again."""

    def forget(self) -> None:
        """Close what is kept open; the next question opens the database anew."""


class OnKept:
    """SQLite: connections kept apart from the pool's, since to take one out there costs more than to ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[PoolProxiedConnection] = deque()

    def ask(self, question: Question, values: Mapping[str, Any]) -> Rows:
        """Over whichever connection is idle, or one more."""
        idle = self._idle
        try:
            connection = idle.pop()
        except IndexError:
            connection = self._engine.raw_connection()
        try:
            rows = question.put(connection.driver_connection, self._engine.dialect, values)
        except BaseException:
            connection.invalidate()
            raise
        if idle is self._idle and len(idle) < KEPT_OPEN:
            idle.append(connection)
        else:
            connection.close()
        return rows

    def forget(self) -> None:
        """Close the idle ones now, and those in use when they come back."""
        idle, self._idle = self._idle, deque()
        for connection in idle:
            connection.close()


class OnPooled:
    """PostgreSQL: the pool sees to it that a connection lives, and everybody shares the few there are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, question: Question, values: Mapping[str, Any]) -> Rows:
        """Without the transaction that the driver would begin, and the two messages that this takes."""
        connection = self._engine.raw_connection()
        driver: Any = connection.driver_connection
        try:
            driver.autocommit = True
            rows = question.put(driver, self._engine.dialect, values)
            driver.autocommit = False
        except BaseException:
            connection.invalidate()
            raise
        finally:
            connection.close()
        return rows

    def forget(self) -> None:
        """Nothing is kept."""
