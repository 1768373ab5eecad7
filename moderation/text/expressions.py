r"""Patterns that editors write, over folded text, by RE2: linear in the text whatever the pattern is (RX-1).

Folded text is lower case and knows no disguise; capitals in a pattern are read as small letters. What RE2 takes is in
github.com/google/re2/wiki/Syntax. It has neither lookaround nor back references; two of its classes are refused here,
because they silently fail Korean: `\b` (a particle attaches to its word, so no boundary stands between them) and `\w`
(to RE2 no letter outside ASCII).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Literal

import re2

from moderation.text.hints import Hint
from moderation.text.normalize import Text
from moderation.text.rewriting import Rewritten
from moderation.text.views import View

Over = Literal["text", "letters"]

LARGEST = 2_000
"""Instructions of RE2 that one pattern may take."""

SLOWEST = 0.025
"""Seconds of processor time that a pattern may take over 16 KiB. Usual ones take a hundredth of that; those that count,
such as `(?:[ab]*a[ab]{100}c){6}`, leave RE2 no room for its automaton and take four times as much."""

_AROUND = 40  # characters before and behind a hit in which `unless` cancels it
_MOST = 20  # hits of one pattern; one would do to decide
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ADVICE = {
    r"\b": r"`\b` does not end a Korean word, particles attach to it; leave it out or write `(?:[^a-z]|$)`",
    r"\B": r"`\B` means nothing where particles attach to words; leave it out",
    r"\w": r"`\w` is a-z, 0-9 and _ only and misses Hangul; write `[\pL\pN]`",
    r"\W": r"`\W` takes Hangul for no letter; write `[^\pL\pN]`",
    r"\A": r"write `^` for the beginning instead of `\A`",
    r"\z": r"write `$` for the end instead of `\z`",
}
_SIGN_IN_WORD = re.compile(r"[0134579@$|][a-z]")
_MULTILINE = re.compile(r"\(\?[A-Za-z-]*m")
_UNKNOWN = {
    "invalid perl operator": "looks around, which cannot be done in linear time; use `beside` or `unless`",
    "invalid escape sequence": "has an escape that RE2 does not know (a back reference, for one)",
    "invalid repetition size": "repeats more than 1,000 times; write a smaller number",
    "pattern too large": "is too large; write shorter repetitions or several patterns",
}


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern made ready. Raises ValueError with what is wrong with it and what would be right."""
    for escape in _ESCAPE.finditer(pattern):
        if advice := _ADVICE.get(escape[0]):
            raise ValueError(f"`{pattern}`: {advice}")
    if _MULTILINE.search(pattern):
        raise ValueError(
            f"`{pattern}`: the flag `m` is not read; `^` and `$` are the beginning and end of a comment"
        )
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled: re.Pattern[str] = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"`{pattern}` {_explained(error)}") from None
    except UnicodeEncodeError:
        raise ValueError("holds half a surrogate pair; write whole characters") from None
    size: int = compiled.programsize  # type: ignore[attr-defined]
    if size > LARGEST:
        raise ValueError(
            f"`{_short(pattern)}` takes {size} steps and may take {LARGEST}; "
            "write shorter repetitions or several patterns"
        )
    if compiled.search("") is not None:
        raise ValueError(
            f"`{pattern}` matches where there is nothing; leave out `*` or `?` where it may not be empty"
        )
    slowest = max(_seconds(compiled, text) for text in _probes(pattern))
    if slowest > SLOWEST:
        raise ValueError(
            f"`{_short(pattern)}` takes {slowest * 1000:.0f} ms over 16 KiB and may take {SLOWEST * 1000:.0f}; "
            "write fewer counted repetitions"
        )
    return compiled


def _probes(pattern: str) -> Iterator[str]:
    """16 KiB of what may be hard for the pattern: its own letters in disorder, and one character of each class."""
    noise = random.Random(0).randbytes(16_384).decode("latin-1")  # noqa: S311 - a pattern is judged alike each time
    letters = list(dict.fromkeys(char for char in _ESCAPE.sub("", pattern.lower()) if char.isalpha())) or [
        "a"
    ]
    for alphabet in (letters, letters[:2]):
        drawn = {byte: alphabet[byte % len(alphabet)] for byte in range(256)}
        yield noise[: 16_384 // len(alphabet[0].encode())].translate(drawn)
    yield from (char * (16_384 // len(char.encode())) for char in ("a", "가", "1", " ", "."))


def _seconds(compiled: re.Pattern[str], text: str) -> float:
    """Processor time of the quicker of two runs; one only where that is quick enough."""
    taken = []
    for _ in range(2):
        start = time.thread_time()
        for _ in islice(compiled.finditer(text), _MOST):
            pass
        taken.append(time.thread_time() - start)
        if taken[-1] < SLOWEST:
            break
    return min(taken)


def _explained(error: Exception) -> str:
    told = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
    kind, _, part = told.partition(": ")
    return _UNKNOWN.get(kind, f"is no pattern: {kind}" + (f" `{_short(part)}`" if part else ""))


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= 60 else pattern[:60] + "…"


@dataclass(frozen=True)
class Expression:
    """What to look for in a comment.

    patterns : any of them is a hit. beside : one of these must stand somewhere in the comment as well.
    unless : none of these may stand near the hit. over : the folded text, or its letters alone, in which spaces, marks
        and digits between letters have been dropped and disguises read.
    """

    patterns: tuple[str, ...]
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    over: Over = "text"

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str] | None, ...]:
        return tuple(_any_of(patterns) for patterns in (self.patterns, self.beside, self.unless))

    def find(self, text: Text) -> list[tuple[int, int]]:
        """Where the folded text matches; where something has to stand beside it, that comes last."""
        pattern, beside, unless = self._compiled
        assert pattern is not None
        found = [
            (start, end)
            for start, end in _places(pattern, text, self.over)
            if unless is None or not unless.search(text.folded[max(0, start - _AROUND) : end + _AROUND])
        ]
        if not found or beside is None:
            return found
        also = next(_places(beside, text, self.over), None)
        return [*found, also] if also else []


class Sieve:
    """Tells which of many expressions a comment may hold, by the words that they cannot do without.

    RE2 works out those words and seeks all of them in one pass. Their automaton is small and soon complete, where one of
    the patterns themselves, which count what stands between words, grows with every comment.
    """

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self._filter: Any = re2.Filter()
        self._owners: list[int] = []
        for number, expression in enumerate(expressions):
            # What must stand beside a pattern tells as well, where the pattern itself is numbers and signs alone.
            for pattern in (
                expression.patterns
                if _have_words(expression.patterns)
                else (expression.beside or expression.patterns)
            ):
                self._filter.Add(pattern, _options())
                self._owners.append(number)
        self._filter.Compile()

    def possible(self, text: Text) -> Sequence[int]:
        """The numbers of the expressions that may be found; no other can."""
        if not self._owners:
            return ()
        found: list[int] = self._filter.Match(readings(text).encode(), True)
        return sorted({self._owners[index] for index in found}) if found else ()


def _have_words(patterns: Sequence[str]) -> bool:
    """Whether none of them can match where there is no word of theirs."""
    alone: Any = re2.Filter()
    for pattern in patterns:
        alone.Add(pattern, _options())
    alone.Compile()
    return not alone.Match("", True)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern that matches where any of them does; None for none."""
    if not patterns:
        return None
    options = _options()
    options.max_mem = 64 << 20  # all patterns of an expression as one: each by itself is small
    joined: re.Pattern[str] = re2.compile("|".join(f"(?:{pattern})" for pattern in patterns), options)
    return joined


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    return options


def readings(text: Text) -> str:
    """All that patterns are looked for in, line by line: a word that is nowhere in this is in none of it."""
    clear = _clear(text)
    lines = [text.folded, *[view.text for view in text.views]]
    if clear is not None:
        lines += [View("clear", clear.text, clear).text, clear.text]
    return "\n".join(lines)


def _clear(text: Text) -> Rewritten | None:
    """The text with digits and signs in words read as letters (m@ke m0ney), looked for only where there are any."""
    hinted = Hint.LEET in text.hints and _SIGN_IN_WORD.search(text.folded)
    return text.folded_clear if hinted else None


def _letters(text: Text, clear: Rewritten | None) -> list[View]:
    """The views, and the letters of the text in the clear."""
    return text.views if clear is None else [*text.views, View("clear", clear.text, clear)]


def _places(pattern: re.Pattern[str], text: Text, over: Over) -> Iterator[tuple[int, int]]:
    """Where the folded text matches in any of its readings."""
    seen: set[tuple[int, int]] = set()
    clear = _clear(text)
    views: Sequence[View | Rewritten | None] = [None] if clear is None else [None, clear]
    if over == "letters":
        views = _letters(text, clear)
    for view in views:
        for match in islice(pattern.finditer(view.text if view else text.folded), _MOST):
            if match.end() == match.start():
                continue
            place = _in_folded(view, *match.span())
            if place not in seen:
                seen.add(place)
                yield place


def _in_folded(view: View | Rewritten | None, start: int, end: int) -> tuple[int, int]:
    if view is None:
        return start, end
    if isinstance(view, Rewritten):
        return min(view.origins[start:end]), max(view.stops[start:end])
    places = range(start, end)
    return min(map(view.origin, places)), max(map(view.stop, places))
