"""Labelled comments in: reading, what is known of their sources, and keeping the splits apart."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from moderation.errors import InputError
from moderation.text.normalize import normalize
from moderation.types import Label
from training.example import Example, Split
from training.rows import Unusable, text_of, to_example
from training.tables import SHOWN, Reject, find_files, read_rows

__all__ = [
    "Example",
    "Gathered",
    "SourceFacts",
    "Split",
    "digest",
    "gather",
    "letters_key",
    "read",
    "read_texts",
    "seed_file",
    "sources",
    "split_sentences",
    "without_leaks",
]


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


@dataclass
class Gathered:
    """What files held: examples, and the rows that cannot be used."""

    examples: list[Example] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def sources() -> dict[str, SourceFacts]:
    """The facts of every data set that the project knows, by name."""
    text = (resources.files("training") / "data" / "sources.toml").read_text("utf-8")
    return {name: SourceFacts.model_validate(facts) for name, facts in tomllib.loads(text).items()}


def seed_file() -> Path:
    """The corpus that comes with the project."""
    return Path(str(resources.files("training") / "data" / "seed.jsonl"))


def read(path: Path) -> list[Example]:
    """All examples of one table, or of every table below a folder; docs/training.md says of what form.

    Raises InputError naming file and line for the first row that cannot be used.
    """
    gathered = gather([path])
    if gathered.rejects:
        raise InputError(str(gathered.rejects[0]))
    return gathered.examples


def gather(paths: Iterable[Path], progress: Callable[[int], None] = lambda rows: None) -> Gathered:
    """The same of many files, where rows that cannot be used are set aside with the reason.

    progress : called with the number of rows read since it was last called.
    """
    gathered = Gathered()
    for file in (file for path in paths for file in find_files(path)):
        stem = file.name.partition(".")[0]
        for number, row in enumerate(read_rows(file), 1):
            if isinstance(row, Reject):
                gathered.rejects.append(row)
            else:
                try:
                    gathered.examples.append(to_example(row.fields, f"{stem}-{row.line}"))
                except Unusable as reason:
                    shown = json.dumps(row.fields, ensure_ascii=False, default=str)[:SHOWN]
                    gathered.rejects.append(Reject(str(file), row.line, str(reason), shown))
            if number % 1_000 == 0:
                progress(1_000)
    return gathered


def read_texts(path: Path) -> list[str]:
    """The comments of tables whether or not they are labelled; rows without one are passed over."""
    texts = []
    for file in find_files(path):
        for row in read_rows(file):
            if not isinstance(row, Reject):
                with suppress(Unusable):
                    texts.append(text_of(row.fields))
    return texts


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
