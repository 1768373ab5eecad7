"""The documentation says what is there: names, links and examples."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from moderation import Comment, load_policy
from moderation.cli import app as command_line
from moderation.settings import Settings
from moderation.store import Store
from moderation.web.app import create_app
from tests.sqlite import upgraded
from tests.unhurried import rules_alone
from training.cli import app as training_line

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "policies/README.md"]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def routes(folder: Path) -> Iterator[tuple[str, str]]:
    """Method and path of what a reader of the README may call."""
    with Store.open(upgraded(folder / "comments.db")) as store:
        app = create_app(rules_alone(), store, Settings())
    for route in app.routes:
        if isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, route.path
        elif isinstance(route, Mount):
            yield "GET", f"{route.path}/…"


def commands(group: typer.Typer, prefix: str) -> Iterator[str]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield f"{prefix} {command.name or command.callback.__name__}"
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{prefix} {inner.name}")


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(MODERATION_\w+)` \| (.*?) \|", README, re.MULTILINE))
    assert set(rows) == {f"MODERATION_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int | float):
            assert rows[f"MODERATION_{name.upper()}"] == f"`{str(field.default).replace('True', 'true')}`"


def test_every_rule_is_in_the_readme_with_its_clause_and_action() -> None:
    policy = load_policy()
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (\d+) \| (\w+)", README, re.MULTILINE)
    assert [name for name, _, _ in rows] == list(policy.rules)
    for name, number, action in rows:
        rule = policy.rules[name]
        assert int(number) == policy.clauses[rule.clause].number, name
        assert action == (str(rule.action) if rule.action is not None else "by"), name


def test_every_route_is_in_the_readme(tmp_path: Path) -> None:
    documented = set(re.findall(r"`((?:GET|POST) /[^`]*)`", README))
    shown = {f"{method} {path}" for method, path in routes(tmp_path)}
    public = {route for route in shown if not route.split()[1].startswith(("/demo/", "/review/"))}
    assert public <= documented, public - documented
    assert "GET /review/" in documented & shown
    assert documented <= shown, documented - shown


def test_every_command_is_in_the_readme() -> None:
    for program, app in (("moderation", command_line), ("training", training_line)):
        documented = re.findall(rf"^\| `({program} [a-z ]+)", README, re.MULTILINE)
        assert {name.strip() for name in documented} == set(commands(app, program))


def test_every_dependency_is_explained_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    names = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names += [name for extra in extras for name in extra]
    section = README.partition("## What it depends on, and why")[2]
    for name in names:
        package = re.split(r"[\[<>=~! ]", name)[0]
        assert re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", section), package


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "#")):
            assert (document.parent / target.partition("#")[0]).exists(), target


def test_the_middleware_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = next(block for block in blocks(README, "python") if "ModerationMiddleware" in block)
    assert len([line for line in example.splitlines() if line.strip()]) == 5

    async def publish(request: Request) -> JSONResponse:
        body = await request.json()
        return JSONResponse({"text": body["text"], "action": str(request.state.moderation.action)})

    monkeypatch.chdir(tmp_path)
    names = {"app": Starlette(routes=[Route("/articles/{id}/comments", publish, methods=["POST"])])}
    exec(example, names)
    client = TestClient(names["app"])
    answer = client.post("/articles/7/comments", json={"text": "좋은 기사 감사합니다"})
    assert (answer.status_code, answer.json()["action"]) == (200, "allow")
    refused = client.post("/articles/7/comments", json={"text": "가" * 251})
    assert refused.status_code == 422
    assert refused.json()["decision"]["clauses"][0] == "length"
    held = client.post("/articles/7/comments", json={"text": "https://example.com/offer"})
    assert held.status_code == 202


def test_the_python_example_works(capsys: pytest.CaptureFixture[str]) -> None:
    example = next(block for block in blocks(README, "python") if "ModerationMiddleware" not in block)
    exec(example, {})
    assert capsys.readouterr().out == "allow None ()\n"


def test_the_swap_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = next(block for block in blocks(README, "python") if "swap" in block)
    (tmp_path / "site.toml").write_text("[limits]\ngraphemes = 140", "utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["moderator"].judge(Comment("가" * 141)).rule == "length.too_long"


def test_the_policy_examples_are_right(tmp_path: Path) -> None:
    for index, block in enumerate(blocks((ROOT / "policies/README.md").read_text("utf-8"), "toml")):
        file = tmp_path / f"{index}.toml"
        if "[[entries]]" in block:
            (tmp_path / "words.toml").write_text(f'language = "ko"\n{block}', "utf-8")
            block = '[lexicon]\nfiles = ["words.toml"]'
        file.write_text(block, "utf-8")
        assert load_policy(file) != load_policy()


def test_the_changelog_keeps_the_form() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])


def test_the_notice_names_every_source_of_the_shipped_model() -> None:
    facts = tomllib.loads((ROOT / "training/data/sources.toml").read_text("utf-8"))
    notice = (ROOT / "NOTICE.md").read_text("utf-8")
    for name, fact in facts.items():
        assert fact["cite"].split(",")[0].split()[0].replace("Roettger", "Röttger") in notice, name
