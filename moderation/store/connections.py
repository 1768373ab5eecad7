"""Connections to the database: how they are set up, pooled and begun, and what their faults are called."""

from __future__ import annotations

import gc
import logging
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from moderation.errors import StoreError
from moderation.store.audit.chain import Keys
from moderation.store.audit.pending import OPTION, Pending
from moderation.store.questions import Asking, OnKept, OnPooled, Question, Rows
from moderation.store.turns import Turns

logger = logging.getLogger(__name__)

BUSY_SECONDS = 10
"""How long one waits for another's write before the store is said to be busy."""
POSTGRESQL_CONNECTIONS = 15
"""Of one process at most. They are kept: to open one takes longer than most that is asked over it."""

PRAGMAS: dict[str, int | str] = {
    "busy_timeout": BUSY_SECONDS * 1000,
    "journal_mode": "wal",  # reads never wait on a write
    "synchronous": 2,  # FULL: with NORMAL a power cut may take back comments whose authors were told
    "foreign_keys": 1,
    "secure_delete": 1,  # what is deleted is overwritten with zeros, so that an erased comment is gone from the file
    "journal_size_limit": 64 * 1024 * 1024,  # bytes that the log keeps after a long reader let it grow
}

# What an operator can do about it, by SQLite's primary result code.
_SQLITE_FAULTS = {
    sqlite3.SQLITE_FULL: "the disk of the comment database is full; free some space",
    sqlite3.SQLITE_READONLY: "the comment database is read-only; make its files and their folder writable",
    sqlite3.SQLITE_BUSY: f"the comment database was busy for {BUSY_SECONDS} seconds; try again",
    sqlite3.SQLITE_LOCKED: "the comment database is locked; try again",
    sqlite3.SQLITE_IOERR: "the disk of the comment database fails to read or write; look at the system's log",
    sqlite3.SQLITE_CANTOPEN: "the comment database cannot be opened; look at its path and permissions",
    sqlite3.SQLITE_CORRUPT: "the comment database is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "the comment database is no SQLite file; give the path of another",
}

# The same by PostgreSQL's SQLSTATE.
_POSTGRESQL_FAULTS = {
    "25006": "the comment database is read-only; give the URL of the primary server",
    "42501": "the user in the URL of the comment database may not do that; let it create and use tables",
    "53100": "the disk of the comment database is full; free some space",
    "53300": "the comment database has no connection left; let it have more, or run fewer processes",
    "55P03": f"the comment database was busy for {BUSY_SECONDS} seconds; try again",
}

_TO_WRITE = "BEGIN IMMEDIATE"
_ASK_AGAIN = 0.001
"""Seconds after which one asks again whether another process still writes."""

_REOPEN = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)


class Connections:
    """Two ways into one database: one to read, one to write.

    PostgreSQL has one pool for both. SQLite has one writer at a time; its writing pool therefore holds a
    single connection: the threads of this process queue for it in memory, in turn, and never take a connection
    from those who read.
    """

    def __init__(self, url: URL, audit_keys: Sequence[bytes] = ()) -> None:
        self._closed = False
        self._turns = Turns() if _is_sqlite(url) else None
        self.url = url
        self.audit_keys = Keys(audit_keys)
        self.name = f"`{url.database}`" if _is_sqlite(url) else f"`{url.render_as_string()}`"
        if _is_sqlite(url):
            self._reader = _sqlite_engine(url, pool_size=8, max_overflow=56)
            self._writer = _sqlite_engine(url, pool_size=1, max_overflow=0)
            self._writer = self._writer.execution_options(begin=_TO_WRITE)
            self._asking: Asking = OnKept(self._reader)
        else:
            self._writer = _postgresql_engine(url)
            # By default each statement there sees another state.
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._asking = OnPooled(self._writer)

    @classmethod
    def to(cls, address: str, audit_keys: Sequence[bytes] = ()) -> Connections:
        """Connections to that URL; the folder of a SQLite file is made where it is missing.

        audit_keys : chain what is done through these connections; the first one writes, all of them verify.
        """
        url = _parse(address)
        if _is_sqlite(url):
            _make_folder(url)
        try:
            return cls(url, audit_keys)
        except ModuleNotFoundError as error:
            raise StoreError(f"`{url.drivername}` needs the package `{error.name}`; install it") from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with faults_named(), self._still_open(self._reader).begin() as connection:
            yield connection

    def ask(self, question: Question, values: Mapping[str, Any]) -> Rows:
        """All rows that answer a question, outside any transaction: it is one statement, so it sees one state."""
        engine = self._still_open(self._reader)
        try:
            with faults_named():
                return self._asking.ask(question, values)
        except engine.dialect.loaded_dbapi.Error as error:
            raise StoreError(_name_of(error, lost=False)) from None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed, all or nothing, when the block ends, with what the audit has to say."""
        engine = self._still_open(self._writer)
        with faults_named(), ExitStack() as stack:
            if self._turns is not None:
                if not self._turns.take(BUSY_SECONDS):
                    raise StoreError(_SQLITE_FAULTS[sqlite3.SQLITE_BUSY])
                stack.callback(self._turns.give)
            try:
                connection = stack.enter_context(engine.begin())
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                # Nothing has been done yet, so try once more on a new connection. A reader opened while the file
                # was read-only must go too: SQLite shares its view of the log with the whole process.
                self._asking.forget()
                self._reader.dispose()
                gc.collect()  # and so must one that an earlier fault's traceback still holds
                connection = stack.enter_context(engine.begin())
            acts = Pending(self.audit_keys)
            connection = connection.execution_options(**{OPTION: acts})
            yield connection
            acts.write(connection)

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection without a transaction, for what cannot be in one: to vacuum, to empty the log."""
        engine = self._still_open(self._writer)
        if _is_sqlite(self.url):
            engine = engine.execution_options(begin="")
        else:
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        with faults_named(), engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection; one that is in use, when it is given back."""
        self._closed = True
        self._asking.forget()
        self._reader.dispose()
        self._writer.dispose()

    def _still_open(self, engine: Engine) -> Engine:
        if self._closed:  # SQLAlchemy would quietly connect again
            raise StoreError("the store is closed; open it again")
        return engine


@contextmanager
def faults_named() -> Iterator[None]:
    """Turn what SQLAlchemy raises into StoreError, without the statement and without its values."""
    try:
        yield
    except PoolTimeout:
        raise StoreError(_SQLITE_FAULTS[sqlite3.SQLITE_BUSY]) from None
    except DBAPIError as error:
        raise StoreError(_name_of(error.orig, lost=error.connection_invalidated)) from None
    except SQLAlchemyError as error:
        logger.error("database: %s", type(error).__name__)
        raise StoreError(f"the comment database failed: `{type(error).__name__}`") from None


def _name_of(fault: BaseException | None, *, lost: bool) -> str:
    code = getattr(fault, "sqlite_errorname", None) or getattr(fault, "sqlstate", None)
    logger.error("database: %s %s", type(fault).__name__, code)  # never its text: it may quote a comment
    if isinstance(fault, sqlite3.Error):
        known = _SQLITE_FAULTS.get(getattr(fault, "sqlite_errorcode", 0) & 0xFF)
        if known:
            return known
    if code in _POSTGRESQL_FAULTS:
        return _POSTGRESQL_FAULTS[code]
    if lost or type(fault).__name__ == "OperationalError":
        return "the comment database cannot be reached or does not answer; try again"
    return f"the comment database refused: `{code or type(fault).__name__}`"


def _parse(address: str) -> URL:
    if address.startswith("postgres://"):  # the short form that hosting services hand out
        address = "postgresql://" + address.removeprefix("postgres://")
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError(
            "the database URL cannot be read; write it like `sqlite:///var/moderation.db`"
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"`{url.get_backend_name()}` is no database for comments; use sqlite or postgresql")
    if _is_sqlite(url) and (not url.database or ":memory:" in url.database):
        raise StoreError("`sqlite` in memory loses the comments; name a file: `sqlite:///var/moderation.db`")
    return url


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _make_folder(url: URL) -> None:
    if str(url.database).startswith("file:"):  # SQLite's own URI form: whoever uses it means an existing file
        return
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"folder `{folder}` cannot be made: {error.strerror}") from None


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=BUSY_SECONDS,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Wait no longer for a lock than SQLite does, and refuse a database that cannot keep every text."""
    with connection.cursor() as cursor:
        encoding = cursor.execute("SHOW server_encoding").fetchone()[0]
        if encoding != "UTF8":
            raise StoreError(
                f"the comment database is kept in `{encoding}`; it has to be `UTF8`: createdb --encoding UTF8"
            )
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _sqlite_engine(url: URL, *, pool_size: int, max_overflow: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=BUSY_SECONDS,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "isolation_level": None},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _reopen)
    return engine


def _begin(connection: Connection) -> None:
    """Begin by hand: Python's driver would wait for the first write, too late to take the lock in turn."""
    statement = connection.get_execution_options().get("begin", "BEGIN")
    if statement == _TO_WRITE:
        _begin_to_write(connection)
    elif statement:
        connection.exec_driver_sql(statement)


def _begin_to_write(connection: Connection) -> None:
    """Ask again and again until no other process writes.

    SQLite would ask too, but ever more seldom, up to every tenth of a second: who had waited for long would wait on,
    while who had just come got in.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute(_TO_WRITE)
            except sqlite3.Error as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(_ASK_AGAIN)
            else:
                return
        connection.exec_driver_sql(_TO_WRITE)  # fails again, and by the name that SQLAlchemy has for it
    finally:
        driver.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")


def _reopen(context: ExceptionContext) -> None:
    """Open the file anew after such a fault: what was once opened read-only stays so in this process."""
    if getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF in _REOPEN:
        context.is_disconnect = True


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Set the pragmas and read them back: SQLite ignores what it cannot do."""
    cursor = connection.cursor()
    try:
        for pragma, value in PRAGMAS.items():
            _set(cursor, pragma, value)
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != value:
                raise StoreError(f"SQLite pragma `{pragma}` is `{found}`; it has to be `{value}`")
    finally:
        cursor.close()


def _set(cursor: sqlite3.Cursor, pragma: str, value: int | str) -> None:
    """Turning a new file to WAL meets another process that makes it; SQLite would not wait for that one."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute(f"PRAGMA {pragma} = {value}").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
