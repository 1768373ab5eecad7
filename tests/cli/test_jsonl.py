"""`moderation check --jsonl`: the contract with programs."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from moderation import Comment, Moderator
from moderation.cli import main

MODERATION = [sys.executable, "-c", "from moderation.cli import main; main()"]
FAIR, HELD, LONG = "좋은 기사 감사합니다.", "the figures are at https://city-archive.org/chart", "가" * 251
KEYS = ["id", "action", "rule", "clauses", "findings", "scores", "length", "skipped", "versions"]


def check(*arguments: str, stdin: bytes = b"") -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, answers and messages of one run, with files for the three streams."""
    with TemporaryFile() as given, TemporaryFile("w+") as answers, TemporaryFile("w+") as errors:
        given.write(stdin)
        given.seek(0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["moderation", "check", *arguments])
            patch.setattr("sys.stdin", given)
            patch.setattr("sys.stdout", answers)
            patch.setattr("sys.stderr", errors)
            with pytest.raises(SystemExit) as ended:
                main()
        answers.seek(0)
        errors.seek(0)
        code = ended.value.code
        assert isinstance(code, int)
        return code, [json.loads(line) for line in answers], errors.read()


def lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_every_line_is_answered_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    rows = [{"id": f"c{index}", "text": (FAIR, HELD, LONG)[index % 3]} for index in range(600)]
    file.write_bytes(lines(*rows))
    code, answers, errors = check("--jsonl", str(file))
    assert (code, errors) == (0, "")
    assert [answer["id"] for answer in answers] == [row["id"] for row in rows]
    assert [answer["action"] for answer in answers] == ["allow", "hold", "reject"] * 200


def test_the_form_of_an_answer() -> None:
    _, answers, _ = check("--jsonl", "-", stdin=lines({"id": "a", "text": HELD, "lang": "en", "labels": {}}))
    answer = answers[0]
    assert list(answer) == KEYS
    assert (answer["id"], answer["action"], answer["rule"]) == ("a", "hold", "links.link")
    assert answer["clauses"] == ["links"]
    assert {"rule": "links.link", "start": 19, "end": len(HELD), "score": None} in answer["findings"]
    assert set(answer["scores"]) >= {"toxicity", "identity_attack", "profanity", "spam"}
    assert all(0 <= score <= 1 for score in answer["scores"].values())
    assert answer["length"] == {"graphemes": len(HELD), "limit": 250}
    assert answer["skipped"] == []
    assert set(answer["versions"]) == {"policy", "model", "normaliser"}


def test_it_decides_as_the_engine_does() -> None:
    decision = Moderator.default().judge(Comment(HELD))
    answer = check("--jsonl", "-", stdin=lines({"id": 1, "text": HELD}))[1][0]
    assert answer["scores"] == pytest.approx(decision.scores, abs=1e-6)
    assert answer["versions"]["policy"] == decision.versions.policy


def test_bad_lines_are_told_in_their_place_and_the_run_goes_on() -> None:
    stdin = b"".join(
        [
            lines({"id": "first", "text": FAIR}),
            b"{not json}\n",
            b"\n",
            lines({"id": "no-text"}, {"id": "number", "text": 5}, ["list"], {"id": {}, "text": FAIR}),
            b'{"id": "caf\xe9", "text": "x"}\n',
            b"[" * 200_000 + b"\n",
            lines({"text": FAIR}),
            b'{"id": 9, "text": "no newline at the end"}',
        ]
    )
    code, answers, errors = check("--jsonl", "-", stdin=stdin)
    assert code == 2
    assert errors == ""
    assert [(answer["id"], answer.get("error")) for answer in answers] == [
        ("first", None),
        (None, "line 2: not valid JSON at column 2: expecting property name enclosed in double quotes"),
        ("no-text", "line 4: `text` is missing"),
        ("number", "line 5: `text` is a number; it must be a string"),
        (None, "line 6: a list where an object with `id` and `text` is expected"),
        (None, "line 7: `id` is an object; it must be a string or a whole number"),
        (None, "line 8: byte 12 is not UTF-8"),
        (None, "line 9: not usable JSON: a number is too long or the nesting too deep"),
        (None, None),
        (9, None),
    ]


def test_odd_but_good_lines() -> None:
    stdin = "\ufeff".encode() + lines({"id": "bom", "text": FAIR}) + b'{"id":"s","text":"\\ud800\\u0000"}\r\n'
    code, answers, _ = check("--jsonl", "-", stdin=stdin)
    assert code == 0
    assert [(answer["id"], answer["skipped"]) for answer in answers] == [("bom", []), ("s", [])]


@pytest.mark.parametrize("from_pipe", [False, True])
def test_gzip_is_read_as_it_is(tmp_path: Path, from_pipe: bool) -> None:
    packed = gzip.compress(lines({"id": 1, "text": FAIR}, {"id": 2, "text": LONG}))
    file = tmp_path / "comments.jsonl.gz"
    file.write_bytes(packed)
    code, answers, _ = check("--jsonl", "-", stdin=packed) if from_pipe else check("--jsonl", str(file))
    assert (code, [answer["action"] for answer in answers]) == (0, ["allow", "reject"])


def test_a_damaged_file_is_one_message(tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl.gz"
    file.write_bytes(gzip.compress(lines({"id": 1, "text": FAIR}))[:-9])
    code, _, errors = check("--jsonl", str(file))
    assert code == 1
    assert errors.startswith(f"moderation: `{file}` cannot be read on after line ")
    code, _, errors = check("--jsonl", str(tmp_path / "absent.jsonl"))
    assert (code, errors) == (
        1,
        f"moderation: `{tmp_path / 'absent.jsonl'}` cannot be read: No such file or directory\n",
    )


def test_an_empty_file_has_no_answers(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    assert check("--jsonl", str(tmp_path / "empty.jsonl"))[:2] == (0, [])


def test_a_line_is_answered_before_the_next_is_sent() -> None:
    with subprocess.Popen(
        [*MODERATION, "check", "--jsonl", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as run:
        assert run.stdin
        assert run.stdout
        for index in range(3):
            run.stdin.write(lines({"id": index, "text": FAIR}))
            run.stdin.flush()
            assert json.loads(run.stdout.readline())["id"] == index
        run.stdin.close()
    assert run.returncode == 0


def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_bytes(lines(*({"id": index, "text": FAIR} for index in range(5000))))
    with subprocess.Popen(
        [*MODERATION, "check", "--jsonl", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout
        assert run.stderr
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 0


def test_a_bar_is_drawn_on_a_terminal_only(tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_bytes(lines(*({"id": index, "text": FAIR} for index in range(50))))
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    run = subprocess.run(
        [*MODERATION, "check", "--jsonl", str(file)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment,
        check=True,
    )
    os.close(theirs)
    drawn = os.read(ours, 100_000)
    os.close(ours)
    assert b"50 comments" in drawn
    assert len(run.stdout.splitlines()) == 50
    assert b"\x1b" not in run.stdout


def test_without_a_model_everything_is_held_and_said_so(tmp_path: Path) -> None:
    stdin = lines({"id": 1, "text": FAIR})
    code, answers, errors = check("--jsonl", "-", "--model", str(tmp_path), stdin=stdin)
    assert code == 0
    assert (answers[0]["action"], answers[0]["rule"]) == ("hold", "skipped.toxicity")
    assert answers[0]["skipped"] == [{"check": "toxicity", "reason": "unavailable"}]
    assert answers[0]["scores"] == {}
    assert "no model, so every comment is held" in errors
