"""The figures of `make evasion` as a document: `docs/evasion.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.evasion_rows import (
    BEYOND_WORDS,
    TUNED_ON,
    UNSEEN_ONCE,
    Outcome,
    Pairs,
    Row,
    Tally,
    either,
    tally,
    tally_by,
)
from benchmarks.tables import share, table
from moderation.types import Action

OURS, RULES = "Standards Board", "its rules alone"

GOAL_RECALL, GOAL_TECHNIQUE, GOAL_FALSE, GOAL_PAIRS, GOAL_MICROSECONDS = 0.95, 0.90, 0.015, 0.95, 60
FEW = 5
"""A technique with fewer rows than this says too little to be held to a goal of its own."""

INTRODUCTION = """\
# Disguised abuse and innocent look-alikes

People who know that a filter is there respell: with dots and spaces, look-alike letters, split syllables, another
keyboard layout. Innocent words meanwhile look abusive. The vectors in `tests/vectors/` hold rows of both, in Korean and
English, each with a technique and with what should become of it. A `flag` row is right when it is refused or held
for a moderator; an `allow` row is wrong when it is either. Rows about length are judged by the length rules alone. Rows
marked `either` are a matter of policy and count nowhere.
"""

SEEN = """\
These rows were at hand while the rules and word lists were tuned. They show what is kept from getting worse; what a new
disguise meets is shown by rows that nobody tuned on."""

ONCE = """\
These rows were written without a look at the word lists or at other innocent rows, and measured once on 2026-11-26 as
written: recall 97.4 % (148 of 152), false flags 5.6 % (15 of 267; Korean 12 of 132, English 3 of 135), none refused. Three
innocent rows in four are look-alikes of a listed word: places, people, dishes, minerals, terms of trade, compounds across
words. The goal of 1.5 % was missed on them. What went wrong was then mended by kind, with some 290 more words and phrases,
the words of these rows among them: nouns with the ending -랄, terms of the stock exchange, sums before 까지, villages,
vessels and beaks, gods and wines; towns, surnames, minerals, birds, stitches. **What stands below was measured after that
mending**, so it says what is kept, no longer what an unseen comment meets."""

TWICE = """\
These rows were written by somebody else, again without a look at lists, rows or code, and measured once on 2026-11-26 as
written: recall 97.9 % (183 of 187; Korean 101 of 103, English 82 of 84), false flags 4.9 % (14 of 288; Korean 10 of 165,
English 4 of 123), none refused; without the classifier recall 95.2 % and false flags 5.9 %. By technique one row was missed
of each of `similar_syllables` (1 of 18), `reversed` (1 of 5), `inserted_chars` (1 of 11) and `url_obfuscated` (1 of 6), and
innocent rows were stopped of `word_in_word` (7 of 178), `negation` (2 of 4), and one each of `news_context`, `jamo_only`,
`keyboard_layout`, `romanised_konglish` and `url_obfuscated`. The goal of 1.5 % was missed again. Mended were kinds: words
that meet across a listed one (`nouns` in the list), longer words that begin with the sound of a listed one, Latin spellings
that no Korean has, sayings that are forbidden, threats told of as crimes, companies called by their address; and 210,000
dictionary words, titles and towns were put to the lists, of which some 500 had been stopped by a likeness. Some hundred
listed words were then told from their literal sense (칼로 찔러 숨지게 한 혐의, a tool bag). Checks by the same writer, kept out
of the repository and each read once before anything was mended for it: of 128 innocent rows contrived to run into the
rules 15 were stopped (11.7 %), of 120 everyday ones 2 (1.7 %); and when all that was mended, of 120 more, some forty of
them look-alikes across words, 6 (5.0 %; no look-alike among them, 2 by the classifier alone). **What stands below was
measured after that mending.**"""

_NOTES = {
    TUNED_ON.name: SEEN,
    **{file.name: note for file, note in zip(UNSEEN_ONCE, (ONCE, TWICE), strict=True)},
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One that was asked about every row. holds : whether it knows holding, so that refusing is a thing apart."""

    name: str
    outcomes: Sequence[Outcome]
    microseconds: float | None
    holds: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """All about one file. halves : whether rows of even and of odd index are told apart."""

    name: str
    halves: bool
    rows: Sequence[Row]
    subjects: Sequence[Subject]
    pairs: Pairs

    def pick(self, subject: Subject, wanted: Callable[[int, Row], bool]) -> Tally:
        """The counts of one subject over the rows that are wanted."""
        chosen = [
            (r, o) for n, (r, o) in enumerate(zip(self.rows, subject.outcomes, strict=True)) if wanted(n, r)
        ]
        return tally([row for row, _ in chosen], [done for _, done in chosen])

    @property
    def asked(self) -> list[Subject]:
        """The subjects that could be asked."""
        return [subject for subject in self.subjects if not subject.failed]


def in_words(_: int, row: Row) -> bool:
    """Core rows of the techniques that a word list may be expected to see."""
    return row.tier == "core" and row.technique not in BEYOND_WORDS


def document(measured: Sequence[Measured], how: str) -> str:
    """The whole of it."""
    parts = [INTRODUCTION, how]
    for one in measured:
        parts.append(f"## {one.name}")
        parts += [_NOTES[one.name]] if one.name in _NOTES else []
        parts += _sections(one)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _sections(one: Measured) -> Iterator[str]:
    yield "### Side by side\n\nCore rows of all techniques but " + _listed(BEYOND_WORDS) + ".\n"
    yield _side_by_side(one)
    yield from (f"{s.name}: not measured ({s.failed})." for s in one.subjects if s.failed)
    yield "### By technique\n\nRecall of `flag` rows / false flags among `allow` rows, all tiers.\n"
    yield _by_technique(one)
    yield f"### {OURS} by tier, language and half\n"
    yield _by_group(one)
    yield "### Goals\n"
    yield _goals(one)
    yield "### What falls short\n"
    yield _short(one)
    counted = either(one.rows, one.subjects[0].outcomes)
    if counted:
        yield "### Rows that are a matter of policy\n"
        yield table(
            ["technique", *map(str, Action)],
            [[name, *(str(n) for n in actions.values())] for name, actions in counted.items()],
        )


def _side_by_side(one: Measured) -> str:
    lines = []
    for subject in one.asked:
        t = one.pick(subject, in_words)
        alike = one.pick(subject, lambda n, row: in_words(n, row) and row.technique == "word_in_word")
        lines.append(
            [
                subject.name,
                f"{t.caught} of {t.flag}",
                share(t.recall),
                f"{t.false} of {t.allow}",
                share(t.false_flags),
                f"{t.refused} ({alike.refused})" if subject.holds else "–",
                f"{subject.microseconds:,.0f}",
            ]
        )
    headings = ["", "caught", "recall", "flagged", "false flags", "refused (word in word)", "µs a comment"]
    return table(headings, lines)


def _by_technique(one: Measured) -> str:
    by_subject = [tally_by(lambda row: row.technique, one.rows, subject.outcomes) for subject in one.asked]
    lines = []
    for technique in by_subject[0]:
        first = by_subject[0][technique]
        cells = [_cell(tallies[technique]) for tallies in by_subject]
        if first.flag or first.allow:
            lines.append([technique, str(first.flag), str(first.allow), *cells])
    return table(["technique", "flag", "allow", *(subject.name for subject in one.asked)], lines)


def _cell(t: Tally) -> str:
    return f"{share(t.recall, 0)} / {share(t.false_flags, 0)}"


def _by_group(one: Measured) -> str:
    ours, rows = one.subjects[0], one.rows
    groups = {f"tier {name}": t for name, t in tally_by(lambda r: r.tier, rows, ours.outcomes).items()}
    groups |= {f"language {name}": t for name, t in tally_by(lambda r: r.lang, rows, ours.outcomes).items()}
    if one.halves:
        groups["core rows of even index"] = one.pick(ours, lambda n, row: row.tier == "core" and n % 2 == 0)
        groups["core rows of odd index"] = one.pick(ours, lambda n, row: row.tier == "core" and n % 2 == 1)
    lines = [
        [name, str(t.flag), share(t.recall), str(t.allow), share(t.false_flags), str(t.refused)]
        for name, t in groups.items()
        if t.flag or t.allow
    ]
    return table(["", "flag rows", "recall", "allow rows", "false flags", "refused"], lines)


def _goals(one: Measured) -> str:
    ours = one.pick(one.subjects[0], lambda _, row: row.tier == "core")
    pairs = one.pairs.same_class / one.pairs.rows if one.pairs.rows else None
    cost = one.subjects[1].microseconds or 0.0
    weak = _weak(one)
    lines = [
        [
            "recall, core rows",
            f"at least {share(GOAL_RECALL, 0)}",
            share(ours.recall),
            _met(ours.recall, GOAL_RECALL),
        ],
        [
            f"techniques of {FEW} flag rows or more",
            f"each at least {share(GOAL_TECHNIQUE, 0)}",
            f"{len(weak)} below",
            "no" if weak else "yes",
        ],
        [
            "false flags, core rows",
            f"at most {share(GOAL_FALSE)}",
            share(ours.false_flags),
            _under(ours.false_flags),
        ],
        ["innocent rows refused", "none", str(ours.refused), "no" if ours.refused else "yes"],
        [
            f"published or stopped like their plain form, {one.pairs.rows} core rows",
            f"at least {share(GOAL_PAIRS, 0)}",
            share(pairs),
            _met(pairs, GOAL_PAIRS),
        ],
        [
            "rules, µs a comment at the median",
            f"at most {GOAL_MICROSECONDS}",
            f"{cost:.0f}",
            "yes" if cost <= GOAL_MICROSECONDS else "no",
        ],
    ]
    exact = one.pairs.same_action / one.pairs.rows if one.pairs.rows else None
    note = f"\n\nOf those pairs {share(exact)} come to the very same action (allow, nudge, hold, refuse)."
    return table(["goal", "wanted", "measured", "met"], lines, left=2) + note


def _met(value: float | None, goal: float) -> str:
    return "–" if value is None else "yes" if value >= goal else "no"


def _under(value: float | None) -> str:
    return "–" if value is None else "yes" if value <= GOAL_FALSE else "no"


def _weak(one: Measured) -> dict[str, Tally]:
    """Techniques of which too few core rows are seen, the weakest first."""
    core = [(r, o) for r, o in zip(one.rows, one.subjects[0].outcomes, strict=True) if r.tier == "core"]
    tallies = tally_by(lambda row: row.technique, [row for row, _ in core], [done for _, done in core])
    weak = {n: t for n, t in tallies.items() if t.flag >= FEW and (t.recall or 0.0) < GOAL_TECHNIQUE}
    return dict(sorted(weak.items(), key=lambda item: item[1].recall or 0.0))


def _short(one: Measured) -> str:
    tallies = tally_by(lambda row: row.technique, one.rows, one.subjects[0].outcomes)
    lines = [
        [f"{name}{' (below its goal)' if name in _weak(one) else ''}", f"{t.flag - t.caught}", f"{t.false}"]
        for name, t in tallies.items()
        if t.caught < t.flag or t.false
    ]
    return table(["technique", "flag rows unseen", "innocent rows stopped"], lines) if lines else "Nothing."


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
