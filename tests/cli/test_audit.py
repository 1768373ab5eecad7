"""`moderation audit` and `moderation db`, over a real database."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from moderation.cli import app
from moderation.cli.serve import LOG_FORMAT, OneLine
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, Length, Versions

KEY = "k" * 32
HOLD = Decision(
    Action.HOLD, "links.link", (), (), ("links",), Length(2, 250), "ko", Versions("0123456789ab", None, "1")
)
FORGED = "kim\n2026-01-01 00:00:00Z mina sign_in \x1b[2J\u202eaudit"


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'comments.db'}"
    with Store.open(url, [KEY.encode()]) as store:
        for number in range(3):
            store.add(Comment("글", id=f"c{number}"), HOLD, Status.HELD)
        store.rule("c0", Action.REJECT, "mina")
        store.rule("c1", Action.ALLOW, FORGED)
    return url


def run(url: str, *arguments: str, key: str = KEY) -> Result:
    environ = {"MODERATION_DATABASE_URL": url, "MODERATION_AUDIT_KEY": key, "MODERATION_SECRET_KEY": ""}
    return CliRunner().invoke(app, arguments, env=environ)


def test_a_whole_audit_is_said_to_be_whole_and_where_it_ends(url: str) -> None:
    result = run(url, "audit", "verify")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("6 rows, none changed or missing; the chain ends at 6:")
    end = result.stdout.split()[-1]
    assert run(url, "audit", "verify", "--head", end).exit_code == 0
    other = run(url, "audit", "verify", "--head", f"6:{'0' * 64}")
    assert (other.exit_code, other.stderr) == (1, "audit: row 6 is another than was noted elsewhere\n")
    assert "is no end of a chain" in str(run(url, "audit", "verify", "--head", "6").exception)


def test_the_first_bad_row_is_named(url: str) -> None:
    _execute(url, "DROP TRIGGER audit_no_update", "UPDATE audit SET by = 'jun' WHERE number = 5")

    result = run(url, "audit", "verify")

    assert result.exit_code == 1
    assert result.stderr == "audit: row 5 is not what was written, or does not follow on the row before\n"


def test_a_cut_tail_is_found(url: str) -> None:
    _execute(url, "DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE number > 4")

    assert run(url, "audit", "verify").stderr == "audit: row 5 is missing: the chain ended at row 6\n"
    assert run(url, "db", "check").stderr == "audit: row 5 is missing: the chain ended at row 6\n"


def test_each_entry_is_one_line_whatever_its_names_are(url: str) -> None:
    """AU-3."""
    listed = run(url, "audit", "list").stdout.splitlines()
    exported = run(url, "audit", "export").stdout.splitlines()

    assert [line.split()[0] for line in listed] == ["1", "2", "3", "4", "5", "6"]
    assert [json.loads(line)["number"] for line in exported] == [1, 2, 3, 4, 5, 6, 7]
    assert json.loads(exported[5])["by"] == FORGED
    assert json.loads(exported[6])["act"] == "export.audit"
    assert all(line.isprintable() for line in [*listed, *exported])
    assert "⏎" in listed[5]
    assert "\\u{1b}[2J\\u{202e}" in listed[5]


def test_entries_are_chosen_by_who_what_and_on_what(url: str) -> None:
    assert len(run(url, "audit", "list", "--by", "mina").stdout.splitlines()) == 1
    assert len(run(url, "audit", "list", "--act", "audit.*").stdout.splitlines()) == 1
    assert len(run(url, "audit", "list", "--subject", "comment:c0").stdout.splitlines()) == 2
    assert run(url, "audit", "list", "--limit", "1").stdout.startswith("6 ")


def test_a_line_of_the_log_is_one_line() -> None:
    record = logging.LogRecord("moderation", logging.ERROR, "", 0, "no fingerprint for %s", (FORGED,), None)

    line = OneLine(LOG_FORMAT).format(record)

    assert line.isprintable()
    assert "kim⏎2026" in line


def test_the_schema_is_made_and_then_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    assert "it was not there" in run(url, "db", "upgrade").stdout
    assert run(url, "db", "upgrade").stdout.startswith("the schema is up to date: version 0")


def test_a_database_that_is_whole_passes_the_check(url: str) -> None:
    result = run(url, "db", "check")

    assert result.exit_code == 0, result.output
    assert "6 audit, 1 audit_head, 3 comments, 5 decisions" in result.stdout
    assert result.stdout.endswith("nothing is wrong\n")


def test_what_does_not_fit_together_is_named(url: str) -> None:
    _execute(url, "UPDATE comments SET decisions = 3 WHERE id = 'c1'", "DELETE FROM comments WHERE id = 'c2'")

    result = run(url, "db", "check")

    assert result.exit_code == 1
    assert "comment `c1`: counts 3 decisions and has 2" in result.stderr
    assert "table `decisions`, row 3: refers to a row of `comments` that is not there" in result.stderr


def test_a_backup_has_the_same_rows_and_an_audit_that_verifies(url: str, tmp_path: Path) -> None:
    """DB-11."""
    file = tmp_path / "backup.db"
    with Store.open(url, [KEY.encode()]) as store:
        counts, head = store.counts(), store.audit.head()

    assert run(url, "db", "backup", str(file)).exit_code == 0

    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with Store.open(f"sqlite:///{file}", [KEY.encode()]) as restored:
        assert restored.counts() == counts
        assert restored.audit.head() == head
        assert restored.check() == []
        assert restored.rule("c2", Action.ALLOW, "jun").status is Status.PUBLISHED  # and work goes on
    assert [path.name for path in tmp_path.iterdir() if "half" in path.name] == []
    with Store.open(url, [KEY.encode()]) as store:
        assert [*store.audit.entries()][-1].act == "db.backup"


def test_a_backup_takes_the_place_of_no_file(url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("precious")

    assert "is there already" in str(run(url, "db", "backup", str(file)).exception)
    assert file.read_text() == "precious"
    assert "cannot be written" in str(run(url, "db", "backup", str(tmp_path / "no" / "b.db")).exception)


def _execute(url: str, *statements: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database, database:
        for statement in statements:
            database.execute(statement)
