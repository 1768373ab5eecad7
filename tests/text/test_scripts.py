from __future__ import annotations

import pytest

from moderation.text.normalize import normalize
from moderation.text.scripts import spoken


@pytest.mark.parametrize(
    ("body", "tag"),
    [
        ("좋은 기사", "ko"),
        ("ㅋㅋㅋ", "ko"),
        ("東京 2020 기사 잘 봤어요", "ko"),
        ("Good article", "en"),
        ("café 😀", "en"),
        ("ｇｏｏｄ", "en"),
        ("ѕtuріd", "en"),  # Cyrillic letters in a Latin word, which folding undoes
        ("привет, как дела", "ru"),
        ("hello привет", "ru"),
        ("いい記事", "ja"),
        ("東京の記事", "ja"),
        ("好文章", "zh"),
        ("ขอบคุณ", "th"),
        ("مقال جيد", "ar"),
        ("אַחלה", "he"),
        ("ქართული", "und"),
        ("", None),
        ("123 !? 😀", None),
    ],
)
def test_which_language_a_text_is_in(body: str, tag: str | None) -> None:
    text = normalize(body)
    assert spoken(text.folded, text.language) == tag
