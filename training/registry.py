"""Put models into service and take them out again: whole, one at a time, and on the record."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from moderation.errors import InputError, ModelError
from moderation.model.artifact import MANIFEST_FILE, MODEL_FILE, Manifest, load, read_manifest
from moderation.model.registry import CURRENT_FILE, HISTORY_FILE, VERSIONS, Switch, folder_of, read_current
from moderation.model.signature import ANYONE, SIGNATURE_FILE, Trust, sign
from training.publish import CARD_FILE
from training.staging import staged_folder, write_whole

EXAM_FILE = "exam.json"


class Registry:
    """The versions in one folder. trust : whose signature a version must bear to be put into service."""

    def __init__(self, folder: Path, trust: Trust = ANYONE) -> None:
        self.folder = folder
        self.trust = trust

    def current(self) -> Switch | None:
        """The latest switch, which says what is in service; None before the first. Raises ModelError."""
        return read_current(self.folder)

    def versions(self) -> list[Manifest]:
        """The manifests of all versions, oldest first; a folder that holds none is passed over."""
        found = []
        for path in (self.folder / VERSIONS).glob("[!.]*"):
            try:
                found.append(read_manifest(path))
            except ModelError:
                continue
        return sorted(found, key=lambda manifest: (manifest.created, manifest.version))

    def history(self) -> list[Switch]:
        """Every switch, oldest first. A line that a crash cut off is passed over: `current.json` has it whole."""
        switches, current = list(self._logged()), self._readable_current()
        if current is not None and current not in switches[-1:]:
            switches.append(current)
        return switches

    def add(
        self, artefact: Path, *, exam: Mapping[str, Any] | None = None, key: Path | None = None
    ) -> Manifest:
        """Copy an artefact in beside the others, signed with `key`; nothing is put into service yet.

        exam : the figures that it was admitted by, kept beside it.
        """
        manifest = read_manifest(artefact)
        own = folder_of(self.folder, manifest.version)
        with self._locked():
            if _holds(own, artefact):  # perhaps in service: its folder must not be gone for a moment
                self._complete(own, exam, key)
            else:
                with staged_folder(own) as stage:
                    for name in (MODEL_FILE, MANIFEST_FILE, SIGNATURE_FILE, CARD_FILE):
                        if (artefact / name).exists():
                            write_whole(stage / name, (artefact / name).read_bytes())
                    self._complete(stage, exam, key)
                _sync(own.parent)
        return manifest

    def _complete(self, folder: Path, exam: Mapping[str, Any] | None, key: Path | None) -> None:
        """Put signature and figures beside the copy, and see that it can be served as it lies there."""
        if key is not None:
            write_whole(folder / SIGNATURE_FILE, sign((folder / MANIFEST_FILE).read_bytes(), key)[0])
        if exam is not None:
            write_whole(folder / EXAM_FILE, json.dumps(exam, ensure_ascii=False, indent=2) + "\n")
        load(folder, trust=self.trust)
        _sync(folder)

    def promote(self, version: str, *, by: str, why: str = "", in_spite_of: tuple[str, ...] = ()) -> Switch:
        """Put a version that was added into service."""
        with self._locked():
            return self._switch("promoted", version, by=by, why=why, in_spite_of=in_spite_of)

    def rollback(self, to: str | None = None, *, by: str, why: str = "") -> Switch:
        """Put the version before the one in service back, or the one named; it is verified first."""
        with self._locked():
            return self._switch("rolled back", to or self.previous(), by=by, why=why)

    def previous(self) -> str:
        """The version that was in service before the present one was promoted. Raises InputError for none."""
        stack: list[str] = []
        for switch in self.history():
            if switch.action == "rolled back" and switch.version in stack:
                while stack[-1] != switch.version:
                    stack.pop()
            else:
                stack.append(switch.version)
        if len(stack) < 2:
            raise InputError(f"`{self.folder}`: there is no earlier version to go back to")
        return stack[-2]

    def _switch(
        self,
        action: Literal["promoted", "rolled back"],
        version: str,
        *,
        by: str,
        why: str,
        in_spite_of: tuple[str, ...] = (),
    ) -> Switch:
        before = self._readable_current()
        if before is not None and before.version == version:
            raise InputError(f"`{version}` is in service already")
        load(folder_of(self.folder, version), trust=self.trust)  # never switch to what cannot be served
        # What was current goes on record first, so that no crash between the two can lose it.
        if before is not None and before not in list(self._logged())[-1:]:
            self._log(before)
        switch = Switch(
            version=version,
            action=action,
            by=by,
            at=datetime.now(UTC),
            why=why,
            before=before.version if before else None,
            in_spite_of=in_spite_of,
        )
        write_whole(self.folder / CURRENT_FILE, switch.model_dump_json() + "\n")
        _sync(self.folder)
        self._log(switch)
        return switch

    def _readable_current(self) -> Switch | None:
        """None where it is broken, too: a rollback is what mends it."""
        try:
            return self.current()
        except ModelError:
            return None

    def _logged(self) -> Iterator[Switch]:
        try:
            lines = (self.folder / HISTORY_FILE).read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                yield Switch.model_validate_json(line)
            except ValidationError:
                continue

    def _log(self, switch: Switch) -> None:
        path = self.folder / HISTORY_FILE
        with path.open("ab") as log:
            torn = log.tell() > 0 and path.read_bytes()[-1:] != b"\n"
            log.write((b"\n" if torn else b"") + switch.model_dump_json().encode() + b"\n")
            log.flush()
            os.fsync(log.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; what a writer that was killed left half done is cleared away."""
        (self.folder / VERSIONS).mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("wb") as lock:
            _lock(lock.fileno())
            for scrap in (self.folder / VERSIONS).glob(".*"):
                shutil.rmtree(scrap, ignore_errors=True)
            yield


def _holds(folder: Path, artefact: Path) -> bool:
    try:
        return all(
            (folder / name).read_bytes() == (artefact / name).read_bytes()
            for name in (MODEL_FILE, MANIFEST_FILE)
        )
    except OSError:
        return False


def _sync(folder: Path) -> None:
    """Have the names in a folder written to disk, where the system can (Windows cannot)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    """Wait until no other process holds the file; it is let go when the file is closed, or the process dies."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
