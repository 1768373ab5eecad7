"""The whole service with the shipped model, called in process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from moderation import Moderator
from moderation.settings import Settings
from moderation.store import Store
from moderation.web.app import create_app
from tests.unhurried import shipped_moderator


@pytest.fixture(scope="session")
def shipped() -> Moderator:
    """The shipped policy and model, with time enough for a busy machine."""
    return shipped_moderator()


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for the tests that keep nothing."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'moderation.db'}") as store:
        yield store


@pytest.fixture(scope="session")
def service(shipped: Moderator, shared_store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(shipped, shared_store, Settings())) as client:
        yield client
