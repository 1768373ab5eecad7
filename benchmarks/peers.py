"""Asks other libraries about texts, in a process and an environment of their own: see `counterparts.py`.

Reads `{"texts": [...], "timed": [...]}` from standard input and writes, for each library, its version, its
verdicts on the texts and what one of the timed texts cost, or why it could not be asked. Nothing of this
project is imported, and nothing of theirs by this project.
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from typing import Any


def alt_profanity_check() -> Callable[[str], bool]:
    """Its own threshold, one text at a time."""
    module = import_module("profanity_check")
    return lambda text: bool(module.predict([text])[0])


def better_profanity() -> Callable[[str], bool]:
    """Its own list."""
    profanity = import_module("better_profanity").profanity
    profanity.load_censor_words()
    return lambda text: bool(profanity.contains_profanity(text))


def korcen() -> Callable[[str], bool]:
    """Every level of it, those of other languages too."""
    module = import_module("korcen").korcen
    return lambda text: bool(module.check(text, foreign=True))


PEERS: dict[str, Callable[[], Callable[[str], bool]]] = {
    "alt-profanity-check": alt_profanity_check,
    "better-profanity": better_profanity,
    "korcen": korcen,
}


def ask(load: Callable[[], Callable[[str], bool]], texts: list[str], timed: list[str]) -> dict[str, Any]:
    """Verdicts, and microseconds of the median text once everything is warm."""
    flags = load()
    verdicts = [flags(text) for text in texts]
    times = []
    for text in timed:
        start = time.perf_counter_ns()
        flags(text)
        times.append(time.perf_counter_ns() - start)
    return {"verdicts": verdicts, "microseconds": statistics.median(times) / 1000}


def main() -> None:
    """Answer."""
    asked = json.load(sys.stdin)
    answers: dict[str, dict[str, Any]] = {}
    for name, load in PEERS.items():
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # one of them greets
                answers[name] = {"version": metadata.version(name), **ask(load, **asked)}
        except Exception as error:
            answers[name] = {"failed": f"{type(error).__name__}: {error}"}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
