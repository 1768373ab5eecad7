"""Folding: what comparable text looks like, and that every place in it leads back to the author's own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.normalize import normalize

FOLDS = [
    ("plain", "좋은 기사네요 Good", "좋은 기사네요 good"),
    ("fullwidth", "ＤＵＭＢ １２", "dumb 12"),
    ("halfwidth Hangul", "\uffa7\uffc2\uffa1\uffba\uffca", "닥쳐"),
    ("conjoining jamo", unicodedata.normalize("NFD", "닥쳐 이제"), "닥쳐 이제"),
    ("compatibility jamo", "ㄷㅏㄱㅊㅕ 이제", "닥쳐 이제"),
    ("doubled vowel keys", "ㄱㅗㅏㅇ", "광"),
    ("doubled tail keys", "ㅇㅓㅂㅅㄷㅏ", "없다"),
    ("tail goes to the next vowel", "ㄱㅏㄱㅏ", "가가"),
    ("shorthand stays loose", "ㅅㅂ ㅋㅋㅋ ㅠㅠ", "ㅅㅂ ㅋㅋㅋ ㅠㅠ"),
    ("laughter then tears", "ㅋㅋㅠㅠ", "ㅋㅋㅠㅠ"),
    ("tears after a syllable", "아ㅠㅠ", "아ㅠㅠ"),
    ("zero width", "ba\u2060st\u200bard", "bastard"),
    ("soft hyphen", "je\u00adrk", "jerk"),
    ("tag characters", "lo\U000e0078ser", "loser"),
    ("variation selector", "a\ufe0fb", "ab"),
    ("Hangul filler", "바\u3164보", "바보"),
    ("strike-through", "j\u0336e\u0336r\u0336k", "jerk"),
    ("accents", "Crème brûlée", "creme brulee"),
    ("mathematical letters", "𝐥𝐨𝐬𝐞𝐫 𝓁𝑜", "loser lo"),
    ("circled letters", "ⓛⓞⓢⓔⓡ 🅛🅞", "loser lo"),
    ("squared letters", "🅰🅱", "ab"),
    ("regional indicators", "🇫 🇺", "f u"),
    ("Cyrillic inside Latin", "crаp lоser", "crap loser"),
    ("wholly look-alike word", "ѕех", "sex"),
    ("Greek and phonetic letters inside Latin", "mοrοη loѕеɾ", "moron loser"),
    ("tags", "<b>멍청</b>이", "·멍청·이"),
    ("bulletin board codes", "mor[/i]on", "mor·on"),
    ("breaks", "a<br/>b", "a b"),
    ("entities", "&#48337;&#xC2E0; a&shy;b &amp;lt;", "병신 ab <"),
    ("ampersands", "R&D, AT&T; [속보] a<b>c", "r&d, at&t; [속보] a·c"),
    ("genuine Russian", "Спасибо за репортаж", "спасибо за репортаж"),
    ("genuine Greek", "Καλημέρα Ελλάδα", "καλημερα ελλαδα"),
    ("right-to-left override", "\u202eresol\u202c!", "loser!"),
    ("override without an end", "\u202eresol", "loser"),
    ("no-break space", "a\u00a0b", "a b"),
    ("line break", "a\r\nb", "a\nb"),
    ("ligature", "ﬁne", "fine"),
]


@pytest.mark.parametrize(("body", "folded"), [row[1:] for row in FOLDS], ids=[row[0] for row in FOLDS])
def test_folds(body: str, folded: str) -> None:
    assert normalize(body).folded == folded


@pytest.mark.parametrize("body", [row[1] for row in FOLDS])
def test_folding_twice_changes_nothing(body: str) -> None:
    once = normalize(body).folded
    assert normalize(once).folded == once


INTERESTING = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "가힣ㄱㅏㅋㅠㅣ\u1100\u1161\u11a8\uffa1\uffc2aZ1@.\u200b\u0336\u202e\u202c🇰👩\u200d\ud800аꓮ\n "
        ),
    ),
    max_size=60,
)


@given(INTERESTING)
@settings(max_examples=400, deadline=None)
def test_any_text_folds_once_and_maps_back(body: str) -> None:
    text = normalize(body)
    assert normalize(text.folded).folded == text.folded
    assert len(text.starts) == len(text.ends) == len(text.folded)
    assert all(0 <= start < end <= len(body) for start, end in zip(text.starts, text.ends, strict=True))


def test_span_leads_back_to_what_the_author_wrote() -> None:
    body = "이 쓰\u200b레ㄱㅣ 기자"
    text = normalize(body)
    start = text.folded.index("쓰레기")
    span = text.span(start, start + 3)
    assert body[span.start : span.end] == "쓰\u200b레ㄱㅣ"


def test_span_of_reversed_text_covers_it() -> None:
    text = normalize("a \u202eresol\u202c")
    span = text.span(2, 7)
    assert (span.start, span.end) == (3, 8)


def test_letters_joined_out_of_reversed_text_lead_back_to_all_of_it() -> None:
    text = normalize("\u202eㄹㅏㅂ쓰\u202c")
    assert text.folded == "쓰발"
    assert (text.starts, text.ends) == ([4, 1], [5, 4])


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("안녕하세요", "ko"),
        ("hello there", "en"),
        ("K-pop 좋아요", "ko"),
        ("The word 정 has no English twin", "en"),
        ("ㅋㅋㅋㅋ", "ko"),
        ("12345", "en"),
        ("", "en"),
    ],
)
def test_language_is_that_of_the_script(body: str, language: str) -> None:
    assert normalize(body).language == language


def test_fingerprint_sees_through_spacing_and_case() -> None:
    assert normalize("Great  news!").fingerprint == normalize("great news").fingerprint
    assert normalize("great news").fingerprint != normalize("great newt").fingerprint
