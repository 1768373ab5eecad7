"""Secrets of which the database keeps only a digest: of sessions, links and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def new_secret() -> str:
    """256 random bits in characters that fit a cookie, an address and the name of a host, where case is lost."""
    return base64.b32encode(secrets.token_bytes(32)).rstrip(b"=").decode().lower()


def digest(secret: str) -> str:
    """What is kept of a secret. It is random and long, so a plain hash is as good as a slow one."""
    return _text(hashlib.sha256(secret.encode("utf-8", "replace")).digest())


def derive(secret: str, purpose: str) -> str:
    """Another secret that only who has this one can know, of no use for any other purpose."""
    return _text(hmac.digest(secret.encode("utf-8", "replace"), purpose.encode(), hashlib.sha256))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
