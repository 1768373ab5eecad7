"""Personal data that must not be shown: telephone numbers, e-mail addresses, Korean resident numbers.

Formats: telephone numbers by the Korean numbering plan (전기통신번호관리세칙: 01x mobile, 02 and 0xx by
area, 070 internet, 050x personal); others by `phonenumbers`. Resident numbers are YYMMDD-GNNNNNN, G giving
century and sex (주민등록법 시행규칙, article 2); since October 2020 the last digits are random, so a wrong
check digit says nothing. Public hotlines (112, 1588-0000, 080, toll-free numbers) are nobody's personal data.
Evidence names the first digits, or the first letter, and masks the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

import phonenumbers
import re2

from moderation.text.digits import read_digits, read_names
from moderation.text.emails import find_emails
from moderation.text.normalize import Text
from moderation.types import Context, Finding

_MOST_CANDIDATES = 60  # in one comment; what lies behind them is refused for its length in any case

_D = "[0-9]"
_MARK = r"[ -/:-@\[-`{-~]"  # any of ASCII
_GAP = rf"{_MARK}{{0,4}}"
_LINK = r"[ .\-~/()_:]{1,3}"
_THREE_OR_FOUR = rf"{_D}(?:[ .-]?{_D}){{2,3}}"
_FOUR = rf"{_D}(?:[ .-]?{_D}){{3}}"
_ABROAD = rf"(?:\+|00)? ?82{_GAP}0?{_GAP}"

_MOBILE = re2.compile(
    rf"(?:^|[^0-9])((?:{_ABROAD}|0[ .-]?)1[ .-]?[016789]{_GAP}{_THREE_OR_FOUR}{_GAP}{_FOUR})"
)
_LANDLINE = re2.compile(
    rf"(?:^|[^0-9])((?:{_ABROAD}|0)(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]){_LINK}[2-9]{_D}{{2,3}}{_GAP}{_D}{{4}}"
    rf"|0(?:70|50[2-8]){_GAP}{_D}{{3,4}}{_GAP}{_D}{{4}})"
)
_FOREIGN = re2.compile(r"(?:^|[^0-9])(\+ ?[1-9][0-9 ()./~-]{6,20}[0-9])")
_NORTH_AMERICAN = re2.compile(
    r"(?:^|[^0-9])((?:\+?1[-. ]{1,2})?\(?[2-9][0-9]{2}\)?[-. ]{1,2}[2-9][0-9]{2}[-. ]{1,2}[0-9]{4})"
)
_BRITISH = re2.compile(r"(?:^|[^0-9])(07[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3})")
_SOLID = re2.compile(r"(?:^|[^0-9=/&])(0(?:2|[3-6][1-5])[2-9][0-9]{6,7}|[2-9][0-9]{2}[2-9][0-9]{6})")
_RESIDENT = re2.compile(
    r"(?:^|[^0-9])((?:[0-9][ .]?){5}[0-9])( ?[-~./_:*=+]{1,3} ?| |)([1-8])((?: ?[0-9]){6})"
)

_NOT_PERSONAL = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.UAN,
    }
)
_PHONE_CUE = re.compile(r"전화|연락|문의|번호|통화|문자|(?:call|text|phone|tel|number|whatsapp|reach)[^a-z]")
_RESIDENT_CUE = re.compile(r"주민|민증|신분증|등록번호|resident|rrn|생년")
_OTHER_CUE = re.compile(
    r"주문|송장|접수|예약|계좌|사건|문서|입찰|order|invoice|ticket|tracking|ref|isbn|account"
)
_CHECK_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


class PersonalDataCheck:
    """Finds personal data, also where it is spelled out or spread."""

    name = "personal_data"

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`personal_data.resident_number`, `.phone` and `.email`."""
        folded = text.folded
        findings = [
            Finding("personal_data.email", text.span(start, end), evidence=masked)
            for start, end, masked in islice(find_emails(folded), _MOST_CANDIDATES)
        ]
        digits = read_digits(folded) or folded
        if digits is not folded or any(read_names(folded)):
            found = list(_residents(folded, digits, context.now))
            for start, end, masked in found:
                findings.append(
                    Finding("personal_data.resident_number", text.span(start, end), evidence=masked)
                )
            for start, end, masked in _phones(folded, digits, english=text.language == "en"):
                if not any(begin < end and start < finish for begin, finish, _ in found):
                    found.append((start, end, masked))
                    findings.append(Finding("personal_data.phone", text.span(start, end), evidence=masked))
        return sorted(findings, key=lambda finding: finding.span.start)


def _phones(folded: str, digits: str, *, english: bool) -> Iterator[tuple[int, int, str]]:
    """Start, end and masked form of each telephone number, the surest kinds first."""
    for start, end, number in read_names(folded):
        if re.fullmatch("01[016789][0-9]{7,8}", number) or _is_personal(number, "US"):
            yield start, end, _masked(number)
    for kind in _KINDS:
        if kind.english and not english:
            continue
        for match in islice(kind.pattern.finditer(digits), _MOST_CANDIDATES):
            start, end = match.span(1)
            if (
                _stands_alone(folded, digits, start, end, tail=kind.tail)
                and (not kind.cue or _PHONE_CUE.search(folded[max(0, start - 24) : end + 16]))
                and kind.holds(match[1])
            ):
                yield start, end, _masked(match[1])


def _stands_alone(folded: str, digits: str, start: int, end: int, *, tail: bool = False) -> bool:
    """Whether this is a whole number, not part of a longer one or of a code such as AB01012345678.

    tail : whether a further group of digits may follow, since no other number begins as mobile ones do.
    """
    # What follows is read in the author's letters: the 이 of `5678이에요` is no 2.
    before, after = digits[max(0, start - 2) : start], folded[end : end + 2]
    if after[:1].isdecimal() or (not tail and after[:1] in ("-", ".") and after[1:].isdecimal()):
        return False
    if before[-1:] == "-" and before[:1].isdigit():
        return False
    solid = digits[start:end].isdigit()
    return not (solid and folded[start - 1 : start].isascii() and folded[start - 1 : start].isalpha())


def _is_grouped(number: str) -> bool:
    """Whether the digits are grouped as in one number, not as in `0-1 0-1 2-0 1-3` or `0.1908 0.1034`."""
    groups, gaps = re.findall("[0-9]+", number), [gap.strip() for gap in re.findall("[^0-9]+", number)]
    if len(groups[0]) == 1 and any(len(group) > 1 for group in groups[:3]):
        return False
    return gaps.count("-") < 3 or set(gaps) == {"-"}


def _is_personal(number: str, region: str | None) -> bool:
    """Whether the number is in use there and not a public line. region : None where it begins with +."""
    try:
        parsed = phonenumbers.parse(number.replace("+ ", "+"), region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) not in _NOT_PERSONAL


def _is_local(number: str) -> bool:
    return _is_personal(number, "KR" if number.startswith("0") else "US")


class _Kind(NamedTuple):
    """One way of writing telephone numbers.

    holds : whether what the pattern found can be one. tail : a further group of digits may follow.
    cue : a word about telephones must stand beside it. english : only in English text.
    """

    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    tail: bool = False
    cue: bool = False
    english: bool = False


_KINDS = (
    _Kind(_MOBILE, _is_grouped, tail=True),
    _Kind(_LANDLINE, _is_grouped),
    _Kind(_FOREIGN, partial(_is_personal, region=None)),
    _Kind(_NORTH_AMERICAN, partial(_is_personal, region="US")),
    _Kind(_BRITISH, partial(_is_personal, region="GB"), english=True),
    _Kind(_SOLID, _is_local, cue=True),
)


def _masked(number: str) -> str:
    """The first digits, which say what kind of number it is."""
    bare = "".join(char for char in number if char.isdigit())
    kept = "+" + bare[:2] if number.startswith("+") else bare[:3]
    return kept + "*" * (len(bare) - len(kept.lstrip("+")))


def _residents(folded: str, digits: str, now: datetime) -> Iterator[tuple[int, int, str]]:
    for match in islice(_RESIDENT.finditer(digits), _MOST_CANDIDATES):
        start, end = match.start(1), match.end()
        birth, sex, rest = (re.sub("[ .]", "", match[group]) for group in (1, 3, 4))
        if not _stands_alone(folded, digits, start, end) or not _is_birthday(birth, sex, now.date()):
            continue
        before = folded[max(0, start - 24) : start]
        if _OTHER_CUE.search(before):
            continue
        # Thirteen digits without a break may be anything, such as a time in milliseconds.
        if match[2] or _RESIDENT_CUE.search(before) or _checks(birth + sex + rest):
            yield start, end, f"{birth}-{sex}******"


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
