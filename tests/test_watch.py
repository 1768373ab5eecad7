"""Files are found to have changed however they were changed, and only once they are at rest."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.watch import Watch


def watching(*paths: Path) -> Watch:
    watch = Watch()
    watch.read(lambda reading: [reading(path) for path in paths])
    return watch


def looks(watch: Watch, count: int = 3) -> list[bool]:
    return [watch.changed() for _ in range(count)]


def wait_for_the_clock(file: Path) -> None:
    """Until a file written now gets another time: the kernel's clock for files moves in steps."""
    probe = file.with_name("probe")
    while True:
        probe.write_bytes(b"")
        if probe.stat().st_ctime_ns != file.stat().st_ctime_ns:
            return


def rewritten(file: Path) -> None:
    file.write_text("other")


def of_the_same_size(file: Path) -> None:
    file.write_text("two")


def with_its_old_time(file: Path) -> None:
    before = file.stat()
    file.write_text("two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(file: Path) -> None:
    """As editors and git do."""
    beside = file.with_suffix(".new")
    beside.write_text("two")
    os.replace(beside, file)


def deleted(file: Path) -> None:
    file.unlink()


def turned_into_a_link(file: Path) -> None:
    target = file.with_name("elsewhere")
    target.write_text("one")
    file.unlink()
    file.symlink_to(target)


@pytest.mark.parametrize(
    "change", [rewritten, of_the_same_size, with_its_old_time, replaced, deleted, turned_into_a_link]
)
def test_a_change_is_seen_once_two_looks_agree(tmp_path: Path, change: Callable[[Path], None]) -> None:
    file = tmp_path / "site.toml"
    file.write_text("one")
    watch = watching(file)
    assert looks(watch) == [False, False, False]
    wait_for_the_clock(file)
    change(file)
    assert looks(watch) == [False, True, True]  # until it is read
    watch.read(lambda reading: reading(file))
    assert looks(watch) == [False, False, False]


def test_a_file_that_comes_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    watch = watching(file)
    assert looks(watch) == [False, False, False]
    file.touch()
    assert looks(watch) == [False, True, True]


def test_the_link_above_a_file_is_swapped(tmp_path: Path) -> None:
    """As Kubernetes does with a ConfigMap: `..data` is a link to a folder, and is replaced by another."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "site.toml").write_text(name[:5])
    (tmp_path / "..data").symlink_to("first")
    (tmp_path / "site.toml").symlink_to("..data/site.toml")
    watch = watching(tmp_path / "site.toml")
    (tmp_path / "..new").symlink_to("second")
    os.replace(tmp_path / "..new", tmp_path / "..data")
    assert looks(watch) == [False, True, True]


def test_a_file_being_written_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.touch()
    watch = watching(file)
    for _ in range(5):
        with file.open("a") as half:
            half.write("more\n")
        assert not watch.changed()
    assert watch.changed()


def test_a_change_that_is_taken_back_is_none(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    watch = watching(file)
    file.touch()
    assert not watch.changed()
    file.unlink()
    assert looks(watch) == [False, False, False]


def test_a_change_while_reading_is_told(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.touch()
    watch = Watch()

    def read(reading: Callable[[Path], object]) -> None:
        reading(file)
        file.write_text("meanwhile")

    watch.read(read)
    assert watch.moved()
    assert looks(watch) == [False, True, True]


def test_files_that_a_failed_reading_did_not_come_to_still_count(tmp_path: Path) -> None:
    first, second = tmp_path / "site.toml", tmp_path / "words.toml"
    first.touch()
    second.touch()
    watch = watching(first, second)

    def fail(reading: Callable[[Path], object]) -> None:
        reading(first)
        raise ValueError

    with pytest.raises(ValueError):
        watch.read(fail)
    assert looks(watch) == [False, False, False]
    second.write_text("mended")
    assert looks(watch) == [False, True, True]
