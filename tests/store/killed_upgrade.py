"""Run by test_upgrade.py: bring a database up to date, and die by SIGKILL before the nth statement of it."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event

from moderation.store import Store

_seen = 0


def main(url: str, last: int) -> None:
    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        global _seen
        _seen += 1
        if _seen > last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    Store.open(url).close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
