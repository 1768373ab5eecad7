"""`training promote`, `rollback`, `versions`, `key` and `sign`, as their users run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from moderation.errors import InputError, ModelError
from moderation.model.artifact import load, load_shipped
from moderation.model.registry import load_current
from moderation.model.signature import SIGNATURE_FILE, Trust
from tests.training.models import artefact
from training.cli import app
from training.corpus import digest, read


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    """Fitted on next to nothing."""
    artefact(tmp_path / "candidate", features=300)
    return tmp_path / "candidate"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Comments that the shipped model knows how to judge."""
    lines = ["text,toxicity"]
    lines += [f"이 멍청한 기레기 새끼야 {number}번 기사 꺼져라,1" for number in range(20)]
    lines += [f"{number}번 기사 잘 읽었습니다 감사합니다,0" for number in range(20)]
    (tmp_path / "gold.csv").write_text("\n".join(lines), "utf-8")
    return tmp_path / "gold.csv"


def test_a_worse_candidate_is_refused_with_reason_and_figure(
    models: Path, candidate: Path, gold: Path
) -> None:
    before = load_shipped()
    result = run("promote", candidate, "--models", models, "--gold", gold)
    assert isinstance(result.exception, InputError)
    reasons = str(result.exception).splitlines()
    assert reasons[0] == f"`{candidate}` is not promoted:"
    assert any("in service, " in reason and "margin" in reason for reason in reasons[1:])
    assert not models.exists()
    assert before.version


def test_the_gate_is_overruled_on_record_and_the_shipped_model_put_back(
    models: Path, candidate: Path, gold: Path
) -> None:
    shipped, new = load_shipped().version, load(candidate).version
    done = run(
        *("promote", candidate, "--models", models, "--gold", gold),
        *("--by", "kim", "--anyway", "--why", "the desk wants to see it"),
    )
    assert done.exit_code == 0, done.exception
    assert load_current(models).version == new
    shown = json.loads(run("versions", "--models", models, "--json").stdout)
    assert shown["current"] == new
    assert {version["version"] for version in shown["versions"]} == {shipped, new}
    first, second = shown["history"]
    assert (first["version"], first["why"]) == (shipped, "came with the package")
    assert (second["by"], second["why"], second["before"]) == ("kim", "the desk wants to see it", shipped)
    assert second["in_spite_of"]

    back = run("rollback", "--models", models, "--by", "lee", "--why", "too strict")
    assert back.exit_code == 0, back.exception
    assert load_current(models).version == shipped
    table = run("versions", "--models", models).stdout
    assert f"→  {shipped}" in table
    for word in ("rolled back", "lee", "too strict", "in spite of"):
        assert word in table


def test_a_candidate_no_worse_is_promoted_and_its_figures_kept(
    models: Path, candidate: Path, gold: Path, tmp_path: Path
) -> None:
    run("promote", candidate, "--models", models, "--anyway", "--why", "to begin with")
    same = digest(read(gold))
    artefact(tmp_path / "next", features=300, day=25, gold=same)  # the same model of another day
    done = run("promote", tmp_path / "next", "--models", models, "--gold", gold)
    assert done.exit_code == 0, done.exception
    current = load_current(models).version
    assert current.startswith("20261125-")
    exam = json.loads((models / "versions" / current / "exam.json").read_bytes())
    assert (exam["version"], exam["rows"]) == (current, 40)


def test_a_candidate_that_may_have_seen_the_gold_set_is_refused(
    models: Path, candidate: Path, gold: Path
) -> None:
    run("promote", candidate, "--models", models, "--anyway", "--why", "to begin with")
    result = run("promote", candidate, "--models", models, "--gold", gold)
    assert isinstance(result.exception, InputError)
    assert "not kept apart from the gold set" in str(result.exception)
    assert "training fit --gold" in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the gold set with `--gold`"),
        (["--anyway"], "`--anyway` needs `--why`"),
    ],
)
def test_what_promote_needs(models: Path, candidate: Path, arguments: list[str], message: str) -> None:
    result = run("promote", candidate, "--models", models, *arguments)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_nothing_to_roll_back_to(models: Path) -> None:
    result = run("rollback", "--models", models)
    assert isinstance(result.exception, InputError)
    assert "there is no earlier version" in str(result.exception)


def test_key_and_signature(models: Path, candidate: Path, tmp_path: Path) -> None:
    public = run("key", tmp_path / "key.pem").stdout.strip()
    trust = Trust((public,), required=True)
    overruled = ("--models", models, "--anyway", "--why", "to begin with", "--trust", public)
    unsigned = run("promote", candidate, *overruled)
    assert isinstance(unsigned.exception, ModelError)
    assert "only signed models are opened" in str(unsigned.exception)
    done = run("promote", candidate, *overruled, "--key", tmp_path / "key.pem")
    assert done.exit_code == 0, done.exception
    assert load_current(models, trust=trust).version == load(candidate).version

    assert not (candidate / SIGNATURE_FILE).exists()
    assert run("sign", candidate, "--key", tmp_path / "key.pem").exit_code == 0
    assert load(candidate, trust=trust).version == load(candidate).version
    assert "name the private key" in str(run("sign", candidate).exception)


def test_whoever_signs_vouches_for_the_whole(candidate: Path, tmp_path: Path) -> None:
    run("key", tmp_path / "key.pem")
    (candidate / "model.joblib").write_bytes(b"altered")
    result = run("sign", candidate, "--key", tmp_path / "key.pem")
    assert isinstance(result.exception, ModelError)
    assert not (candidate / SIGNATURE_FILE).exists()
