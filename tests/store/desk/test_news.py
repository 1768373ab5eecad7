from __future__ import annotations

import pytest

from moderation.errors import InputError, NotFound
from moderation.store import Store
from moderation.store.desk import Act, Ruling, View
from tests.store.desk.held import hold, publish

SLOGAN = "이 정책은 서민을 죽이는 정책입니다. 당장 철회하십시오"


def test_news_are_rulings_and_leases(store: Store) -> None:
    for id in "abc":
        hold(store, id)
    begin = store.desk.news()
    batch = store.desk.decide(["a"], Ruling(Act.REJECT), "mina")
    store.desk.undo(batch.id, "mina")
    store.desk.claim(["b"], "jun")

    news = store.desk.news(begin.at)

    assert [(ruling.comment, ruling.act) for ruling in news.settled] == [("a", "undo"), ("a", "reject")]
    assert {(claim.comment, claim.by) for claim in news.claims} == {("a", "mina"), ("b", "jun")}
    assert begin.settled == ()
    assert news.at > begin.at


def test_a_list_says_what_it_can_be_narrowed_to(store: Store) -> None:
    hold(store, "a", article="n1")
    hold(store, "b", article="n2", clause="threat", language="en")
    hold(store, "c", article="n2")
    publish(store, "d")

    facets = store.desk.facets(View.HELD)

    assert facets.clauses == {"abuse": 2, "threat": 1}
    assert facets.languages == {"ko": 2, "en": 1}
    assert list(facets.articles.items()) == [("n2", 2), ("n1", 1)]
    with pytest.raises(InputError):
        store.desk.facets(View.APPEALS)


def test_waiting_comments_that_say_the_same(store: Store) -> None:
    hold(store, "a", body=SLOGAN, author="kim")
    hold(store, "b", body=SLOGAN, author="lee")
    hold(store, "c", body=SLOGAN + "!!", author="park")
    hold(store, "d", body="기사 잘 읽었습니다. 다음 편도 기대하겠습니다", author="choi")
    publish(store, "e", body=SLOGAN)
    hold(store, "f", body="바보")
    hold(store, "g", body="바보")
    store.desk.decide(["b"], Ruling(Act.ESCALATE), "mina")

    assert [item.comment.id for item in store.desk.similar("a")] == ["b", "c"]
    assert [item.comment.id for item in store.desk.similar("f")] == ["g"]
    assert store.desk.similar("d") == []
    with pytest.raises(NotFound):
        store.desk.similar("z")


def test_what_is_alike_is_settled_together(store: Store) -> None:
    for n in range(5):
        hold(store, f"{n}", body=SLOGAN, author=f"a{n}")
    alike = [item.comment.id for item in store.desk.similar("0")]

    assert len(store.desk.decide(["0", *alike], Ruling(Act.REJECT), "mina").done) == 5
