"""What can go wrong between a program and the service, as one tree.

ClientError
├── Unreachable       no connection, or no answer in time; whether the service did anything is not known
├── Unavailable       the service says that it cannot at present (429, 503); `retry_after` says when it may
├── UnexpectedAnswer  something answered that is not the service, or one of another version
└── Refused           the request cannot be done as it is; sending it again would change nothing
    ├── Malformed     the request cannot be read (400, 413, 415, 422); `places` says where
    ├── NotAllowed    no key, a wrong one, or one that does not open this (401, 403)
    ├── NotFound      there is no such thing (404)
    └── Conflict      somebody else was first, or the idempotency key is another comment's (409)

A comment that breaks a rule is no error: it comes back as `Rejected`, or as the verdict that it is.
"""

from __future__ import annotations

from collections.abc import Sequence


class ClientError(Exception):
    """Anything this client raises on purpose."""


class Unreachable(ClientError):
    """The service could not be reached, or did not answer in time."""


class Unavailable(ClientError):
    """The service cannot at present. `retry_after` : seconds it asks to wait; None where it names none."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnexpectedAnswer(ClientError):
    """What answered does not speak as the service does; look at the address."""


class Refused(ClientError):
    """The request cannot be done as it is.

    kind : last part of the problem's URI, such as `malformed-request`. status : of the answer.
    places : (JSON pointer or name of a parameter, what is wrong there).
    """

    def __init__(
        self, message: str, *, kind: str = "", status: int = 0, places: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.kind, self.status, self.places = kind, status, tuple(places)


class Malformed(Refused):
    """The request cannot be read."""


class NotAllowed(Refused):
    """There is no key, it is wrong, or it does not open this."""


class NotFound(Refused):
    """There is no such thing."""


class Conflict(Refused):
    """Somebody else was first, or the idempotency key came before with another comment."""
