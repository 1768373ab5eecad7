"""FM-5: policy and model follow their files; what is wrong is reported, and the last good one stays in force."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import pytest

from moderation.errors import PolicyError
from moderation.policy import load_policy, shipped
from moderation.reload import Reloader
from moderation.types import Comment

WORDS = """
language = "ko"
[[entries]]
term = "{term}"
category = "insult"
severity = "severe"
source = "the desk"
added = 2026-01-31
"""


def limit(file: Path, graphemes: int | str) -> Path:
    file.write_text(f"[limits]\ngraphemes = {graphemes}\n", "utf-8")
    return file


def following(*files: Path, model: Path | None = None) -> Reloader:
    return Reloader(files, model or Path("no model"))


def look(reloader: Reloader) -> None:
    """Twice: a change counts once the files are at rest."""
    reloader.look()
    reloader.look()


def fault(reloader: Reloader) -> str:
    return reloader.policy.fault or ""


def limit_of(reloader: Reloader) -> int:
    return reloader.moderator.judge(Comment("가")).length.limit


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return limit(tmp_path / "site.toml", 100)


def test_a_changed_file_is_in_force_after_two_looks(site: Path) -> None:
    reloader = following(site)
    limit(site, 1000)
    reloader.look()
    assert limit_of(reloader) == 100
    reloader.look()
    assert limit_of(reloader) == 1000
    version = load_policy(site).version
    assert reloader.policy.version == version == reloader.moderator.judge(Comment("가")).versions.policy
    assert (reloader.policy.taken, reloader.policy.refused) == (1, 0)


def test_nothing_is_read_while_nothing_changes(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reloader = following(site)
    monkeypatch.setattr("moderation.reload.load_policy", None)  # it would be refused if it were called
    look(reloader)
    assert fault(reloader) == ""


def test_broken_and_mended(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    reloader = following(site)
    good = reloader.policy.version
    limit(site, "twenty")
    look(reloader)
    assert limit_of(reloader) == 100
    assert reloader.policy.version == good == reloader.moderator.versions.policy
    assert fault(reloader).startswith(f"{site}: not valid TOML")
    since = reloader.policy.since
    assert since is not None

    limit(site, 0)
    look(reloader)
    assert fault(reloader) == f"{site}: `limits.graphemes`: must be at least 1, found `0`"
    assert (reloader.policy.since, reloader.policy.refused) == (since, 2)
    assert [record.levelname for record in caplog.records if "policy files refused" in record.message] == [
        "ERROR",
        "ERROR",
    ]
    assert f"{good} stays in force: {fault(reloader)}" in caplog.text

    limit(site, 1000)
    look(reloader)
    assert limit_of(reloader) == 1000
    assert (fault(reloader), reloader.policy.since, reloader.policy.taken) == ("", None, 1)


def test_broken_and_put_back(site: Path) -> None:
    reloader = following(site)
    limit(site, "twenty")
    look(reloader)
    limit(site, 100)
    look(reloader)
    assert (fault(reloader), reloader.policy.taken, limit_of(reloader)) == ("", 0, 100)


def test_a_fault_is_logged_once(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    reloader = following(site)
    limit(site, 0)
    for _ in range(3):
        reloader.look(asked=True)
    assert caplog.text.count("must be at least 1") == 1
    assert reloader.policy.refused == 3


def test_deleted_and_back(site: Path) -> None:
    reloader = following(site)
    site.unlink()
    look(reloader)
    assert fault(reloader) == f"{site}: there is no such file"
    assert limit_of(reloader) == 100
    limit(site, 1000)
    look(reloader)
    assert (fault(reloader), limit_of(reloader)) == ("", 1000)


def test_replaced_by_a_link(site: Path) -> None:
    reloader = following(site)
    other = limit(site.with_name("other.toml"), 1000)
    os.symlink(other, site.with_name("link"))
    os.replace(site.with_name("link"), site)
    look(reloader)
    assert limit_of(reloader) == 1000


def test_word_lists_count(site: Path) -> None:
    words = site.with_name("words.toml")
    words.write_text(WORDS.format(term="가나다라"), "utf-8")
    site.write_text('[lexicon]\nfiles = ["words.toml"]', "utf-8")
    reloader = following(site)
    assert reloader.moderator.judge(Comment("마바사아")).reasons == ()
    words.write_text(WORDS.format(term="마바사아"), "utf-8")
    look(reloader)
    assert reloader.moderator.judge(Comment("마바사아")).reasons[0].finding.rule == "words.insult"

    words.write_text(WORDS.format(term=""), "utf-8")
    look(reloader)
    assert "words.toml: entry 1: `term`: is empty" in fault(reloader)
    assert reloader.moderator.judge(Comment("마바사아")).reasons != ()


def test_a_list_of_ones_own_may_come_to_stand_before_a_shipped_one(site: Path) -> None:
    reloader = following(site)
    (site.parent / "lexicon").mkdir()
    (site.parent / "lexicon/ko.toml").write_text(WORDS.format(term="마바사아"), "utf-8")
    look(reloader)
    assert reloader.moderator.judge(Comment("마바사아")).reasons[0].finding.rule == "words.insult"


def test_default_and_messages_count(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(str(shipped()), tmp_path / "policies"))
    monkeypatch.setattr("moderation.policy.files.shipped", lambda: folder)
    reloader = following(site)
    messages = folder / "messages/desk/en.toml"
    messages.write_text(messages.read_text("utf-8").replace('"Approve"', '"Let it stand"'), "utf-8")
    look(reloader)
    assert reloader.moderator.policy.interface["desk_approve"].en == "Let it stand"

    default = folder / "default.toml"
    default.write_text(default.read_text("utf-8").replace("marks = 8", "marks = 9"), "utf-8")
    look(reloader)
    assert reloader.moderator.policy.limits.marks == 9


def test_a_file_that_is_being_written_is_not_read(site: Path) -> None:
    reloader = following(site)
    whole = site.read_text("utf-8").replace("100", "1000")
    for length in range(1, len(whole) + 1):  # most of these halves are broken
        site.write_text(whole[:length], "utf-8")
        reloader.look()
    assert (fault(reloader), reloader.policy.refused, limit_of(reloader)) == ("", 0, 100)
    reloader.look()
    assert limit_of(reloader) == 1000


def test_a_wrong_policy_stops_the_start(site: Path) -> None:
    limit(site, 0)
    with pytest.raises(PolicyError):
        following(site)


def test_a_fault_of_ours_keeps_the_last_good_one_and_says_no_more_than_its_place(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*files: Path, **options: object) -> None:
        raise RecursionError("비밀")

    reloader = following(site)
    monkeypatch.setattr("moderation.reload.load_policy", broken)
    reloader.look(asked=True)
    assert fault(reloader).startswith("RecursionError at broken:")
    assert "비밀" not in fault(reloader)
    assert limit_of(reloader) == 100


def test_a_policy_that_no_checks_can_be_built_from_is_refused(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reloader = following(site)
    monkeypatch.setattr("moderation.in_force.build_checks", None)
    limit(site, 1000)
    look(reloader)
    assert fault(reloader).startswith("TypeError at of:")
    assert limit_of(reloader) == 100


def test_the_thread_reads_when_asked_and_stops(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with Reloader([site], Path("no model"), interval=0) as reloader:
        limit(site, 1000)
        reloader.ask()
        while reloader.policy.taken == 0:
            pass
        assert limit_of(reloader) == 1000
    assert "policy" in caplog.text


def test_the_thread_looks_by_itself(site: Path) -> None:
    with Reloader([site], Path("no model"), interval=0.01) as reloader:
        limit(site, 1000)
        while limit_of(reloader) != 1000:
            pass
