"""What tests of more than one room share: a machine that may be slow, and a real PostgreSQL."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from functools import cache

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from moderation.store.accounts import passwords
from tests import memory
from tests.postgresql import Server, running

# How long one example takes says more of the machine than of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_configure() -> None:
    """Before a folder is made, and before the workers of a parallel run start."""
    memory.prefer()


@pytest.fixture(scope="session", autouse=True)
def without_hurry() -> Iterator[None]:
    """Commands take their time to check, so that no check is left out; passwords, which are slow on purpose, do not.

    The certificates of the system are read once, not by each client: nobody here is spoken to but ourselves.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODERATION_DEADLINE", "60")
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


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
