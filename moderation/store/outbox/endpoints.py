"""Who is to be told what: addresses of other systems, with the secrets that sign what is sent there."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from moderation.errors import InputError, NotFound
from moderation.store import audit
from moderation.store.ids import checked, named, new_id
from moderation.store.outbox.messages import ALL_KINDS, Kind
from moderation.store.outbox.tables import deliveries, endpoints, messages

LONGEST_URL = 2_000
PREFIX = "whsec_"
SECRET_BYTES = range(24, 65)  # Standard Webhooks 1.0, "Signature scheme" (read 2026-11-25)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that is told of these kinds, with the text of comments or without.

    secrets : the one to sign with first; a second one while the receiver changes over.
    disabled_why : why nothing is sent there any more; None while it is in use.
    failures : how often in a row it could not be reached.
    """

    id: str
    url: str
    kinds: tuple[Kind, ...]
    texts: bool
    secrets: tuple[str, ...] = field(repr=False)
    added_at: datetime
    disabled_why: str | None = None
    failures: int = 0


def new_secret() -> str:
    """A secret that nobody has yet, in the form of Standard Webhooks."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes to sign with; raises InputError for what is no secret of that form."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in SECRET_BYTES:
        raise InputError(
            f"the secret is not `{PREFIX}` and 24 to 64 bytes in base64; leave it out to have one made"
        )
    return key


def add(
    connection: Connection, url: str, kinds: Sequence[str], *, texts: bool, secret: str | None
) -> Endpoint:
    """Keep an endpoint. Raises InputError for an address, a kind or a secret that cannot be."""
    endpoint = Endpoint(
        id=f"ep_{new_id()}",
        url=_address(url),
        kinds=_kinds(kinds),
        texts=texts,
        secrets=(secret or new_secret(),),
        added_at=datetime.now(UTC),
    )
    key_of(endpoint.secrets[0])
    connection.execute(
        insert(endpoints).values(
            id=endpoint.id,
            url=endpoint.url,
            kinds=json.dumps(endpoint.kinds),
            texts=texts,
            secrets=json.dumps(endpoint.secrets),
            added_at=endpoint.added_at,
            failures=0,
        )
    )
    return endpoint


def record(
    connection: Connection, done: str, endpoint_id: str, *, by: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Put on record what was done to an endpoint, in the transaction that does it."""
    audit.append(connection, by=by, act=f"webhook.{done}", subject=f"endpoint:{endpoint_id}", detail=detail)


def facts(endpoint: Endpoint) -> dict[str, Any]:
    """What the audit keeps of an endpoint: its host alone, since the rest of an address may hold a secret."""
    return {"host": urlsplit(endpoint.url).hostname, "kinds": list(endpoint.kinds), "texts": endpoint.texts}


def every(connection: Connection) -> list[Endpoint]:
    """All endpoints, the first one first."""
    rows = connection.execute(select(endpoints).order_by(endpoints.c.added_at, endpoints.c.id))
    return [read(row) for row in rows]


def get(connection: Connection, endpoint_id: str) -> Endpoint:
    """That endpoint, or NotFound."""
    row = connection.execute(select(endpoints).where(endpoints.c.id == checked("id", endpoint_id))).first()
    if row is None:
        raise NotFound(f"there is no endpoint `{endpoint_id}`; `moderation webhooks list` shows them")
    return read(row)


def remove(connection: Connection, endpoint_id: str) -> Endpoint:
    """Forget an endpoint, and the messages that nobody else is to be told."""
    endpoint = get(connection, endpoint_id)
    connection.execute(delete(deliveries).where(deliveries.c.endpoint_id == endpoint_id))
    connection.execute(delete(endpoints).where(endpoints.c.id == endpoint_id))
    drop_orphans(connection)
    return endpoint


def drop_orphans(connection: Connection) -> None:
    """Forget messages that are on the way to nobody."""
    on_its_way = exists().where(deliveries.c.message_id == messages.c.id)
    connection.execute(delete(messages).where(~on_its_way))


def rotate(connection: Connection, endpoint_id: str) -> str:
    """Sign with a new secret, and with the one before as well until `end_rotation`."""
    secret = new_secret()
    kept = get(connection, endpoint_id).secrets
    _change(connection, endpoint_id, secrets=json.dumps([secret, *kept[:1]]))
    return secret


def end_rotation(connection: Connection, endpoint_id: str) -> None:
    """Sign with the newest secret alone."""
    _change(connection, endpoint_id, secrets=json.dumps(get(connection, endpoint_id).secrets[:1]))


def disable(connection: Connection, endpoint_id: str, why: str) -> None:
    """Send nothing there any more; what is on its way waits."""
    _change(connection, endpoint_id, disabled_at=datetime.now(UTC), disabled_why=why)


def enable(connection: Connection, endpoint_id: str) -> None:
    """Send there again, beginning with what has waited."""
    get(connection, endpoint_id)
    _change(connection, endpoint_id, disabled_at=None, disabled_why=None, failures=0, rests_until=None)


def _change(connection: Connection, endpoint_id: str, **values: Any) -> None:
    connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(**values))


def read(row: Row[Any]) -> Endpoint:
    """The endpoint in a row that has all columns of the table."""
    kept = row._mapping
    return Endpoint(
        id=kept[endpoints.c.id],
        url=kept[endpoints.c.url],
        kinds=tuple(Kind(kind) for kind in json.loads(kept[endpoints.c.kinds])),
        texts=kept[endpoints.c.texts],
        secrets=tuple(json.loads(kept[endpoints.c.secrets])),
        added_at=kept[endpoints.c.added_at],
        disabled_why=kept[endpoints.c.disabled_why],
        failures=kept[endpoints.c.failures],
    )


def _kinds(asked: Iterable[str]) -> tuple[Kind, ...]:
    wanted = list(asked)
    for kind in wanted:
        if kind not in ALL_KINDS:
            raise InputError(f"`{kind}` is no kind of message; use {', '.join(ALL_KINDS)}")
    return tuple(kind for kind in ALL_KINDS if kind in wanted) or ALL_KINDS


def _address(url: str) -> str:
    named("url", url, at_most=LONGEST_URL)
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not url.isascii() or not url.isprintable() or " " in url:
        raise InputError(f"`{url}` is no address to send to; write it like `https://example.com/hooks`")
    if parts.username is not None or parts.password is not None:
        raise InputError("the address holds a user or a password; requests are signed instead")
    if parts.fragment:
        raise InputError("the address has a fragment, which no server would see; leave `#…` out")
    return url
