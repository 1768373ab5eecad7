"""One labelled comment, as everything in `training` passes it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from moderation.text.normalize import normalize
from moderation.types import Label, Language

Split = Literal["train", "validation", "test"]


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
