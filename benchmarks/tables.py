"""Markdown tables that line up on a terminal too."""

from __future__ import annotations

from collections.abc import Sequence


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A Markdown table, padded; all but the first `left` columns are aligned to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if index < left else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if index < left else "-" * (width - 1) + ":" for index, width in enumerate(widths)]
    return "\n".join([line(headings), line(rule), *map(line, rows)])


def share(value: float | None, digits: int = 1) -> str:
    """Per cent, or a dash where there is nothing to take a share of."""
    return "–" if value is None else f"{value * 100:.{digits}f} %"
