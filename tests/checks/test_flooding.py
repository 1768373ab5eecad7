"""Rows for the flooding check, over a history in memory and over a real store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moderation.checks.flooding import FloodingCheck
from moderation.policy import Flooding
from moderation.store import Status, Store
from moderation.text.normalize import normalize
from moderation.text.sketch import similarity, sketch
from moderation.types import Action, Comment, Context, Decision, History, Length, NearCopy, Versions
from tests.sqlite import upgraded

POLICY = Flooding(
    window_minutes=60,
    copies=2,
    copy_letters=8,
    near_copies=3,
    near_letters=24,
    similarity=0.5,
    per_minute=4,
    per_hour=12,
    campaign_authors=3,
    campaign_letters=50,
    formulas=("삼가 고인의 명복을 빕니다", "Rest in peace"),
)
CHECK = FloodingCheck(POLICY)
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SLOGAN = "이 정책은 서민을 죽이는 정책입니다. 당장 철회하고 국민 앞에 사과하십시오"


@dataclass
class Past:
    """Earlier comments in memory."""

    comments: list[tuple[str, str, datetime]] = field(default_factory=list)

    def add(self, author: str, body: str, at: datetime) -> None:
        self.comments.append((author, body, at))

    def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
        prints = [
            normalize(body).fingerprint for by, body, at in self.comments if by == author and at >= since
        ]
        return prints.count(fingerprint)

    def count_by(self, author: str, since: datetime, at_most: int) -> int:
        return min(sum(by == author and at >= since for by, _, at in self.comments), at_most)

    def find_near(self, sketched: str, since: datetime) -> Sequence[NearCopy]:
        earlier = [(by, sketch(normalize(body))) for by, body, at in self.comments if at >= since]
        return [NearCopy(by, similarity(sketched, other)) for by, other in earlier if other]


def found(
    body: str, past: History | None, author: str | None = "kim", now: datetime = NOW
) -> list[tuple[str, str]]:
    findings = CHECK.run(normalize(body), Context(now=now, author=author, history=past))
    assert all((finding.span.start, finding.span.end) == (0, len(body)) for finding in findings)
    return [(finding.rule.partition(".")[2], finding.evidence) for finding in findings]


def past(*comments: tuple[str, str, float]) -> Past:
    made = Past()
    for author, body, minutes in comments:
        made.add(author, body, NOW - timedelta(minutes=minutes))
    return made


@pytest.mark.parametrize(
    ("body", "minutes", "copies"),
    [
        ("이 기사는 거짓입니다", (5, 10), 2),
        ("이 기사는 거짓입니다!!", (5, 10, 59), 3),
        ("이 기사는거짓 입니다", (0.5, 60), 2),
        ("이 기\u200b사는 거짓입니다", (5, 10), 2),
    ],
)
def test_copies(body: str, minutes: tuple[float, ...], copies: int) -> None:
    before = past(*(("kim", "이 기사는 거짓입니다", ago) for ago in minutes))
    assert found(body, before) == [("copy", f"{copies} earlier copies in 60 minutes")]


@pytest.mark.parametrize(
    ("body", "earlier", "author", "minutes"),
    [
        ("이 기사는 거짓입니다", "이 기사는 거짓입니다", "kim", (5,)),
        ("이 기사는 거짓입니다", "이 기사는 거짓입니다", "kim", (5, 61)),
        ("이 기사는 거짓입니다", "이 기사는 거짓입니다", "lee", (5, 10)),
        ("이 기사는 진실입니다", "이 기사는 거짓입니다", "kim", (5, 10)),
        ("이 기사는 거짓입니다", "이 기사는 거짓입니다", None, (5, 10)),
        ("👍", "👍", "kim", (5, 10)),
        ("ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "kim", (5, 10)),
        ("hahahahaha", "hahahahaha", "kim", (5, 10)),
        ("네 네", "네 네", "kim", (5, 10)),
        ("agreed", "agreed", "kim", (5, 10)),
        ("삼가 고인의 명복을 빕니다", "삼가 고인의 명복을 빕니다", "kim", (5, 10)),
        ("Rest in peace.", "Rest in peace.", "kim", (5, 10)),
    ],
)
def test_no_copies(body: str, earlier: str, author: str | None, minutes: tuple[int, ...]) -> None:
    assert found(body, past(*(("kim", earlier, ago) for ago in minutes)), author) == []


def test_near_copies_of_ones_own() -> None:
    earlier = [SLOGAN.replace("서민", who) for who in ("청년", "노인", "농민")]
    before = past(*(("kim", body, 10) for body in earlier))
    assert found(SLOGAN, before) == [("near_copy", "3 earlier near copies in 60 minutes")]
    assert found(SLOGAN, past(*(("kim", body, 10) for body in earlier[:2]))) == []
    assert found(SLOGAN, past(*(("kim", body, 70) for body in earlier))) == []


def test_exact_copies_are_not_told_twice() -> None:
    assert [rule for rule, _ in found(SLOGAN, past(*[("kim", SLOGAN, 10.0)] * 3))] == ["copy"]


def test_the_same_theme_in_other_words_is_no_copy() -> None:
    before = past(
        ("kim", "이 정책이 서민에게 어떤 도움이 되는지 설명해 주세요", 5),
        ("kim", "정책을 철회하는 것만이 답은 아니라고 봅니다", 6),
        ("kim", "국민 앞에 사과하는 모습은 보기 좋네요", 7),
        ("kim", "서민 정책이라면서 서민 이야기는 없군요", 8),
    )
    assert found(SLOGAN, before, now=NOW + timedelta(minutes=3)) == []


def test_a_campaign_under_many_names() -> None:
    names = ["lee", "park", "choi"]
    before = past(
        *(
            (name, SLOGAN.replace("당장", when), 10)
            for name, when in zip(names, ("즉각", "오늘", "빨리"), strict=True)
        )
    )
    assert found(SLOGAN, before) == [("campaign", "3 other authors wrote nearly the same")]
    assert found(SLOGAN, before, author=None) == [("campaign", "3 other authors wrote nearly the same")]
    assert found(SLOGAN, before, author="lee") == []  # two others


@pytest.mark.parametrize(
    "body",
    [
        "국민 앞에 사과하십시오, 제발",  # a slogan of that length is shared, not copied
        "삼가 고인의 명복을 빕니다. 삼가 고인의 명복을 빕니다. 삼가 고인의 명복을 빕니다.",
        "Rest in peace. Rest in peace. Rest in peace. Rest in peace. Rest in peace.",
    ],
)
def test_no_campaign(body: str) -> None:
    assert found(body, past(*((name, body, 5.0) for name in ("lee", "park", "choi", "han")))) == []


@pytest.mark.parametrize(
    ("minutes", "evidence"),
    [
        ((0.1, 0.2, 0.3, 0.9), "4 comments or more in a minute"),
        ((1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60), "12 comments or more in an hour"),
    ],
)
def test_rate(minutes: tuple[float, ...], evidence: str) -> None:
    before = past(*(("kim", f"{place} 번째 이야기", ago) for place, ago in enumerate(minutes)))
    assert found("또 다른 이야기", before) == [("rate", evidence)]


@pytest.mark.parametrize("minutes", [(), (0.1, 0.2, 0.3), (0.1, 0.2, 0.3, 1.1), (5,) * 11, (61,) * 40])
def test_no_rate(minutes: tuple[float, ...]) -> None:
    before = past(*(("kim", f"{place} 번째 이야기", ago) for place, ago in enumerate(minutes)))
    assert found("또 다른 이야기", before) == []
    assert found("또 다른 이야기", past(*[("lee", "이야기", 0.1)] * 20)) == []


def test_without_a_history_nothing_is_asked() -> None:
    assert found(SLOGAN, None) == []


@pytest.mark.parametrize("body", ["", "👍", "\ud800", "\x00", "!" * 40, "가" * 6_000])
def test_any_text_can_be_asked_about(body: str) -> None:
    assert found(body, past(("kim", "다른 이야기", 5))) == []


HELD = Decision(Action.HOLD, None, (), (), (), Length(1, 250), "ko", Versions("0", None, "1"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(upgraded(tmp_path / "comments.db")) as opened:
        yield opened


def test_over_a_real_store(store: Store) -> None:
    near = [SLOGAN.replace("서민", who) for who in ("청년", "노인", "농민")]
    for author, body in [
        ("kim", near[0]),
        ("kim", near[1]),
        ("kim", near[2]),
        ("lee", SLOGAN),
        ("park", SLOGAN),
    ]:
        store.add(Comment(body, author=author), HELD, Status.HELD)
    now = datetime.now(UTC)
    assert [rule for rule, _ in found(SLOGAN, store, now=now)] == ["near_copy"]
    store.add(Comment(near[0], author="choi"), HELD, Status.REJECTED)
    assert [rule for rule, _ in found(SLOGAN, store, now=now)] == ["near_copy", "campaign"]
    assert [rule for rule, _ in found(SLOGAN, store, "han", now=now)] == ["campaign"]
    store.add(Comment("다른 이야기", author="kim"), HELD, Status.PUBLISHED)
    assert found("또 다른 이야기", store, now=now) == [("rate", "4 comments or more in a minute")]
    assert found(SLOGAN, store, now=now + timedelta(hours=2)) == []


def test_an_author_who_wrote_nothing_of_late_is_not_asked_about_for_copies() -> None:
    class Unasked(Past):
        def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
            raise AssertionError(author)

    assert found(SLOGAN, Unasked([("lee", SLOGAN, NOW)])) == []


def test_copies_count_for_as_long_as_the_policy_says() -> None:
    day = FloodingCheck(POLICY.model_copy(update={"window_minutes": 1_440}))
    earlier = past(*[("kim", SLOGAN, minutes) for minutes in (90, 200, 400)])
    rules = [
        each.rule for each in day.run(normalize(SLOGAN), Context(now=NOW, author="kim", history=earlier))
    ]
    assert "flooding.copy" in rules
    assert found(SLOGAN, earlier) == []
