"""SQLite files for the tests as a store leaves a new one: made once in a process, to copy others from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from moderation.store import Store


def upgraded(file: Path) -> str:
    """The address of a database in that file, which must not be there yet; what it was made with costs no migration."""
    with file.open("xb") as new:
        new.write(_made())
    return f"sqlite:///{file}"


@cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "moderation.db"
        Store.open(f"sqlite:///{file}").close()
        return file.read_bytes()
