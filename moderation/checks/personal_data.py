"""Personal data that must not be shown: telephone numbers, addresses, numbers of papers, cards and accounts.

What each kind looks like, and where that is written down, stands with its parser in `moderation/text`. Here it is put
together: the surest kind has the first word on each stretch, and no other finding is made there. Evidence names the
first digits or the first letter and masks the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from moderation.text import digits, emails, messengers
from moderation.text.accounts import find_accounts, find_cards
from moderation.text.hints import Hint
from moderation.text.identity import find_licences, find_passports, find_residents, find_social_security
from moderation.text.normalize import Text
from moderation.text.numbers import MOST_CANDIDATES, Found, Number, find_numbers
from moderation.text.phones import find_phones
from moderation.text.streets import find_homes
from moderation.types import Context, Finding

_HINTS = frozenset({Hint.NUMBER, Hint.EMAIL, Hint.MESSENGER, Hint.HOME})


class PersonalDataCheck:
    """Finds personal data, also where it is spelled out or spread."""

    name = "personal_data"

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """At most one finding for each stretch, `personal_data.KIND`, in reading order."""
        hints = _HINTS.intersection(text.hints)
        if not hints:
            return []
        findings: list[Finding] = []
        taken: list[tuple[int, int]] = []
        for kind, (start, end, masked) in _candidates(text, hints, context.now.date()):
            if not any(begin < end and start < finish for begin, finish in taken):
                taken.append((start, end))
                findings.append(Finding(f"personal_data.{kind}", text.span(start, end), evidence=masked))
        return sorted(findings, key=lambda finding: finding.span.start)


def _candidates(text: Text, hints: Collection[int], today: date) -> Iterator[tuple[str, Found]]:
    """What was found, the surest kinds first."""
    folded = text.folded
    if Hint.EMAIL in hints:
        for email in islice(emails.find_emails(folded), MOST_CANDIDATES):
            yield "email", Found(*email)
    if Hint.NUMBER in hints:
        yield from _numbers(text, today)
    if Hint.MESSENGER in hints:
        yield from _of("messenger", messengers.find_handles(folded))
    if Hint.HOME in hints:
        yield from _of("address", find_homes(folded))


def _numbers(text: Text, today: date) -> Iterator[tuple[str, Found]]:
    folded = text.folded
    reading = digits.read_digits(folded)
    if reading is not None:
        yield from _of("resident_number", find_residents(folded, reading, today))
    numbers: list[Number] = []
    if reading is not None or any(digits.read_names(folded)):
        numbers = list(find_numbers(folded, reading or folded))
    if numbers:
        yield from _of("card", find_cards(folded, numbers))
        yield from _of("licence", find_licences(folded, numbers))
        yield from _of("social_security", find_social_security(folded, numbers))
    yield from _of("passport", find_passports(folded, reading))
    if numbers:
        yield from _of("phone", find_phones(folded, reading, english=text.language == "en"))
        yield from _of("account", find_accounts(folded, numbers))


def _of(kind: str, found: Iterable[Found]) -> Iterator[tuple[str, Found]]:
    return ((kind, one) for one in found)
