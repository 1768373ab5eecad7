"""Which language a text is in, as far as its script tells: Korean and English are ours, others are named or not."""

from __future__ import annotations

from collections import Counter

import regex

from moderation.types import Language

_LETTERS = regex.compile(r"(?V1)[\p{L}--[\p{Latin}\p{Hangul}]]")
_OURS = regex.compile(r"[\p{Latin}\p{Hangul}]")
# A tag (BCP 47) where the script is of one language in practice, or of one far before all others.
_TAGS = {
    "ja": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "zh": regex.compile(r"\p{Han}"),
    "ru": regex.compile(r"\p{Cyrillic}"),
    "ar": regex.compile(r"\p{Arabic}"),
    "hi": regex.compile(r"\p{Devanagari}"),
    "th": regex.compile(r"\p{Thai}"),
    "el": regex.compile(r"\p{Greek}"),
    "he": regex.compile(r"\p{Hebrew}"),
}
UNKNOWN = "und"


def spoken(folded: str, language: Language) -> str | None:
    """The language of a text: ours, a tag for another script, or None where there are no letters.

    language : which of ours it is, where it is one of them (`Text.language`). Languages in Latin letters cannot
        be told from English by their script.

    >>> spoken("привет", "en"), spoken("^^ 123", "en"), spoken("hello привет", "en")
    ('ru', None, 'ru')
    """
    if language == "ko" or (folded.isascii() and any(char.isalpha() for char in folded)):
        return language
    ours, others = len(_OURS.findall(folded)), len(_LETTERS.findall(folded))
    if not ours and not others:
        return None
    if ours >= others:
        return language
    counts = Counter({tag: len(pattern.findall(folded)) for tag, pattern in _TAGS.items()})
    counts["ja"] += counts["zh"] if counts["ja"] else 0  # Japanese is written in both
    tag, count = counts.most_common(1)[0]
    return tag if count else UNKNOWN
