"""Telephone numbers, Korean and foreign, of persons; hotlines and toll-free lines are left alone.

Sources, read on 2026-11-24:

- Korea: 01x mobile, 02 and 0xx by area, 070 internet, 050x personal (전기통신번호관리세칙). 15xx, 16xx and 18xx, 080, and
  three or four digits such as 112, 119 and 1388 are public lines.
- North America: NPA-NXX-XXXX, neither part beginning with 0 or 1 (whocallsme, "Number format of the North American
  Numbering Plan"). 555-0100 to 555-0199 are kept for fiction; people make up others with 555 as well.
- Britain: 07xxx mobile, 01 and 02 by area; what Ofcom sets apart for drama (020 7946 0xxx, 07700 900xxx, …) counts too.
- All others begin with + or 00. `phonenumbers` says which numbers are in use, and which are free of charge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

import phonenumbers
import re2

from moderation.text.digits import read_names
from moderation.text.numbers import MOST_CANDIDATES, Found, is_other, stands_alone

_D = "[0-9]"
_MARK = r"[ -/:-@\[-`{-~]"  # any of ASCII
_GAP = rf"{_MARK}{{0,4}}"
_LINK = r"[ .\-~/()_:]{1,3}"
_THREE_OR_FOUR = rf"{_D}(?:[ .-]?{_D}){{2,3}}"
_FOUR = rf"{_D}(?:[ .-]?{_D}){{3}}"
_ABROAD = rf"(?:\+|00)? ?82{_GAP}0?{_GAP}"
_AREA = "(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4])"
_EXCHANGE = (
    rf"(?:[2-9]{_D}{{2,3}}|0{_D}{{2,3}}|1[0-4679]{_D}{{1,2}})"  # 15xx, 16xx and 18xx are national lines
)

_MOBILE = re2.compile(
    rf"(?:^|[^0-9])((?:{_ABROAD}|0[ .-]?)1[ .-]?[016789]{_GAP}{_THREE_OR_FOUR}{_GAP}{_FOUR})"
)
_LANDLINE = re2.compile(
    rf"(?:^|[^0-9])((?:{_ABROAD}|0){_AREA}{_LINK}{_EXCHANGE}{_GAP}{_D}{{4}}"
    rf"|0(?:70|50[2-8]){_GAP}{_D}{{3,4}}{_GAP}{_D}{{4}})"
)
_FOREIGN = re2.compile(r"(?:^|[^0-9a-z])((?:\+ ?|00)[1-9][0-9 ()./~-]{6,20}[0-9])")
_NORTH_AMERICAN = re2.compile(
    r"(?:^|[^0-9])((?:\+?1[-. ]{1,2})?\(?[2-9][0-9]{2}\)?[-. ]{1,2}[2-9][0-9]{2}[-. ]{1,2}[0-9]{4})"
)
_IN_BRACKETS = re2.compile(r"(\([0-9]{3}\)[-. ]{0,2}[0-9]{3}[-. ]{1,2}[0-9]{4})")
_TEN_DIGITS = re2.compile(r"(?:^|[^0-9])([0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4})")
_BRITISH = re2.compile(
    r"(?:^|[^0-9])(07[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}"
    r"|\(?02[0-9]\)?[ -][0-9]{4}[ -][0-9]{4}|\(?01[0-9]{2,3}\)?[ -][0-9]{3}[ -]?[0-9]{3,4})"
)
_SOLID = re2.compile(r"(?:^|[^0-9=/&])(0(?:2|[3-6][1-5])[2-9][0-9]{6,7}|[2-9][0-9]{2}[2-9][0-9]{6})")
_LOCAL = re2.compile(r"(?:^|[^0-9])([2-9][0-9]{2}[-. ][0-9]{4}|[2-9][0-9]{3}-[0-9]{4})")

_NOT_PERSONAL = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.UAN,
    }
)
_DRAMA = re.compile(
    r"\+?(?:1?[2-9][0-9]{2}55501[0-9]{2}|1?555[0-9]{7}"
    r"|(?:44|0)(?:1632960[0-9]{3}|7700900[0-9]{3}|(?:11[3-8]|1[2-6]1)4960[0-9]{3}|1914980[0-9]{3}|2079460[0-9]{3}|3069990[0-9]{3})"
    r"|822?0{3,4}[0-9]{4}|82[3-6][1-5]0{3,4}[0-9]{4})"
)

_GROUPED = re.compile(r"\+ ?[1-9][0-9]{1,2}(?:[ -]\(?[0-9]{1,5}\)?){2,4}")

_CUE = re.compile(
    r"전화|연락|문의|번호|통화|문자|(?:call|text|phone|tel|number|whatsapp|reach|cell|mobile|dial)(?![a-z])"
)
_FREE = re.compile(r"\(?(?:0|1[568]|8(?:00|33|44|55|66|77|88)|900)")
# A number without its area code says little by itself: somebody's must stand beside it.
_SOMEBODYS = re.compile(
    r"(?:my|her|his|their|your) (?:\w+ )?(?:number|cell|phone|digits|mobile)"
    r"|(?:call|text|phone|ring|reach|dial) (?:me|her|him|them)"
    r"|전번|폰 ?번|휴대폰|핸드폰|(?<![가-힣])(?:제|내|걔|쟤|얘|본인|사장|집|개인) ?(?:전화 ?)?번호"
)


def find_phones(folded: str, digits: str | None, *, english: bool) -> Iterator[Found]:
    """The telephone numbers, the surest kinds first.

    digits : the reading with digits, None where there are too few.
    """
    for start, end, number in islice(read_names(folded), MOST_CANDIDATES):
        if _is_named(number, folded, start, end):
            yield Found(start, end, _masked(number))
    if digits is None:
        return
    for kind in _KINDS:
        if kind.english and not english:
            continue
        for match in islice(kind.pattern.finditer(digits), MOST_CANDIDATES):
            start, end = match.span(1)
            if (
                stands_alone(folded, digits, start, end, tail=kind.tail)
                and (not kind.cue or kind.cue.search(folded, max(0, start - 24), end + 16))
                and not (kind.cue and is_other(folded, start))
                and kind.holds(match[1])
            ):
                yield Found(start, end, _masked(match[1]))


def _is_named(number: str, folded: str, start: int, end: int) -> bool:
    """Whether digits spelled in English (`five five five, zero one nine nine`) are somebody's number."""
    if re.fullmatch("01[016789][0-9]{7,8}", number) or _is_personal(number, "US"):
        return True
    told = _SOMEBODYS.search(folded, max(0, start - 24), end + 24) is not None
    return told and len(number) == 7 and number[0] not in "01" and len(set(number)) > 1


def _is_grouped(number: str) -> bool:
    """Whether the digits are grouped as in one number, not as in `0-1 0-1 2-0 1-3` or `0.1908 0.1034`."""
    groups, gaps = re.findall("[0-9]+", number), [gap.strip() for gap in re.findall("[^0-9]+", number)]
    if len(groups[0]) == 1 and any(len(group) > 1 for group in groups[:3]):
        return False
    if len(groups) == 3 and groups[0][0] == "0" and (len(groups[1]) not in (3, 4) or len(groups[2]) != 4):
        return False
    if re.search(r"[0-9]\.[0-9],? +[0-9]\.[0-9],? ", number):
        return False  # a row of decimals
    return gaps.count("-") < 3 or set(gaps) == {"-"}


def _is_personal(number: str, region: str | None) -> bool:
    """Whether the number is in use there and not a public line. region : None where it begins with + or 00."""
    if region is None and number.startswith("00"):
        number = "+" + number[2:]
    if _DRAMA.fullmatch(re.sub("[^+0-9]", "", number)):
        return True
    try:
        parsed = phonenumbers.parse(number.replace("+ ", "+"), region)
    except phonenumbers.NumberParseException:
        return False
    if region is None and parsed.country_code != 1 and _GROUPED.fullmatch(number):
        return phonenumbers.is_possible_number(parsed)  # not in use yet, or made up: +81 90-0000-0000
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) not in _NOT_PERSONAL


def _is_solid(number: str) -> bool:
    return _is_personal(number, "KR" if number.startswith("0") else "US")


def _is_not_free(number: str) -> bool:
    return not _FREE.match(number)


def _is_local(number: str) -> bool:
    return len(set(number)) > 3


class _Kind(NamedTuple):
    """One way of writing telephone numbers.

    holds : whether what the pattern found can be one. tail : a further group of digits may follow.
    cue : what must stand beside it. english : only in English text.
    """

    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    tail: bool = False
    cue: re.Pattern[str] | None = None
    english: bool = False


_KINDS = (
    _Kind(_MOBILE, _is_grouped, tail=True),
    _Kind(_LANDLINE, _is_grouped),
    _Kind(_FOREIGN, partial(_is_personal, region=None)),
    _Kind(_NORTH_AMERICAN, partial(_is_personal, region="US")),
    _Kind(_IN_BRACKETS, _is_not_free),
    _Kind(_TEN_DIGITS, _is_not_free, cue=_CUE),
    _Kind(_BRITISH, partial(_is_personal, region="GB"), english=True),
    _Kind(_SOLID, _is_solid, cue=_CUE),
    _Kind(_LOCAL, _is_local, cue=_SOMEBODYS),
)


def _masked(number: str) -> str:
    """The first digits, which say what kind of number it is."""
    bare = "".join(char for char in number if char.isdigit())
    kept = "+" + bare[:2] if number.startswith("+") else bare[:3]
    return kept + "*" * (len(bare) - len(kept.lstrip("+")))
