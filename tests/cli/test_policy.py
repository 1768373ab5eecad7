"""`moderation policy`: what an editor sees who tries a file out."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from moderation import Comment, load_policy
from moderation.cli import app
from moderation.policy.schema import file_schema
from moderation.store import Status, Store
from moderation.types import Action, Context, Standing
from tests.sqlite import upgraded
from tests.unhurried import rules_alone

FAIR, LINK, PHONE = "좋은 기사 감사합니다.", "see https://city-archive.org/chart", "연락 주세요 010-1234-5678"
SITE = '[rules.links.link]\naction = "nudge"\n'


def run(*arguments: str, stdin: str | None = None, **environ: str) -> Result:
    return CliRunner().invoke(app, ["policy", *arguments], input=stdin, env={"NO_COLOR": "1", **environ})


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    return file


def lines(folder: Path, *rows: object) -> str:
    file = folder / "comments.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(file)


class TestShow:
    def test_everything_in_force_is_listed(self, tmp_path: Path) -> None:
        file = tmp_path / "site.toml"
        file.write_text("""
            [rules.links.link]
            until = 2027-01-31
            [exceptions.sport]
            section = ["sport"]
            rules = [{ rule = "words.profanity", severity = ["mild"] }]
            none = [{ rule = "toxicity.insult", score = 0.5 }]
            action = "allow"
            """)
        shown = run("show", "--policy", str(file)).stdout
        for expected in (
            "days begin at midnight, UTC+09:00",
            "hold; weighs 1 in contact, until 2027-01-31",
            "mild hold, strong hold, severe reject; below toxicity 0.6/0.6/0.9: mild allow,",
            "hold from 3 points on",
            "at most 2: repetition.characters, ",
            "solicitation          advertising     reject; with words.advertising and toxicity.spam ≥ 0.95; with any of ",
            "trusted_links         links.link: allow; authors who are trusted or staff",
            "sport                 words.profanity (mild): allow; in sport; without toxicity.insult ≥ 0.5",
        ):
            assert expected in shown, expected

    def test_in_full_each_clause_has_its_reason_and_its_way_to_appeal(self) -> None:
        policy = load_policy()
        for language in ("ko", "en"):
            shown = run("show", "--full", "--language", language).stdout
            for name, clause in policy.clauses.items():
                assert clause.rationale.in_language(language) in shown
                assert policy.appeal_route(name, language) in shown


class TestExamples:
    def test_the_default_keeps_its_word(self) -> None:
        result = run("test")
        assert result.exit_code == 0
        assert "  1. `abuse`: 12 of 12 as they should be" in result.stdout
        assert "0 not as they should be" in result.stdout

    def test_what_goes_another_way_is_told_with_the_reason(self, tmp_path: Path) -> None:
        file = tmp_path / "site.toml"
        file.write_text(
            f'[clauses.links]\nviolates.en = ["no link at all"]\nallows.ko = ["{PHONE}"]\n'
            "[clauses.abuse]\nviolates = {}\nallows = {}\n"
        )
        result = run("test", str(file))
        assert result.exit_code == 3
        assert "violates.en: no link at all\n       should break `links`, but: allow; " in result.stdout
        assert (
            f"allows.ko: {PHONE}\n       should be published, but: hold; "
            "personal_data.phone asks to hold" in result.stdout
        )
        assert "2 not as they should be" in result.stdout

    def test_a_comment_in_an_example_cannot_command_the_terminal(self, tmp_path: Path) -> None:
        file = tmp_path / "site.toml"
        file.write_text('[clauses.links]\nviolates.en = ["[red]\\u001b[2J fine"]')
        shown = run("test", str(file)).stdout
        assert "\x1b" not in shown
        assert "violates.en: [red]\\u{1b}[2J fine" in shown


class TestDiff:
    def test_texts_are_judged_by_both(self, site: Path, tmp_path: Path) -> None:
        file = lines(tmp_path, {"id": "a", "text": FAIR}, {"id": "b", "text": LINK}, {"id": 3, "text": PHONE})
        result = run("diff", "default", str(site), "--on", file)
        assert result.exit_code == 0
        assert f"A  default, version {load_policy().version}" in result.stdout
        assert "3 comments, 1 decided otherwise by B" in result.stdout
        assert "    hold → nudge         1" in result.stdout
        assert f"\nb  hold → nudge\n  {LINK}\n" in result.stdout
        assert "  A  links.link: links.link asks to hold: `city-archive.org` (`links`)" in result.stdout
        assert "  B  links.link: links.link asks to nudge: `city-archive.org` (`links`)" in result.stdout

    def test_texts_show_what_is_found_differently(self, tmp_path: Path) -> None:
        site = tmp_path / "site.toml"
        site.write_text('[limits]\ngraphemes = 5\n[links]\nallow = ["city-archive.org"]')
        file = lines(tmp_path, {"id": "b", "text": LINK}, {"id": "c", "text": "short"})
        shown = run("diff", "default", str(site), "--on", file).stdout
        assert "2 comments, 1 decided otherwise by B" in shown
        assert "hold → reject" in shown

    def test_findings_are_decided_again(self, site: Path, tmp_path: Path) -> None:
        file = lines(tmp_path, {"id": "b", "text": LINK}, {"id": "c", "text": "너 진짜 병신이냐"})
        written = CliRunner().invoke(app, ["check", "--jsonl", file, "--replayable"])
        kept = tmp_path / "found.jsonl.gz"
        kept.write_bytes(gzip.compress(written.stdout.encode()))
        site.write_text(SITE + '[rules.words.insult]\naction = "nudge"\n')
        replayed = run("diff", "default", str(site), "--on", str(kept)).stdout
        judged = run("diff", "default", str(site), "--on", file).stdout
        assert replayed.splitlines()[2:5] == judged.splitlines()[2:5]
        assert "\nb  hold → nudge\n  A  links.link" in replayed

    def test_what_a_replay_cannot_see_is_said(self, site: Path, tmp_path: Path) -> None:
        file = lines(tmp_path, {"id": "b", "text": LINK})
        written = CliRunner().invoke(app, ["check", "--jsonl", file, "--replayable"]).stdout
        (tmp_path / "found.jsonl").write_text(written)
        site.write_text(SITE + "[limits]\ngraphemes = 5")
        result = run("diff", "default", str(site), "--on", str(tmp_path / "found.jsonl"))
        assert "A and B differ in `limits`, and 1 comments were decided on what was found" in result.stderr

    def test_a_line_that_cannot_be_used_is_told_and_the_run_goes_on(self, site: Path, tmp_path: Path) -> None:
        plain = json.loads(CliRunner().invoke(app, ["check", LINK, "--json"]).stdout)
        bad = {"language": "ko", "findings": [3], "scores": {}}
        file = lines(
            tmp_path, {"id": 1}, plain, [], bad, {"text": LINK, "standing": "vip"}, {"id": 2, "text": LINK}
        )
        result = run("diff", "default", str(site), "--on", file)
        assert result.exit_code == 2
        assert "1 comments, 1 decided otherwise by B" in result.stdout
        faults = [line for line in result.stderr.splitlines() if line.startswith("line ")]
        assert [fault.partition(":")[0] for fault in faults] == [f"line {number}" for number in range(1, 6)]
        assert "neither `text` nor `language`" in faults[0]
        assert "`standing` is none of new, known, trusted, staff" in faults[4]

    def test_of_whom_and_where_counts(self, tmp_path: Path) -> None:
        site = tmp_path / "site.toml"
        site.write_text(
            '[exceptions.x]\nstanding = ["new"]\nsection = ["sport"]\nrules = ["links.link"]\naction = "reject"'
        )
        rows = [
            {"id": f"{standing}-{section}", "text": LINK, "standing": standing, "section": section}
            for standing in ("new", "known")
            for section in ("sport", "politics")
        ]
        shown = run("diff", "default", str(site), "--on", lines(tmp_path, *rows)).stdout
        assert "4 comments, 1 decided otherwise by B" in shown
        assert "\nnew-sport  hold → reject\n" in shown

    def test_as_of_a_day(self, tmp_path: Path) -> None:
        site = tmp_path / "site.toml"
        site.write_text("[rules.links.link]\nuntil = 2030-01-01")
        file = lines(tmp_path, {"id": "b", "text": LINK})
        assert "0 decided otherwise" in run("diff", "default", str(site), "--on", file).stdout
        later = run("diff", "default", str(site), "--on", file, "--as-of", "2030-01-02").stdout
        assert "hold → allow" in later

    def test_no_more_than_asked_for_is_listed(self, site: Path, tmp_path: Path) -> None:
        file = lines(tmp_path, *({"id": f"c{number}", "text": LINK} for number in range(5)))
        shown = run("diff", "default", str(site), "--on", file, "--limit", "2").stdout
        assert "c1  hold" in shown
        assert "c2  hold" not in shown
        assert "… and 3 more; --limit 5 lists all" in shown

    def test_what_the_service_kept(self, site: Path, tmp_path: Path) -> None:
        url = upgraded(tmp_path / "comments.db")
        moderator = rules_alone()
        with Store.open(url) as store:
            for index, standing in enumerate(Standing):
                comment = Comment(LINK, id=f"c{index}")
                decision = moderator.judge(comment, Context(standing=standing))
                store.add(comment, decision, Status.HELD)
            store.rule("c1", Action.ALLOW, "moderator")
        site.write_text('[exceptions.trusted_links]\naction = "reject"')
        shown = run("diff", "default", str(site), "--store", url).stdout
        assert "6 comments, 2 decided otherwise by B" in shown
        assert "\nc3  hold → reject\n" in shown

    def test_either_lines_or_a_store(self, site: Path) -> None:
        for arguments in ([], ["--on", "-", "--store", "sqlite://"]):
            result = run("diff", "default", str(site), *arguments)
            assert result.exit_code == 2
            assert "give either --on FILE or --store URL" in result.output


def test_the_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout) == file_schema()


def test_a_store_reads_back_what_was_judged_since(tmp_path: Path) -> None:
    moderator = rules_alone()
    with Store.open(upgraded(tmp_path / "comments.db")) as store:
        for index in range(3):
            comment = Comment(LINK, id=f"c{index}")
            store.add(comment, moderator.judge(comment), Status.HELD)
        store.rule("c0", Action.REJECT, "moderator")
        now = datetime.now(UTC)
        since = list(store.judged(now - timedelta(days=1)))
        assert [(kept.id, kept.decision.number, kept.decision.by) for kept in since] == [
            (f"c{index}", 1, "policy") for index in range(3)
        ]
        assert list(store.judged(now + timedelta(days=1))) == []
