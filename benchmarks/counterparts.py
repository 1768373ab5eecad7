"""What the evasion vectors are put to beside the check: two plain word lists and three libraries."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rounds import median_each

WORDS = (
    "시발 씨발 병신 개새끼 지랄 등신 멍청이 쓰레기 미친놈 꺼져 닥쳐 "
    "fuck shit bitch asshole bastard cunt idiot moron retard stupid"
).split()
"""The 21 words that one would write down first."""

PEERS_SCRIPT = Path(__file__).with_name("peers.py")
PEER_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Verdicts of one that only says yes or no, and microseconds a comment; `failed` says why there are none."""

    name: str
    verdicts: tuple[bool, ...] = ()
    microseconds: float | None = None
    failed: str = ""


def listed(text: str) -> bool:
    """Whether the text, in lower case, holds one of the words."""
    lower = text.lower()
    return any(word in lower for word in WORDS)


def listed_among_letters(text: str) -> bool:
    """The same after NFKC, without invisible characters and anything that is no letter."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return listed("".join(filter(str.isalpha, unicodedata.normalize("NFKC", visible))))


PLAIN: dict[str, Callable[[str], bool]] = {
    "plain list, 21 words": listed,
    "the same, letters only": listed_among_letters,
}


def ask_plain(texts: Sequence[str], timed: Sequence[str]) -> list[Counterpart]:
    """The plain lists."""
    return [
        Counterpart(name, tuple(map(flags, texts)), median_each(flags, timed))
        for name, flags in PLAIN.items()
    ]


def ask_peers(python: Path | None, texts: Sequence[str], timed: Sequence[str]) -> list[Counterpart]:
    """The libraries installed for that Python, in a process of their own."""
    if python is None or not python.exists():
        return [Counterpart("other libraries", failed="not installed; `make evasion` installs them")]
    done = subprocess.run(
        [python, "-I", PEERS_SCRIPT],
        input=json.dumps({"texts": list(texts), "timed": list(timed)}),
        capture_output=True,
        text=True,
        timeout=PEER_SECONDS,
        check=False,
    )
    if done.returncode:
        return [Counterpart("other libraries", failed=done.stderr.strip().splitlines()[-1])]
    return [_counterpart(name, answer) for name, answer in json.loads(done.stdout).items()]


def _counterpart(name: str, answer: dict[str, Any]) -> Counterpart:
    if "failed" in answer:
        return Counterpart(name, failed=answer["failed"])
    return Counterpart(f"{name} {answer['version']}", tuple(answer["verdicts"]), answer["microseconds"])
