"""Who may work at the desk: accounts, their sessions and one-time links. Reached as `store.accounts`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import audit
from moderation.store.accounts import passwords, people, sessions
from moderation.store.accounts.digests import derive
from moderation.store.accounts.people import Account, Identity, Preferences, clean_name
from moderation.store.accounts.roles import RIGHTS, Right, Role
from moderation.store.accounts.tokens import Scope, Token, Tokens
from moderation.store.connections import Connections
from moderation.store.limits import Limits
from moderation.types import Language

__all__ = [
    "RIGHTS",
    "Account",
    "Accounts",
    "Identity",
    "Preferences",
    "Right",
    "Role",
    "Scope",
    "Session",
    "Token",
    "Tokens",
]


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in.

    secret : what the browser keeps in its cookie; never shown, logged or stored.
    csrf : what forms of this session carry, and of no other.
    """

    account: Account
    secret: str
    csrf: str


class Accounts:
    """Accounts on disk. Safe to call from many threads; every call blocks, and commits what it did.

    by : who does it, for the record: the name of an account, `command-line` or `system`.
    """

    def __init__(self, connections: Connections, limits: Limits) -> None:
        self._connections = connections
        self.tokens = Tokens(connections, limits)

    def add(
        self,
        name: str,
        role: Role,
        *,
        by: str,
        display: str = "",
        language: Language = "ko",
        password: str | None = None,
    ) -> Account:
        """A new account; without a password it signs in by link. Raises Conflict where the name is taken."""
        name = clean_name(name)
        kept = passwords.hashed(passwords.check_new(password, name)) if password is not None else None
        with self._connections.writing() as connection:
            account = people.add(
                connection, name, role, display=display, language=language, password=kept, at=_now()
            )
            _record(connection, by, "account.add", name, role=role)
            return account

    def get(self, name: str) -> Account:
        """That account; raises NotFound."""
        with self._connections.reading() as connection:
            return people.get(connection, clean_name(name))

    def every(self) -> list[Account]:
        """All accounts by name."""
        with self._connections.reading() as connection:
            return people.every(connection)

    def set_role(self, name: str, role: Role, *, by: str) -> Account:
        """Give another role, in force from the next request on; raises Conflict for the last administrator."""
        name = clean_name(name)
        with self._connections.writing() as connection:
            before = people.get(connection, name).role
            account = people.change(connection, name, {"role": role})
            _record(connection, by, "account.role", name, role=role, before=before)
            return account

    def disable(self, name: str, *, by: str) -> Account:
        """Let that account in no more and end its sessions; raises Conflict for the last administrator."""
        name = clean_name(name)
        with self._connections.writing() as connection:
            account = people.change(connection, name, {"disabled_at": _now()})
            sessions.close_all(connection, name)
            _record(connection, by, "account.disable", name)
            return account

    def enable(self, name: str, *, by: str) -> Account:
        """Let a disabled account in again."""
        name = clean_name(name)
        with self._connections.writing() as connection:
            account = people.change(connection, name, {"disabled_at": None})
            _record(connection, by, "account.enable", name)
            return account

    def prefer(self, name: str, preferences: Preferences, language: Language) -> Account:
        """How that account likes the desk, and in which language. Its own business, so it is not on record."""
        values = {"preferences": preferences.model_dump_json(), "language": language}
        with self._connections.writing() as connection:
            return people.change(connection, clean_name(name), values)

    def set_password(self, name: str, password: str, *, by: str, keep: str | None = None) -> None:
        """Another password. It ends all sessions and links of the account, but for the session `keep`."""
        name = clean_name(name)
        kept = passwords.hashed(passwords.check_new(password, name))
        with self._connections.writing() as connection:
            people.change(connection, name, {"password": kept})
            sessions.close_all(connection, name, but=keep)
            _record(connection, by, "account.password", name)

    def change_password(self, name: str, current: str | None, password: str, *, keep: str) -> bool:
        """Another password for oneself; False, and nothing changes, where `current` is not the one in force.

        current : None from who has had none, and came in by a link.
        """
        with self._connections.reading() as connection:
            kept = people.password_of(connection, clean_name(name))
        if (kept is not None or current) and not passwords.fits(kept, current or ""):
            self._record_failure(clean_name(name))
            return False
        self.set_password(name, password, by=name, keep=keep)
        return True

    def set_display(self, name: str, display: str) -> Account:
        """The name that colleagues see."""
        name = clean_name(name)
        shown = people.display_of(display) or name
        with self._connections.writing() as connection:
            return people.change(connection, name, {"display": shown})

    def make_link(self, name: str, *, by: str) -> str:
        """A code that signs that account in, once, within the hour; raises NotFound for a disabled one."""
        name = clean_name(name)
        with self._connections.writing() as connection:
            if people.get(connection, name).disabled_at is not None:
                raise NotFound(f"the account `{name}` is disabled; enable it first")
            _record(connection, by, "account.link", name)
            return sessions.make_link(connection, name, _now())

    def sign_in(self, name: str, password: str) -> Session | None:
        """A new session, or None: no word on whether it was the name or the password, and no difference in time."""
        try:
            name = clean_name(name)
        except InputError:
            name = ""
        with self._connections.reading() as connection:
            kept = people.password_of(connection, name)
        if not passwords.fits(kept, password):
            self._record_failure(name)
            return None
        renewed = passwords.hashed(password) if kept and passwords.is_outdated(kept) else None
        with self._connections.writing() as connection:
            if people.password_of(connection, name) != kept:  # disabled or changed meanwhile
                return None
            return self._open(connection, name, "password", {"password": renewed} if renewed else {})

    def sign_in_by(self, identity: Identity, *, role: Role | None, make: bool) -> Session:
        """A new session for whoever an identity provider vouches for.

        role : from the provider, in force from now on; None leaves it as it is. The last administrator stays one.
        make : whether to make an account where there is none.

        Raises NotFound, Conflict where the name is another's, and InputError where it names nobody.
        """
        with self._connections.writing() as connection:
            account = people.by_identity(connection, identity.issuer, identity.subject)
            if account is None:
                account = _identified(connection, identity, role, make)
            if account.disabled_at is not None:
                raise NotFound(f"the account `{account.name}` is disabled")
            if role is not None and role is not account.role:
                with suppress(Conflict), connection.begin_nested():
                    people.change(connection, account.name, {"role": role})
                    _record(
                        connection, "system", "account.role", account.name, role=role, before=account.role
                    )
            return self._open(connection, account.name, "provider")

    def refused_by(self, issuer: str) -> None:
        """Put on record that somebody whom the provider knows was not let in."""
        with self._connections.writing() as connection:
            _record(connection, "system", "sign-in.failed", "", way="provider", issuer=issuer)

    def use_link(self, code: str) -> Session | None:
        """A new session for whoever has the code; it is void from now on."""
        with self._connections.writing() as connection:
            name = sessions.use_link(connection, code, _now())
            if name is None or people.get(connection, name).disabled_at is not None:
                return None
            return self._open(connection, name, "link")

    def session(self, secret: str) -> Session | None:
        """Who is signed in by that secret; None where the session has ended, wherever it was ended."""
        at = _now()
        with self._connections.reading() as connection:
            found = sessions.find(connection, secret, at)
            account = people.get(connection, found[0]) if found else None
        if found is None or account is None:
            return None
        if found[1]:
            with self._connections.writing() as connection:
                sessions.touch(connection, secret, at)
        return _session(account, secret)

    def sign_out(self, secret: str) -> None:
        """End that session."""
        with self._connections.writing() as connection:
            name = sessions.close(connection, secret)
            if name is not None:
                _record(connection, name, "sign-out", name)

    def _open(
        self, connection: Connection, name: str, way: str, values: Mapping[str, object] = MappingProxyType({})
    ) -> Session:
        at = _now()
        account = people.change(connection, name, {"signed_in_at": at, **values})
        secret = sessions.open_session(connection, name, at)
        _record(connection, name, "sign-in", name, way=way)
        return _session(account, secret)

    def _record_failure(self, name: str) -> None:
        """A name that is none of ours stays out of the record: it may be a password in the wrong field."""
        with self._connections.writing() as connection:
            known = people.exists(connection, name)
            _record(connection, "system", "sign-in.failed", name if known else "")


def _identified(connection: Connection, identity: Identity, role: Role | None, make: bool) -> Account:
    """The account that belongs to that identity from now on: one that was added here, else a new one."""
    name = clean_name(identity.name)
    who = (identity.issuer, identity.subject)
    if people.exists(connection, name):
        if people.get(connection, name).issuer is not None:
            raise Conflict(f"the account `{name}` belongs to another identity")
        account = people.change(connection, name, {"issuer": who[0], "subject": who[1]})
        _record(connection, "system", "account.identity", name, issuer=identity.issuer)
        return account
    if not make:
        raise NotFound(f"there is no account `{name}`")
    account = people.add(
        connection,
        name,
        role or Role.MODERATOR,
        display=identity.display,
        language=identity.language,
        password=None,
        at=_now(),
        identity=who,
    )
    _record(connection, "system", "account.add", name, role=account.role, issuer=identity.issuer)
    return account


def _session(account: Account, secret: str) -> Session:
    # Bound to the session without being kept anywhere: who has the token alone cannot tell the session.
    return Session(account, secret, derive(secret, "form token"))


def _record(connection: Connection, by: str, act: str, name: str, **detail: str) -> None:
    audit.append(connection, by=by, act=act, subject=f"account:{name}", detail=detail)


def _now() -> datetime:
    return datetime.now(UTC)
