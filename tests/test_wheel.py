"""`pip install .` into another project: the wheel carries everything, and works from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ["moderation", "policies", "training", "pyproject.toml", "README.md", "LICENSE", "NOTICE.md"]

PROGRAM = """
import json, pathlib, moderation
from moderation.store import Store
decision = moderation.Moderator.default().judge(moderation.Comment("가" * 251))
store = Store.open("sqlite:///kept/comments.db")
store.ping()
store.close()
print(json.dumps({
    "home": str(pathlib.Path(moderation.__file__).parent),
    "action": str(decision.action), "rule": decision.rule, "model": decision.versions.model,
    "skipped": len(decision.skipped), "kept": pathlib.Path("kept/comments.db").exists(),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing of earlier builds gets in and nothing into the checkout."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(built), str(source)], check=True)
    return next(built.glob("standards_board-*.whl"))


def shipped_files() -> set[str]:
    """Everything but Python files that the packages hold in the checkout."""
    ignored = {"__pycache__"}
    return {
        path.relative_to(ROOT).as_posix()
        for top in ("moderation", "policies", "training")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and not ignored & set(path.parts)
    }


def test_the_wheel_carries_every_file_of_its_packages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert shipped_files() <= names, shipped_files() - names
    for needed in (
        "policies/default.toml",
        "policies/lexicon/ko.toml",
        "policies/messages/en.toml",
        "moderation/model/shipped/manifest.json",
        "moderation/model/shipped/model.joblib",
        "moderation/web/static/comment-box.js",
        "moderation/py.typed",
    ):
        assert needed in names
    assert any(name.startswith("moderation/store/migrations/") for name in names)
    assert any(name.startswith("moderation/web/templates/") for name in names)
    assert any(name.endswith("licenses/NOTICE.md") for name in names)


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"moderation", "policies", "training"}


def test_the_wheel_works_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    home, empty = tmp_path / "venv", tmp_path / "empty"
    empty.mkdir()
    venv.create(home, symlinks=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True)
    # Its dependencies come from the environment of the tests, behind its own packages. A plain line in a .pth
    # file adds that folder without the .pth files in it, so an editable install of the checkout stays out.
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(site.stdout.strip()) / "dependencies.pth").write_text("\n".join(sorted(folders)) + "\n")
    own = ("PYTHON", "MODERATION")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    run = subprocess.run(
        [python, "-c", PROGRAM], cwd=empty, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert Path(told.pop("home")).is_relative_to(home)
    assert told.pop("model")
    assert told == {"action": "reject", "rule": "length.too_long", "skipped": 0, "kept": True}
    command = [str(python.parent / "moderation"), "--help"]
    shown = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=True)
    assert "serve" in shown.stdout
