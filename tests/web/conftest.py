from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.store import Store
from tests.sqlite import upgraded


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(upgraded(tmp_path / "moderation.db")) as store:
        yield store
