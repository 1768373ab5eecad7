"""Signatures over what is sent, after Standard Webhooks 1.0 (standardwebhooks.com, read 2026-11-25)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from moderation.store.outbox.endpoints import key_of


def signature_headers(message_id: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers by which a receiver knows that the body is ours, whole and new.

    timestamp : Unix seconds of this attempt. One signature for each secret, while a receiver changes over.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [
        base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode() for secret in secrets
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
