"""UI-8: no cell of a CSV is run by a spreadsheet, and every one comes back as it was."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.reports.sheets import inert, plain, written

FORMULAS = [
    "=1+1",
    "+82-10-1234-5678",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '  =HYPERLINK("http://example.com","보기")',
    "＝1+1",
    "＠이름",
]
PLAIN = ["좋은 기사입니다", "a=b", "10-20", "1+1=2", "mail@example.com", "", "“인용”", "…", "그는 -라고 했다"]

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_made_inert(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert plain(inert(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert inert(text) == text == plain(text)


@given(texts)
def test_every_text_comes_back(text: str) -> None:
    assert plain(inert(text)) == text
    assert not inert(text).lstrip().startswith(("=", "+", "-", "@"))


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_rows_come_back_from_csv(cells: list[tuple[str, str]]) -> None:
    rows = [{"id": one, "text": other} for one, other in cells]

    text = "".join(written(rows, "csv"))

    assert text.startswith("\ufeff")
    header, *read = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert header == ["id", "text"]
    assert [tuple(map(plain, row)) for row in read] == cells


@given(st.lists(texts, max_size=5))
def test_rows_come_back_from_json_lines_one_to_a_line(bodies: list[str]) -> None:
    text = "".join(written([{"text": body} for body in bodies], "jsonl"))

    assert [json.loads(line)["text"] for line in text.splitlines()] == bodies


def test_an_empty_table_has_its_heading_and_values_are_written_plainly() -> None:
    assert "".join(written([], "csv", ["id", "text"])) == '\ufeff"id","text"\r\n'
    row = {"automated": True, "model": None, "number": 2}
    assert "".join(written([row], "csv")) == '\ufeff"automated","model","number"\r\n"true","","2"\r\n'
