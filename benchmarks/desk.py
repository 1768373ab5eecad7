"""The moderators' desk with 100,000 held comments, half of them by one author, on SQLite and on PostgreSQL.

What is measured: pages of the queue, first and deep, in both orders and by each filter; counts; claims; a ruling; search.
Promised are a page within 100 ms and a claim within 100 ms (p95, p99), also when one author floods the queue (RL-3).
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from benchmarks.tables import table
from moderation.store import Store
from moderation.store.desk import Act, Filter, Order, Ruling, View
from moderation.store.tables import Status, Waits, comments, decisions, search_words
from moderation.store.waiting import FOLD_AFTER
from tests.postgresql import running
from tests.store.desk.held import decision

HELD = 100_000
FLOOD = "flood"
CLAUSES = ("abuse", "hatred", "threats", "sexual", "profanity", "advertising")
WORDS = (
    "기사 댓글 사람 정책 나라 바보 거짓말 정말 그래서 하지만 오늘 내일 article comment people policy".split()
)
BLOCK = 2_000


def main() -> None:
    """Fill, measure and print, for each database."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--held", type=int, default=HELD)
    options.add_argument("--times", type=int, default=200)
    options.add_argument("--on", nargs="+", default=[*DATABASES], choices=[*DATABASES])
    asked = options.parse_args()
    rows: list[tuple[str, ...]] = []
    for name in asked.on:
        with DATABASES[name]() as url, Store.open(url) as store:
            fill(store, asked.held)
            for what, times in measured(store, asked.times):
                p50, p95, p99 = (f"{1000 * quantile(times, share):.1f}" for share in (0.5, 0.95, 0.99))
                rows.append((name, what, p50, p95, p99))
                print(f"{name}: {what}: p95 {p95} ms", file=sys.stderr, flush=True)
    print(table(("database", "question", "p50 ms", "p95 ms", "p99 ms"), rows))


def measured(store: Store, times: int) -> Iterator[tuple[str, list[float]]]:
    """Each question with the seconds that its answers took."""
    desk = store.desk
    deep = desk.page(View.HELD, limit=200).next
    for _ in range(20):
        deep = desk.page(View.HELD, limit=200, after=deep).next or deep
    yield "a page of 25, riskiest first", _times(times, lambda: desk.page(View.HELD))
    yield "the same, 4,200 comments on", _times(times, lambda: desk.page(View.HELD, after=deep))
    yield "a page of 25, oldest first", _times(times, lambda: desk.page(View.HELD, order=Order.OLDEST))
    clause = Filter(clause="threats")
    yield "a page of one clause", _times(times, lambda: desk.page(View.HELD, where=clause))
    flood = Filter(author=FLOOD)
    yield "behind an author with half the queue", _times(times, lambda: desk.page(View.FOLDED, where=flood))
    yield "counts by view", _times(times, lambda: desk.counts("mina"))
    yield "what the queue can be narrowed to", _times(times // 4, lambda: desk.facets(View.HELD))
    yield "search for one word", _times(times // 4, lambda: desk.search("바보"))
    yield "an author with half the queue", _times(times // 4, lambda: desk.author(FLOOD))
    numbers = itertools.count()
    yield "claim the next ten", _times(times, lambda: desk.claim_next(View.HELD, 10, f"m{next(numbers)}"))
    waiting = iter([item.comment.id for item in desk.page(View.FOLDED, limit=200, where=flood).items])
    reject = Ruling(Act.REJECT)
    yield "rule on one comment", _times(min(times, 150), lambda: desk.decide([next(waiting)], reject, "mina"))


def _times(times: int, ask: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append(time.perf_counter() - began)
    return found


def quantile(times: list[float], share: float) -> float:
    """The time that so large a share stays below."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def fill(store: Store, held: int) -> None:
    """So many held comments, half of them by one author, whose flood came first and seems worst; written in bulk."""
    chance = random.Random(20261125)
    numbers = iter(range(held))
    first = datetime.now(UTC) - timedelta(days=2)
    while block := list(itertools.islice(numbers, BLOCK)):
        rows = [_row(number, held, chance, first) for number in block]
        with store._connections.writing() as connection:
            connection.execute(insert(comments), rows)
            connection.execute(insert(decisions), [_decision(row) for row in rows])
            connection.execute(insert(search_words), [word for row in rows for word in _words(row)])
    with store._connections.writing() as connection:
        connection.execute(text("ANALYZE"))


def _row(number: int, held: int, chance: random.Random, first: datetime) -> dict[str, Any]:
    is_flood = number < held // 2
    return {
        "id": f"c{number:06}",
        "body": " ".join(chance.choices(WORDS, k=8)),
        "author": FLOOD if is_flood else f"a{number % 20_000}",
        "article": f"n{number % 500}",
        "parent": None,
        "language": "en" if number % 5 == 0 else "ko",
        "status": Status.HELD.value,
        "received_at": first + timedelta(seconds=number),
        "fingerprint": f"{number:016x}",
        "sketch": None,
        "decisions": 1,
        "calm": chance.randrange(50) if is_flood else chance.randrange(1000),
        "clause": CLAUSES[number % len(CLAUSES)],
        "waits": (Waits.FOLDED if is_flood and number >= FOLD_AFTER else Waits.HELD).value,
    }


def _decision(row: dict[str, Any]) -> dict[str, Any]:
    made = decision(clause=row["clause"])
    return {
        "comment_id": row["id"],
        "number": 1,
        "action": "hold",
        "rule": made.rule,
        "clauses": f'["{row["clause"]}"]',
        "findings": '[{"rule":"toxicity.insult","span":[0,1],"score":0.5}]',
        "reasons": f'[{{"finding":0,"clause":"{row["clause"]}","action":"hold"}}]',
        "skipped": "[]",
        "graphemes": 50,
        "grapheme_limit": 250,
        "language": row["language"],
        "policy_version": "p",
        "model_version": "m",
        "normaliser_version": "1",
        "decided_by": "policy",
        "decided_at": row["received_at"],
        "standing": "known",
        "section": None,
    }


def _words(row: dict[str, Any]) -> list[dict[str, Any]]:
    words = dict.fromkeys(row["body"].split())
    return [{"word": word, "received_at": row["received_at"], "comment_id": row["id"]} for word in words]


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'moderation.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    with running() as server, server.database() as url:
        yield url


DATABASES = {"SQLite": _sqlite, "PostgreSQL": _postgresql}

if __name__ == "__main__":
    main()
