"""Numbers of identity papers: resident and foreigner registration, passport, driving licence, US social security.

Sources, read on 2026-11-24 where no other date stands:

- Resident registration: YYMMDD-GNNNNNN, G giving century and sex (주민등록법 시행규칙, article 2). Since October 2020 the
  last digits are random, so a wrong check digit says nothing. Foreigner registration: the same with G from 5 to 8
  (dukgun.com, "Resident registration number system", which also gives the check digit).
- Korean passport: M and eight digits; since 21 December 2021 three digits, a letter and four digits: M12345678,
  M123A4567 (Busanjin-gu Office, 차세대 전자여권). S, R, O and D for other kinds (Microsoft Purview, "South Korea
  passport number", as quoted in Presidio's recogniser).
- Korean driving licence: office - year - six digits - two digits; offices are 11 to 26 and 28 (Presidio,
  kr_driver_license_recognizer.py). Older ones name the province instead: 서울 12-345678-90.
- US social security number: AAA-GG-SSSS; area 000, 666 and 900 to 999, group 00 and serial 0000 are never given
  (unanswered.io, "Social Security number structure", after the Social Security Administration).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

import re2

from moderation.text.numbers import (
    MOST_CANDIDATES,
    Found,
    Number,
    is_other,
    is_whole,
    masked,
    near,
    stands_alone,
)

_RESIDENT = re2.compile(
    r"(?:^|[^0-9])((?:[0-9][ .]?){5}[0-9])( ?[-~./_:*=+]{1,3} {0,3}| {1,2}|)([1-8])((?: ?[0-9]){6})"
)
_IN_TWO_PARTS = re2.compile(r"([0-9]{6})[ ,]{0,2}(?:뒷자리|뒤에?|뒷번호)[는은이가: ,]{0,3}([1-8])([0-9]{6})")
_RESIDENT_CUE = re.compile(r"주민|민증|신분증|등록번호|resident|rrn|생년")
_NOT_RESIDENT = re.compile(
    r"주문|송장|접수|예약|계좌|법인|사업자|사건|문서|입찰|order|invoice|ticket|tracking|ref|isbn|account"
)
_CHECK_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

_PASSPORT = re2.compile(
    r"(?:^|[^0-9a-z])((?:[a-z]{2}|(?:[a-z]|엠)[ -]?)(?:[0-9](?:[ -]?[0-9]){6,7}|[0-9]{3}[a-z][0-9]{4})|[0-9]{9})(?:[^0-9a-z]|$)"
)
HINT = "여권|passport"
"""What a passport number of another country is not found without, in the syntax of RE2."""
_PASSPORT_CUE = re.compile(HINT)
_PASSPORT_NUMBER_CUE = re.compile(r"여권 ?번호|passport ?(?:no|num|#|:|id)")
_M_FORM = re.compile(r"m[0-9]{8}|m[0-9]{3}[a-z][0-9]{4}")

_LICENCE_CUE = re.compile(r"면허|licen[cs]e|driver")
_OFFICES = frozenset({*map(str, range(11, 27)), "28"})
_PROVINCE = re.compile(
    r"(?:서울|부산|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산) ?$"
)

_SOCIAL_SECURITY_CUE = re.compile(r"ssn|social sec|사회보장|소셜 ?(?:시큐|번호|넘버)")


def find_residents(folded: str, digits: str, today: date) -> Iterator[Found]:
    """Resident and foreigner registration numbers of persons born up to today."""
    for match in islice(_RESIDENT.finditer(digits), MOST_CANDIDATES):
        start, end = match.start(1), match.end()
        birth, sex, rest = (re.sub("[ .]", "", match[group]) for group in (1, 3, 4))
        if not stands_alone(folded, digits, start, end) or not _is_birthday(birth, sex, today):
            continue
        if not _is_evenly_spread(match, digits):
            continue
        before = folded[max(0, start - 24) : start]
        if _NOT_RESIDENT.search(before):
            continue
        # Thirteen digits without a break may be anything, such as a time in milliseconds.
        if match[2] or _RESIDENT_CUE.search(before) or _checks(birth + sex + rest):
            yield Found(start, end, f"{birth}-{sex}******")
    for match in islice(_IN_TWO_PARTS.finditer(digits), MOST_CANDIDATES):
        start, end = match.span()
        if _is_birthday(match[1], match[2], today) and stands_alone(folded, digits, start, end):
            yield Found(start, end, f"{match[1]}-{match[2]}******")


def _is_evenly_spread(match: re.Match[str], digits: str) -> bool:
    """Whether the digits stand as one writes a birthday and a serial: not `001 212 555 0187`."""
    birth = tuple(map(len, re.split("[ .]", match[1])))
    serial = tuple(map(len, (match[3] + match[4]).split(" ")))
    if birth == (1,) * 6 and not match[2].strip():
        return serial == (1,) * 7 and not re.match(" [0-9]", digits[match.end() :][:2])
    return birth in ((6,), (2, 2, 2), (1,) * 6) and serial in ((7,), (1, 6), (1,) * 7)


def _is_birthday(birth: str, sex: str, today: date) -> bool:
    """Whether YYMMDD is a day up to now, in the century that the sex digit names (1, 2, 5, 6: 1900s)."""
    century = 1900 if sex in "1256" else 2000
    try:
        day = date(century + int(birth[:2]), int(birth[2:4]), int(birth[4:]))
    except ValueError:
        return False
    return day <= today


def _checks(number: str) -> bool:
    """Whether the last digit is the check digit of the first twelve."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _CHECK_WEIGHTS, strict=False))
    return (11 - total % 11) % 10 == int(number[12])


def find_passports(folded: str, digits: str | None) -> Iterator[Found]:
    """Passport numbers: beside the word any, without it the Korean ones that begin with M."""
    named = _PASSPORT_CUE.search(folded) is not None
    if digits is None and not named:
        return
    for match in islice(_PASSPORT.finditer(digits or folded), MOST_CANDIDATES):
        start, end = match.span(1)
        bare = re.sub("[ -]", "", match[1]).replace("엠", "m")
        if bare.isdigit():
            personal = near(_PASSPORT_NUMBER_CUE, folded, start, start, 16, 0)
        elif named and near(_PASSPORT_CUE, folded, start, end, 24, 16):
            personal = True
        else:
            personal = _M_FORM.fullmatch(bare) is not None and _is_of_nothing(folded, start, end)
        if personal:
            yield Found(start, end, masked(bare, 1))


def _is_of_nothing(folded: str, start: int, end: int) -> bool:
    """Whether no word beside the number says that it is that of a thing."""
    return not is_other(folded, start, 24) and not is_other(folded, end + 16, 16)


def find_licences(folded: str, numbers: Iterable[Number]) -> Iterator[Found]:
    """Korean driving licences: grouped as printed, or any twelve digits beside the word."""
    for number in numbers:
        if len(number.digits) not in (10, 12) or not is_whole(number, folded):
            continue
        named = near(_LICENCE_CUE, folded, number.start, number.end, 16, 10)
        if number.shape == (2, 2, 6, 2):
            holds = named or (number.gap == "-" and number.groups[0] in _OFFICES)
        elif number.shape == (2, 6, 2):
            holds = named or _PROVINCE.search(folded[max(0, number.start - 4) : number.start]) is not None
        else:
            holds = named and number.shape == (12,) and number.digits[:2] in _OFFICES
        if holds and (named or not is_other(folded, number.start)):
            yield Found(number.start, number.end, masked(number.digits))


def find_social_security(folded: str, numbers: Iterable[Number]) -> Iterator[Found]:
    """US social security numbers: 3-2-4 digits, or nine of them beside the word."""
    for number in numbers:
        if len(number.digits) != 9 or not is_whole(number, folded):
            continue
        named = near(_SOCIAL_SECURITY_CUE, folded, number.start, number.end, 32, 10)
        as_printed = number.shape == (3, 2, 4) and number.gap == "-"
        if not (named or (as_printed and _is_of_nothing(folded, number.start, number.end))):
            continue
        area, group, serial = number.digits[:3], number.digits[3:5], number.digits[5:]
        if area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000":
            yield Found(number.start, number.end, masked(number.digits, 0))
