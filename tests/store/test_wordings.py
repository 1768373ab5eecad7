from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from moderation.store import Store
from moderation.store.wordings import Wording

LINKS = Wording(
    number=8,
    title={"ko": "링크", "en": "Links"},
    message={"ko": "링크를 빼 주세요.", "en": "Please leave the link out."},
    may_appeal=True,
)


def test_what_a_policy_said_is_known_by_its_version(store: Store) -> None:
    store.wordings.keep("aaa", {"links": LINKS})
    store.wordings.keep("bbb", {})

    assert store.wordings.of(["aaa", "bbb", "ccc"]) == {"aaa": {"links": LINKS}, "bbb": {}}
    assert store.wordings.of([]) == {}


def test_what_was_kept_first_stays(store: Store) -> None:
    store.wordings.keep("aaa", {"links": LINKS})
    store.wordings.keep("aaa", {})

    assert store.wordings.of(["aaa"]) == {"aaa": {"links": LINKS}}


def test_several_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.wordings.keep("aaa", {"links": LINKS}), range(16)))

    assert store.wordings.of(["aaa"]) == {"aaa": {"links": LINKS}}
