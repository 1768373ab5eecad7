"""Who made a model: an Ed25519 signature (RFC 8032) over the bytes of its manifest, which names the model's hash.

The signature lies beside the manifest, in base64. `openssl pkeyutl -verify -rawin` can check it, too.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from moderation.errors import InputError, ModelError

SIGNATURE_FILE = "manifest.sig"


@dataclass(frozen=True)
class Trust:
    """Whose models are opened.

    keys : public keys in base64; a model signed by any of them is opened, so that keys can be changed.
    required : refuse a model without a signature; a wrong signature is always refused.

    Raises InputError for a key that is none.
    """

    keys: tuple[str, ...] = ()
    required: bool = False

    def __post_init__(self) -> None:
        for key in self.keys:
            _public(key)
        if self.required and not self.keys:
            raise InputError("a signature is required, but there is no public key to check it with")

    @classmethod
    def of(cls, keys: tuple[str, ...], required: bool | None) -> Trust:
        """As the settings have it: where nothing else is said, keys are there to be required."""
        return cls(keys, bool(keys) if required is None else required)

    def check(self, place: object, manifest: bytes, signature: bytes | None) -> None:
        """Raise ModelError unless the manifest may be believed."""
        if not self.keys:
            return
        if signature is None:
            if self.required:
                raise ModelError(
                    f"{place}: there is no `{SIGNATURE_FILE}`, and only signed models are opened; "
                    "sign it with `training sign`"
                )
            return
        try:
            signed = base64.b64decode(signature.strip(), validate=True)
        except binascii.Error:
            raise ModelError(f"{place}: `{SIGNATURE_FILE}` is not base64; the model was not opened") from None
        if not any(_verifies(_public(key), signed, manifest) for key in self.keys):
            raise ModelError(
                f"{place}: `{SIGNATURE_FILE}` was not made by any of the {len(self.keys)} trusted keys "
                "for this manifest; the model was not opened"
            )


ANYONE = Trust()
"""Opens whatever its manifest names, signed or not."""


def _verifies(key: Ed25519PublicKey, signature: bytes, manifest: bytes) -> bool:
    try:
        key.verify(signature, manifest)
    except InvalidSignature:
        return False
    return True


def _public(key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
    except (ValueError, binascii.Error):
        raise InputError(
            f"`{key}` is no Ed25519 public key; give its 32 bytes in base64, as `training key` prints them"
        ) from None


def make_key(file: Path) -> str:
    """Write a new private key, readable by its owner alone, and return the public one in base64."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
    except FileExistsError:
        raise InputError(f"`{file}` exists; a key is never overwritten") from None
    except OSError as error:
        raise InputError(f"`{file}` cannot be written: {(error.strerror or str(error)).lower()}") from None
    return _shown(key)


def sign(manifest: bytes, key_file: Path) -> tuple[bytes, str]:
    """The content of the signature file, and the public key that it is checked with."""
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except OSError as error:
        raise InputError(f"`{key_file}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"`{key_file}` is no Ed25519 private key in PEM without a password")
    return base64.b64encode(key.sign(manifest)) + b"\n", _shown(key)


def _shown(key: Ed25519PrivateKey) -> str:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()
