"""`moderation erase` and `moderation retention`, over a real database and files exported from it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from moderation.cli import app
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, Length, Versions
from moderation.web.daily import Daily, periods
from tests.sqlite import upgraded

REJECT = Decision(
    Action.REJECT,
    "words.insult",
    (),
    (),
    ("abuse",),
    Length(2, 250),
    "ko",
    Versions("0123456789ab", None, "1"),
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = upgraded(tmp_path / "comments.db")
    with Store.open(url) as store:
        for name, author in (("c0", "kim"), ("c1", "kim"), ("c2", "lee")):
            store.add(Comment(f"글 {name}", id=name, author=author), REJECT, Status.REJECTED)
    return url


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(
        app, arguments, env={"MODERATION_DATABASE_URL": url, "MODERATION_SECRET_KEY": ""}
    )


def test_an_author_is_erased(url: str) -> None:
    assert run(url, "erase", "author", "kim", "--dry-run").stdout == "2 comments would go\n"

    result = run(url, "erase", "author", "kim", "--by", "admin")

    assert result.stdout.startswith("2 comments are gone, and ")
    with Store.open(url) as store:
        assert (store.erasure.count("kim"), store.erasure.count("lee")) == (0, 1)
        assert [*store.audit.entries()][-1].by == "admin"


def test_files_exported_before_are_cleaned(url: str, tmp_path: Path) -> None:
    run(url, "erase", "author", "kim")
    labels = tmp_path / "labels.jsonl"
    labels.write_text(
        "".join(json.dumps({"id": name, "text": "글"}) + "\n" for name in ("c0", "c2", "x")), "utf-8"
    )
    table = tmp_path / "decisions.csv"
    table.write_text('\ufeffid,text\r\nc1,"두\r\n줄"\r\nc2,글\r\n', "utf-8", newline="")
    other = tmp_path / "others.jsonl"
    other.write_text('{"comment": "c9"}\n', "utf-8")

    result = run(url, "erase", "files", str(labels), str(table), str(other))

    assert [line.rpartition(": ")[2] for line in result.stdout.splitlines()] == [
        "1 rows taken out",
        "1 rows taken out",
        "0 rows taken out",
    ]
    assert [json.loads(line)["id"] for line in labels.read_text("utf-8").splitlines()] == ["c2", "x"]
    assert table.read_bytes().decode() == "\ufeffid,text\r\nc2,글\r\n"
    assert other.read_text("utf-8") == '{"comment": "c9"}\n'


def test_a_file_that_names_no_comments_is_left_alone(url: str, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("name\nkim\n")
    lines = tmp_path / "lines.jsonl"
    lines.write_text("[1]\n")

    assert "has no column `id`" in str(run(url, "erase", "files", str(table)).exception)
    assert "line 1 is no JSON object" in str(run(url, "erase", "files", str(lines)).exception)
    assert (table.read_text(), lines.read_text()) == ("name\nkim\n", "[1]\n")


def test_retention_takes_out_what_is_old(url: str) -> None:
    assert run(url, "retention", "run").stdout == "0 comments are gone, and 0 other rows\n"
    with Store.open(url) as store:
        assert store.erasure.count("kim") == 2


def test_the_service_runs_it_once_a_day_and_notes_where_the_audit_ends(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Store.open(url) as store, caplog.at_level("INFO"):
        daily = Daily(store, Settings(keep_rejected=30))
        tomorrow = store.get("c0").received_at + timedelta(days=31)

        daily.look(tomorrow)
        daily.look(tomorrow)

        assert store.erasure.count("kim") == store.erasure.count("lee") == 0
        head = store.audit.head()
        assert [record.getMessage() for record in caplog.records] == [
            f"retention: 3 comments taken out; the audit ends at {head.number}:{head.mac}"
        ]
        daily.start()
        daily.stop()


def test_periods_come_from_the_settings() -> None:
    found = periods(Settings(keep_rejected=1, keep_published=2, keep_labels=3))
    assert (found.rejected, found.published, found.labels) == (1, 2, 3)
