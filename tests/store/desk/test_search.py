"""Search goes one of two ways, by how many comments have the words; what it finds is the same."""

from __future__ import annotations

import pytest

from moderation.store import Store, search
from moderation.store import comments as kept
from tests.store.desk.held import hold, publish

BODIES = {
    "a": "기자는 바보냐? 바보!",
    "b": "바보들이 많다",
    "c": "What an Ｉdiot, 바보",
    "d": "idiots and 기자들",
    "e": "아무 말",
    "f": "바보 기자 idiot",
}
EVERY = 1
"""Every word that there is counts as common."""


@pytest.fixture(scope="module")
def filled(shared_store: Store) -> Store:
    for name, body in BODIES.items():
        (publish if name == "b" else hold)(shared_store, name, body=body)
    return shared_store


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("바보", "fcba"),
        ("바", "fcba"),
        ("바보 기자", "fa"),
        ("기자 바보", "fa"),
        ("idi 바보", "fc"),
        ("idiot 기자 바", "f"),
        ("기자들", "d"),
        ("바보 없다", ""),
        ("없다", ""),
        ("보", ""),
        ("!", ""),
    ],
)
def test_common_words_and_rare_ones_are_found_alike(filled: Store, question: str, ids: str) -> None:
    with filled._connections.reading() as connection:
        for common in (EVERY, search.COMMON):
            assert search.newest(connection, question, 10, common=common) == list(ids)
            assert search.newest(connection, question, 1, common=common) == list(ids[:1])
            if ids:
                place = kept.place(connection, ids[0])
                assert search.newest(connection, question, 10, place, common=common) == list(ids[1:])
