"""A real database for each test: what is not about SQLite alone runs on PostgreSQL too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from moderation.store import Store
from moderation.types import (
    Action,
    Decision,
    Finding,
    Length,
    Reason,
    Severity,
    Skipped,
    Span,
    Standing,
    Versions,
)
from tests.postgresql import Server
from tests.sqlite import upgraded


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "moderation.db"


@pytest.fixture
def sqlite_url(file: Path) -> str:
    """A database of its own for the test, as a store has just made it."""
    return upgraded(file)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Store]:
    """A store over SQLite, for what is about SQLite alone."""
    with Store.open(sqlite_url) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it runs over both."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        yield store


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all tests of a module, over both: for tests that only read."""
    with ExitStack() as opened:
        if request.param == "sqlite":
            address = upgraded(tmp_path_factory.mktemp("shared") / "moderation.db")
        else:
            server: Server = request.getfixturevalue("postgresql")
            address = opened.enter_context(server.database(template=server.upgraded()))
        yield opened.enter_context(Store.open(address))


@pytest.fixture
def hold() -> Decision:
    """A decision with something in every field."""
    insult = Finding("words.insult", Span(3, 5), severity=Severity.MILD, evidence="바보", marks=(Span(3, 4),))
    score = Finding("toxicity.toxicity", Span(0, 9), score=0.8125, evidence="바보 같은")
    return Decision(
        action=Action.HOLD,
        rule="words.insult",
        findings=(score, insult),
        reasons=(Reason(insult, "abuse", Action.HOLD), Reason(score, "abuse", Action.HOLD, "totals.hold")),
        clauses=("abuse",),
        length=Length(9, 250),
        language="ko",
        versions=Versions(policy="0123456789ab", model="2026-11-1", normaliser="1"),
        skipped=(Skipped("links", "deadline", "stalled"),),
        standing=Standing.NEW,
        section="sport/football",
    )
