"""One request to one endpoint: no redirects, no proxy, a deadline for all of it, and an answer of any length."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import metadata
from urllib.parse import urlsplit

from moderation.store.outbox import Endpoint
from moderation.webhooks.guard import Forbidden, Network, addresses_of
from moderation.webhooks.signing import signature_headers

TIMEOUT = 15.0  # Standard Webhooks recommends 15 to 30 seconds
READ_AT_MOST = 16_384  # bytes of an answer; nothing in it is of use, but hanging up early looks like a fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an endpoint did with a message.

    status : what it answered; None where it gave no answer. fault : what was wrong; None where it took it.
    retry_after : seconds after which it asked to be tried again.
    """

    status: int | None
    fault: str | None = None
    retry_after: float | None = None


class Sender:
    """Sends signed messages. Safe to call from many threads; every call blocks, at most about `timeout` seconds.

    private : networks that may be sent to though they are not public, also without TLS.
    tls : what certificates are trusted; the system's where it is not given.
    """

    def __init__(
        self,
        private: Sequence[Network] = (),
        *,
        timeout: float = TIMEOUT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._private = tuple(private)
        self._timeout = timeout
        self._tls = tls

    def send(self, endpoint: Endpoint, message_id: str, body: bytes) -> Outcome:
        """Send one message, whatever comes of it."""
        headers = {
            "content-type": "application/json",
            "user-agent": f"Standards-Board/{_version()} (webhooks)",
            **signature_headers(message_id, int(time.time()), body, endpoint.secrets),
        }
        try:
            return self._post(endpoint.url, body, headers)
        except Forbidden as error:
            return Outcome(None, str(error))
        except TimeoutError:
            return Outcome(None, f"no answer within {self._timeout:g} seconds")
        except ssl.SSLCertVerificationError as error:
            return Outcome(None, f"the certificate is not trusted: {error.verify_message}")
        except (
            OSError,
            http.client.HTTPException,
            ValueError,
        ) as error:  # never its text: it may quote the answer
            return Outcome(None, f"no usable answer: `{type(error).__name__}`")

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if tls else 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        addresses = addresses_of(host, port, tls=tls, private=self._private)
        connection = _Pinned(host, port, addresses, (self._tls or _trusted()) if tls else None, self._timeout)
        try:
            connection.request("POST", path, body, {**headers, "connection": "close"})
            answer = connection.getresponse()
            answer.read(READ_AT_MOST)
        except (OSError, http.client.HTTPException):
            if connection.late:
                raise TimeoutError from None
            raise
        finally:
            connection.end()
        return _outcome(answer.status, answer.headers.get("retry-after"))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that the system trusts, read when the first message goes out: they are many."""
    return ssl.create_default_context()


class _Pinned(http.client.HTTPConnection):
    """A connection to one of these addresses, under the name of the host, hung up when its time is over.

    A timeout of the socket alone would begin anew with every byte of a slow answer.
    """

    def __init__(
        self, host: str, port: int, addresses: list[str], tls: ssl.SSLContext | None, seconds: float
    ) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if tls else 80  # the Host header names a port only where it is another
        self.late = False
        self._addresses, self._tls, self._until = addresses, tls, time.monotonic() + seconds
        self._line: socket.socket | None = None
        self._clock: threading.Timer | None = None

    def connect(self) -> None:
        """Connect to the first address that answers."""
        raw = self._reach()
        self._line = raw.dup()  # to hang up by, whatever TLS makes of the first
        self._clock = threading.Timer(max(0.0, self._until - time.monotonic()), self._hang_up)
        self._clock.daemon = True
        self._clock.start()
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host) if self._tls else raw

    def end(self) -> None:
        """Close everything."""
        if self._clock is not None:
            self._clock.cancel()
        if self._line is not None:
            self._line.close()
        self.close()

    def _reach(self) -> socket.socket:
        for place, address in enumerate(self._addresses, 1):
            seconds = self._until - time.monotonic()
            if seconds <= 0:
                break
            try:
                return socket.create_connection((address, self.port), seconds)
            except OSError:
                if place == len(self._addresses):
                    raise
        raise TimeoutError

    def _hang_up(self) -> None:
        self.late = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def _outcome(status: int, retry_after: str | None) -> Outcome:
    if 200 <= status < 300:
        return Outcome(status)
    if 300 <= status < 400:
        return Outcome(status, f"answered {status}; redirects are not followed")
    return Outcome(status, f"answered {status}", _seconds(retry_after))


def _seconds(retry_after: str | None) -> float | None:
    """What `Retry-After` says, in seconds or as a date (RFC 9110, 10.2.3); None where it says nothing."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _version() -> str:
    try:
        return metadata.version("standards-board")
    except metadata.PackageNotFoundError:  # run from the source folder
        return "0"
