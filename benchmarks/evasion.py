"""How well disguised abuse is seen and innocent look-alikes are spared: `make evasion`.

The evasion vectors are put to the whole check, to its rules alone, to plain word lists and to other
libraries, in one command. What comes out is Markdown that lines up on a terminal, or JSON.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from textwrap import fill

from benchmarks.counterparts import Counterpart, ask_peers, ask_plain
from benchmarks.evasion_report import OURS, RULES, Measured, Subject, document
from benchmarks.evasion_rows import (
    TUNED_ON,
    UNSEEN,
    UNSEEN_ONCE,
    VECTORS,
    Outcome,
    Row,
    as_json,
    compare_pairs,
    either,
    judge,
    read_rows,
    tally_by,
)
from benchmarks.rounds import interleave, median_each
from moderation.checks import build_checks
from moderation.engine import Moderator
from moderation.model.artifact import load_shipped
from moderation.policy import load_policy
from moderation.text.normalize import normalize
from moderation.types import Comment, Context

TIMED = 400
"""Rows that times are taken of, evenly over the file; verdicts are taken of all."""


@dataclass(frozen=True, slots=True)
class Judges:
    """The whole check, and what it does without the classifier."""

    whole: Moderator
    rules: Moderator

    @classmethod
    def shipped(cls) -> Judges:
        """The policy and the model that come with the package."""
        policy, classifier = load_policy(), load_shipped()
        checks = [check for check in build_checks(policy, None) if check.name != "toxicity"]
        return cls(Moderator(policy, classifier), Moderator(policy, None, checks=checks))

    def cost(self, texts: Sequence[str], rounds: int) -> dict[str, float]:
        """Microseconds of the median text: the rule checks with normalising, and the whole check."""
        context = Context()

        def run_rules(body: str) -> None:
            text = normalize(body)
            for check in self.rules.checks:
                check.run(text, context)

        measured = interleave(
            {
                OURS: partial(median_each, lambda text: self.whole.judge(Comment(text)), texts),
                RULES: partial(median_each, run_rules, texts),
            },
            rounds,
        )
        return {name: statistics.median(values) for name, values in measured.items()}


def measure(file: Path, judges: Judges, peers: Path | None, rounds: int) -> Measured:
    """Everything about the rows of one file."""
    rows = read_rows(file)
    texts = [row.text for row in rows]
    timed = texts[:: max(len(texts) // TIMED, 1)]
    cost = judges.cost(timed, rounds)
    subjects = [
        Subject(OURS, judge(judges.whole, rows), cost[OURS], holds=True),
        Subject(RULES, judge(judges.rules, rows), cost[RULES], holds=True),
        *map(_subject, [*ask_plain(texts, timed), *ask_peers(peers, texts, timed)]),
    ]
    return Measured(
        name=file.name,
        halves=file == TUNED_ON,
        rows=rows,
        subjects=subjects,
        pairs=compare_pairs(judges.whole, rows),
    )


def _subject(counterpart: Counterpart) -> Subject:
    outcomes = [Outcome(flagged) for flagged in counterpart.verdicts]
    return Subject(counterpart.name, outcomes, counterpart.microseconds, failed=counterpart.failed)


def how_measured(judges: Judges, rounds: int) -> str:
    """Date, versions and machine, in one paragraph."""
    versions = judges.whole.versions
    return fill(
        f"Measured on {datetime.now(UTC).date()} by `make evasion`: "
        f"Standards Board {metadata.version('standards-board')}, policy `{versions.policy}`, "
        f"model `{versions.model}`, text folding {versions.normaliser}; Python {platform.python_version()} on "
        f"{platform.machine()}. Times are those of the median of {TIMED} rows, one comment at a "
        f"time; ours are the median of {rounds} rounds.",
        width=120,
    )


def machine_readable(measured: Sequence[Measured], how: str) -> str:
    """The same figures as JSON."""
    files = {
        one.name: {
            "subjects": {
                subject.name: {"failed": subject.failed}
                if subject.failed
                else {
                    "microseconds": subject.microseconds,
                    "overall": as_json(tally_by(lambda _: "all", one.rows, subject.outcomes))["all"],
                    "technique": as_json(tally_by(lambda r: r.technique, one.rows, subject.outcomes)),
                    "lang": as_json(tally_by(lambda r: r.lang, one.rows, subject.outcomes)),
                    "tier": as_json(tally_by(lambda r: r.tier, one.rows, subject.outcomes)),
                }
                for subject in one.subjects
            },
            "pairs": {name: getattr(one.pairs, name) for name in ("rows", "same_class", "same_action")},
            "either": either(one.rows, one.subjects[0].outcomes),
        }
        for one in measured
    }
    return json.dumps({"how": how, "files": files}, ensure_ascii=False, indent=1)


def misses(rows: Sequence[Row], outcomes: Sequence[Outcome]) -> str:
    """The rows that the whole check got wrong, one a line."""
    wrong = [
        f"{row.id}  {row.technique}  expected {row.expect}, got {done.action}: {row.text!r}"
        for row, done in zip(rows, outcomes, strict=True)
        if row.expect != "either" and done.flagged != (row.expect == "flag")
    ]
    return "\n".join(wrong)


def main() -> None:
    """Measure, print, and write the document where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "files", nargs="*", type=Path, help="more files of rows, besides those in tests/vectors"
    )
    parser.add_argument("--peers", type=Path, help="the Python that has the other libraries")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--misses", action="store_true", help="list the rows that the whole check got wrong")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there too")
    options = parser.parse_args()
    files = [*(file for file in (TUNED_ON, UNSEEN, *UNSEEN_ONCE) if file.exists()), *options.files]
    judges = Judges.shipped()
    measured = [measure(file, judges, options.peers, options.rounds) for file in files]
    how = how_measured(judges, options.rounds)
    text = document(measured, how)
    print(machine_readable(measured, how) if options.json else text)
    if options.misses:
        for one in measured:
            print(f"{one.name}\n{misses(one.rows, one.subjects[0].outcomes)}\n")
    if options.write:
        shipped = [one for one, file in zip(measured, files, strict=True) if file.parent == VECTORS]
        options.write.write_text(document(shipped, how), "utf-8")


if __name__ == "__main__":
    main()
