"""Run by test_connections.py: a store whose file becomes read-only and writable again; prints what it met as JSON.

In a process of its own, because SQLite shares what it knows of a file among all connections of a process, and
a test before may have left one behind whose deleted file had the same number as this one.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from moderation.errors import StoreError
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, Length, Versions

NOBODY = 65534
HOLD = Decision(Action.HOLD, None, (), (), (), Length(1, 250), "ko", Versions("0", None, "1"))


def fault(store: Store) -> str:
    """What adding a comment comes to."""
    try:
        store.add(Comment("글"), HOLD, Status.HELD)
    except StoreError as error:
        return str(error)
    return ""


def main(folder: Path) -> None:
    root = os.geteuid() == 0  # root may write to read-only files; for once, do without
    file = folder / "moderation.db"
    store = Store.open(f"sqlite:///{file}")
    comment = store.add(Comment("앞"), HOLD, Status.HELD)
    store._connections._reader.dispose()  # the next call opens the file anew
    store._connections._writer.dispose()
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.chown(file, NOBODY, NOBODY)
    file.chmod(0o444)
    if root:
        os.seteuid(NOBODY)
    faults = [fault(store) for _ in range(3)]
    kept = store.held() == [comment]
    for path in folder.iterdir():  # its log took over the rights of the file
        path.chmod(0o644)
    faults.append(fault(store))
    print(json.dumps({"faults": faults, "kept": kept, "count": store.held_count()}))


main(Path(sys.argv[1]))
