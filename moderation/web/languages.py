"""Which language a reader is answered in."""

from __future__ import annotations

from moderation.types import Language

_LONGEST = 500  # no browser sends more; the rest of a longer header is not looked at


def preferred(accept_language: str, otherwise: Language) -> Language:
    """The site's language that `Accept-Language` (RFC 9110, section 12.5.4) weighs most, else `otherwise`.

    >>> preferred("fr, en-GB;q=0.8, ko;q=0.9", "en")
    'ko'
    """
    best: Language = otherwise
    best_weight = 0.0
    for item in accept_language[:_LONGEST].split(","):
        tag, _, parameters = item.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        if primary not in ("ko", "en"):
            continue
        weight = _weight(parameters)
        if weight > best_weight:
            best, best_weight = ("ko" if primary == "ko" else "en"), weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
