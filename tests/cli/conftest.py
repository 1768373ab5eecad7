from __future__ import annotations

import pytest

from moderation.model.artifact import load_shipped
from moderation.model.classifier import Classifier


@pytest.fixture(scope="session", autouse=True)
def shipped_model() -> Classifier:
    """In use throughout, so that commands in this process find it and need not load it each."""
    return load_shipped()
