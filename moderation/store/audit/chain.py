"""How entries of the audit hang together: each carries a keyed hash over itself and over the one before.

HMAC-SHA256 (RFC 2104). Whoever can write to the database but has no key can change, cut or rebuild nothing that
`verify` would not find. Without any key the chain still shows accidents, but anybody can rebuild it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

UNKEYED = ""
"""What stands in place of a key's id where an entry was written without one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act on record: who did what to what, when; `detail` is JSON; times are UTC."""

    number: int
    at: datetime
    by: str
    act: str
    subject: str
    detail: str
    key: str = UNKEYED
    mac: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """The detail, read."""
        facts: dict[str, Any] = json.loads(self.detail)
        return facts


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends, under a seal of its own that no row gives away."""

    number: int
    mac: str
    key: str = UNKEYED
    seal: str = ""


class Keys:
    """The keys of the audit: the first one writes, all of them verify."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._by_id = {_id(key): key for key in keys}
        self.current = _id(keys[0]) if keys else UNKEYED

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def __contains__(self, key: str) -> bool:
        return key == UNKEYED or key in self._by_id

    def mac(self, before: str, entry: Entry) -> str:
        """The hash that chains an entry to the one before it, whose own hash is `before`."""
        at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
        facts = [before, entry.number, at, entry.by, entry.act, entry.subject, entry.detail, entry.key]
        return self._hash(entry.key, ["entry", *facts])

    def seal(self, head: Head) -> str:
        """The hash that shows that the chain ended there."""
        return self._hash(head.key, ["head", head.number, head.mac, head.key])

    def digests(self, kind: str, name: str) -> tuple[str, ...]:
        """What stands for a name in the audit, by the current key first and then by each older one."""
        keys = self._by_id or {UNKEYED: b""}
        return tuple(self._hash(key, ["name", kind, name])[:24] for key in keys)

    def _hash(self, key: str, facts: Sequence[object]) -> str:
        secret = self._by_id[key] if key else b""
        return hmac.new(secret, json.dumps(facts).encode(), hashlib.sha256).hexdigest()


def dump(detail: Mapping[str, Any]) -> str:
    """The detail of an entry as JSON, in ASCII, always in the same order."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _id(key: bytes) -> str:
    return hashlib.sha256(b"audit key id\0" + key).hexdigest()[:16]
