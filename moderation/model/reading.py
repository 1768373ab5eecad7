"""Folded comments as hashed n-grams: one recipe, used to fit and to serve.

A comment is read five ways at once: characters within words, Hangul letters (jamo) within words, words, words in the
scope of another (scopes.py), and pairs of words. All comments of a batch lie in one row of characters, so that a
handful of array operations hashes every n-gram of every order of all of them. An n-gram c[0..k] hashes to the sum of
mixed(c[i]) * base**i mod 2**64 (Zobrist 1970, "A new hashing method with application for game playing", the keys of a
place being powers as in Karp and Rabin 1987, "Efficient randomized pattern-matching algorithms"); a word in a scope,
to its BLAKE2 digest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from moderation.model.scopes import scoped

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

CHAR_ORDERS = range(1, 6)
JAMO_ORDERS = range(3, 8)

# Odd constants with well-mixed bits: 2**64 divided by the golden ratio, and multipliers of the finalisers of
# MurmurHash3, SplitMix64 and xxHash (Appleby 2011; Steele, Lea and Flood 2014; Collet 2012).
_BASE = 0x9E3779B97F4A7C15
_SPREAD = np.uint64(0xFF51AFD7ED558CCD)
_WORD = np.uint64(0xBF58476D1CE4E5B9)
_LETTER = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)
_POWERS = np.cumprod(np.full(1024, _BASE, np.uint64))

_LONGEST = max(CHAR_ORDERS[-1], JAMO_ORDERS[-1])
_FIRST_POWERS = _POWERS[:_LONGEST, None]
_ORDERS = np.arange(1, _LONGEST + 1)[:, None]
_CHAR_ROWS = slice(CHAR_ORDERS[0] - 1, CHAR_ORDERS[-1])
_JAMO_ROWS = slice(JAMO_ORDERS[0] - 1, JAMO_ORDERS[-1])
_TAIL = "\0" * (_LONGEST - 1)  # room for the n-grams that do not fit
_DIGIT = re.compile("[1-9]")  # all read as 0, so that no number is learned


class Reading:
    """The n-grams of a batch of folded comments, repeats included.

    hashes : (n_ngrams,) uint64: characters by order, letters by order, words, words in a scope, pairs
        of words.
    words : (n_comments,) how many words each comment has.
    """

    hashes: Hashes
    words: Places

    def __init__(self, folded: Sequence[str]) -> None:
        comments = [_DIGIT.sub("0", text).split() for text in folded]
        self._words = comments[0] if len(comments) == 1 else [word for words in comments for word in words]
        self.words = np.array([len(words) for words in comments], np.int64)
        self._scoped, names = _scopes(comments)
        self._named = np.array([_hash(name) for name in names], np.uint64)
        self.hashes = self._read() if self._words else np.empty(0, np.uint64)

    def _read(self) -> Hashes:
        # Neighbours share the space between them, so that n-grams know a word's edges. An n-gram that starts
        # with a space belongs to the word after it.
        chars = " " + " ".join(self._words) + " "
        letters = ""
        if not chars.isascii():
            words = [word for word in self._words if not word.isascii()]
            letters = unicodedata.normalize("NFD", " " + " ".join(words) + " ")
        layout = chars + letters + _TAIL
        codes = np.frombuffer(layout.encode("utf-32-le", "surrogatepass"), np.uint32)
        edges = (codes == 32).nonzero()[0]
        starts = edges[:-1]
        self._sizes = sizes = edges[1:] - starts
        self._gap = gap = len(chars) - 1
        last = len(layout) - len(_TAIL) - 1
        places = np.arange(last) - starts.repeat(sizes)
        longest = (sizes + 1).repeat(sizes) - places  # the highest order that fits into the word from here

        mixed = codes * _SPREAD
        mixed ^= mixed >> _SHIFT
        mixed[gap + 1 :] ^= _LETTER
        # Row k holds, for each place, the hash of the k + 1 characters from there on.
        grid = np.ndarray((_LONGEST, last), np.uint64, mixed, 0, (8, 8)) * _FIRST_POWERS
        np.add.accumulate(grid, axis=0, out=grid)
        heads = starts[: len(self._words)]
        self._inside = inside = _ORDERS[_CHAR_ROWS] <= longest[:gap]
        inside[0, heads] = False  # a space alone says nothing
        self._inside_letters = _ORDERS[_JAMO_ROWS] <= longest[gap + 1 :]
        single = np.add.reduceat(mixed[:gap] * _POWERS.take(places[:gap], mode="wrap"), heads) * _WORD
        pairs = single[:-1] * _SPREAD + single[1:]
        return np.concatenate(
            [
                grid[_CHAR_ROWS, :gap][inside],
                grid[_JAMO_ROWS, gap + 1 :][self._inside_letters],
                single,
                self._named,
                pairs if len(self.words) == 1 else pairs[self._paired],
            ]
        )

    @property
    def pairs(self) -> int:
        """How many of the n-grams, the last, are pairs of words."""
        return int(np.maximum(self.words - 1, 0).sum())

    @property
    def comment_of_word(self) -> Places:
        """For every word of the batch, the number of its comment."""
        return np.arange(len(self.words)).repeat(self.words)

    @cached_property
    def word_of(self) -> tuple[Places, Places]:
        """For every n-gram, the first and the last word of the batch that it lies in."""
        if not len(self.hashes):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        words = np.arange(len(self._words))
        chars = words.repeat(self._sizes[: len(words)])
        letters = self._lettered.repeat(self._sizes[len(words) + 1 :])
        within = [
            chars[self._inside.nonzero()[1]],
            letters[self._inside_letters.nonzero()[1]],
            words,
            self._scoped,
        ]
        return np.concatenate([*within, self._paired]), np.concatenate([*within, self._paired + 1])

    @property
    def comment_of(self) -> Places:
        """For every n-gram, the number of its comment."""
        comments: Places = self.comment_of_word[self.word_of[0]]
        return comments

    @property
    def _paired(self) -> Places:
        """The words that have a next one in the same comment."""
        comments = self.comment_of_word
        paired: Places = (comments[1:] == comments[:-1]).nonzero()[0]
        return paired

    @property
    def _lettered(self) -> Places:
        """The words that are read by letters too."""
        return np.array([n for n, word in enumerate(self._words) if not word.isascii()], np.int64)

    def stretches(self, spans: Sequence[tuple[int, int]]) -> tuple[Places, Places]:
        """For every n-gram the stretch of text it covers, outer space left out. spans: where the words are."""
        if not len(self.hashes):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        begins, ends = [], []
        for inside, orders, words, letters in (
            (self._inside, CHAR_ORDERS, range(len(spans)), False),
            (self._inside_letters, JAMO_ORDERS, self._lettered.tolist(), True),
        ):
            first, last = self._origins(spans, words, letters)
            rows, places = inside.nonzero()
            begins.append(first[places])
            ends.append(last[places + rows + orders[0] - 1])
        word_starts, word_ends = np.array(spans, np.int64).T
        begins += [word_starts, word_starts[self._scoped], word_starts[self._paired]]
        ends += [word_ends, word_ends[self._scoped], word_ends[self._paired + 1]]
        return np.concatenate(begins), np.concatenate(ends)

    def _origins(
        self, spans: Sequence[tuple[int, int]], words: Sequence[int], letters: bool
    ) -> tuple[Places, Places]:
        """Where an n-gram begins in the text that starts at a place of the layout, and ends that stops there."""
        first, last, closed = [], [], 0
        for number in words:
            start, end = spans[number]
            first.append(start)  # the space before the word, which may also close the word before
            last.append(closed)
            for place, char in enumerate(self._words[number], start):
                size = len(unicodedata.normalize("NFD", char)) if letters else 1
                first += [place] * size
                last += [place + 1] * size
            closed = end
        return np.array([*first, closed], np.int64), np.array([*last, closed], np.int64)


def _scopes(comments: Sequence[Sequence[str]]) -> tuple[Places, list[str]]:
    """The words of a batch that lie in a scope, by number, and their names there."""
    numbers, names, before = [], [], 0
    for words in comments:
        for number, name in scoped(words):
            numbers.append(before + number)
            names.append(name)
        before += len(words)
    return np.array(numbers, np.int64), names


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def chunks(texts: Sequence[str], room: int = 8192) -> Iterator[slice]:
    """Slices of about `room` characters, so that what is computed of each stays in the processor's cache."""
    begin, size = 0, 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= room:
            yield slice(begin, number + 1)
            begin, size = number + 1, 0
    if begin < len(texts):
        yield slice(begin, len(texts))
