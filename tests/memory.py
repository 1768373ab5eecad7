"""Files of the tests in memory, where a machine has room for them: a thousand databases are made and thrown away."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOLDER = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes that have to be free there; a whole run takes a fraction of it."""


def prefer() -> None:
    """Let all temporary files of this process and of those it starts be there, unless `TMPDIR` says where."""
    if "TMPDIR" not in os.environ and FOLDER.is_dir() and _suits(os.statvfs(FOLDER)):
        os.environ["TMPDIR"] = str(FOLDER)
        tempfile.tempdir = None


def _suits(system: os.statvfs_result) -> bool:
    return system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
