"""What `training fit` costs on as many comments as the shipped model learned from: `make bench-fit`.

It runs the command as an editor would, in a process of its own on two processors, and takes time and peak memory.
DATA names real comments. Without it each comment is two of the seed corpus put together, all pairs different: the
same amount of text, but fewer different words than readers write.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.check import seed_rows

COMMENTS = 130_000
MOST_SECONDS, MOST_GIB, PROCESSORS = 600.0, 4.0, 2


def write_pairs(path: Path, comments: int) -> None:
    """That many different comments with their labels, always the same ones."""
    rows = seed_rows()
    draw = random.Random(0)
    seen: set[tuple[int, int]] = set()
    with path.open("w", encoding="utf-8") as file:
        while len(seen) < comments:
            pair = draw.randrange(len(rows)), draw.randrange(len(rows))
            one, other = rows[pair[0]], rows[pair[1]]
            if pair in seen or one["lang"] != other["lang"]:
                continue
            seen.add(pair)
            labels = {label: max(value, other["labels"][label]) for label, value in one["labels"].items()}
            row = {"text": f"{one['text']} {other['text']}", "lang": one["lang"], "labels": labels}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def measure(data: Path, out: Path) -> dict[str, float]:
    """Seconds and GiB that fitting takes on two processors."""
    command = [
        *(sys.executable, "-m", "training.cli", "fit", "--data", str(data), "--out", str(out / "model")),
        *("--rejects", str(out / "rejects.csv"), "--jobs", str(PROCESSORS)),
    ]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])
    begun = time.monotonic()
    subprocess.run(command, check=True)
    seconds = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"seconds": round(seconds, 1), "gib": round(peak * 1_024 / 2**30, 2)}


def main() -> None:
    """Fit, show what it took, and fail where that is too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="labelled comments to fit on instead of made-up ones")
    parser.add_argument("--comments", type=int, default=COMMENTS, help="how many to make up")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = chosen.data or folder / "comments.jsonl"
        if chosen.data is None:
            write_pairs(data, chosen.comments)
        found = measure(data, folder)
    print(json.dumps(found | {"most_seconds": MOST_SECONDS, "most_gib": MOST_GIB, "processors": PROCESSORS}))
    if found["seconds"] > MOST_SECONDS or found["gib"] > MOST_GIB:
        sys.exit("too slow or too large")


if __name__ == "__main__":
    main()
