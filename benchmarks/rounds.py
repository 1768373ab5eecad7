"""Interleaved rounds: on a shared machine only ratios within one round mean much."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import TypeVar

from rich.console import Console
from rich.table import Table

Rounds = dict[str, list[float]]
"""By subject: microseconds of the median item, one for each round."""

out = Console(highlight=False, width=110)  # the same table in a log as on a terminal


T = TypeVar("T")


def median_each(call: Callable[[T], object], items: Sequence[T], size: int = 1) -> float:
    """The median time of a call over the items, in microseconds for each of `size` things that it handles."""
    times = []
    gc.collect()
    gc.disable()
    try:
        for item in items:
            start = time.perf_counter_ns()
            call(item)
            times.append(time.perf_counter_ns() - start)
    finally:
        gc.enable()
    return statistics.median(times) / 1000 / size


def interleave(subjects: Mapping[str, Callable[[], float]], rounds: int) -> Rounds:
    """Measure every subject once a round, after one round that warms caches up and does not count."""
    measured: Rounds = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, measure in subjects.items():
            value = measure()
            if number:
                measured[name].append(value)
    return measured


def ratios(measured: Rounds, subject: str, reference: str) -> list[float]:
    """Subject to reference, round by round."""
    return [a / b for a, b in zip(measured[subject], measured[reference], strict=True)]


def show(title: str, measured: Rounds, reference: str | None = None) -> None:
    """A row for each subject: median, range over the rounds and, beside a reference, the ratios to it."""
    out.print(title, style="bold")
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for heading in ("µs", "range", f"ratio to {reference}", "range") if reference else ("µs", "range"):
        table.add_column(heading, justify="right")
    for name, values in measured.items():
        row = [name, f"{statistics.median(values):,.1f}", _range(values, 1)]
        if reference:
            against = ratios(measured, name, reference)
            row += [f"{statistics.median(against):.3f}", _range(against, 3)]
        table.add_row(*row)
    out.print(table, "")


def _range(values: Sequence[float], digits: int) -> str:
    return f"{min(values):,.{digits}f} to {max(values):,.{digits}f}"


def show_machine(rounds: int) -> None:
    """What it ran on, since the absolute numbers mean nothing elsewhere."""
    libraries = ("scikit-learn", "numpy", "starlette")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in libraries)
    machine = f"{os.cpu_count()} processors, {platform.machine()}"
    out.print(f"Python {platform.python_version()}, {versions}; {machine}")
    out.print(f"{rounds} interleaved rounds after one to warm up; medians\n")
