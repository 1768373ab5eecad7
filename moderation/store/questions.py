"""Questions that come with every comment: written out once, and put to the driver itself.

SQLAlchemy builds, looks up and binds a statement anew each time it is executed, which takes ten times as long as SQLite
does to answer from an index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Select
from sqlalchemy.dialects import sqlite


class _Written(NamedTuple):
    """A question in the words of one database, with the values that it brings itself."""

    sql: str
    fixed: dict[str, Any]
    bound: dict[str, Callable[[Any], Any]]


class Question:
    """A query by named parameters; whatever parameters have no value yet, each asking has to give."""

    def __init__(self, query: Select[Any]) -> None:
        self.query = query
        self._written: dict[str, _Written] = {}

    def put(self, driver: Any, dialect: Dialect, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of the answer, as the driver gives them. One statement sees one state of the database."""
        written = self.written(dialect)
        given = {**written.fixed, **values}
        for name, as_kept in written.bound.items():
            given[name] = as_kept(given[name])
        rows: list[tuple[Any, ...]] = driver.execute(written.sql, given).fetchall()
        return rows

    def written(self, dialect: Dialect) -> _Written:
        """The question in that database's words, which are kept."""
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _write(self.query, dialect)
        return written


def _write(query: Select[Any], dialect: Dialect) -> _Written:
    named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    compiled: Any = query.compile(dialect=named)
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    return _Written(
        sql=str(compiled),
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        bound={name: process for name, process in processors.items() if process is not None},
    )
