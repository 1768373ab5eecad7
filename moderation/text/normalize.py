"""normalize(body) -> Text: the comment as it can be compared, with a map back to what its author wrote."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from moderation.text import graphemes, hangul
from moderation.text.clear import clear
from moderation.text.confusables import unmask
from moderation.text.hints import Hint, hints
from moderation.text.markup import MOST_NESTED, defuse, has_markup, read_markup
from moderation.text.rewriting import Rewritten
from moderation.text.views import View, views
from moderation.types import Language, Span

NORMALISER_VERSION = "2"
"""Goes up with every change that can alter the folded text of any comment."""

# Text of these characters alone folds to its own lower case, one to one: the way of nearly every comment.
# ㅋ, ㅎ, ㅠ and ㅜ are in because laughter and tears stay loose letters, unless one consonant meets one vowel.
_PLAIN = re.compile(r"[\n -~가-힣ㅋㅎㅠㅜ]*")
_LOOSE_PAIR = re.compile(r"[가-힣ㅋㅎ][ㅠㅜ]")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅣ]+")
_LATIN = re.compile(r"[a-z]+")
_LETTERS = re.compile(r"[^\W_]+")

_RLO, _PDF = "\u202e", "\u202c"
_BLANKS = frozenset("\u3164\uffa0\u115f\u1160\u2800")  # fillers: letters or symbols that print nothing


@dataclass(eq=False)  # not frozen: setting what is frozen takes as long as folding
class Text:
    """A comment prepared once for all checks.

    body : as it was posted.
    folded : comparable text: compatibility forms resolved (NFKC), lower case, nothing invisible, no
        combining marks, loose Hangul letters composed, look-alike letters written as Latin.
    starts, ends : for each character of `folded`, the stretch of `body` that it stands for.
    graphemes : length as a reader counts it.
    spared : stretches of `folded` that one check found to be innocent, for later ones to leave out: a classifier
        that reads letters would hear the insult within the year 병신년, or in "not an idiot".
    """

    body: str
    folded: str
    starts: Sequence[int]
    ends: Sequence[int]
    graphemes: int
    language: Language
    spared: list[tuple[int, int]] = field(default_factory=list)
    _clear: tuple[str, Rewritten | None] | None = field(default=None, repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether the body is ordinary letters, digits and signs alone, each of which folds to its own lower case."""
        return isinstance(self.starts, range)

    def span(self, start: int, end: int) -> Span:
        """The stretch of the body behind `folded[start:end]`."""
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else len(self.body)
            return Span(place, place)
        return Span(min(self.starts[start:end]), max(self.ends[start:end]))

    @cached_property
    def views(self) -> list[View]:
        """Readings of the folded text in which disguised words stand in the clear."""
        return views(self.folded) if Hint.DISGUISE in self.hints else [View("letters", self.folded)]

    @cached_property
    def hints(self) -> Collection[int]:
        """What the folded text may hold: each a `Hint`."""
        return hints(self.folded)

    @property
    def judged(self) -> str:
        """The folded text with blanks in place of what was spared; as long as it."""
        if not self.spared:
            return self.folded
        chars = list(self.folded)
        for start, end in self.spared:
            chars[start:end] = " " * (end - start)
        return "".join(chars)

    @property
    def clear(self) -> Rewritten | None:
        """The judged text with disguised words rewritten in the clear; None where there are none."""
        if not self.spared:
            return self.folded_clear
        judged = self.judged
        if self._clear is None or self._clear[0] != judged:
            self._clear = judged, clear(judged) if Hint.LEET in self.hints else None
        return self._clear[1]

    @cached_property
    def folded_clear(self) -> Rewritten | None:
        """The same of all that is folded, spared or not."""
        return clear(self.folded) if Hint.LEET in self.hints else None

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits over the letters and digits of the folded text: equal for copies of a comment."""
        letters = "".join(_LETTERS.findall(self.folded))
        return hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).hexdigest()


def normalize(body: str) -> Text:
    """Fold a comment. Linear in its length; never raises; folding folded text changes nothing."""
    if _PLAIN.fullmatch(body) and not _has_loose_pair(body) and not has_markup(body):
        folded, starts, ends = body.lower(), range(len(body)), range(1, len(body) + 1)
        return Text(body, folded, starts, ends, len(body.strip()), _language(folded))
    chars, begins, finishes = _fold(body)
    joined, first, last = hangul.compose(chars, begins, finishes)
    folded = unmask("".join(joined))
    if has_markup(folded):
        folded, first, last = _without_markup(folded, first, last)
    return Text(body, folded, first, last, graphemes.count(body), _language(folded))


def _has_loose_pair(body: str) -> bool:
    return ("ㅠ" in body or "ㅜ" in body) and _LOOSE_PAIR.search(body) is not None


def _without_markup(folded: str, starts: list[int], ends: list[int]) -> tuple[str, list[int], list[int]]:
    """Entities read as what they stand for, and a mark where a tag stood; whatever that makes is not read again."""
    for _ in range(MOST_NESTED):
        chars, begins, finishes = read_markup(folded, starts, ends, _FOLDED)
        joined, starts, ends = hangul.compose(chars, begins, finishes)
        folded = unmask("".join(joined))
        if not has_markup(folded):
            return folded, starts, ends
    return defuse(folded), starts, ends


def _fold(body: str) -> tuple[list[str], list[int], list[int]]:
    """Fold character by character, dropping what prints nothing."""
    order = _reading_order(body) if _RLO in body else range(len(body))
    chars = [char for place in order for char in _FOLDED[body[place]]]
    starts = [place for place in order for _ in _FOLDED[body[place]]]
    return chars, starts, [place + 1 for place in starts]


def _reading_order(body: str) -> list[int]:
    """Positions in the order in which they are shown where RIGHT-TO-LEFT OVERRIDE turns Latin text round."""
    order: list[int] = []
    place = 0
    while place < len(body):
        if body[place] != _RLO:
            order.append(place)
            place += 1
            continue
        end = body.find(_PDF, place)
        end = len(body) if end < 0 else end
        order.extend(range(end - 1, place, -1))
        place = end
    return order


class _FoldTable(dict[str, str]):
    """What each character folds to, worked out when it is first met. Bounded by the size of Unicode."""

    def __missing__(self, char: str) -> str:
        folded = _fold_char(char)
        self[char] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in _BLANKS:
        return ""
    if char in hangul.CONJOINING:
        return hangul.CONJOINING[char]
    if char in "ㆍᆞ":  # the old vowel arae-a, today only ever a dot
        return "·"
    if "가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ" or char == "\n":
        return char
    code = ord(char)
    if 0x1F1E6 <= code <= 0x1F1FF:  # regional indicators
        return chr(code - 0x1F1E6 + ord("a"))
    for first in (0x1F150, 0x1F170):  # negative circled and squared letters, which NFKC leaves alone
        if first <= code < first + 26:
            return chr(code - first + ord("a"))
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc", "Cs"):
        return " " if char in "\t\v\f\u0085" else ""
    if char.isspace():
        return "\n" if char in "\u2028\u2029" else " "
    parts = unicodedata.normalize("NFKD", char)
    if parts == char:
        lower = char.lower()
        return lower if len(lower) == 1 else _refold(lower)
    return _refold(_loose_jamo(char) or parts)


def _loose_jamo(char: str) -> str:
    """Halfwidth letters as compatibility jamo: full NFKD would make every consonant a leading one."""
    kind, _, target = unicodedata.decomposition(char).partition(" ")
    return chr(int(target, 16)) if kind == "<narrow>" and "3131" <= target <= "3163" else ""


def _refold(parts: str) -> str:
    """Fold what a character decomposed into, and compose the Hangul that came apart with it."""
    pieces = [piece for part in parts for piece in _FOLDED[part]]
    if any("ㄱ" <= piece <= "ㅣ" for piece in pieces):
        places = list(range(len(pieces)))
        pieces, _, _ = hangul.compose(pieces, places, places)
    return "".join(pieces)


_FOLDED = _FoldTable()


def _language(folded: str) -> Language:
    """Korean when its script carries the comment: a syllable says about as much as three Latin letters."""
    if folded.isascii() or not _HANGUL.search(folded):
        return "en"
    if not _LATIN.search(folded):
        return "ko"
    hangul_letters = sum(map(len, _HANGUL.findall(folded)))
    return "ko" if hangul_letters * 3 >= sum(map(len, _LATIN.findall(folded))) else "en"
