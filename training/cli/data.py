"""What several commands begin with: the labelled comments that they are given."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from training.corpus import Example

DataOption = Annotated[
    list[Path] | None,
    typer.Option("--data", help="JSONL file, or folder of them; repeatable. Default: the seed corpus."),
]


def held_out_by_digest(example: Example) -> Example:
    """Hold out every eighth row of a corpus that comes without splits, by the digest of its id."""
    eighth = hashlib.sha256(example.id.encode()).digest()[0] % 8 == 0
    return replace(example, split="validation") if eighth else example
