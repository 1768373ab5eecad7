"""`moderation migrate`: what a site brings along, from files in the state in which they are."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from moderation import Comment, Moderator, load_policy
from moderation.cli import app
from moderation.cli.migrate.perspective import scores_in
from moderation.types import Action
from tests.unhurried import shipped_moderator

SEED = Path(__file__).parents[2] / "training" / "data" / "seed.jsonl"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["migrate", *arguments], env={"NO_COLOR": "1", "COLUMNS": "200"})


def said(result: Result) -> str:
    return result.output + (str(result.exception) if result.exception else "")


@pytest.fixture(scope="module")
def judged() -> list[dict[str, Any]]:
    """Comments of the project itself with our toxicity; the old service had its square, a scale of its own."""
    rows = [json.loads(line) for line in SEED.read_text("utf-8").splitlines()][:600]
    decisions = shipped_moderator().judge_many(Comment(row["text"]) for row in rows)
    return [
        {"id": n, "text": row["text"], "score": decision.scores["toxicity"], "language": decision.language}
        for n, (row, decision) in enumerate(zip(rows, decisions, strict=True))
    ]


class TestPerspective:
    @pytest.fixture
    def comments(self, judged: list[dict[str, Any]], tmp_path: Path) -> str:
        file = tmp_path / "comments.jsonl"
        lines = (json.dumps({"id": row["id"], "text": row["text"]}, ensure_ascii=False) for row in judged)
        file.write_text("\n".join(lines), "utf-8")
        return str(file)

    @pytest.fixture
    def answers(self, judged: list[dict[str, Any]], tmp_path: Path) -> str:
        file = tmp_path / "answers.jsonl.gz"
        with gzip.open(file, "wt", encoding="utf-8") as lines:
            for row in judged:
                summary = {"summaryScore": {"value": row["score"] ** 2, "type": "PROBABILITY"}}
                line = {"id": str(row["id"]), "attributeScores": {"TOXICITY": summary}, "languages": ["en"]}
                lines.write(json.dumps(line) + "\n")
        return str(file)

    @pytest.fixture
    def table(self, judged: list[dict[str, Any]], tmp_path: Path) -> str:
        file = tmp_path / "scores.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as lines:
            writer = csv.writer(lines, delimiter=";")
            writer.writerow(["id", "TOXICITY", "INSULT", "ATTACK_ON_AUTHOR"])
            for row in judged:
                writer.writerow([row["id"], row["score"] ** 2, "", 0.5])
        return str(file)

    @pytest.mark.parametrize("kind", ["answers", "table"])
    def test_the_scale_of_the_old_scores_is_found(
        self, kind: str, comments: str, request: pytest.FixtureRequest, judged: list[dict[str, Any]]
    ) -> None:
        result = run("perspective", "--comments", comments, "--old-scores", request.getfixturevalue(kind))
        assert result.exit_code == 0, said(result)
        headings = re.findall(
            r"^(\w+), (ko|en): (\d+) comments, same order 1\.00", result.output, re.MULTILINE
        )
        languages = {row["language"] for row in judged}
        assert {(name, language) for name, language, _ in headings} == {
            ("TOXICITY", each) for each in languages
        }
        assert sum(int(count) for _, _, count in headings) == len(judged)
        rows = re.findall(r"^0\.8 +([\d.]+) +.*?(\d+\.\d+)% +1\.00 +100\.0%", result.output, re.MULTILINE)
        assert len(rows) == len(languages)
        assert all(0.75 < float(new) < 0.98 for new, _ in rows)  # near the root of 0.8, 0.894
        assert all(float(same) == 100.0 for _, same in rows)

    def test_a_policy_file_that_a_service_takes(self, comments: str, answers: str, tmp_path: Path) -> None:
        file = tmp_path / "carried.toml"
        options = ("--threshold", "TOXICITY=0.5", "--threshold", "SEVERE_TOXICITY=0.5", "--write", str(file))
        result = run("perspective", "--comments", comments, "--old-scores", answers, *options)
        assert result.exit_code == 0, said(result)
        thresholds = load_policy(file).rules["toxicity.toxicity"].thresholds
        assert thresholds
        assert thresholds.ko.hold == pytest.approx(0.5**0.5, abs=0.1)
        assert "INSULT" not in result.output
        again = run("perspective", "--comments", comments, "--old-scores", answers, *options)
        assert "exists already" in said(again)

    def test_too_few_comments_are_named_and_not_put_in_force(self, tmp_path: Path) -> None:
        comments, scores, file = (tmp_path / name for name in ("c.csv", "s.csv", "carried.toml"))
        comments.write_bytes(
            "id,text\n1,좋은 기사네요\n2,병신 새끼야 꺼져라\n3,오늘은 춥네요\n".encode("cp949")
        )
        scores.write_text("id,TOXICITY\n1,0.1\n2,0.9\n4,0.3\n")
        options = ("--threshold", "TOXICITY=0.8", "--write", str(file))
        result = run("perspective", "--comments", str(comments), "--old-scores", str(scores), *options)
        assert result.exit_code == 0, said(result)
        assert "1 of 3 comments have no old score" in result.output
        assert "too few comments to go by" in result.output
        assert load_policy(file).version == load_policy().version

    @pytest.mark.parametrize(
        ("comments", "scores", "options", "message"),
        [
            ('{"id": 1, "text": "a"}', '{"id": 2, "TOXICITY": 0.5}', (), "must call a comment the same"),
            ('{"id": 1, "text": "a"}', '{"id": 1, "TOXICITY": 7}', (), "must call a comment the same"),
            ('{"id": 1}', '{"id": 1, "TOXICITY": 0.5}', (), "line 1 of the comments has no `text`"),
            ('{"text": "a"}', '{"id": 1, "TOXICITY": 0.5}', (), "line 1 has no `id`"),
            ('{"id": 1, "text": "a"}', '{"id": 1,', (), "line 1: not valid JSON"),
            ('{"id": 1, "text": "a"}', 'id,TOXICITY\n1,"0.5', (), "not valid CSV"),
            ('{"id": 1, "text": "a"}', '{"id": 1, "TOXICITY": 1}', ("--write", "x.toml"), "`--write` needs"),
            ("{}", "{}", ("--threshold", "ANGER=0.5"), "write one of TOXICITY"),
            ("{}", "{}", ("--threshold", "TOXICITY=high"), "then `=` and a score"),
            ("{}", "{}", ("--threshold", "TOXICITY=nan"), "then `=` and a score"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, tmp_path: Path, comments: str, scores: str, options: tuple[str, ...], message: str
    ) -> None:
        (tmp_path / "c").write_text(comments, "utf-8")
        (tmp_path / "s").write_text(scores, "utf-8")
        files = ("--comments", str(tmp_path / "c"), "--old-scores", str(tmp_path / "s"))
        result = run("perspective", *files, *options)
        assert result.exit_code == 1
        assert message in said(result)

    def test_scores_are_read_by_both_names(self) -> None:
        fields = {
            "id": 1,
            "toxicity": "0.25",
            "INSULT_EXPERIMENTAL": 1,
            "THREAT": "",
            "FLIRTATION": 0.5,
            "SPAM": -1,
        }
        assert scores_in(fields) == {"TOXICITY": 0.25, "INSULT": 1.0}


class TestWordlist:
    def written(self, folder: Path, **files: str) -> dict[str, str]:
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        return {name: str(folder / name) for name in files}

    def test_words_of_both_languages_are_in_force(self, tmp_path: Path) -> None:
        names = self.written(
            tmp_path, banned="\ufeff뚜루깽이\n\nFoo-Bar  baz\n뚜루깽이\n", suspect='수상해\nwe"ird\n'
        )
        out = tmp_path / "site.toml"
        result = run(
            "wordlist", "--banned", names["banned"], "--suspect", names["suspect"], "--out", str(out)
        )
        assert result.exit_code == 0, said(result)
        assert "4 of 4 words (2 in site.ko.toml, 2 in site.en.toml)" in result.output
        policy = load_policy(out)
        entries = {entry.term: entry for entry in policy.entries if entry.source == "Coral"}
        assert {term: (str(e.severity), e.language) for term, e in entries.items()} == {
            "뚜루깽이": ("severe", "ko"),
            "Foo-Bar baz": ("severe", "en"),
            "수상해": ("mild", "ko"),
            'we"ird': ("mild", "en"),
        }
        moderator = Moderator(policy, None)
        for text in ("저 뚜루깽이이 또", "what a foo-bar baz"):
            rules = [finding.rule for finding in moderator.judge(Comment(text)).findings]
            assert "words.profanity" in rules
        assert shipped_moderator().judge(Comment("저 뚜루깽이이 또")).action is Action.ALLOW

    def test_corals_own_export(self, tmp_path: Path) -> None:
        settings = {
            "data": {"settings": {"id": "x", "wordList": {"banned": ["뚜루깽이"], "suspect": ["수상해", ""]}}}
        }
        names = self.written(tmp_path, export=json.dumps(settings))
        result = run(
            "wordlist",
            "--json",
            names["export"],
            "--out",
            str(tmp_path / "site.toml"),
            "--category",
            "insult",
        )
        assert result.exit_code == 0, said(result)
        entries = [entry for entry in load_policy(tmp_path / "site.toml").entries if entry.source == "Coral"]
        assert {(entry.term, entry.category) for entry in entries} == {
            ("뚜루깽이", "insult"),
            ("수상해", "insult"),
        }

    def test_what_is_listed_already_and_what_is_too_broad_is_named(self, tmp_path: Path) -> None:
        comments = "".join(json.dumps({"text": f"시장님 {n}번째 소식"}) + "\n" for n in range(50))
        names = self.written(tmp_path, banned="씨발\n가\nsex\n시장님\n뚜루깽이\n", comments=comments)
        out = tmp_path / "site.toml"
        result = run(
            "wordlist", "--banned", names["banned"], "--comments", names["comments"], "--out", str(out)
        )
        assert result.exit_code == 0, said(result)
        assert "listed already: 씨발: words.profanity, severe" in result.output
        assert "too broad: 가: fewer than 2 letters" in result.output
        assert "too broad: sex: it would also catch" in result.output
        assert "too broad: 시장님: it stands in 50 of your 50 comments" in result.output
        assert "1 of 5 words" in result.output
        assert load_policy(out).entries[-1].term == "뚜루깽이"

    @pytest.mark.parametrize(
        ("content", "option", "message"),
        [
            ("\n\n", "--banned", "no words"),
            ("{", "--json", "is not JSON"),
            ('{"wordList": {}}', "--json", "has no `wordList`"),
            ("a" * 300, "--suspect", "is longer than 200 characters"),
        ],
    )
    def test_what_is_wrong_is_said(self, tmp_path: Path, content: str, option: str, message: str) -> None:
        names = self.written(tmp_path, words=content)
        result = run("wordlist", option, names["words"], "--out", str(tmp_path / "site.toml"))
        assert result.exit_code == 1
        assert message in said(result)
        assert not list(tmp_path.glob("*.toml"))

    def test_nothing_is_written_over(self, tmp_path: Path) -> None:
        names = self.written(tmp_path, banned="뚜루깽이", **{"site.ko.toml": "# mine"})
        result = run("wordlist", "--banned", names["banned"], "--out", str(tmp_path / "site.toml"))
        assert result.exit_code == 1
        assert "exists already" in said(result)
        assert [file.name for file in tmp_path.glob("*.toml")] == ["site.ko.toml"]
        assert (tmp_path / "site.ko.toml").read_text() == "# mine"
