"""Databases whose chain begins with the key of the test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def postgresql_url(empty_postgresql_url: str) -> str:
    """Empty, so that the first to open it begins the chain."""
    return empty_postgresql_url


@pytest.fixture
def sqlite_url(file: Path) -> str:
    """Empty likewise."""
    return f"sqlite:///{file}"
