"""A short sketch of a comment from which near copies are known: a word changed, a number counted up, a name put in.

MinHash (A. Broder, "On the resemblance and containment of documents", 1997) over runs of letters: of each of 24 hash
functions the least value. Two sketches agree in as large a share of their values as the texts share runs. Three values
make a band; texts that share half of their runs have a band in common in two cases of three, at two thirds in nineteen of
twenty, so that copies are looked up by band in an index instead of compared with every comment.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderation.text.letters import letters_of
from moderation.text.normalize import Text

VALUES, BANDS = 24, 8
WIDTH = VALUES * 4
"""Hexadecimal digits of a sketch."""

_ROWS = VALUES // BANDS
_RUNS = {"ko": 2, "en": 4}  # letters of a run: a syllable says as much as two Latin letters
_MOST = 4_096  # letters looked at; a comment of more is refused for its length
_PRIME = np.uint64(0x9E37_79B9_7F4A_7C15)
_FACTORS = np.array(
    [pow(0xD134_2543_DE82_EF95, power, 1 << 64) for power in range(1, VALUES + 1)], np.uint64
)[:, None]


def sketch(text: Text) -> str | None:
    """The sketch as hexadecimal digits; None where there are too few letters for one run."""
    letters, size = letters_of(text.folded)[:_MOST], _RUNS[text.language]
    if len(letters) < size:
        return None
    codes = np.frombuffer(letters.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    runs = codes[: len(codes) - size + 1].copy()
    for place in range(1, size):
        runs = runs * _PRIME + codes[place : len(codes) - size + 1 + place]
    runs ^= runs >> np.uint64(29)
    runs *= _PRIME
    runs ^= runs >> np.uint64(32)
    least = ((runs[None, :] * _FACTORS) >> np.uint64(24)).min(axis=1)
    return bytes(least.astype(">u2").tobytes()).hex()


def bands(sketched: str) -> tuple[int, ...]:
    """What near copies have in common with the sketch, one number of 52 bits for each band."""
    width = WIDTH // BANDS
    return tuple(
        band << 4 * width | int(sketched[band * width : (band + 1) * width], 16) for band in range(BANDS)
    )


def similarity(one: str, other: str) -> float:
    """The share of their runs that two texts have in common, give or take a tenth.

    >>> similarity("0001" * 24, "0001" * 12 + "0002" * 12)
    0.5
    """
    return float((_values(one) == _values(other)).mean())


def _values(sketched: str) -> NDArray[np.uint16]:
    return np.frombuffer(bytes.fromhex(sketched), ">u2").astype(np.uint16)
