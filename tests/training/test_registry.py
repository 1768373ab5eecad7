"""ML-3, ML-4: one version is in service at any time, whatever happens to who writes, and all is on record."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.errors import InputError, ModelError
from moderation.model.artifact import MODEL_FILE
from moderation.model.registry import CURRENT_FILE, HISTORY_FILE, load_current, read_current
from moderation.model.signature import SIGNATURE_FILE, Trust, make_key
from tests.training.models import artefact
from training.registry import EXAM_FILE, Registry

ROOT = Path(__file__).parents[2]


@pytest.fixture
def candidates(tmp_path: Path) -> list[Path]:
    """Three artefacts, each of another day."""
    folders = [tmp_path / f"candidate-{number}" for number in range(3)]
    for number, folder in enumerate(folders):
        artefact(folder, day=20 + number)
    return folders


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def served(registry: Registry) -> str:
    """The version that a service would load."""
    return load_current(registry.folder).version


def promoted(registry: Registry, *folders: Path) -> list[str]:
    names = [registry.add(folder).version for folder in folders]
    for name in names:
        registry.promote(name, by="kim", why="better")
    return names


def test_what_is_added_is_not_in_service_before_it_is_promoted(
    registry: Registry, candidates: list[Path]
) -> None:
    first = registry.add(candidates[0], exam={"rows": 1})
    assert registry.current() is None
    with pytest.raises(ModelError):
        served(registry)
    registry.promote(first.version, by="kim", why="the first")
    assert served(registry) == first.version
    kept = registry.folder / "versions" / first.version
    assert {path.name for path in kept.iterdir()} == {MODEL_FILE, "manifest.json", "card.md", EXAM_FILE}
    assert json.loads((kept / EXAM_FILE).read_bytes()) == {"rows": 1}


def test_versions_stand_side_by_side(registry: Registry, candidates: list[Path]) -> None:
    names = promoted(registry, *reversed(candidates))
    assert [manifest.version for manifest in registry.versions()] == sorted(names)
    assert served(registry) == names[-1]


def test_who_when_and_why_is_on_record(registry: Registry, candidates: list[Path]) -> None:
    first, second = promoted(registry, *candidates[:2])
    registry.rollback(by="lee", why="too strict")
    assert [(s.action, s.version, s.before, s.by, s.why) for s in registry.history()] == [
        ("promoted", first, None, "kim", "better"),
        ("promoted", second, first, "kim", "better"),
        ("rolled back", first, second, "lee", "too strict"),
    ]
    times = [switch.at for switch in registry.history()]
    assert times == sorted(times)
    assert all(time.utcoffset() is not None for time in times)


def test_each_rollback_goes_one_version_back(registry: Registry, candidates: list[Path]) -> None:
    names = promoted(registry, *candidates)
    assert registry.rollback(by="kim").version == names[1] == served(registry)
    assert registry.rollback(by="kim").version == names[0] == served(registry)
    with pytest.raises(InputError, match="there is no earlier version"):
        registry.rollback(by="kim")
    registry.promote(names[2], by="kim")
    assert registry.rollback(by="kim").version == names[0]


def test_to_a_version_by_name(registry: Registry, candidates: list[Path]) -> None:
    names = promoted(registry, *candidates)
    assert registry.rollback(names[0], by="kim").version == names[0] == served(registry)
    with pytest.raises(InputError, match="is in service already"):
        registry.rollback(names[0], by="kim")


@pytest.mark.parametrize("name", ["../candidate-0", "/etc", "", ".", "..", ".hidden", "a/b", "a\\b", "가"])
def test_a_name_that_leads_elsewhere_is_refused(
    registry: Registry, candidates: list[Path], name: str
) -> None:
    promoted(registry, candidates[0])
    with pytest.raises(ModelError, match="is no name of a version"):
        registry.promote(name, by="kim")
    content = json.loads((registry.folder / CURRENT_FILE).read_bytes())
    (registry.folder / CURRENT_FILE).write_text(json.dumps(content | {"version": name}), "utf-8")
    with pytest.raises(ModelError, match="is no name of a version"):
        served(registry)


def test_an_artefact_that_was_altered_is_neither_added_nor_gone_back_to(
    registry: Registry, candidates: list[Path]
) -> None:
    first, second = promoted(registry, *candidates[:2])
    with (candidates[2] / MODEL_FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        registry.add(candidates[2])
    with (registry.folder / "versions" / first / MODEL_FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        registry.rollback(by="kim")
    assert served(registry) == second
    assert not list((registry.folder / "versions").glob(".*"))


def test_a_folder_that_holds_another_version_is_refused(registry: Registry, candidates: list[Path]) -> None:
    first, second = promoted(registry, *candidates[:2])
    versions = registry.folder / "versions"
    shutil.rmtree(versions / second)
    (versions / first).rename(versions / second)
    with pytest.raises(ModelError, match=f"the folder of `{second}` holds `{first}`"):
        served(registry)


def test_adding_again_completes_what_is_there(
    registry: Registry, candidates: list[Path], tmp_path: Path
) -> None:
    (name,) = promoted(registry, candidates[0])
    public = make_key(tmp_path / "key.pem")
    inode = (registry.folder / "versions" / name).stat().st_ino
    registry.add(candidates[0], exam={"rows": 2}, key=tmp_path / "key.pem")
    assert (registry.folder / "versions" / name).stat().st_ino == inode  # it was never gone
    assert load_current(registry.folder, trust=Trust((public,), required=True)).version == name


def test_only_signed_versions_where_the_service_asks_for_them(candidates: list[Path], tmp_path: Path) -> None:
    public = make_key(tmp_path / "key.pem")
    registry = Registry(tmp_path / "models", Trust((public,), required=True))
    with pytest.raises(ModelError, match="only signed models are opened"):
        registry.add(candidates[0])
    assert registry.versions() == []
    name = registry.add(candidates[0], key=tmp_path / "key.pem").version
    assert (registry.folder / "versions" / name / SIGNATURE_FILE).exists()
    registry.promote(name, by="kim")
    assert load_current(registry.folder, trust=registry.trust).version == name


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', "\x00"])
def test_a_broken_pointer_is_named_and_mended_by_a_rollback(
    registry: Registry, candidates: list[Path], content: str
) -> None:
    first, _ = promoted(registry, *candidates[:2])
    (registry.folder / CURRENT_FILE).write_text(content, "utf-8")
    with pytest.raises(ModelError, match=r"current\.json: .*`training rollback` mends it"):
        served(registry)
    registry.rollback(by="kim")
    assert served(registry) == first


def test_a_record_that_was_cut_off_loses_nothing_but_itself(
    registry: Registry, candidates: list[Path]
) -> None:
    names = promoted(registry, *candidates)
    log = registry.folder / HISTORY_FILE
    log.write_bytes(log.read_bytes()[:-40])
    assert [switch.version for switch in registry.history()] == names  # the last stands in current.json
    registry.rollback(by="kim")
    assert [switch.version for switch in registry.history()] == [*names, names[1]]


def test_a_plain_folder_works_as_before(candidates: list[Path]) -> None:
    assert read_current(candidates[0]) is None
    assert load_current(candidates[0]).version.startswith("20261120-")


WRITER = """
import itertools, sys
from pathlib import Path
from training.registry import Registry
registry = Registry(Path(sys.argv[1]))
print("ready", flush=True)
for candidate in itertools.cycle(sys.argv[2:]):
    manifest = registry.add(Path(candidate), exam={"rows": 1})
    if registry.current() is None or registry.current().version != manifest.version:
        registry.promote(manifest.version, by="kim", why="again and again")
"""


def test_killed_at_any_moment_one_whole_version_is_in_service(
    registry: Registry, candidates: list[Path], tmp_path: Path
) -> None:
    """ML-3: `kill -9` while it adds and switches, again and again; what is served is whole, and on record."""
    promoted(registry, candidates[0])
    moments = random.Random(3)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(4):
        for version in (registry.folder / "versions").iterdir():
            if version.name != registry.history()[-1].version:
                shutil.rmtree(version)  # so that it is added anew
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(registry.folder), *map(str, candidates)],
            env=environment,
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == b"ready\n"
            for _ in range(moments.randrange(2_000_000)):
                pass
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        current = registry.current()
        assert current is not None
        assert served(registry) == current.version
        assert registry.history()[-1] == current
        for manifest in registry.versions():
            assert load_current(registry.folder / "versions" / manifest.version).version == manifest.version
    artefact(tmp_path / "last", day=28)
    assert promoted(registry, tmp_path / "last") == [served(registry)]  # nothing half done is in the way
    assert not list((registry.folder / "versions").glob(".*"))
