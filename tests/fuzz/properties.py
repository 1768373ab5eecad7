"""What holds whatever a comment or a request body is (AP-2): asked by Hypothesis in every test run, by atheris in `make fuzz`.

Each function takes any input and raises AssertionError, or whatever broke, when its promise does not hold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from itertools import pairwise

from moderation.checks import build_checks
from moderation.engine import Moderator
from moderation.model.artifact import load_shipped
from moderation.policy import load_policy
from moderation.text.graphemes import count, end_of, stacks, strip_invisible, worst_marks
from moderation.text.normalize import Text, normalize
from moderation.types import Comment, Context, Decision, Finding, Span
from moderation.web.documents import parse_json
from moderation.web.form_bodies import parse_form, take
from moderation.web.problems import Refused
from moderation.web.wire import akismet, coral, native

CONTENT_TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=XyZ",
    'multipart/form-data; boundary="XyZ"; charset=utf-8',
)
FORMATS: tuple[coral.BodyFormat, ...] = ("html", "plain")


@cache
def moderator() -> Moderator:
    """The shipped policy and model, in all the time that they need."""
    return Moderator(load_policy(), load_shipped(), deadline=float("inf"))


@cache
def rules() -> Moderator:
    """The same without the classifier."""
    checks = [check for check in build_checks(load_policy(), None) if check.name != "toxicity"]
    return Moderator(load_policy(), None, deadline=float("inf"), checks=checks)


def folding(body: str) -> None:
    """Folding is done once, and every character of it leads back into the body."""
    text = normalize(body)
    assert normalize(text.folded).folded == text.folded
    assert len(text.starts) == len(text.ends) == len(text.folded)
    assert all(0 <= start < end <= len(body) for start, end in zip(text.starts, text.ends, strict=True))
    assert len(text.fingerprint) == 16
    readings: list[tuple[str, Sequence[int], Sequence[int]]] = []
    for view in text.views:
        letters = range(len(view.text))
        readings.append((view.text, list(map(view.origin, letters)), list(map(view.stop, letters))))
    if clear := text.clear:
        readings.append((clear.text, clear.origins, clear.stops))
    for reading, origins, stops in readings:
        assert len(origins) == len(stops) == len(reading)
        assert all(0 <= start < stop <= len(text.folded) for start, stop in zip(origins, stops, strict=True))
    inside(text.span(0, len(text.folded)), body)


def counting(body: str) -> None:
    """Counts are bounded by what is there, stripping is done once, and stacks lie in order."""
    characters = count(body)
    visible = strip_invisible(body)
    assert 0 <= characters <= len(visible) <= len(body)
    assert strip_invisible(visible) == visible
    assert count(visible) == characters
    assert 0 <= end_of(body, 250) <= len(body)
    marks = worst_marks(body)
    found = stacks(body, 8)
    assert bool(found) == (marks > 8)
    assert all(0 <= start < end <= len(body) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def checking(body: str) -> None:
    """No rule check raises; findings are of known rules and point into the body."""
    moderator = rules()
    text = normalize(body)
    for check in moderator.checks:
        for finding in check.run(text, Context()):
            assert finding.rule in moderator.policy.rules, finding.rule
            pointing(finding, text)


def judging(body: str) -> None:
    """The whole check skips nothing, and what readers are sent is well-formed."""
    decision = moderator().judge(Comment(body))
    assert decision.skipped == ()
    text = normalize(body)
    for finding in decision.findings:
        pointing(finding, text)
    rendering(decision, body)


def rendering(decision: Decision, body: str) -> None:
    """Both languages, as JSON, with places in both units."""
    for language in ("ko", "en"):
        verdict = native.verdict(decision, body, moderator().policy, language)
        json.dumps(verdict.model_dump(mode="json")).encode("utf-8")


def decoding(body: bytes) -> None:
    """A request body is read or refused, and what is read can be stored as UTF-8."""
    with suppress(Refused):
        json.dumps(parse_json(body), ensure_ascii=False).encode("utf-8")
    for content_type in CONTENT_TYPES:
        with suppress(Refused):
            entries = parse_form(content_type, body)
            for entry in entries:
                f"{entry.name}{entry.value or ''}".encode()
            assert take(entries, "text") in {None, *(entry.value for entry in entries)}
    for content_type in (*CONTENT_TYPES, f"{CONTENT_TYPES[0]}; charset=euc-kr"):
        with suppress(Refused):
            akismet.parse(content_type, body).comment.body.encode("utf-8")
    for form in FORMATS:
        with suppress(Refused):
            coral.parse(body, form)[1].body.encode("utf-8")


def pointing(finding: Finding, text: Text) -> None:
    """The span lies in the body and holds the marks, which stand in order and apart."""
    inside(finding.span, text.body)
    for mark in finding.marks:
        inside(mark, text.body)
        assert mark.start < mark.end
    for before, after in pairwise(finding.marks):
        assert before.start <= after.start


def inside(span: Span, body: str) -> None:
    """Half-open, in code points of the body."""
    assert 0 <= span.start <= span.end <= len(body)
