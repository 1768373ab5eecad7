"""Payment cards and bank accounts.

Sources, read on 2026-11-24:

- Cards: ISO/IEC 7812 as told in "Payment card number" (owiki.org): the issuer first, a Luhn digit last. Visa 4, Mastercard
  51-55 and 2221-2720, American Express 34 and 37, Discover 6011, 644-649 and 65, Diners 36, 38 and 300-305,
  JCB 3528-3589, UnionPay 62; Korean cards for use at home begin with 9.
- Korean accounts: 10 to 15 digits, in groups that differ from bank to bank (Bridge Economy, 2015-03-10, "내 은행
  계좌번호, 어떻게 만들어질까?"; Edaily, article 01269366616060776). Their check digit is not public, so a bank or a word
  about paying must stand beside them. With 15 digits they could not be told from other numbers: 10 to 14 are read.
- British accounts stand beside a sort code, American ones beside a routing number, with other numbers of digits.
- IBAN: check digits by ISO 7064 mod 97-10, the first four characters moved to the end (esrot.com, "How IBAN validation
  works", after ISO 13616).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import re2

from moderation.text.numbers import MOST_CANDIDATES, Found, Number, is_other, is_whole, masked, near

_CARD_CUE = re.compile(r"카드|체크|card|visa|mastercard|amex|비자|마스터|cvc|cvv")
_CARD_SHAPES = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (13,), (14,), (15,), (16,), (19,), (4, 4, 4, 4, 3)}
)
_LENGTHS = (
    (re.compile("4"), (16, 13, 19)),
    (re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile("3[47]"), (15,)),
    (re.compile("6011|64[4-9]|65"), (16,)),
    (re.compile("62"), (16, 19)),
    (re.compile("35(?:2[89]|[3-8])"), (16,)),
    (re.compile("3(?:6|8|0[0-5])"), (14,)),
    (re.compile("9"), (16,)),
)

# Whole names, and those that are everyday words as well: 우리 (our), 하나 (one), 국민 (people).
_BANK = re.compile(
    r"[가-힣a-z]{2}은행|[가-힣]{2}저축|카카오 ?뱅크|카뱅|(?:케이|k) ?뱅크|케뱅|토스(?!트)|농협|신협|수협|새마을|우체국|신한|"
    r"씨티|sc ?제일|외환|(?<![a-z])(?:kb|nh|ibk|im뱅크|bank|hsbc|barclays|natwest|lloyds|monzo|revolut|chase|"
    r"wells fargo|citi(?:bank)?)(?![a-z])"
)
_WORDY_BANK = re.compile(
    r"(?:^|[^가-힣])(?:국민|우리|하나|기업|제일|산업|대구|부산|광주|전북|경남|제주)[ :)]{0,2}$"
)
_PAYING = re.compile(r"입금|송금|이체|예금주|무통장|후원|보내 ?주|부쳐|deposit|transfer|wire|venmo|zelle")
_ACCOUNT = re.compile(r"계좌|ㄱㅈ|통장|account (?:no|num|#|is)|account[: #]*$|acct|a/c|bank acc")
_BRITISH_OR_AMERICAN = re.compile(r"sort ?code|routing|aba ")
_COMPANY = re.compile(r"사업자|법인|등록번호|고유번호|대표번호")
_AMOUNT = re.compile(r" ?(?:원|억|만|천|조|달러|엔|유로|won|usd|krw|dollar|명|개|건|주(?![가-힣])|%|퍼)")
_YEAR = re.compile("(?:19|20)[0-9]{2}")

_IBAN = re2.compile(
    r"(?:^|[^0-9a-z])([a-z]{2}[0-9]{2}(?: ?[0-9a-z]{4}){2,7}(?: ?[0-9a-z]{1,3})?)(?:[^0-9a-z]|$)"
)


def find_cards(folded: str, numbers: Iterable[Number]) -> Iterator[Found]:
    """Numbers in the range of an issuer whose check digit is right."""
    candidates = (part for number in numbers for part in _windows(number))
    for part in islice(candidates, MOST_CANDIDATES):
        if not (_passes_luhn(part.digits) and is_whole(part, folded)):
            continue
        named = near(_CARD_CUE, folded, part.start, part.end, 16, 16)
        solid = len(part.groups) == 1
        if named or not (is_other(folded, part.start, 24) or (solid and not _is_telling(part.digits))):
            yield Found(part.start, part.end, masked(part.digits, 4))


def _windows(number: Number) -> Iterator[Number]:
    """The stretches of groups that are shaped as a card is and begin as an issuer's."""
    shape = number.shape
    for index, group in enumerate(number.groups):
        if len(group) >= 13:
            stop = index + 1
        elif len(group) == 4:
            rest = shape[index : index + 5]
            stop = index + (3 if rest[1:2] == (6,) else 5 if rest == (4, 4, 4, 4, 3) else 4)
        else:
            continue
        part = number.part(index, stop)
        if part.shape in _CARD_SHAPES and _has_issuer(part.digits):
            yield part


def _has_issuer(digits: str) -> bool:
    return any(prefix.match(digits) and len(digits) in lengths for prefix, lengths in _LENGTHS)


def _is_telling(digits: str) -> bool:
    """Whether the range is narrow enough for digits in one piece: not 14 of them, which may be a time of day."""
    return len(digits) in (15, 16) and digits[0] != "9"


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit doubled, the sum is a multiple of ten."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(doubled)) % 10 == 0


def find_accounts(folded: str, numbers: Iterable[Number]) -> Iterator[Found]:
    """Bank accounts: the digits of one, beside a bank or a word about paying; and IBANs."""
    candidates = (part for number in numbers for part in _stretches(number))
    for part in islice(candidates, MOST_CANDIDATES):
        if is_whole(part, folded) and _is_account(part, folded):
            yield Found(part.start, part.end, masked(part.digits, 3))
    for match in islice(_IBAN.finditer(folded), MOST_CANDIDATES):
        bare = match[1].replace(" ", "")
        if len(bare) >= 15 and sum(char.isdigit() for char in bare) >= 8 and _passes_mod_97(bare):
            yield Found(match.start(1), match.end(1), bare[:4] + "*" * (len(bare) - 4))


def _stretches(number: Number) -> Iterator[Number]:
    """The number as a whole, else each of its groups that is long enough alone."""
    if len(number.groups) > 1 and len(number.digits) <= 14:
        yield number
    else:
        for index, group in enumerate(number.groups):
            if len(group) >= 6:
                yield number.part(index, index + 1)


def _is_account(part: Number, folded: str) -> bool:
    start, end, count = part.start, part.end, len(part.digits)
    if _AMOUNT.match(folded, end) or near(_COMPANY, folded, start, start, 14, 0) or is_other(folded, start):
        return False
    if all(_YEAR.fullmatch(group) or group.endswith("000") for group in part.groups):
        return False
    if part.gap == " " and part.shape == (4, 4, 4) and _YEAR.fullmatch(part.groups[0]):
        return False
    account = near(_ACCOUNT, folded, start, start, 20, 0) or near(_ACCOUNT, folded, end, end, 0, 8)
    if 6 <= count <= 17 and account and _BRITISH_OR_AMERICAN.search(folded):
        return True
    if not 10 <= count <= 14 or (not account and (_is_phone(part) or _is_moment(part))):
        return False
    bank = near(_BANK, folded, start, start, 14, 0) or near(_BANK, folded, end, end, 0, 8)
    if account or bank:
        return True
    if len(part.groups) < 3:
        return False
    paying = near(_PAYING, folded, start, end, 16, 14)
    return paying or (part.gap == "-" and _WORDY_BANK.search(folded[max(0, start - 6) : start]) is not None)


def _is_phone(part: Number) -> bool:
    """Whether it is grouped as a telephone number, such as that of the bank: 080-123-4567."""
    return part.digits[0] == "0" and part.shape in ((3, 3, 4), (3, 4, 4), (2, 4, 4), (4, 3, 4), (4, 4, 4))


def _is_moment(part: Number) -> bool:
    """Whether it may be a date and a time in one piece: 20240115123045."""
    return len(part.groups) == 1 and part.digits[:2] in ("19", "20") and len(part.digits) in (10, 12, 14)


def _passes_mod_97(bare: str) -> bool:
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
