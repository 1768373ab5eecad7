"""Tables as editors have them: Excel's CSV in any of its spellings, JSON lines, Parquet."""

from __future__ import annotations

import gzip
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InputError
from moderation.types import Label
from training.corpus import gather, read
from training.rows import Unusable, to_example
from training.tables import Reject, Row, read_rows

TABLE = "text,toxicity\n기사 잘 봤어요,0\n멍청한 놈,1\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode("utf-8"),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("cp949"),
        TABLE.replace(",", ";").encode("cp949"),
        TABLE.replace(",", "\t").encode("utf-16"),  # Excel's "Unicode text"
        ("sep=;\r\n" + TABLE.replace(",", ";").replace("\n", "\r\n")).encode("utf-8-sig"),
        gzip.compress(TABLE.encode("utf-8"), mtime=0),
        TABLE.replace("text,toxicity", '"댓글","유해"').encode("cp949"),
        TABLE.replace("text,toxicity", " Text , TOXICITY ").encode("utf-8"),
        TABLE.replace(",0", ",아니오").replace(",1", ",예").encode("cp949"),
        TABLE.replace(",0", ",No").replace(",1", ",YES").encode("utf-8"),
        TABLE.replace("toxicity", "label").replace(",0", ",정상").replace(",1", ",악플").encode("cp949"),
    ],
)
def test_csv_as_excel_makes_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "comments.csv"
    path.write_bytes(content)
    examples = read(path)
    assert [e.text for e in examples] == ["기사 잘 봤어요", "멍청한 놈"]
    assert [e.labels[Label.TOXICITY] for e in examples] == [0, 1]
    assert [e.lang for e in examples] == ["ko", "ko"]
    assert len({e.id for e in examples}) == 2


def test_a_comment_with_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    path.write_text('text,insult\n"He said ""no"",\nthen left",0\n"two, three",1\n', "utf-8")
    assert [(row.line, row.fields["text"]) for row in read_rows(path) if isinstance(row, Row)] == [
        (2, 'He said "no",\nthen left'),
        (4, "two, three"),
    ]


def test_rows_that_cannot_be_used_are_listed_with_line_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    lines = [
        b"text,lang,toxicity",
        "좋은 기사".encode() + b",ko,0",
        b",ko,1",
        b"good,fr,0",
        b"good,en,maybe",
        b"good,en,",
        b"good, but unquoted,en,0",
        b'"never closed,en,0',
        b"broken \xff\xfe bytes,en,0",
        b"the last,en,1",
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    gathered = gather([path])
    assert [e.text for e in gathered.examples] == ["좋은 기사", "the last"]
    reasons = {reject.line: reject.reason for reject in gathered.rejects}
    assert sorted(reasons) == [3, 4, 5, 6, 7, 8, 9]
    for line, words in {
        3: "`text` is empty",
        4: "`lang` is `fr`",
        5: "`toxicity` is `maybe`",
        6: "states no label",
        7: "4 cells under 3",
        8: "quotation marks",
        9: "neither UTF-8 nor CP949",
    }.items():
        assert words in reasons[line]


def test_json_lines_of_either_shape(tmp_path: Path) -> None:
    path = tmp_path / "comments.jsonl.gz"
    rows = (
        '\ufeff{"text": "a fine piece", "labels": {"toxicity": 0, "spam": null}}\n'
        '{"text": "you moron", "label": ["insult"]}\n'
        '{"text": "광고입니다", "광고": true, "toxicity": "아니오"}\n'
        "[1]\n"
        '{"text": "half a line\n'
    )
    path.write_bytes(gzip.compress(rows.encode()))
    gathered = gather([path])
    assert [dict(e.labels) for e in gathered.examples] == [
        {Label.TOXICITY: 0},
        {Label.INSULT: 1, Label.TOXICITY: 1},
        {Label.SPAM: 1, Label.TOXICITY: 0},
    ]
    assert [reject.line for reject in gathered.rejects] == [4, 5]


def test_parquet(tmp_path: Path) -> None:
    table = pa.table({"text": ["기사 잘 봤어요", None, "buy now"], "spam": [False, True, True]})
    pq.write_table(table, tmp_path / "comments.parquet")
    gathered = gather([tmp_path])
    assert [(e.text, e.labels[Label.SPAM]) for e in gathered.examples] == [
        ("기사 잘 봤어요", 0),
        ("buy now", 1),
    ]
    assert [(reject.line, reject.reason[:6]) for reject in gathered.rejects] == [(2, "`text`")]


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "comments.parquet")
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path; from training.corpus import read\n"
        f"read(Path({str(tmp_path / 'comments.parquet')!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install 'standards-board[parquet]'" in done.stderr


@pytest.mark.parametrize("name", ["comments.csv.gz", "comments.jsonl.gz", "comments.parquet"])
def test_a_file_that_is_cut_short_is_named(tmp_path: Path, name: str) -> None:
    whole = gzip.compress(TABLE.encode() * 100)
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=name):
        read(tmp_path / name)


def test_an_empty_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError, match="names of the columns"):
        read(tmp_path / "empty.csv")


@pytest.mark.parametrize(
    ("fields", "labels"),
    [
        ({"label": "insult"}, {"insult": 1, "toxicity": 1}),
        ({"label": "profanity"}, {"profanity": 1}),
        ({"label": "혐오; 욕설"}, {"identity_attack": 1, "toxicity": 1, "profanity": 1}),
        ({"label": "clean"}, dict.fromkeys(map(str, Label), 0)),
        ({"label": 0}, {"toxicity": 0}),
        ({"label": 1.0}, {"toxicity": 1}),
        ({"label": "예"}, {"toxicity": 1}),
        ({"Identity Attack": "x", "insult": "O"}, {"identity_attack": 0, "insult": 1}),
        ({"insult": "", "spam": "Y"}, {"spam": 1}),
    ],
)
def test_what_labels_may_look_like(fields: dict[str, object], labels: dict[str, int]) -> None:
    assert to_example({"text": "x"} | fields, "a").labels == {Label(k): v for k, v in labels.items()}


@pytest.mark.parametrize(
    "fields",
    [
        {"toxicity": "10"},  # not 1.0 with its point lost
        {"toxicity": 0.7},
        {"toxicity": 2},
        {"label": "rude"},
        {"label": {"rudeness": 1}},
        {"label": ""},
        {"toxicity": 1, "split": "later"},
    ],
)
def test_what_they_may_not(fields: dict[str, object]) -> None:
    with pytest.raises(Unusable):
        to_example({"text": "x"} | fields, "a")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["text", "label", "labels", "lang", "split", "source", "id", "toxicity", "orig"]),
        JSON,
    )
)
def test_any_row_is_an_example_or_unusable(fields: dict[str, object]) -> None:
    for row in (fields, fields | {"text": "x"}):
        with suppress(Unusable):
            assert to_example(row, "a").labels


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_reason(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(b"text,toxicity\n" + content)
    for row in read_rows(path):
        assert row.line >= 2
        assert isinstance(row, Row) or (isinstance(row, Reject) and row.reason)
