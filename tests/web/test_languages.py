from __future__ import annotations

import pytest

from moderation.types import Language
from moderation.web.languages import preferred


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr-FR, en;q=0.3, ko;q=0.5", "ko"),
        ("KO-kr", "ko"),
        ("en;q=0, ko;q=0.1", "ko"),
        ("en ; q=0.2 , ko ; q = 0.4", "ko"),
        ("en,ko", "en"),
    ],
)
def test_the_language_that_weighs_most(header: str, expected: Language) -> None:
    assert preferred(header, "en" if expected == "ko" else "ko") == expected


@pytest.mark.parametrize(
    "header",
    ["", "*", "fr", "kok", "english", "ko;q=x", "ko;q=nan", "ko;q=inf", "ko;q=-1", "ko;q=2", "ko;q=0", ",;=,",
     "q=1",     "fr," * 200 + "ko"],
)  # fmt: skip
def test_anything_else_falls_back(header: str) -> None:
    assert preferred(header, "en") == "en"
