"""Whether the audit is what was written: the first row that is not, and why."""

from __future__ import annotations

import hmac
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, select

from moderation.errors import StoreError
from moderation.store.audit.chain import Entry, Head, Keys
from moderation.store.audit.pending import read_head
from moderation.store.audit.tables import audit

BEGIN = "audit.begin"
"""The act of the first entry, written with the schema: an audit that begins otherwise has lost its beginning."""

BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that is not what was written. One past the end where rows have been cut off."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found: how many rows there are, where the chain ends, and the fault if there is one."""

    rows: int
    head: Head
    fault: Fault | None
    keyed: bool


def verify(
    connection: Connection, keys: Keys, *, unkeyed_until: int = 0, anchor: tuple[int, str] | None = None
) -> Verified:
    """Read the chain from its first row to its head.

    unkeyed_until : the last row that may have been written without a key although there is one now.
    anchor : number and hash of a row, noted elsewhere at an earlier time; it must be there still.
    """
    count, before, fault = 0, "", None
    with closing(entries(connection)) as rows:
        for entry in rows:
            fault = _fault(entry, count + 1, before, keys, unkeyed_until, anchor)
            if fault is not None:
                break
            count, before = entry.number, entry.mac
    head, fault = _compare_head(connection, keys, count, before, fault)
    if fault is None and anchor is not None and anchor[0] > count:
        fault = Fault(count + 1, f"is missing: row {anchor[0]} was noted elsewhere")
    return Verified(count, head, fault, bool(keys))


def entries(connection: Connection, after: int = 0) -> Generator[Entry]:
    """Every entry, the first one first, read as it is asked for."""
    query = (
        select(
            audit.c.number,
            audit.c.at,
            audit.c.by,
            audit.c.act,
            audit.c.subject,
            audit.c.detail,
            audit.c.key,
            audit.c.mac,
        )
        .where(audit.c.number > after)
        .order_by(audit.c.number)
    )
    with connection.execute(query.execution_options(yield_per=BLOCK)) as rows:
        for row in rows:
            yield Entry(*row)


def _fault(
    entry: Entry, number: int, before: str, keys: Keys, unkeyed_until: int, anchor: tuple[int, str] | None
) -> Fault | None:
    if entry.number < number:
        return Fault(entry.number, "stands before the first row")
    if entry.number > number:
        return Fault(number, "is missing")
    if entry.key not in keys:
        return Fault(number, f"was written with the key `{entry.key}`, which is not given")
    if keys and not entry.key and number > unkeyed_until:
        return Fault(number, "was written without a key")
    if not hmac.compare_digest(keys.mac(before, entry), entry.mac):
        return Fault(number, "is not what was written, or does not follow on the row before")
    if number == 1 and entry.act != BEGIN:
        return Fault(number, f"is not the beginning: its act is `{entry.act}`")
    if anchor is not None and number == anchor[0] and entry.mac != anchor[1]:
        return Fault(number, "is another than was noted elsewhere")
    return None


def _compare_head(
    connection: Connection, keys: Keys, count: int, before: str, fault: Fault | None
) -> tuple[Head, Fault | None]:
    try:
        head = read_head(connection)
    except StoreError:
        return Head(0, ""), fault or Fault(count + 1, "cannot be told: the head is missing")
    if fault is not None:
        return head, fault
    if head.number > count:
        return head, Fault(count + 1, f"is missing: the chain ended at row {head.number}")
    if head.number < count:
        return head, Fault(head.number + 1, "stands after the head")
    sealed = head.key in keys and hmac.compare_digest(keys.seal(head), head.seal)
    if not count:
        return head, Fault(1, "is missing: an audit has a beginning")
    if not sealed or head.mac != before:
        return head, Fault(count + 1, "cannot be told: the head is not what was written")
    return head, None
