"""What tests of more than one room share: a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgresql import Server, running

# How long one example takes says more of the machine than of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for the whole run, started when the first test asks for it."""
    with running() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """A database of its own for the test, as a store has just made it."""
    with postgresql.database(template=postgresql.upgraded()) as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql: Server) -> Iterator[str]:
    """A database of its own for the test, with nothing in it."""
    with postgresql.database() as url:
        yield url
