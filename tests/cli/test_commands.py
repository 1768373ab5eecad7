"""The commands as a person at a terminal meets them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import moderation.cli
from moderation import Comment, load_policy
from moderation.cli import app
from moderation.store import Status, Store
from moderation.types import Decision
from tests.sqlite import upgraded
from tests.unhurried import rules_alone

FAIR, LINK, LONG = "좋은 기사 감사합니다.", "the figures are at https://example.com/chart", "가" * 251
PHONE = "연락 주세요 010-1234-5678 기다릴게요"


Ended = Callable[..., tuple[object, str, str]]


def run(*arguments: str, stdin: str | None = None, **environ: str) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin, env={"NO_COLOR": "1", **environ})


def main(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from moderation.cli import main; main()", *arguments]
    return subprocess.run(program, capture_output=True, text=True, check=False, env=environ or None)


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Runs the whole command line here: its exit code, what it wrote, and what it wrote of errors."""

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["moderation", *arguments])
        with pytest.raises(SystemExit) as end:
            moderation.cli.main()
        return end.value.code, *capsys.readouterr()

    return run


def test_help_names_the_commands() -> None:
    shown = main("--help").stdout
    assert all(command in shown for command in ("serve", "check", "explain", "queue", "policy"))


def test_help_loads_nothing_heavy() -> None:
    """So that it comes at once: the command line's own libraries, and nothing that judging or serving needs."""
    program = (
        "import sys\n"
        "from moderation.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print('loaded', *(name for name in sys.modules if '.' not in name))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    loaded = set(shown.rpartition("loaded ")[2].split())
    assert "typer" in loaded
    judging = {"numpy", "scipy", "sklearn", "joblib", "re2", "pydantic"}
    serving = {"starlette", "sqlalchemy", "alembic", "uvicorn", "jinja2", "httpx2", "anyio"}
    assert not loaded & (judging | serving)


@pytest.mark.parametrize(("text", "code"), [(FAIR, 0), (LINK, 3), (LONG, 3)])
def test_the_exit_code_says_whether_it_would_be_published(text: str, code: int) -> None:
    assert run("check", text).exit_code == code


def test_check_says_what_where_and_why() -> None:
    shown = run("check", PHONE).stdout
    assert shown.startswith("hold personal_data.phone\n")
    assert "연락 주세요 «010-1234-5678» 기다릴게요" in shown
    assert "6. 개인정보 보호" in shown
    assert load_policy().message("privacy", "ko") in shown
    assert f"length {len(PHONE)}/250, language ko" in shown


def test_check_speaks_the_language_asked_for() -> None:
    shown = run("check", PHONE, "--language", "en").stdout
    assert "6. Personal data" in shown
    assert load_policy().message("privacy", "en") in shown


def test_check_reads_standard_input() -> None:
    result = run("check", "-", stdin=PHONE + "\n")
    assert result.exit_code == 3
    assert f"length {len(PHONE)}/250" in result.stdout


def test_check_as_json_is_the_same_line_as_in_a_file() -> None:
    result = run("check", LINK, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (answer["id"], answer["action"], answer["rule"]) == (None, "hold", "links.link")


@pytest.mark.parametrize("arguments", [[], [FAIR, "--jsonl", "-"]])
def test_check_wants_either_text_or_a_file(arguments: list[str]) -> None:
    result = run("check", *arguments)
    assert result.exit_code == 2
    assert "either TEXT or --jsonl FILE" in result.output


def test_check_goes_by_a_policy_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text("[limits]\ngraphemes = 5")
    assert run("check", FAIR, "--policy", str(file)).exit_code == 3
    assert run("check", FAIR, MODERATION_POLICY_FILES=str(file)).exit_code == 3


def test_a_terminal_gets_no_escapes_from_a_comment() -> None:
    shown = run("check", "\x1b]0;owned\x07 https://example.com").stdout
    assert "\x1b" not in shown
    assert "\\u{1b}]0;owned\\u{7}" in shown


def on_a_terminal(*arguments: str, **environ: str) -> bytes:
    """What a command writes when its output is a terminal."""
    ours, theirs = pty.openpty()
    with pytest.MonkeyPatch.context() as patch, os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        patch.delenv("NO_COLOR", raising=False)
        for name, value in {"TERM": "xterm", **environ}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdout", terminal)
        app(list(arguments), standalone_mode=False)
    shown = os.read(ours, 100_000)
    os.close(ours)
    return shown


def test_colours_are_for_terminals_that_want_them() -> None:
    magenta = b"\x1b[1;35m"
    assert magenta in on_a_terminal("check", PHONE)
    assert magenta not in on_a_terminal("check", PHONE, NO_COLOR="1")
    piped = CliRunner().invoke(app, ["check", PHONE], env={"NO_COLOR": None, "TERM": "xterm"}).stdout
    assert PHONE[:5] in piped
    assert "\x1b" not in piped


def test_explain_takes_the_score_apart() -> None:
    shown = run("explain", "you are a complete idiot", "--label", "toxicity", "--top", "5").stdout
    assert "toxicity: words for it in red" in shown
    assert "idiot[+" in shown
    rows = shown.partition("n-gram")[2].partition("start")[0].strip().splitlines()
    assert len(rows) == 6  # the heading's rest and five n-grams
    assert "log-odds" in shown


def test_explain_without_a_model_is_one_message(tmp_path: Path, ended: Ended) -> None:
    code, _, errors = ended("explain", FAIR, "--model", str(tmp_path))
    assert code == 1
    assert errors == f"moderation: {tmp_path}: `manifest.json` cannot be read: No such file or directory\n"


def test_a_policy_is_shown_in_both_languages() -> None:
    english, korean = run("policy", "show").stdout, run("policy", "show", "--language", "ko").stdout
    assert "Standards Board Policy" in english
    assert " 12. At most 250 characters (`length`)" in english
    assert " 12. 글자 수 250자 (`length`)" in korean
    for rule in load_policy().rules:
        assert rule in english


def test_a_policy_file_is_tried_out(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(
        '[limits]\ngraphemes = 300\n[rules.links.link]\naction = "nudge"\n[links]\nallow = ["example.kr"]\n'
    )
    shown = run("policy", "check", str(file)).stdout
    assert shown.startswith(f"{file}: right; 14 clauses, ")
    assert "  `limits.graphemes`: 250 → 300\n" in shown
    assert "  `rules.links.link.action`: hold → nudge\n" in shown
    assert "  `links.allow`: 0 entries → 1 (1 new, 0 gone)\n" in shown
    file.write_text("# nothing\n")
    assert "nothing differs from the default" in run("policy", "check", str(file)).stdout


def test_a_rule_that_no_check_reports_is_pointed_out(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[rules.personal_data.fone]\nclause = "privacy"\naction = "reject"')
    shown = run("policy", "check", str(file)).stdout
    assert "rule `personal_data.fone` is new: no shipped check reports it" in shown


def test_a_wrong_policy_is_one_message(tmp_path: Path, ended: Ended) -> None:
    file = tmp_path / "site.toml"
    file.write_text("[limits]\ngrapheme = 300")
    message = f"moderation: {file}: `limits.grapheme`: there is no such field; did you mean `graphemes`?\n"
    assert ended("policy", "check", str(file)) == (1, "", message)
    served = main("serve", "--port", "0", "--policy", str(file))
    assert (served.returncode, served.stdout, served.stderr) == (1, "", message)


def test_a_wrong_setting_is_one_message() -> None:
    result = run("policy", "show", MODERATION_PORT="eighty")
    assert result.exit_code == 1
    assert "`MODERATION_PORT`" in str(result.exception)


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = upgraded(tmp_path / "comments.db")
    moderator = rules_alone()
    with Store.open(url) as store:
        for index in range(3):
            comment = Comment(f"{PHONE} {index}", id=f"c{index}", author="reader", article="a1")
            store.add(comment, moderator.judge(comment), Status.HELD)
    return url


def test_held_comments_are_listed_oldest_first(database: str) -> None:
    shown = run("queue", "list", "--limit", "2", MODERATION_DATABASE_URL=database).stdout
    assert shown.index("c0 ") < shown.index("c1 ")
    assert "«010-1234-5678»" in shown
    assert "2 of 3 held comments" in shown
    assert "more: moderation queue list --after c1" in shown
    rest = run("queue", "list", "--after", "c1", "--json", MODERATION_DATABASE_URL=database).stdout
    rows = [json.loads(line) for line in rest.splitlines()]
    assert [(row["id"], row["text"], row["rule"]) for row in rows] == [
        ("c2", f"{PHONE} 2", "personal_data.phone")
    ]


def test_a_moderator_rules(database: str) -> None:
    result = run("queue", "approve", "c0", "c1", "--by", "kim", MODERATION_DATABASE_URL=database)
    assert (result.exit_code, result.stdout) == (0, "c0: published\nc1: published\n")
    result = run("queue", "reject", "c2", "--by", "lee", MODERATION_DATABASE_URL=database)
    assert (result.exit_code, result.stdout) == (0, "c2: rejected\n")
    with Store.open(database) as store:
        assert store.held_count() == 0
        rulings: list[Decision] = [store.get(name).decision for name in ("c0", "c1", "c2")]
        assert [(str(ruling.action), ruling.by) for ruling in rulings] == [
            ("allow", "kim"),
            ("allow", "kim"),
            ("reject", "lee"),
        ]


def test_a_ruling_too_late_or_on_nothing_is_told_and_the_rest_is_done(database: str) -> None:
    run("queue", "approve", "c0", "--by", "kim", MODERATION_DATABASE_URL=database)
    result = run("queue", "reject", "c0", "nobody", "c1", "--by", "lee", MODERATION_DATABASE_URL=database)
    assert result.exit_code == 1
    assert result.stdout == "c1: rejected\n"
    assert "c0: " in result.stderr
    assert "kim" in result.stderr
    assert "nobody: " in result.stderr
