"""Personal data out of comments that are kept or learned from for their words alone.

What the check finds is replaced by something of the same shape that names nobody: digits become zeros, which is
also how the classifier reads every digit, and names before an `@` and of messengers one fixed name.
"""

from __future__ import annotations

from datetime import UTC, datetime

from moderation.checks.personal_data import PersonalDataCheck
from moderation.text.normalize import normalize
from moderation.types import Context, Finding

EMAIL, HANDLE = "mail@example.com", "id0000"

_CHECK = PersonalDataCheck()
# Which numbers can be a date of birth depends on the day; a fixed one, so that the same data gives the same model.
_CONTEXT = Context(now=datetime(2026, 1, 1, tzinfo=UTC))


def mask(text: str) -> str:
    """The text with all personal data made anonymous."""
    findings = _CHECK.run(normalize(text), _CONTEXT)
    for finding in reversed(findings):  # from the end, so that the spans before it still hold
        start, end = finding.span.start, finding.span.end
        text = text[:start] + _masked(finding, text[start:end]) + text[end:]
    return text


def _masked(finding: Finding, found: str) -> str:
    kind = finding.rule.partition(".")[2]
    if kind == "email":
        return EMAIL
    if kind == "messenger":
        return HANDLE
    if kind == "address":
        return "".join("0" if char.isdigit() else char for char in found)
    return "".join("0" if char.isalnum() else char for char in found)
