"""A model on disk: a manifest is checked against the bytes before joblib sees them.

A joblib file can run code when it is opened, so nothing is opened that was not named, by hash, in a manifest
next to it, and no manifest is believed that does not bear the signature asked for. The bytes are read once,
hashed, and those same bytes are loaded: a file swapped in between does not matter.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from datetime import datetime
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import joblib
from pydantic import BaseModel, ConfigDict, ValidationError

from moderation.errors import ModelError
from moderation.model.classifier import Classifier, Fitted
from moderation.model.signature import ANYONE, SIGNATURE_FILE, Trust
from moderation.text.normalize import NORMALISER_VERSION
from moderation.types import Label, Language

MODEL_FILE, MANIFEST_FILE = "model.joblib", "manifest.json"

FORMAT = 2
"""Goes up when the shape of the artefact changes so that older code could not read it right."""


class Source(BaseModel):
    """One data set that the model learned from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    licence: str
    rows: int
    digest: str


class Manifest(BaseModel):
    """What an artefact is, so that it can be refused before it is opened.

    vouched : for each label the languages in which enough real comments, not used in fitting, showed that it is
        told well; elsewhere its scores are hints. A label or language that is not named is not vouched for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    version: str
    sha256: str
    size: int
    libraries: dict[str, str]
    normaliser: str
    labels: list[str]
    recipe: dict[str, Any]
    seed: int
    sources: list[Source]
    metrics: dict[str, Any]
    vouched: dict[str, list[Language]] = {}
    created: datetime


_in_use: WeakValueDictionary[str, Classifier] = WeakValueDictionary()


def libraries() -> dict[str, str]:
    """The versions that must be the same where a model is fitted and where it is loaded."""
    return {"scikit-learn": metadata.version("scikit-learn")}


def load_shipped() -> Classifier:
    """The model that comes with the package: one in a process, as long as anybody uses it."""
    classifier = _in_use.get("shipped")
    if classifier is None:
        classifier = _in_use["shipped"] = load(resources.files("moderation.model") / "shipped")
    return classifier


def load(
    folder: Path | Traversable,
    *,
    reading: Callable[[Path], object] = lambda path: None,
    trust: Trust = ANYONE,
) -> Classifier:
    """Verify and load the artefact in `folder`. Raises ModelError for anything that does not match.

    reading : told of each file just before it is looked at, for whoever watches them.
    trust : whose signature the manifest must bear.
    """
    if isinstance(folder, Path):
        for name in (MANIFEST_FILE, SIGNATURE_FILE, MODEL_FILE):
            reading(folder / name)
    stated = _manifest_bytes(folder)
    trust.check(folder, stated, _signature_bytes(folder))
    manifest = _parsed(stated, folder)
    if manifest.format != FORMAT:
        raise ModelError(
            f"{folder}: artefact format {manifest.format} is not {FORMAT}, which this version reads; "
            "fit the model again with `training fit`"
        )
    for library, version in libraries().items():
        if manifest.libraries.get(library) != version:
            raise ModelError(
                f"{folder}: fitted with {library} {manifest.libraries.get(library)}, but {version} is installed; "
                "install that version or fit the model again with `training fit`"
            )
    if manifest.normaliser != NORMALISER_VERSION:
        raise ModelError(
            f"{folder}: fitted on text folding {manifest.normaliser}, but this is {NORMALISER_VERSION}; "
            "fit the model again with `training fit`"
        )
    try:
        with (folder / MODEL_FILE).open("rb") as file:
            content = file.read(manifest.size + 1)  # no more than that: a huge file must not fill the memory
    except OSError as error:
        raise ModelError(f"{folder}: `{MODEL_FILE}` cannot be read: {error.strerror}") from None
    if len(content) != manifest.size or hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise ModelError(
            f"{folder}: `{MODEL_FILE}` is not the file that `{MANIFEST_FILE}` names (SHA-256 differs); "
            "it was not opened; restore the artefact or fit the model again"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a version warning of scikit-learn is a refusal
        try:
            fitted = joblib.load(io.BytesIO(content))
        except Warning as warning:
            raise ModelError(f"{folder}: refused: {warning}") from None
        except Exception as error:  # made by other code than this, whatever the manifest says
            raise ModelError(f"{folder}: `{MODEL_FILE}` cannot be opened: {type(error).__name__}") from error
    if not isinstance(fitted, Fitted) or list(fitted.linear) != manifest.labels:
        raise ModelError(f"{folder}: `{MODEL_FILE}` does not hold the labels that the manifest names")
    vouched = {Label(name): manifest.vouched.get(name, []) for name in manifest.labels}
    return Classifier(fitted, manifest.version, vouched)


def read_manifest(folder: Path | Traversable) -> Manifest:
    """The manifest alone, validated. Raises ModelError."""
    return _parsed(_manifest_bytes(folder), folder)


def _manifest_bytes(folder: Path | Traversable) -> bytes:
    try:
        return (folder / MANIFEST_FILE).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder}: `{MANIFEST_FILE}` cannot be read: {error.strerror}") from None


def _signature_bytes(folder: Path | Traversable) -> bytes | None:
    try:
        return (folder / SIGNATURE_FILE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(f"{folder}: `{SIGNATURE_FILE}` cannot be read: {error.strerror}") from None


def _parsed(content: bytes, folder: Path | Traversable) -> Manifest:
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise ModelError(f"{folder}/{MANIFEST_FILE}: `{place}`: {fault['msg'].lower()}") from None


def save(fitted: Fitted, folder: Path, **facts: Any) -> Manifest:
    """Write model and manifest to `folder`. A reader sees the old pair or the new one, never half of either.

    facts : the remaining fields of the Manifest (seed, recipe, sources, metrics, created). The version is
        the day of `created` and the first 8 hex digits of the model's SHA-256.
    """
    buffer = io.BytesIO()
    joblib.dump(fitted, buffer, compress=("lzma", 6))
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    manifest = Manifest(
        format=FORMAT,
        version=f"{facts['created']:%Y%m%d}-{digest[:8]}",
        sha256=digest,
        size=len(content),
        libraries=libraries(),
        normaliser=NORMALISER_VERSION,
        labels=list(fitted.linear),
        **facts,
    )
    folder.mkdir(parents=True, exist_ok=True)
    # The model first: a manifest that does not yet match refuses, one that never comes changes nothing.
    _replace(folder / MODEL_FILE, content)
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
    _replace(folder / MANIFEST_FILE, text.encode())
    return manifest


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o644)
    os.replace(name, path)
