"""`moderation lexicon suggestions` prints a word list that can be used as it is."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from moderation import Comment, Moderator, load_policy
from moderation.cli.lexicon import word_list
from moderation.store.desk import Suggestion
from moderation.types import Action

TODAY = date(2026, 11, 25)
BODY = '그 "멍청이" 상자\\를 샀다'


def suggested(term: str, phrase: str, language: str = "ko") -> Suggestion:
    return Suggestion("words.insult", language, term, phrase, 3, 2, (BODY,))  # type: ignore[arg-type]


def test_an_entry_is_whole_and_allows_what_was_called_wrong() -> None:
    policy = load_policy()
    entry = next(entry for entry in policy.entries if entry.language == "ko" and entry.allow)

    lines = list(word_list([suggested(entry.term, "새말"), suggested("없는말", "x")], policy, "ko", TODAY))

    read = tomllib.loads("\n".join(lines))
    assert read["language"] == "ko"
    [made] = read["entries"]
    assert made["allow"] == [*entry.allow, "새말"]
    assert (made["term"], made["category"], made["at"]) == (entry.term, entry.category, entry.at)
    assert made["added"] == TODAY
    assert any("새말" in line and "3 comments, 2 moderators" in line for line in lines)
    assert any("멍청이" in line and line.startswith("#   ") for line in lines)


@pytest.mark.parametrize(
    ("language", "body", "rule"),
    [("ko", "이 멍청이 같은 인간아", "words.insult"), ("en", "you idiot", "words.insult")],
)
def test_the_printed_list_takes_the_place_of_the_shipped_entry(
    tmp_path: Path, language: str, body: str, rule: str
) -> None:
    plain = load_policy()
    decision = Moderator(plain, None).judge(Comment(body))
    [finding] = [finding for finding in decision.findings if finding.rule == rule][:1]
    term = finding.evidence.split("`")[1]
    hit = body[finding.span.start : finding.span.end]
    lines = word_list([suggested(term, hit, language)], plain, language, TODAY)
    (tmp_path / "own.toml").write_text("\n".join(lines), "utf-8")
    (tmp_path / "site.toml").write_text('[lexicon]\nfiles = ["own.toml"]\n', "utf-8")

    after = Moderator(load_policy(tmp_path / "site.toml"), None).judge(Comment(body))

    assert decision.action > Action.ALLOW
    assert rule not in {finding.rule for finding in after.findings}
