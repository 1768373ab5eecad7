"""EV-6: where opinions differ, the outcome is what the policy in force says. The two sites of policies/README.md."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from moderation import Moderator, load_policy
from moderation.cli.replay import Found, of_decision
from moderation.policy import Policy
from moderation.types import Action, Comment, Context
from tests.unhurried import shipped_moderator

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "policies/README.md").read_text("utf-8")
VECTORS = (ROOT / "tests/vectors/evasion.jsonl").read_text("utf-8")
ROWS = [row for row in map(json.loads, VECTORS.splitlines()) if row["expect"] == "either"]
LISTED = {"words.profanity", "words.insult"}


def site(name: str, folder: Path) -> Policy:
    (block,) = re.findall(rf"^```toml\n(# {name}\n.*?)^```$", README, re.DOTALL | re.MULTILINE)
    (folder / name).write_text(block, "utf-8")
    return load_policy(folder / name)


@cache
def moderator() -> Moderator:
    return shipped_moderator()


def found(text: str) -> Found:
    return of_decision(None, text, moderator().judge(Comment(text)), Context().now)


def is_attack(found: Found) -> bool:
    rules = {finding.rule for finding in found.findings}
    heard = any(f.rule == "toxicity.toxicity" and (f.score or 0) >= 0.6 for f in found.findings)
    return heard or bool(rules & {"words.hatred", "words.threat"})


def test_every_row_follows_the_policy_in_force(tmp_path: Path) -> None:
    lenient, strict, default = site("lenient.toml", tmp_path), site("strict.toml", tmp_path), load_policy()
    assert {row["technique"] for row in ROWS} == {"positive_profanity", "quote_reporting", "shouting"}
    told_apart = 0
    for row in ROWS:
        seen = found(row["text"])
        rules = {finding.rule for finding in seen.findings if finding.score is None}
        mild, usual, hard = (seen.decided_by(policy).action for policy in (lenient, default, strict))
        if is_attack(seen):
            assert mild is usual, row["text"]
        elif rules <= {*LISTED, "repetition.shouting"}:
            assert mild is Action.ALLOW, row["text"]
        if rules & LISTED:
            assert hard is Action.REJECT, row["text"]
        elif "repetition.shouting" in rules:
            assert hard >= Action.HOLD, row["text"]
        told_apart += mild < hard
    assert told_apart >= len(ROWS) / 2  # the two are different sites on these very words


def test_the_table_of_the_readme_is_true(tmp_path: Path) -> None:
    policies = [site("lenient.toml", tmp_path), load_policy(), site("strict.toml", tmp_path)]
    table = re.findall(r"^\| (.+) \| (\w+) \| (\w+) \| (\w+) \|$", README, re.MULTILINE)
    assert len(table) == 3
    for text, *actions in table:
        assert [str(found(text).decided_by(policy).action) for policy in policies] == actions, text


@pytest.mark.parametrize("text", ["You are a fucking idiot.", "이 기자는 진짜 멍청한 새끼네"])
def test_an_attack_is_held_by_the_lenient_site_too(text: str, tmp_path: Path) -> None:
    assert found(text).decided_by(site("lenient.toml", tmp_path)).action >= Action.HOLD
