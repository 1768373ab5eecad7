"""Labelled comments in: reading, what is known of their sources, and keeping the splits apart."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.errors import InputError
from moderation.text.normalize import normalize
from moderation.types import Label, Language

Split = Literal["train", "validation", "test"]


class SourceFacts(BaseModel):
    """What `training/data/sources.toml` says of one data set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = "the site's own data"
    licence: str = "the site's own"
    cite: str = ""
    train: bool = True
    weight: float = Field(default=1.0, gt=0)
    intercept: bool = False
    clean: bool = False
    sentences: bool = False


@dataclass(frozen=True)
class Example:
    """One labelled comment. `labels` holds 0 or 1; a label that the source does not state is absent.

    weights : how much the row counts in fitting, by label, where it is not 1.
    assumed : labels to fit on but not to calibrate by: taken for granted or made up, not stated by a reader.
    origin : what the source itself says of the row, for readings such as marked spans.
    """

    id: str
    text: str
    lang: Language
    source: str
    split: Split
    labels: Mapping[Label, int]
    weights: Mapping[Label, float] = field(default_factory=dict)
    assumed: frozenset[Label] = frozenset()
    origin: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folded(self) -> str:
        """The text as the classifier reads it."""
        return normalize(self.text).folded


class _Row(BaseModel):
    id: str
    text: str
    lang: Language
    source: str = "own"
    split: Split = "train"
    labels: dict[Label, Literal[0, 1] | None]
    orig: dict[str, Any] = Field(default_factory=dict)


def sources() -> dict[str, SourceFacts]:
    """The facts of every data set that the project knows, by name."""
    text = (resources.files("training") / "data" / "sources.toml").read_text("utf-8")
    return {name: SourceFacts.model_validate(facts) for name, facts in tomllib.loads(text).items()}


def seed_file() -> Path:
    """The corpus that comes with the project."""
    return Path(str(resources.files("training") / "data" / "seed.jsonl"))


def read(path: Path) -> list[Example]:
    """All examples of a JSONL file, plain or gzip, or of every such file below a folder.

    Raises InputError naming file and line for a row that is not in the form of training/data/README.md.
    """
    files = sorted(file for file in _files(path))
    if not files:
        raise InputError(
            f"`{path}`: no .jsonl or .jsonl.gz file there; name a file or a folder that holds some"
        )
    return [example for file in files for example in _read_file(file)]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        # A file directly in a data folder beside sub-folders is a test list, not a data set.
        deep = [file for file in path.rglob("*.jsonl*") if file.suffix in (".jsonl", ".gz")]
        nested = [file for file in deep if file.parent != path]
        yield from nested or deep


def _read_file(file: Path) -> Iterator[Example]:
    packed = file.suffix == ".gz"
    with gzip.open(file, "rt", encoding="utf-8") if packed else file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = _Row.model_validate_json(line)
            except ValidationError as error:
                fault = error.errors()[0]
                place = ".".join(str(part) for part in fault["loc"]) or "the line"
                raise InputError(f"{file}: line {number}: `{place}`: {fault['msg'].lower()}") from None
            yield Example(
                id=row.id,
                text=row.text,
                lang=row.lang,
                source=row.source,
                split=row.split,
                labels={label: value for label, value in row.labels.items() if value is not None},
                origin=row.orig,
            )


_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_FEWEST_LETTERS = 25


def split_sentences(example: Example) -> Iterator[Example]:
    """Sentences of a toxic comment whose toxic words are marked: with one toxic, without one clean.

    So a source of toxic comments only does not teach that its manner of writing is toxic.
    """
    spans = example.origin.get("spans", [])
    for match in _SENTENCE.finditer(example.text):
        start, end = match.span()
        if len(match[0].strip()) < _FEWEST_LETTERS:
            continue
        toxic = any(left < end and start < right for left, right in spans)
        yield replace(
            example,
            id=f"{example.id}:{start}",
            text=match[0].strip(),
            labels={Label.TOXICITY: int(toxic)},
            weights={Label.TOXICITY: 0.5},
            assumed=frozenset({Label.TOXICITY}),
        )


def letters_key(text: str) -> str:
    """What two texts share that differ only in case, spaces, marks or disguise."""
    return normalize(text).fingerprint


def without_leaks(train: Sequence[Example], held_out: Iterable[Example]) -> list[Example]:
    """Training rows without copies of each other and of anything held out."""
    seen = {letters_key(example.text) for example in held_out}
    kept = []
    for example in train:
        key = letters_key(example.text)
        if key not in seen:
            seen.add(key)
            kept.append(example)
    return kept


def digest(examples: Iterable[Example]) -> str:
    """SHA-256 over texts and labels, independent of order: names exactly the data a model saw."""
    rows = sorted(
        json.dumps([e.id, e.text, {str(k): v for k, v in sorted(e.labels.items())}], ensure_ascii=False)
        for e in examples
    )
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()
