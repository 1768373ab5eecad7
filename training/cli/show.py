"""How the commands of `training` speak: progress on standard error, results as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from training.evaluate import Measure

say = Console(stderr=True, highlight=False)


def print_measures(measures: Sequence[Measure]) -> None:
    """One row for each data set, split, language and label."""
    table = Table("data set", "split", "language", "label", box=None)
    for column in ("rows", "positive", "ROC-AUC", "F1", "ECE"):
        table.add_column(column, justify="right")
    for m in measures:
        auc = "–" if m.roc_auc is None else f"{m.roc_auc:.3f}"
        counts = (f"{m.rows:,}", f"{m.positives:,}")
        table.add_row(m.source, m.split, m.language, m.label, *counts, auc, f"{m.f1:.3f}", f"{m.ece:.3f}")
    Console(width=max(say.width, 110)).print(table)
