"""The seed corpus keeps the promises its README makes."""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TypedDict, cast

import pytest

DATA = Path(__file__).resolve().parents[2] / "training" / "data"

LANGUAGES = ("ko", "en")
LABELS = ("toxicity", "insult", "identity_attack", "threat", "sexual", "profanity", "spam")
AT_LEAST = {
    "abuse": 60,
    "hatred": 60,
    "threats": 40,
    "sexual": 40,
    "profanity": 60,
    "privacy": 15,
    "advertising": 60,
    "links": 15,
    "flooding": 15,
    "impersonation": 15,
    "illegal": 15,
    "form": 15,
}


class _Required(TypedDict):
    id: str
    text: str
    lang: str
    source: str
    labels: dict[str, int]
    clause: str | None


class Row(_Required, total=False):
    """One line of `seed.jsonl`."""

    note: str


def _read() -> list[Row]:
    lines = (DATA / "seed.jsonl").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return [cast("Row", json.loads(line)) for line in lines]


ROWS = _read()


def _comparable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "ZPC")


def _readme_counts() -> dict[str, tuple[int, ...]]:
    """The count table of the README: row name to (ko, en, all)."""
    counts: dict[str, tuple[int, ...]] = {}
    for line in (DATA / "README.md").read_text(encoding="utf-8").splitlines():
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and all(cell.isdecimal() for cell in cells):
            counts[name] = tuple(int(cell) for cell in cells)
    return counts


def _true_counts() -> dict[str, tuple[int, ...]]:
    seen: Counter[tuple[str, str]] = Counter()
    for row in ROWS:
        names = ["all rows", *(f"label `{name}`" for name in LABELS if row["labels"][name])]
        names.append("innocent" if row["clause"] is None else f"clause `{row['clause']}`")
        if "note" in row:
            names.append("near misses")
        seen.update((name, row["lang"]) for name in names)
    return {
        name: (seen[name, "ko"], seen[name, "en"], seen[name, "ko"] + seen[name, "en"]) for name, _ in seen
    }


def test_every_row_has_exactly_the_promised_keys() -> None:
    keys = ["id", "text", "lang", "source", "labels", "clause"]
    for row in ROWS:
        assert list(row) in (keys, [*keys, "note"]), row["id"]
        assert row["lang"] in LANGUAGES, row["id"]
        assert row["source"] == "seed", row["id"]
        assert row["clause"] is None or row["clause"] in AT_LEAST, row["id"]


def test_every_row_carries_all_seven_labels_as_zero_or_one() -> None:
    for row in ROWS:
        assert tuple(row["labels"]) == LABELS, row["id"]
        assert all(type(value) is int and value in (0, 1) for value in row["labels"].values()), row["id"]


def test_ids_are_well_formed_and_unique() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids)
    for row_id in ids:
        prefix, _, number = row_id.partition("-")
        assert prefix == "seed", row_id
        assert len(number) == 4, row_id
        assert number.isdecimal(), row_id


def test_there_are_enough_rows_in_both_languages() -> None:
    assert len(ROWS) >= 900
    for lang in LANGUAGES:
        assert sum(row["lang"] == lang for row in ROWS) >= 0.4 * len(ROWS), lang


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("clause", AT_LEAST)
def test_every_clause_is_covered_in_both_languages(clause: str, lang: str) -> None:
    found = sum(row["clause"] == clause and row["lang"] == lang for row in ROWS)
    assert found >= AT_LEAST[clause]


def test_at_least_half_is_innocent_and_half_of_that_near_misses() -> None:
    innocent = [row for row in ROWS if row["clause"] is None]
    assert 2 * len(innocent) >= len(ROWS)
    assert 2 * sum("note" in row for row in innocent) >= len(innocent)


def test_innocent_rows_carry_no_label_and_only_they_carry_a_note() -> None:
    for row in ROWS:
        if row["clause"] is None:
            assert not any(row["labels"].values()), row["id"]
            assert row.get("note", "why") != "", row["id"]
        else:
            assert "note" not in row, row["id"]


def test_labels_agree_with_each_other_and_with_the_clause() -> None:
    sure = {
        "abuse": "insult",
        "hatred": "identity_attack",
        "threats": "threat",
        "sexual": "sexual",
        "profanity": "profanity",
        "advertising": "spam",
        "links": "spam",
    }
    for row in ROWS:
        labels = row["labels"]
        if labels["insult"] or labels["identity_attack"] or labels["threat"]:
            assert labels["toxicity"], row["id"]
        if row["clause"] in sure:
            assert labels[sure[row["clause"]]], row["id"]


def test_texts_are_unique_once_folded() -> None:
    first: dict[str, str] = {}
    for row in ROWS:
        folded = _comparable(row["text"])
        assert folded, row["id"]
        assert folded not in first, f"{row['id']} repeats {first.get(folded)}"
        first[folded] = row["id"]


def test_lengths_stay_within_the_promise() -> None:
    for row in ROWS:
        assert len(row["text"]) >= 2, row["id"]
        assert row["clause"] == "form" or len(row["text"]) <= 250, row["id"]


def test_text_is_readable_utf_8_in_its_own_script() -> None:
    raw = (DATA / "seed.jsonl").read_bytes()
    assert b"\\ud" not in raw, "hangul is written as itself, not as an escape"
    for row in ROWS:
        hangul = any("\uac00" <= c <= "\ud7a3" or "\u3131" <= c <= "\u3163" for c in row["text"])
        assert hangul == (row["lang"] == "ko"), row["id"]


def test_readme_counts_are_true() -> None:
    assert _readme_counts() == _true_counts()
