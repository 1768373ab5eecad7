"""Sessions and one-time links. Every function runs inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from moderation.store.accounts.digests import digest, new_secret
from moderation.store.accounts.tables import links, people, sessions

LIFE = timedelta(hours=12)
"""How long one sign-in lasts at most: a shift."""
IDLE = timedelta(hours=2)
"""How long a session lasts in which nothing is asked for."""
SEEN_EVERY = timedelta(minutes=5)
"""How often it is written down that a session is in use; not on every request."""
LINK_LIFE = timedelta(hours=1)


def open_session(connection: Connection, account: str, at: datetime) -> str:
    """A new session; what is returned is known to the browser alone. Sessions that ended are swept out."""
    connection.execute(
        delete(sessions).where((sessions.c.opened_at < at - LIFE) | (sessions.c.seen_at < at - IDLE))
    )
    secret = new_secret()
    connection.execute(
        insert(sessions).values(digest=digest(secret), account=account, opened_at=at, seen_at=at)
    )
    return secret


def find(connection: Connection, secret: str, at: datetime) -> tuple[str, bool] | None:
    """Whose session it is and whether to write down that it was seen; None where it has ended."""
    statement = (
        select(sessions.c.account, sessions.c.seen_at)
        .join(people, people.c.name == sessions.c.account)
        .where(
            sessions.c.digest == digest(secret),
            sessions.c.opened_at > at - LIFE,
            sessions.c.seen_at > at - IDLE,
            people.c.disabled_at.is_(None),
        )
    )
    row = connection.execute(statement).one_or_none()
    return (row.account, row.seen_at < at - SEEN_EVERY) if row else None


def touch(connection: Connection, secret: str, at: datetime) -> None:
    """Write down that the session is in use."""
    connection.execute(update(sessions).where(sessions.c.digest == digest(secret)).values(seen_at=at))


def close(connection: Connection, secret: str) -> str | None:
    """End one session; returns whose it was."""
    statement = delete(sessions).where(sessions.c.digest == digest(secret)).returning(sessions.c.account)
    account: str | None = connection.execute(statement).scalar_one_or_none()
    return account


def close_all(connection: Connection, account: str, *, but: str | None = None) -> None:
    """End every session of that account and void its links; `but` is the secret of one that goes on."""
    statement = delete(sessions).where(sessions.c.account == account)
    if but is not None:
        statement = statement.where(sessions.c.digest != digest(but))
    connection.execute(statement)
    connection.execute(delete(links).where(links.c.account == account))


def make_link(connection: Connection, account: str, at: datetime) -> str:
    """A code that signs in once within the hour; one made earlier for the same account is void."""
    connection.execute(delete(links).where((links.c.account == account) | (links.c.expires_at < at)))
    code = new_secret()
    connection.execute(insert(links).values(digest=digest(code), account=account, expires_at=at + LINK_LIFE))
    return code


def use_link(connection: Connection, code: str, at: datetime) -> str | None:
    """Whose code it is; from now on nobody's. Of two who use it at once one is told None."""
    statement = (
        delete(links).where(links.c.digest == digest(code)).returning(links.c.account, links.c.expires_at)
    )
    row = connection.execute(statement).one_or_none()
    return row.account if row and row.expires_at > at else None
