"""Who may import whom: arrows point down only. The table is the one of docs/architecture.md."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Each room with the rooms it may import, besides itself and the libraries it lists in pyproject.toml.
MAY_IMPORT: dict[str, set[str]] = {
    "types": set(),
    "errors": set(),
    "text": {"types", "errors"},
    "policy": {"text", "types", "errors"},
    "model": {"text", "types", "errors"},
    "checks": {"model", "policy", "text", "types", "errors"},
    "masking": {"checks", "text", "types", "errors"},
    "decide": {"policy", "text", "types", "errors"},
    "in_force": {"checks", "model", "policy", "text", "types", "errors"},
    "off_loop": set(),
    "engine": {"off_loop", "in_force", "decide", "checks", "model", "policy", "text", "types", "errors"},
    "store": {"text", "types", "errors"},  # text for the fingerprint that finds copies of a comment
    "reports": {"store", "types", "errors"},
    "client": set(),  # it speaks to a service that may run elsewhere and in another version
    "rounds": {"errors"},
    "recheck": {"rounds", "engine", "store", "types", "errors"},
    "webhooks": {"rounds", "settings", "store", "types", "errors"},
    "settings": {"errors"},
    "watch": set(),
    "shadow": {"reload", "settings", "engine", "model", "errors", "types"},
    "reload": {"watch", "settings", "engine", "model", "policy", "errors"},
}
EVERYTHING_BELOW = {*MAY_IMPORT}
MAY_IMPORT["web"] = EVERYTHING_BELOW
MAY_IMPORT["cli"] = EVERYTHING_BELOW | {"web"}
MAY_IMPORT["training"] = {
    "engine",
    "in_force",
    "decide",
    "masking",
    "checks",
    "model",
    "policy",
    "text",
    "types",
    "errors",
}

# The engine decides and stores nothing, and knows neither files nor HTTP nor the calendar.
FOREIGN_TO_THE_CORE = {"sqlalchemy", "alembic", "starlette", "uvicorn", "jinja2", "typer", "rich"}
CORE = [
    "types",
    "errors",
    "text",
    "policy",
    "model",
    "checks",
    "masking",
    "decide",
    "in_force",
    "off_loop",
    "engine",
]


def modules() -> list[Path]:
    return sorted(path for top in ("moderation", "training") for path in (ROOT / top).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file names in an import, wherever it stands, with its line."""
    package = path.parent.relative_to(ROOT).parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *filter(None, [node.module])])
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def room(module: str) -> str | None:
    """`moderation.text.hangul` is in the room `text`; None for the package itself and for libraries."""
    top, *rest = module.split(".")
    if top == "training":
        return "training"
    if top != "moderation" or not rest:
        return None
    return rest[0]


def upward(path: Path) -> Iterator[str]:
    here = room(name_of(path))
    for line, module in imported(path):
        there = room(module)
        if here and there and there != here and there in MAY_IMPORT and there not in MAY_IMPORT[here]:
            yield f"{path.relative_to(ROOT)}:{line}: `{here}` imports `{module}`"


def test_every_room_is_in_the_table() -> None:
    rooms = {room(name_of(path)) for path in modules()} - {None}
    assert rooms <= set(MAY_IMPORT), f"give {rooms - set(MAY_IMPORT)} a place in the table"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_down(path: Path) -> None:
    assert not list(upward(path))


def test_an_upward_import_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "moderation" / "text" / "wrong.py"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("def late():\n    from ..policy import Policy\nimport training.fit\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert sorted({line.partition(": ")[0] for line in upward(wrong)}) == [
        "moderation/text/wrong.py:2",
        "moderation/text/wrong.py:3",
    ]


def test_checks_do_not_know_each_other() -> None:
    checks = {path.stem for path in (ROOT / "moderation/checks").glob("*.py")} - {"__init__"}
    for check in checks:
        path = ROOT / "moderation/checks" / f"{check}.py"
        named = {
            module.split(".")[2] for _, module in imported(path) if module.startswith("moderation.checks.")
        }
        assert not named & (checks - {check}), check


def test_the_core_takes_no_library_of_the_rooms_above() -> None:
    for path in modules():
        if name_of(path).split(".")[1:2] and name_of(path).split(".")[1] in CORE:
            tops = {module.partition(".")[0] for _, module in imported(path)}
            assert not tops & FOREIGN_TO_THE_CORE, path


def test_types_and_errors_need_the_standard_library_only() -> None:
    for name in ("types", "errors"):
        tops = {module.partition(".")[0] for _, module in imported(ROOT / "moderation" / f"{name}.py")}
        assert tops <= {*sys.stdlib_module_names, "__future__"}, name


def test_the_service_never_loads_training() -> None:
    for path in modules():
        if name_of(path).startswith("moderation"):
            assert not [module for _, module in imported(path) if module.split(".")[0] == "training"], path


def declared(*groups: str) -> set[str]:
    """Names of the packages that pyproject.toml lists."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = [*project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        listed += extra
    for group in groups:
        listed += project["dependency-groups"][group]
    return {re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-") for requirement in listed}


def libraries(path: Path) -> Iterator[str]:
    """Top-level modules that a file imports or reads data from."""
    yield from (module.partition(".")[0] for _, module in imported(path))
    yield from re.findall(r'resources\.files\("(\w+)', path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("tops", "groups"),
    [(("moderation", "training"), ()), (("tests", "benchmarks"), ("dev",))],
    ids=["run", "dev"],
)
def test_every_library_is_declared(tops: tuple[str, ...], groups: tuple[str, ...]) -> None:
    # Otherwise it works here, where another package happens to have brought it along, and nowhere else.
    ours = {"moderation", "policies", "training", "tests", "benchmarks"}
    homes = metadata.packages_distributions()
    known = declared(*groups)
    for path in (path for top in tops for path in (ROOT / top).rglob("*.py")):
        for library in set(libraries(path)) - ours - set(sys.stdlib_module_names) - {""}:
            names = {name.lower().replace("_", "-") for name in homes.get(library, [library])}
            assert names & known, f"{path.relative_to(ROOT)}: `{library}` is not in pyproject.toml"
