"""Labels from outside: kept once, the last word counts, and nothing that no model may learn."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from moderation.errors import InputError
from moderation.store import Store
from moderation.types import Label

TOXIC = {Label.TOXICITY: 1.0}
FINE = {Label.TOXICITY: 0.0}


def add(store: Store, text: str = "기사 잘 봤습니다", scores: Any = None, **changes: Any) -> bool:
    said: dict[str, Any] = {"source": "perspective", "client": "coral", "language": "ko", "external": "c1"}
    return store.feedback.add(text, FINE if scores is None else scores, **{**said, **changes})


def test_what_is_kept(store: Store) -> None:
    before = datetime.now(UTC)
    assert add(store, scores={Label.TOXICITY: 0.25, Label.INSULT: 1}, weight=0.5)
    (said,) = store.feedback.all()
    assert (said.source, said.client, said.external, said.text) == (
        "perspective",
        "coral",
        "c1",
        "기사 잘 봤습니다",
    )
    assert (said.language, said.scores, said.weight) == (
        "ko",
        {Label.TOXICITY: 0.25, Label.INSULT: 1.0},
        0.5,
    )
    assert before <= said.at <= datetime.now(UTC)
    assert list(store.feedback.all(said.at)) == [said]
    assert list(store.feedback.all(said.at + timedelta(seconds=1))) == []


def test_a_repeated_call_changes_nothing(store: Store) -> None:
    assert [add(store) for _ in range(3)] == [True, False, False]
    assert len(list(store.feedback.all())) == 1


def test_the_last_word_counts(store: Store) -> None:
    add(store, scores=FINE)
    assert add(store, scores=TOXIC)
    assert [said.scores for said in store.feedback.all()] == [TOXIC]


def test_clients_and_sources_do_not_overwrite_each_other(store: Store) -> None:
    assert add(store, client="coral")
    assert add(store, client="talk")
    assert add(store, source="akismet")
    assert len(list(store.feedback.all())) == 3


def test_without_a_name_the_text_is_the_comment(store: Store) -> None:
    assert [add(store, text, external=None) for text in ("one", "one", "two")] == [True, False, True]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"source": "report"}, "reports of readers"),
        ({"source": "Flags"}, "reports of readers"),
        ({"scores": {}}, "nothing can be learned"),
        ({"text": " \n"}, "nothing can be learned"),
        ({"scores": {Label.SPAM: 1.5}}, "outside 0 to 1"),
        ({"scores": {Label.SPAM: float("nan")}}, "outside 0 to 1"),
        ({"weight": 0}, "outside 0 to 1"),
        ({"weight": 2.0}, "outside 0 to 1"),
        ({"text": "a\0"}, "NUL"),
        ({"external": "a\ud800"}, "surrogate"),
        ({"external": "x" * 1025}, "at most 1024"),
        ({"client": ""}, "empty"),
    ],
)
def test_what_is_refused(store: Store, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        add(store, **changes)
    assert list(store.feedback.all()) == []


def test_calls_at_once_keep_one_row(store: Store) -> None:
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(add(store))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True]
    assert len(list(store.feedback.all())) == 1
