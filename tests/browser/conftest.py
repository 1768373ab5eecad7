"""A real Chromium before the real service. Every test has a site and a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from moderation.engine import Moderator
from moderation.types import Language
from tests.unhurried import shipped_moderator

from .visits import Site, Visit

FLAGS = [
    "--no-sandbox",  # as root, in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visits = Callable[..., Visit]


def chromium() -> str | None:
    """The system's Chromium, first the one without windows, which takes half the time.

    None leaves the choice to Playwright, which fails where it has none.
    """
    names = (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def moderator() -> Moderator:
    return shipped_moderator()


# Not for the whole session: while Playwright runs, no other test in this thread could run an event loop.
@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(moderator: Moderator, tmp_path: Path) -> Iterator[Site]:
    site = Site(moderator, tmp_path)
    yield site
    site.close()


@pytest.fixture
def visits(chrome: Browser, site: Site) -> Iterator[Visits]:
    """Opens tabs, each in a browser profile of its own, and sees to it that nothing went wrong in them."""
    opened: list[Visit] = []

    def visit(language: Language = "ko", **options: Any) -> Visit:
        desk = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "locale": "en-US"}
        options = desk | options
        opened.append(Visit(chrome.new_context(**options).new_page(), site, language))
        return opened[-1]

    yield visit
    faults = [fault for visit in opened for fault in visit.faults]
    for visit_ in opened:
        visit_.page.context.close()
    assert faults == []


@pytest.fixture
def visit(visits: Visits) -> Visit:
    """A visitor who reads Korean, at a desk."""
    return visits()


@pytest.fixture(params=["ko", "en"])
def reader(request: pytest.FixtureRequest, visits: Visits) -> Visit:
    """A signed-in reader of each language, before an empty box."""
    language: Language = request.param
    visit = visits(language)
    visit.be_signed_in()
    visit.open()
    visit.area.wait_for()
    return visit
