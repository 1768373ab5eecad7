from __future__ import annotations

import threading
import time
import uuid

import pytest

from moderation.errors import InputError
from moderation.store.ids import checked, named, new_id


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_it() -> None:
    before = time.time_ns() // 1_000_000
    name = uuid.UUID(new_id())

    assert (name.version, name.variant) == (7, uuid.RFC_4122)
    assert before <= name.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_ids_rise_and_never_repeat_across_threads() -> None:
    made: list[list[str]] = [[] for _ in range(4)]

    def make(into: list[str]) -> None:
        into.extend(new_id() for _ in range(2_000))

    threads = [threading.Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(into == sorted(into) for into in made)
    assert len({name for into in made for name in into}) == 8_000


def test_ids_rise_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr("time.time_ns", lambda: 0)

    assert new_id() > first


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\0", "`text` has a NUL character; leave it out"),
        ("ab\ud83d", "`text` has half a surrogate pair at character 2; send well-formed Unicode"),
        ("가가", "`text` has 6 bytes; at most 5 are kept"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(value: str, message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}$"):
        checked("text", value, at_most=5)


@pytest.mark.parametrize("value", ["", "\x01\x1f\x7f", "\ufffe\uffff", "\U0010ffff", "e\u0301"])
def test_other_text_passes_as_it_is(value: str) -> None:
    assert checked("text", value) == value


def test_a_name_is_not_empty() -> None:
    with pytest.raises(InputError, match=r"^`id` is empty; give 1 to 128 bytes$"):
        named("id", "", at_most=128)
