"""Whether files have changed, asked by `stat` alone.

File events (inotify and its like) do not cross NFS or a container's bind mount, and miss it when Kubernetes
swaps the link above a file. A handful of `stat` calls every second does not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Stamp = tuple[int, int, int, int, int] | None
"""What changes whenever the file that a path leads to does; None where it leads to none."""

T = TypeVar("T")


def stamp(path: Path) -> Stamp:
    """The stamp of the file at that path, links followed."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class Watch:
    """The files that one thing was read from, and whether they have changed since."""

    def __init__(self) -> None:
        self._read: dict[Path, Stamp] = {}
        self._last_look: dict[Path, Stamp] = {}

    def changed(self) -> bool:
        """Whether the files differ from what was read, and are at rest: this look agrees with the last one.

        So a file that is still being written, or a folder in the middle of a checkout, is left alone.
        """
        now = self._look()
        at_rest = now == self._last_look
        self._last_look = now
        return at_rest and now != self._read

    def moved(self) -> bool:
        """Whether a file changed while it was read, so that what was read may be half of each."""
        return self._look() != self._read

    def read(self, load: Callable[[Callable[[Path], object]], T]) -> T:
        """What `load` returns; it names each file just before it looks at it, also one that is missing."""
        known, named = self._look(), dict[Path, Stamp]()
        try:
            value = load(lambda path: named.setdefault(path, stamp(path)))
        except BaseException:
            self._read = known | named  # the files that it did not come to still count
            raise
        self._read = named
        return value

    def _look(self) -> dict[Path, Stamp]:
        return {path: stamp(path) for path in self._read}
