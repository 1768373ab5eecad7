"""Latin words in disguise: which listed word is found where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text import latin
from moderation.text.alike import Listed
from moderation.text.latin import Found, LatinBook

WORDS = ["loser", "moron", "stupid", "idiot", "bitch", "pathetic", "멍청이", "쓰레기", "시발", "엿먹어"]
STARTS = {"idiot", "bitch", "쓰레기", "시발", "엿먹어"}
LISTED = [
    *(Listed(word, key, "start" if word in STARTS else "word") for key, word in enumerate(WORDS)),
    Listed("shit", 100, "anywhere"),
    Listed("trash", 101, "word", likeness=False, sound=False),
]
BOOK = LatinBook(LISTED)

FOUND = [
    ("you l0s3r", "l0s3r", "loser", "leet"),
    ("10$3r$ all", "10$3r$", "loser", "leet"),
    ("a m.0.r.0.n alert", "m.0.r.0.n", "moron", "leet"),
    ("$.t.u.p.1.d", "$.t.u.p.1.d", "stupid", "leet"),
    ("p @ t h e t i c", "p @ t h e t i c", "pathetic", "leet"),
    ("st-u-pid", "st-u-pid", "stupid", "spread"),
    ("1diotic!", "1diotic", "idiot", "leet"),
    ("bull5h1t", "bull5h1t", "shit", "leet"),
    ("loooser", "loooser", "loser", "stretched"),
    ("iddiiootts", "iddiiootts", "idiot", "stretched"),
    ("lxoxsxexr club", "lxoxsxexr", "loser", "spread"),
    ("b*tch", "b*tch", "bitch", "masked"),
    ("m_r_n", "m_r_n", "moron", "masked"),
    ("stoopid", "stoopid", "stupid", "sound"),
    ("resol", "resol", "loser", "reversed"),
    ("tmfprl sinmun", "tmfprl", "쓰레기", "keyboard"),
    ("tlqkf", "tlqkf", "시발", "keyboard"),
    ("dut ajrdjfk", "dut ajrdjfk", "엿먹어", "keyboard"),
    ("sseuregi", "sseuregi", "쓰레기", "romanised"),
    ("meong cheongi", "meong cheongi", "멍청이", "romanised"),
    ("tr4sh", "tr4sh", "trash", "leet"),
]
SPARED = [
    "a plain comment about losers",  # as listed: for the search of plain words to find
    "closer to home",
    "covid-19 and 5g in 2020",
    "bus n19, at 10:05",
    "co-op at&t r&b 3m",
    "good food, too",
    "let's hit the road",
    "trsh hsart",
    "do so, go to it",
    "1000000",
    "i.e. e.g. u.s.",
    "",
]


@pytest.mark.parametrize(("folded", "place", "word", "way"), FOUND)
def test_finds_it_where_it_stands(folded: str, place: str, word: str, way: str) -> None:
    keys = {"shit": 100, "trash": 101} | {listed: key for key, listed in enumerate(WORDS)}
    found = [(folded[hit.start : hit.end], hit.key, hit.way) for hit in BOOK.find(folded)]
    assert (place, keys[word], way) in found


@pytest.mark.parametrize("folded", SPARED)
def test_spares_what_is_no_disguise(folded: str) -> None:
    assert not list(BOOK.find(folded))


def test_a_word_without_likeness_is_found_by_its_letters_only() -> None:
    assert {hit.way for hit in BOOK.find("tr@sh traaash hsart")} == {"leet", "stretched"}


@given(st.text("abils10@$*.-_ #é가ㄱ", max_size=60))
@settings(max_examples=300, deadline=None)
def test_places_lie_in_the_text_and_a_second_look_finds_the_same(folded: str) -> None:
    first = list(BOOK.find(folded))
    assert all(0 <= hit.start < hit.end <= len(folded) for hit in first)
    assert list(BOOK.find(folded)) == first


@given(st.lists(st.text("abilstuk10@$*.-_é'(!)/", min_size=1, max_size=12), min_size=1, max_size=12))
@settings(max_examples=300, deadline=None)
def test_chunks_met_together_are_read_as_each_alone(chunks: list[str]) -> None:
    book, places = LatinBook(LISTED), [0]
    list(
        book.find(" ".join(chunk.strip("'(.!)/") for chunk in chunks))
    )  # words met before without the marks around them
    for chunk in chunks:
        places.append(places[-1] + len(chunk) + 1)
    together = set(book.find(" ".join(chunks), spaced=False))
    alone = {
        Found(place + found.start, place + found.end, found.key, found.way)
        for place, chunk in zip(places, chunks, strict=False)
        for found in LatinBook(LISTED).find(chunk, spaced=False)
    }
    assert alone <= together  # and words in two, which a chunk alone cannot tell
    assert {found.way for found in together - alone} <= {"romanised", "keyboard"}


def test_what_is_kept_is_bounded_and_forgotten_words_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latin, "_MOST_KEPT", 50)
    book = LatinBook(LISTED)
    for number in range(100):
        text = f"l0s3r {' '.join(f'word{number}x{other}' for other in range(number))} m0r0n"
        assert [text[hit.start : hit.end] for hit in book.find(text)] == ["l0s3r", "m0r0n"]
        assert len(book._kept) + len(book._dull) <= 50
