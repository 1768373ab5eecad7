"""The list of rows that could not be used, for whoever made the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from training.staging import write_whole
from training.tables import Reject

COLUMNS = ("file", "line", "reason", "row")


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """A CSV that Excel opens as it stands: file, line, reason and the beginning of each row."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for reject in rejects:
        writer.writerow([reject.file, reject.line, reject.reason, inert(reject.row)])
    write_whole(path, "\ufeff" + table.getvalue().encode("utf-8", "replace").decode())


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell
