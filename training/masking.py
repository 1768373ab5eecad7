"""Personal data out of comments before anything is learned from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from moderation.masking import EMAIL, HANDLE, mask
from training.example import Example

__all__ = ["EMAIL", "HANDLE", "mask", "mask_all"]


def mask_all(examples: Iterable[Example]) -> list[Example]:
    """Every example with its personal data masked. Spans of the source do not hold any more where one had any."""
    return [
        example if (text := mask(example.text)) == example.text else replace(example, text=text)
        for example in examples
    ]
