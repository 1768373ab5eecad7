"""A policy that changes while pages are open: the box follows, and moderators are told what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from moderation.reload import Reloader
from moderation.types import Language

from .conftest import Visits
from .test_pages import VARIANTS, is_in_bounds, violations
from .visits import Site


@pytest.fixture(scope="module")
def reloader(tmp_path_factory: pytest.TempPathFactory) -> Reloader:
    file = tmp_path_factory.mktemp("policy") / "site.toml"
    file.touch()
    return Reloader([file], interval=0)


@pytest.fixture
def site(reloader: Reloader, tmp_path: Path) -> Iterator[Site]:
    write(reloader, "")
    site = Site(reloader.moderator, tmp_path, reloader)
    yield site
    site.close()


def write(reloader: Reloader, text: str) -> None:
    """Put this into the site's policy file and have it read."""
    (file,) = reloader.policy_files
    Path(file).write_text(text, "utf-8")
    reloader.look(asked=True)


NEW = """
[limits]
graphemes = 20

[clauses.abuse]
title = { ko = "새로 쓴 기준", en = "A standard written anew" }
"""


def test_an_open_box_follows_the_new_policy(visits: Visits, reloader: Reloader) -> None:
    visit = visits()
    visit.open()
    visit.sign_in()
    visit.write("기사를 아주 잘 읽었습니다, 고맙습니다.")
    expect(visit.box.locator(".count")).to_contain_text("/250")
    write(reloader, NEW)
    visit.write("기사를 아주 잘 읽었습니다, 정말 고맙습니다.")  # its verdict names another policy
    expect(visit.box.locator(".count")).to_contain_text("/20")
    expect(visit.box.locator(".over")).not_to_be_empty()
    visit.box.get_by_role("button", name="Standards Board Policy").click()
    expect(visit.box.get_by_role("dialog")).to_contain_text("새로 쓴 기준")
    assert violations(visit) == []


@pytest.mark.parametrize(("language", "scheme", "size"), VARIANTS)
def test_a_refused_file_is_told_to_moderators(
    visits: Visits,
    reloader: Reloader,
    language: Language,
    scheme: Literal["light", "dark"],
    size: dict[str, int],
) -> None:
    write(reloader, '[limits]\ngraphemes = "' + "<b>many</b>" * 20 + '"')
    visit = visits(language, color_scheme=scheme, viewport=size)
    visit.open("/review/")
    told = visit.page.get_by_role("region", name=visit.text("desk_refused_policy"))
    expect(told).to_be_visible()
    expect(told).to_contain_text("`limits.graphemes`: must be a whole number, found `<b>many</b>")
    expect(told).to_contain_text(reloader.moderator.versions.policy)
    assert violations(visit) == []
    assert is_in_bounds(visit)
    write(reloader, "")
    visit.open("/review/")
    expect(told).to_have_count(0)
