"""Whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.staging import staged_folder, write_whole


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "model"
    for content in ("one", "two"):
        with staged_folder(out) as stage:
            assert not (stage / "a").exists()
            (stage / "a").write_text(content)
        assert (out / "a").read_text() == content
    assert [path.name for path in out.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    out = tmp_path / "model"
    out.mkdir()
    (out / "a").write_text("old")

    def write() -> None:
        with staged_folder(out) as stage:
            (stage / "a").write_text("half")
            raise error

    with pytest.raises(error):
        write()
    assert (out / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_file_that_cannot_be_written_leaves_no_half(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "report.html", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    write_whole(tmp_path / "other.html", "텍스트")
    assert (tmp_path / "other.html").read_text("utf-8") == "텍스트"
