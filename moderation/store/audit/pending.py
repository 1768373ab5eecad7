"""Entries of one transaction, written as its last act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from moderation.errors import StoreError
from moderation.store.audit.chain import Entry, Head, Keys, dump
from moderation.store.audit.tables import ACT, SUBJECT, audit, audit_head
from moderation.store.ids import checked, named
from moderation.store.tables import AUTHOR

OPTION = "moderation_audit"

_HEAD = select(audit_head.c.number, audit_head.c.mac, audit_head.c.key, audit_head.c.seal)
_LOCKED_HEAD = _HEAD.with_for_update()


class Pending:
    """What a transaction has done so far. The head is locked last: who waits for it holds all else already.

    Were it locked at the first entry, two transactions that then want each other's comments would never end.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._entries: list[Entry] = []

    def add(self, by: str, act: str, subject: str, detail: Mapping[str, Any]) -> None:
        """One more act, written when the transaction ends."""
        named("by", by, at_most=AUTHOR)
        named("act", act, at_most=ACT)
        checked("subject", subject, at_most=SUBJECT)
        self._entries.append(Entry(0, datetime.now(UTC), by, act, subject, dump(detail)))

    def write(self, connection: Connection) -> None:
        """Chain the entries to the head. Raises StoreError where the head was sealed with a key not given."""
        if not self._entries:
            return
        head = read_head(connection, lock=True)
        self.check(head)
        number, mac = head.number, head.mac
        rows = []
        for pending in self._entries:
            number += 1
            entry = replace(pending, number=number, key=self.keys.current)
            mac = self.keys.mac(mac, entry)
            rows.append(_row(replace(entry, mac=mac)))
        connection.execute(insert(audit), rows)
        new = Head(number, mac, self.keys.current)
        row = {"number": number, "mac": mac, "key": new.key, "seal": self.keys.seal(new)}
        connection.execute(update(audit_head), row)
        self._entries.clear()

    def check(self, head: Head) -> None:
        """A chain that goes on with the wrong key, or with none, could never be verified again."""
        if head.key and not self.keys:
            raise StoreError(
                "the audit is kept with a key; set `MODERATION_AUDIT_KEY` or `MODERATION_SECRET_KEY` "
                "to what the service has"
            )
        if head.key not in self.keys:
            raise StoreError(
                "the audit was written with another key; set `MODERATION_AUDIT_KEY` to the new key, "
                "a blank and the one before"
            )


def of(connection: Connection) -> Pending:
    """What the transaction of that connection has to write down. Raises StoreError outside `writing`."""
    pending = connection.get_execution_options().get(OPTION)
    if not isinstance(pending, Pending):
        raise StoreError("the audit is written in the transaction of an act; use `Connections.writing`")
    return pending


def read_head(connection: Connection, *, lock: bool = False) -> Head:
    """Where the chain ends; with `lock`, nobody else adds to it until the transaction ends."""
    row = connection.execute(_LOCKED_HEAD if lock else _HEAD).first()
    if row is None:
        raise StoreError("the head of the audit is missing; restore it from a backup")
    return Head(*row)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at,
        "by": entry.by,
        "act": entry.act,
        "subject": entry.subject,
        "detail": entry.detail,
        "key": entry.key,
        "mac": entry.mac,
    }
