"""API tokens: which services may call, for what, and how often. Reached as `store.accounts.tokens`."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import audit
from moderation.store.accounts.digests import digest, new_secret
from moderation.store.accounts.people import clean_name
from moderation.store.accounts.tables import tokens
from moderation.store.connections import Connections
from moderation.store.limits import Limits
from moderation.store.questions import Question

PREFIX = "sb_"
"""How every key begins, so that scanners for leaked secrets can know one."""
PER_MINUTE = 600
MOST_PER_MINUTE = 1_000_000
SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down that a token is in use; not on every request."""

_VALID = Question(select(tokens).where(tokens.c.digest == bindparam("digest"), tokens.c.revoked_at.is_(None)))


class Scope(enum.StrEnum):
    """What a token opens."""

    CHECK = "check"
    COMMENTS = "comments"
    PERSPECTIVE = "perspective"
    OPENAI = "openai"
    AKISMET = "akismet"
    CORAL = "coral"
    FEEDBACK = "feedback"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True, slots=True)
class Token:
    """A service's token, without its key: that is shown once, when it is made. Times are UTC."""

    name: str
    scopes: frozenset[Scope]
    per_minute: int
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class Tokens:
    """Tokens on disk. Safe to call from many threads; every call blocks, and commits what it did."""

    def __init__(self, connections: Connections, limits: Limits) -> None:
        self._connections = connections
        self._limits = limits

    def add(
        self, name: str, scopes: Iterable[Scope], *, by: str, per_minute: int = PER_MINUTE
    ) -> tuple[Token, str]:
        """A new token and its key, which nobody can be shown again. Raises Conflict where the name is taken."""
        name = clean_name(name)
        wanted = sorted(set(scopes))
        if not wanted:
            raise InputError(f"`scopes` is empty; give some of: {', '.join(Scope)}")
        if not 1 <= per_minute <= MOST_PER_MINUTE:
            raise InputError(f"`per_minute` is {per_minute}; give 1 to {MOST_PER_MINUTE}")
        key = PREFIX + new_secret()
        row = {
            "name": name,
            "digest": digest(key),
            "scopes": " ".join(wanted),
            "per_minute": per_minute,
            "created_at": datetime.now(UTC),
        }
        with self._connections.writing() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(tokens).values(row))
            except IntegrityError:
                raise Conflict(
                    f"there is, or was, a token `{name}`; choose another name, so that records stay clear"
                ) from None
            detail = {"scopes": wanted, "per_minute": per_minute}
            audit.append(connection, by=by, act="token.add", subject=f"token:{name}", detail=detail)
            return _get(connection, name), key

    def every(self) -> list[Token]:
        """All tokens by name, the revoked ones too."""
        with self._connections.reading() as connection:
            rows = connection.execute(select(tokens).order_by(tokens.c.name)).mappings()
            return [_token(row) for row in rows]

    def revoke(self, name: str, *, by: str) -> Token:
        """Let that key open nothing any more, from the next request on; raises NotFound."""
        name = clean_name(name)
        with self._connections.writing() as connection:
            token = _get(connection, name)
            if token.revoked_at is None:
                values = {"revoked_at": datetime.now(UTC)}
                connection.execute(update(tokens).where(tokens.c.name == name).values(values))
                audit.append(connection, by=by, act="token.revoke", subject=f"token:{name}")
            return _get(connection, name)

    def find(self, key: str) -> Token | None:
        """Whose key that is; None where it is nobody's, or revoked."""
        at = datetime.now(UTC)
        rows = self._connections.ask(_VALID, {"digest": digest(key)})
        if not rows:
            return None
        token = _token(dict(zip(tokens.c.keys(), rows[0], strict=True)))
        if token.used_at is None or token.used_at < at - SEEN_EVERY:
            with self._connections.writing() as connection:
                connection.execute(update(tokens).where(tokens.c.name == token.name).values(used_at=at))
        return token

    def take(self, token: Token) -> float | None:
        """Count one call; the seconds to wait where the token has had its share of the minute, else None."""
        return self._limits.take(f"token:{token.name}", token.per_minute)


def _get(connection: Connection, name: str) -> Token:
    row = connection.execute(select(tokens).where(tokens.c.name == name)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no token `{name}`")
    return _token(row)


def _token(row: Mapping[Any, Any]) -> Token:
    known = {scope.value for scope in Scope}  # one of a newer version opens nothing here
    return Token(
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"].split() if scope in known),
        per_minute=row["per_minute"],
        created_at=row["created_at"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
    )
