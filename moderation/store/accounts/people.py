"""Accounts: who there is, and as what. Every function runs inside the caller's transaction."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from moderation.errors import Conflict, InputError, NotFound
from moderation.store.accounts.roles import RIGHTS, Right, Role
from moderation.store.accounts.tables import NAME, people
from moderation.store.ids import named
from moderation.types import BY_POLICY, Language

RESERVED = frozenset({BY_POLICY, "system", "command-line"})
"""Names that stand in records for what is no person."""


class Preferences(BaseModel):
    """How somebody likes the desk. Unknown fields, of a newer or older version, are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    blur: bool = True
    """Whether abusive text is blurred until asked for."""
    hints: bool = True
    """Whether the desk hints at a break after a long session."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. Times are UTC."""

    name: str
    display: str
    role: Role
    language: Language
    preferences: Preferences
    created_at: datetime
    signed_in_at: datetime | None = None
    disabled_at: datetime | None = None
    has_password: bool = False
    issuer: str | None = None

    def may(self, right: Right) -> bool:
        """Whether the role carries that right."""
        return right in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as an identity provider knows them.

    issuer, subject : who it is, for good.
    name : of the account here, where that identity has none yet.
    """

    issuer: str
    subject: str
    name: str
    display: str
    language: Language


def clean_name(name: str) -> str:
    """The name as it is kept and compared: small letters, no blanks. Raises InputError."""
    cleaned = unicodedata.normalize("NFKC", name).strip().casefold()
    named("name", cleaned, at_most=NAME)
    if not all(letter.isalnum() or letter in "._-@+" for letter in cleaned):
        raise InputError(f"`name`: `{cleaned!a}` has a character that is no letter, digit or one of `._-@+`")
    if cleaned in RESERVED:
        raise InputError(f"`name`: `{cleaned}` stands in records for what is no person; give another")
    return cleaned


def add(
    connection: Connection,
    name: str,
    role: Role,
    *,
    display: str,
    language: Language,
    password: str | None,
    at: datetime,
    identity: tuple[str, str] | None = None,
) -> Account:
    """A new account; raises Conflict where that name, or that identity, has one.

    password : its hash.
    identity : issuer and subject at an identity provider.
    """
    issuer, subject = identity or (None, None)
    row: dict[str, Any] = {
        "name": name,
        "display": display_of(display) or name,
        "role": role,
        "language": language,
        "preferences": Preferences().model_dump_json(),
        "password": password,
        "issuer": issuer,
        "subject": subject,
        "created_at": at,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(people).values(row))
    except IntegrityError:
        raise Conflict(f"there is an account `{name}` already; choose another name") from None
    return get(connection, name)


def display_of(display: str) -> str:
    """The name that colleagues see, on one line of at most 64 characters."""
    line = " ".join(display.split())
    if not line.isprintable() or len(line) > NAME:
        raise InputError(f"`display` is longer than {NAME} characters or has some that cannot be seen")
    return line


def get(connection: Connection, name: str) -> Account:
    """That account; raises NotFound."""
    return _account(_row(connection, name))


def exists(connection: Connection, name: str) -> bool:
    """Whether there is an account of that name."""
    return connection.execute(select(people.c.name).where(people.c.name == name)).first() is not None


def every(connection: Connection) -> list[Account]:
    """All accounts by name, the disabled ones too."""
    rows = connection.execute(select(people).order_by(people.c.name)).mappings()
    return [_account(row) for row in rows]


def password_of(connection: Connection, name: str) -> str | None:
    """The hash of the password of an account that is not disabled, else None."""
    statement = select(people.c.password).where(people.c.name == name, people.c.disabled_at.is_(None))
    found: str | None = connection.execute(statement).scalar_one_or_none()
    return found


def by_identity(connection: Connection, issuer: str, subject: str) -> Account | None:
    """Whose identity that is at that provider."""
    statement = select(people).where(people.c.issuer == issuer, people.c.subject == subject)
    row = connection.execute(statement).mappings().one_or_none()
    return _account(row) if row else None


def change(connection: Connection, name: str, values: Mapping[str, object]) -> Account:
    """Set columns of one account; raises NotFound, and Conflict where no administrator would be left."""
    connection.execute(update(people).where(people.c.name == name).values(values))
    account = get(connection, name)
    if {"role", "disabled_at"} & values.keys():
        _keep_an_administrator(connection)
    return account


def _keep_an_administrator(connection: Connection) -> None:
    """Nobody could ever mend it from the pages again."""
    statement = select(people.c.name).where(
        people.c.role == Role.ADMINISTRATOR, people.c.disabled_at.is_(None)
    )
    if connection.execute(statement.limit(1)).first() is None:
        raise Conflict("no administrator would be left; make somebody else one first")


def _row(connection: Connection, name: str) -> RowMapping:
    row = connection.execute(select(people).where(people.c.name == name)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no account `{name}`")
    return row


def _account(row: RowMapping) -> Account:
    return Account(
        name=row["name"],
        display=row["display"],
        role=Role(row["role"]),
        language=language_of(row["language"]),
        preferences=_preferences(row["preferences"]),
        created_at=row["created_at"],
        signed_in_at=row["signed_in_at"],
        disabled_at=row["disabled_at"],
        has_password=row["password"] is not None,
        issuer=row["issuer"],
    )


def language_of(value: str) -> Literal["ko", "en"]:
    """Korean unless it is English."""
    return "en" if value == "en" else "ko"


def _preferences(text: str) -> Preferences:
    try:
        return Preferences.model_validate(json.loads(text))
    except (ValueError, ValidationError):  # of another version, whose fields had other types
        return Preferences()
