"""ML-1: whose model it is, is checked before it is opened."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import stat
import threading
from pathlib import Path

import joblib
import pytest

from moderation.errors import InputError, ModelError
from moderation.model.artifact import MANIFEST_FILE, MODEL_FILE, load
from moderation.model.signature import ANYONE, SIGNATURE_FILE, Trust, make_key, sign

from .test_artifact import Canary


def signed(folder: Path, key: Path) -> None:
    content, _ = sign((folder / MANIFEST_FILE).read_bytes(), key)
    (folder / SIGNATURE_FILE).write_bytes(content)


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """A private key's file, and the public key."""
    return tmp_path / "key.pem", make_key(tmp_path / "key.pem")


@pytest.fixture
def artefact(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "model")


def test_a_signed_model_is_opened(artefact: Path, key: tuple[Path, str]) -> None:
    file, public = key
    signed(artefact, file)
    assert load(artefact, trust=Trust((public,), required=True)).version == load(artefact).version


def test_any_of_the_keys_will_do(artefact: Path, key: tuple[Path, str], tmp_path: Path) -> None:
    """So that keys can be changed: the new one is trusted before the old one is withdrawn."""
    signed(artefact, key[0])
    other = make_key(tmp_path / "other.pem")
    load(artefact, trust=Trust((other, key[1]), required=True))
    with pytest.raises(ModelError, match="was not made by any of the 1 trusted keys"):
        load(artefact, trust=Trust((other,), required=True))


def test_unsigned_is_refused_where_a_signature_is_required(artefact: Path, key: tuple[Path, str]) -> None:
    load(artefact, trust=ANYONE)
    load(artefact, trust=Trust((key[1],)))
    with pytest.raises(ModelError, match=r"no `manifest.sig`, and only signed models are opened"):
        load(artefact, trust=Trust((key[1],), required=True))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "was not made by any"),
        (b"not base64!", "is not base64"),
        (base64.b64encode(b"short"), "was not made by any"),
        (base64.b64encode(bytes(64)), "was not made by any"),
    ],
)
def test_a_wrong_signature_is_refused_even_where_none_is_required(
    artefact: Path, key: tuple[Path, str], content: bytes, message: str
) -> None:
    (artefact / SIGNATURE_FILE).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        load(artefact, trust=Trust((key[1],)))


def test_one_byte_of_the_manifest_changed_is_refused(artefact: Path, key: tuple[Path, str]) -> None:
    signed(artefact, key[0])
    manifest = json.loads((artefact / MANIFEST_FILE).read_bytes())
    (artefact / MANIFEST_FILE).write_text(json.dumps(manifest | {"seed": 1}, indent=2), "utf-8")
    with pytest.raises(ModelError, match="was not made by any"):
        load(artefact, trust=Trust((key[1],)))


def planted(folder: Path, canary: Path) -> bytes:
    """A pickle that sings when it is opened, as the model of that folder, with a manifest that names it."""
    joblib.dump(Canary(str(canary)), folder / MODEL_FILE)
    content: bytes = (folder / MODEL_FILE).read_bytes()
    return content


def test_a_planted_model_with_a_manifest_of_its_own_is_not_opened(
    artefact: Path, key: tuple[Path, str], tmp_path: Path
) -> None:
    signed(artefact, key[0])
    content = planted(artefact, tmp_path / "canary")
    manifest = json.loads((artefact / MANIFEST_FILE).read_bytes())
    facts = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (artefact / MANIFEST_FILE).write_text(json.dumps(manifest | facts), "utf-8")
    with pytest.raises(ModelError, match="was not made by any"):
        load(artefact, trust=Trust((key[1],), required=True))
    assert not (tmp_path / "canary").exists()


def test_a_model_under_another_name_is_not_opened(artefact: Path, tmp_path: Path) -> None:
    planted(artefact, tmp_path / "canary")
    (artefact / MODEL_FILE).rename(artefact / "model.skops")
    with pytest.raises(ModelError, match=f"`{MODEL_FILE}` cannot be read"):
        load(artefact)
    assert not (tmp_path / "canary").exists()


def test_a_model_swapped_while_it_is_read_is_not_opened(artefact: Path, tmp_path: Path) -> None:
    """The race of ML-1: the file changes all the time; each load gets the true bytes or refuses."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    shutil.copy(artefact / MODEL_FILE, good)
    joblib.dump(Canary(str(tmp_path / "canary")), bad)
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for source in (bad, good):
                shutil.copy(source, artefact / ".next")
                os.replace(artefact / ".next", artefact / MODEL_FILE)
                shutil.copy(source, artefact / MODEL_FILE)  # in place as well, so that halves are seen

    swapping = threading.Thread(target=swap)
    swapping.start()
    opened = refused = 0
    try:
        while opened < 3 or refused < 3:
            try:
                load(artefact)
                opened += 1
            except ModelError:
                refused += 1
    finally:
        done.set()
        swapping.join()
    assert not (tmp_path / "canary").exists()


def test_a_huge_file_is_not_read_whole(artefact: Path) -> None:
    with (artefact / MODEL_FILE).open("ab") as file:
        file.truncate(1 << 40)  # sparse: a terabyte that takes no room
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load(artefact)


@pytest.mark.parametrize("key", ["", "x", base64.b64encode(b"short").decode(), "!" * 44])
def test_a_key_that_is_none_is_named(key: str) -> None:
    with pytest.raises(InputError, match="is no Ed25519 public key"):
        Trust((key,))


def test_a_signature_cannot_be_required_without_a_key() -> None:
    with pytest.raises(InputError, match="there is no public key"):
        Trust(required=True)


def test_the_private_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    with pytest.raises(InputError, match="a key is never overwritten"):
        make_key(tmp_path / "key.pem")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_signing_with_what_is_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(InputError, match="is no Ed25519 private key"):
        sign(b"manifest", tmp_path / "key.pem")
    with pytest.raises(InputError, match="cannot be read: no such file"):
        sign(b"manifest", tmp_path / "gone.pem")


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    pem = X25519PrivateKey.generate().private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    with pytest.raises(InputError, match="is no Ed25519 private key"):
        sign(b"manifest", tmp_path / "key.pem")


def test_the_signature_is_that_of_rfc_8032(tmp_path: Path) -> None:
    """Section 7.1, test 2: secret key, message and signature as printed there."""
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    pem = Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
        s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(pem)
    content, public = sign(b"\x72", tmp_path / "key.pem")
    assert (
        base64.b64decode(public).hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    assert base64.b64decode(content).hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
