"""Numbers as they are grouped: `110-000-123456`, `5555 5555 5555 4444`, `1 1 0 - 0 0 0 - 1 2 3 4 5 6`.

What a number is depends on how many digits stand in each group, so each kind of number (`identity.py`,
`accounts.py`) is asked about the same groups. They are found in the reading of `digits.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from moderation.text.digits import read_names

MOST_CANDIDATES = 60
"""Numbers of one kind looked at in one comment; what lies behind them is refused for its length in any case."""

_GAP = r"(?: ?[.\-~/_:*=+|()]{1,3} ?| {1,3}|, )"
_RUN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_PARTS = re.compile(r"([^0-9]*)([0-9]+)")

# Words before a number that is of another kind: an order, a document, a thing.
_OTHER = re.compile(
    r"주문|송장|운송|택배|접수|예약|사건|문서|입찰|의안|사업자|법인|모델|품번|일련|제품|종목|코드|버전|좌표|도서|바코드|"
    r"order|invoice|ticket|tracking|parcel|shipment|isbn|issn|doi|part n|part #|serial|model|sku|case n|case #|"
    r"version|build|arxiv|imei|barcode|patent|ref[.: #]|reference"
)


class Found(NamedTuple):
    """Something personal: where it stands in the folded text, and the form in which it may be shown."""

    start: int
    end: int
    masked: str


@dataclass(frozen=True, slots=True)
class Number:
    """Groups of digits with the same mark between them.

    gap : that mark; a space where there is only white space, "" where there is one group.
    starts, ends : where each group stands in the folded text.
    """

    groups: tuple[str, ...]
    gap: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def start(self) -> int:
        """Where the first digit stands."""
        return self.starts[0]

    @property
    def end(self) -> int:
        """The place behind the last digit."""
        return self.ends[-1]

    @property
    def digits(self) -> str:
        """All digits without what stands between."""
        return "".join(self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(map(len, self.groups))

    def part(self, first: int, last: int) -> Number:
        """The groups from `first` up to and without `last`."""
        gap = self.gap if last - first > 1 else ""
        return Number(self.groups[first:last], gap, self.starts[first:last], self.ends[first:last])


def find_numbers(folded: str, digits: str) -> Iterator[Number]:
    """The numbers in reading order; those spelled in English (`five five five …`) come last, as one group.

    digits : the reading of the same length in which spelled digits are digits.
    """
    runs = _RUN.finditer(digits)
    yield from islice((number for run in runs for number in _split(_despread(run))), 4 * MOST_CANDIDATES)
    for start, end, named in islice(read_names(folded), MOST_CANDIDATES):
        yield Number((named,), "", (start,), (end,))


class _Group(NamedTuple):
    gap: str
    digits: str
    start: int
    end: int


def _despread(run: re.Match[str]) -> list[_Group]:
    """The groups of a run, digits that are spread one by one (`1 1 0 - 0 0 0`) put together again."""
    base = run.start()
    groups = [
        _Group(part[1].strip() or part[1], part[2], base + part.start(2), base + part.end())
        for part in _PARTS.finditer(run[0])
    ]
    if sum(len(group.digits) == 1 for group in groups) < 5:
        return groups
    joined = groups[:1]
    spread = _between_single_digits(groups)
    for before, group in pairwise(groups):
        if len(before.digits) == len(group.digits) == 1 and group.gap == spread:
            last = joined[-1]
            joined[-1] = last._replace(digits=last.digits + group.digits, end=group.end)
        else:
            joined.append(group)
    return joined


def _between_single_digits(groups: list[_Group]) -> str:
    """What stands most often between two single digits."""
    gaps = [group.gap for before, group in pairwise(groups) if len(before.digits) == len(group.digits) == 1]
    return max(set(gaps), key=gaps.count, default="")


def _split(groups: list[_Group]) -> Iterator[Number]:
    """Stretches with the same mark: `1 110-000-123456` is `1 110` and `110-000-123456`."""
    first = 0
    for index in range(2, len(groups)):
        if groups[index].gap != groups[index - 1].gap:
            yield _number(groups[first:index])
            first = index - 1  # the group between belongs to what precedes or to what follows
    yield _number(groups[first:])


def _number(groups: list[_Group]) -> Number:
    return Number(
        tuple(group.digits for group in groups),
        (groups[1].gap or " ") if len(groups) > 1 else "",
        tuple(group.start for group in groups),
        tuple(group.end for group in groups),
    )


def stands_alone(folded: str, digits: str, start: int, end: int, *, tail: bool = False) -> bool:
    """Whether this is a whole number, not part of a longer one or of a code such as AB01012345678.

    tail : whether a further group of digits may follow.
    """
    # What follows is read in the author's letters: the 이 of `5678이에요` is no 2.
    before, after = digits[max(0, start - 2) : start], folded[end : end + 2]
    if after[:1].isdecimal() or (not tail and after[:1] in ("-", ".") and after[1:].isdecimal()):
        return False
    if before[-1:] == "-" and before[:1].isdigit():
        return False
    solid = digits[start:end].isdigit()
    return not (solid and folded[start - 1 : start].isascii() and folded[start - 1 : start].isalpha())


def is_whole(number: Number, folded: str) -> bool:
    """Whether the number stands alone and is neither an amount, a decimal fraction nor part of a link."""
    before, after = folded[max(0, number.start - 2) : number.start], folded[number.end : number.end + 2]
    if before[-1:] in (".", ",") and before[:1].isdecimal():
        return False
    if before[-1:] in ("/", "=", "&", "#", "₩", "$", "€", "£"):
        return False
    if after[:1] == "," and after[1:].isdecimal():
        return False
    return stands_alone(folded, folded, number.start, number.end)


def is_other(folded: str, start: int, reach: int = 16) -> bool:
    """Whether the words before say that the number is that of an order, a document or a thing."""
    return _OTHER.search(folded, max(0, start - reach), start) is not None


def near(cue: re.Pattern[str], folded: str, start: int, end: int, before: int, after: int) -> bool:
    """Whether the cue stands within so many characters before or after."""
    return cue.search(folded, max(0, start - before), end + after) is not None


def masked(digits: str, kept: int = 2) -> str:
    """The first digits, which say what kind of number it is, and a star for each other."""
    return digits[:kept] + "*" * (len(digits) - kept)
