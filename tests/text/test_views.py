"""Readings: what each lets stand in the clear, and where its letters come from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.clear import clear
from moderation.text.confusables import lookalikes, unmask
from moderation.text.normalize import normalize
from moderation.text.views import by_sound, views

READINGS = [
    ("쓰.레.기 같은", "letters", "쓰레기같은"),
    ("l o s e r", "letters", "loser"),
    ("바x보", "letters", "바보"),
    ("병ㅡ신", "letters", "병신"),
    ("미の친", "letters", "미친"),
    ("je가rk", "letters", "jerk"),
    ("시바ㄹ", "composed", "시발"),
    ("ㄱ.ㅐ.ㅅ.ㅐ.ㄲ.ㅣ", "composed", "개새끼"),
    ("ㅅ ㅣ ㅂ ㅏ ㄹ", "composed", "시발"),
    ("🐷새끼", "emoji", "돼지새끼"),
    ("you 🐍", "emoji", "yousnake"),
    ("쓰러i기", "shape", "쓰레기"),
    ("미이이치이인놈", "stretched", "미친놈"),
    ("벼어엉신", "stretched", "병신"),
    ("조옷", "stretched", "좃"),
    ("멍z청z이", "letters", "멍청이"),
    ("찌oo질oo이", "letters", "찌질이"),
    ("개ㅎ소ㅎ리", "letters", "개소리"),
    ("71레71", "shape", "기레기"),
    ("7h새77l", "shape", "개새끼"),
    ("人ㅣ발", "shape", "시발"),
    ("cㅏㄱ쳐", "shape", "닥쳐"),
    ("댕청이", "shape", "멍청이"),
]


@pytest.mark.parametrize(("folded", "name", "text"), READINGS)
def test_a_view_reads_it_so(folded: str, name: str, text: str) -> None:
    assert (name, text) in [(view.name, view.text) for view in views(folded)]


@pytest.mark.parametrize(
    "folded", ["기사 잘 봤습니다", "a plain comment", "ㅋㅋㅋ", "", "2001년 1월", "5g 요금"]
)
def test_plain_text_has_one_view(folded: str) -> None:
    assert len(views(folded)) == 1


@given(st.text("가나시바러ㄹㅂㅏㅅㅣabil1 0@.-*ㅋ🐷🤡の아이", max_size=30))
@settings(max_examples=300, deadline=None)
def test_every_letter_comes_from_somewhere(folded: str) -> None:
    for view in views(folded):
        for reading in (view, by_sound(view)):
            letters = range(len(reading.text))
            assert all(0 <= reading.origin(place) < reading.stop(place) <= len(folded) for place in letters)
            assert list(reading.places) == [place for place in letters if reading.gap(place)]


@pytest.mark.parametrize(
    ("folded", "gaps"),
    [
        ("쓰레기", {0: "space"}),
        ("쓰.레 기", {0: "space", 1: "mark", 2: "space"}),
        (" -쓰, 레기!", {0: "space", 1: "space"}),
        ("ㅋㅋ닥쳐", {0: "space", 2: "seam"}),
        ("st.up id", {0: "space", 2: "mark", 4: "space"}),
        ("...", {}),
        ("", {}),
    ],
)
def test_a_run_of_letters_begins_behind_something(folded: str, gaps: dict[int, str]) -> None:
    view = views(folded)[0]
    assert {place: view.gap(place) for place in range(len(view.text) + 1) if view.gap(place)} == gaps


@pytest.mark.parametrize(
    ("folded", "said", "places"),
    [
        ("바아아보", "바보", ["바아아", "보"]),
        ("바 아이", "바아이", ["바", "아", "이"]),
        ("a 쌔애끼!", "a세기", ["a", "쌔애", "끼"]),
    ],
)
def test_what_is_said_once_covers_what_was_stretched(folded: str, said: str, places: list[str]) -> None:
    heard = by_sound(views(folded)[0])
    assert heard.text == said
    assert [folded[heard.origin(place) : heard.stop(place)] for place in range(len(said))] == places


@pytest.mark.parametrize(
    ("folded", "read"),
    [
        ("you l0ser", "you loser"),
        ("such a l.o.s.e.r", "such a loser"),
        ("쓰.레.기 기자", "쓰레기 기자"),
        ("시1발 뭐야", "시발 뭐야"),
        ("loooooser", "loser"),
        ("@sshole here", "asshole here"),
    ],
)
def test_clear_keeps_the_rest_as_it_is(folded: str, read: str) -> None:
    view = clear(folded)
    assert view is not None
    assert view.text == read


@pytest.mark.parametrize("folded", ["covid-19 in 2020", "5g 요금", "kbs2", "good article", "a. b"])
def test_nothing_to_clear(folded: str) -> None:
    assert clear(folded) is None


def test_stretch_ends_at_a_space() -> None:
    """새끼 이야기: the 이 behind the space is a word's start, not a drawn-out 끼."""
    assert by_sound(views("새끼 이야기")[0]).text == by_sound(views("새끼")[0]).text + "이아기"


def test_lookalikes_are_letters_of_other_alphabets() -> None:
    table = lookalikes()
    assert table["а"] == "a"  # Cyrillic
    assert all(len(char) == 1 and not char.isascii() and "a" <= latin <= "z" for char, latin in table.items())


@given(st.text("abсаοѕж 가"))
def test_unmasking_keeps_the_length_and_is_done_once(folded: str) -> None:
    once = unmask(folded)
    assert len(once) == len(folded)
    assert unmask(once) == once


def test_the_tag_of_a_disguise_is_not_text() -> None:
    assert [view.text for view in normalize("lo\U000e0078ser").views] == ["loser"]
