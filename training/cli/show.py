"""How the commands of `training` speak: progress on standard error, results as tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from training.evaluate import Measure

say = Console(stderr=True, highlight=False)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Call what is given with the name of each step; the last one spins with its time until the next.

    Where standard error is no terminal, each step is a line. What is written is written in the last step.
    """
    try:
        if say.is_terminal:
            with _spinning() as step:
                yield step
        else:
            yield lambda step: say.print(f"· {step}", markup=False)
    except KeyboardInterrupt:
        say.print("stopped; nothing was written")
        raise


@contextmanager
def _spinning() -> Iterator[Callable[[str], None]]:
    running: list[tuple[str, float]] = []

    def done() -> None:
        if running:
            name, since = running[-1]
            say.print(f"[green]✓[/] {escape(name)} [dim]{time.monotonic() - since:.0f} s[/]")

    def step(name: str) -> None:
        done()
        running.append((name, time.monotonic()))
        status.update(f"{escape(name)} …")

    with say.status("") as status:
        yield step
        done()


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
