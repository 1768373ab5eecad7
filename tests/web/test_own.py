"""Authors read where their comments stand and ask for another look; readers report comments of others."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from starlette.testclient import TestClient

from moderation.engine import Moderator
from moderation.policy import Policy
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.store.accounts.tokens import Scope
from moderation.store.desk import Act, Ruling, View
from moderation.types import Action, Comment
from moderation.web import own_api
from moderation.web.app import create_app
from moderation.web.wire.native import LONGEST_APPEAL, LONGEST_REPORT

from .sites import BAD, POLICY, WAIT, moderator

ORIGIN = {"origin": "http://testserver"}
HELD = {"text": f"이 글은 {WAIT}", "article": "market"}


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(moderator(), store, Settings()), headers=ORIGIN) as client:
        yield client


def sign_in(client: TestClient, name: str) -> TestClient:
    answer = client.post("/demo/sign-in", data={"name": name}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return client


@pytest.fixture
def author(client: TestClient) -> TestClient:
    """지영, who is signed in."""
    return sign_in(client, "지영")


def mine(client: TestClient, language: str = "ko", **headers: str) -> Any:
    return client.get(
        "/v1/comments/mine",
        params={"article": "market"},
        headers={"accept-language": language, **headers},
    )


def only(client: TestClient, language: str = "ko") -> dict[str, Any]:
    [comment] = mine(client, language).json()["comments"]
    return dict(comment)


def post_held(client: TestClient) -> str:
    answer = client.post("/v1/comments", json=HELD)
    assert answer.status_code == 202
    return str(answer.json()["id"])


def publish(store: Store, author: str = "민수") -> str:
    comment = Comment("좋은 기사입니다", author=author, article="market")
    return store.add(comment, moderator().judge(comment), Status.PUBLISHED).id


class TestMine:
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_a_held_comment(self, author: TestClient, store: Store, language: str) -> None:
        id = post_held(author)
        kept = store.get(id)

        own = only(author, language)

        clause = POLICY.clauses["links"]
        in_korean = language == "ko"
        assert own == {
            "id": id,
            "text": HELD["text"],
            "article": "market",
            "status": "held",
            "received_at": kept.received_at.isoformat().replace("+00:00", "Z"),
            "decided_at": kept.decision.at.isoformat().replace("+00:00", "Z"),
            "by": "policy",
            "clauses": [
                {
                    "id": "links",
                    "number": 8,
                    "title": clause.title.ko if in_korean else clause.title.en,
                    "message": POLICY.message("links", "ko" if in_korean else "en"),
                }
            ],
            "message": None,
            "may_edit": False,
            "may_appeal": False,
            "appeal": None,
            "policy": POLICY.version,
        }
        assert mine(author, language).headers["content-language"] == language

    @pytest.mark.parametrize(
        ("act", "status", "may_edit", "may_appeal"),
        [
            (Act.RETURN, "returned", True, True),
            (Act.REJECT, "rejected", False, True),
            (Act.APPROVE, "published", False, False),
            (Act.ESCALATE, "held", False, False),
        ],
    )
    def test_what_a_moderator_ruled(
        self, author: TestClient, store: Store, act: Act, status: str, may_edit: bool, may_appeal: bool
    ) -> None:
        store.desk.settle(post_held(author), Ruling(act, message="고맙습니다."), "desk-name")

        own = only(author)

        assert (own["status"], own["by"], own["message"]) == (status, "moderator", "고맙습니다.")
        assert (own["may_edit"], own["may_appeal"]) == (may_edit, may_appeal)
        assert "desk-name" not in json.dumps(own)

    def test_a_clause_that_the_moderator_picked(self, author: TestClient, store: Store) -> None:
        store.desk.settle(post_held(author), Ruling(Act.REJECT, clause="advertising"), "desk")
        assert [clause["id"] for clause in only(author)["clauses"]] == ["advertising"]

    def test_no_score_and_no_evidence(self, author: TestClient) -> None:
        post_held(author)
        told = mine(author).text
        assert "score" not in told
        assert "evidence" not in told

    def test_an_answer_that_has_not_changed_costs_nothing(self, author: TestClient, store: Store) -> None:
        id = post_held(author)
        first = mine(author)
        assert first.headers["cache-control"] == "private, no-cache"
        tag = first.headers["etag"]
        again = mine(author, **{"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")

        store.rule(id, Action.REJECT, by="desk")
        changed = mine(author, **{"if-none-match": tag})
        assert (changed.status_code, changed.json()["comments"][0]["status"]) == (200, "rejected")

    def test_only_one_s_own(self, author: TestClient) -> None:
        post_held(author)
        assert mine(sign_in(author, "민수")).json() == {"comments": []}
        author.cookies.clear()
        assert mine(author).status_code == 401

    def test_another_site_learns_nothing(self, author: TestClient) -> None:
        post_held(author)
        assert mine(author, origin="https://evil.example").status_code == 403
        assert mine(author, **{"sec-fetch-site": "cross-site"}).status_code == 403

    def test_the_query_names_the_article(self, author: TestClient) -> None:
        answer = author.get("/v1/comments/mine")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "article")


class TestOlderPolicies:
    """PR-6: what is told are the facts of then, in the words of then."""

    def test_the_words_of_the_policy_that_judged(self, store: Store) -> None:
        judge = moderator()
        with TestClient(create_app(judge, store, Settings()), headers=ORIGIN) as client:
            post_held(sign_in(client, "지영"))
            before = only(client)
            judge.swap(policy=reworded(judge.policy, "다른 말"))
            post_held(client)

            later, earlier = mine(client).json()["comments"]

        assert earlier == before
        assert earlier["policy"] != later["policy"]
        assert later["clauses"][0]["message"] == "다른 말"

    def test_a_clause_that_is_gone(self, store: Store) -> None:
        judge = moderator()
        with TestClient(create_app(judge, store, Settings()), headers=ORIGIN) as client:
            post_held(sign_in(client, "지영"))
            before = only(client)
            gone = {id: rule for id, rule in judge.policy.rules.items() if rule.clause != "links"}
            clauses = {id: each for id, each in judge.policy.clauses.items() if id != "links"}
            messages = {id: each for id, each in judge.policy.messages.items() if id != "links"}
            rest = judge.policy.model_copy(update={"rules": gone, "clauses": clauses, "messages": messages})
            judge.swap(policy=Policy.model_construct(**dict(rest)))

            assert only(client) == before

    def test_a_policy_of_which_nothing_was_kept(self, client: TestClient, store: Store) -> None:
        comment = Comment(HELD["text"], author="지영", article="market")
        decision = moderator().judge(comment)
        old = dataclasses.replace(decision.versions, policy="000000000000")
        store.add(comment, dataclasses.replace(decision, versions=old), Status.HELD)

        own = only(sign_in(client, "지영"))

        assert own["policy"] == "000000000000"
        assert own["clauses"][0]["message"] == POLICY.message("links", "ko")


class TestAppeals:
    def appeal(self, client: TestClient, id: str, text: str = "링크는 도서관 것입니다.") -> Any:
        return client.post(f"/v1/comments/{id}/appeal", json={"text": text})

    def rejected(self, client: TestClient, store: Store) -> str:
        id = post_held(client)
        store.rule(id, Action.REJECT, by="desk")
        return id

    def test_asked_for_once_and_answered_with_the_reason(self, author: TestClient, store: Store) -> None:
        id = self.rejected(author, store)

        asked = self.appeal(author, id)

        assert asked.status_code == 201
        assert asked.json() == only(author)
        assert asked.json()["appeal"]["state"] == "waiting"
        assert asked.json()["appeal"]["text"] == "링크는 도서관 것입니다."
        assert not asked.json()["may_appeal"]
        again = self.appeal(author, id)
        assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "no-appeal")

        [item] = store.desk.page(View.APPEALS).items
        assert item.appeal is not None
        store.desk.settle_appeal(item.appeal.id, "upheld", "광고가 맞습니다.", "other")
        own = only(author)
        assert (own["status"], own["appeal"]["state"]) == ("rejected", "upheld")
        assert own["appeal"]["reason"] == "광고가 맞습니다."
        assert not own["may_appeal"]
        assert self.appeal(author, id).status_code == 409

    def test_overturned(self, author: TestClient, store: Store) -> None:
        id = self.rejected(author, store)
        self.appeal(author, id)
        [item] = store.desk.page(View.APPEALS).items
        assert item.appeal is not None
        store.desk.settle_appeal(item.appeal.id, "overturned", "우리가 잘못 보았습니다.", "other")

        own = only(author)

        assert (own["status"], own["appeal"]["state"]) == ("published", "overturned")
        assert own["appeal"]["reason"] == "우리가 잘못 보았습니다."
        assert store.get(id).status is Status.PUBLISHED

    def test_a_new_decision_can_be_appealed_anew(self, author: TestClient, store: Store) -> None:
        id = self.rejected(author, store)
        self.appeal(author, id)
        [item] = store.desk.page(View.APPEALS).items
        assert item.appeal is not None
        store.desk.settle_appeal(item.appeal.id, "overturned", "네.", "other")
        number = store.get(id).decision.number
        store.desk.decide([id], Ruling(Act.REJECT), "third", seen=number)

        assert only(author)["may_appeal"]
        assert self.appeal(author, id).status_code == 201

    def test_nothing_to_appeal(self, author: TestClient, store: Store) -> None:
        held = post_held(author)
        published = publish(store, "지영")
        assert [self.appeal(author, id).status_code for id in (held, published)] == [409, 409]
        assert store.desk.page(View.APPEALS).items == []

    def test_somebody_else_s_comment_is_as_none(self, author: TestClient, store: Store) -> None:
        id = self.rejected(author, store)
        sign_in(author, "민수")
        others, none = self.appeal(author, id), self.appeal(author, "no-such-comment")
        assert (others.status_code, others.json()) == (404, none.json())

    def test_a_clause_that_leaves_no_room(self, author: TestClient, store: Store) -> None:
        id = post_held(author)
        store.desk.settle(id, Ruling(Act.REJECT, clause="length"), "desk")
        assert not POLICY.clauses["length"].appeal
        assert not only(author)["may_appeal"]
        assert self.appeal(author, id).status_code == 409

    @pytest.mark.parametrize("text", ["", " \n ", "가" * (LONGEST_APPEAL + 1), "a\0b", 5, None])
    def test_a_text_that_is_none(self, author: TestClient, store: Store, text: Any) -> None:
        id = self.rejected(author, store)
        answer = self.appeal(author, id, text)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/text")
        assert store.desk.page(View.APPEALS).items == []

    def test_the_longest_one(self, author: TestClient, store: Store) -> None:
        text = "가" * LONGEST_APPEAL
        assert self.appeal(author, self.rejected(author, store), text).status_code == 201
        assert only(author)["appeal"]["text"] == text

    def test_another_site_cannot_ask(self, author: TestClient, store: Store) -> None:
        id = self.rejected(author, store)
        author.headers["origin"] = "https://evil.example"
        assert self.appeal(author, id).status_code == 403
        author.cookies.clear()
        author.headers["origin"] = ORIGIN["origin"]
        assert self.appeal(author, id).status_code == 401


class TestAppealsAgainstARefusal:
    """A comment that was refused at once is kept only when its author asks for a look."""

    REFUSED: ClassVar[dict[str, str]] = {"text": f"이 글은 {BAD}", "article": "market"}

    def appeal(self, client: TestClient, comment: dict[str, str], key: str | None = None) -> Any:
        document = {"comment": comment, "text": "기사에 나온 말입니다."}
        return client.post("/v1/appeals", json=document, headers={"idempotency-key": key} if key else {})

    def test_it_is_kept_unseen_and_a_moderator_looks(self, author: TestClient, store: Store) -> None:
        assert author.post("/v1/comments", json=self.REFUSED).status_code == 422
        assert mine(author).json() == {"comments": []}

        asked = self.appeal(author, self.REFUSED)

        assert asked.status_code == 201
        assert asked.json() == only(author)
        assert (asked.json()["status"], asked.json()["by"]) == ("rejected", "policy")
        assert asked.json()["appeal"]["state"] == "waiting"
        assert store.published("market") == []
        [item] = store.desk.page(View.APPEALS, by="desk").items
        assert item.appeal is not None
        assert item.appeal.ruled_by == "policy"
        store.desk.settle_appeal(item.appeal.id, "overturned", "맞습니다.", "desk")
        assert [comment.body for comment in store.published("market")] == [self.REFUSED["text"]]

    def test_sent_again_it_is_one(self, author: TestClient, store: Store) -> None:
        answers = [self.appeal(author, self.REFUSED, key="a") for _ in range(3)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len(store.desk.page(View.APPEALS).items) == 1

    @pytest.mark.parametrize("text", ["좋은 기사입니다", f"이 글은 {WAIT}"])
    def test_what_would_not_be_refused(self, author: TestClient, store: Store, text: str) -> None:
        answer = self.appeal(author, {"text": text, "article": "market"})
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "not-refused")
        assert store.held_count() == 0

    @pytest.mark.parametrize("text", ["", "가" * 251, "제 번호는 900101-1234568 입니다"])
    def test_what_leaves_no_room(self, store: Store, text: str) -> None:
        judge = Moderator(POLICY, None, deadline=60.0)
        with TestClient(create_app(judge, store, Settings()), headers=ORIGIN) as client:
            comment = {"text": text, "article": "market"}
            assert sign_in(client, "지영").post("/v1/comments", json=comment).status_code == 422
            answer = self.appeal(client, comment)
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "no-appeal")
            assert mine(client).json() == {"comments": []}  # nothing was kept

    def test_who_is_not_signed_in_cannot(self, client: TestClient) -> None:
        assert self.appeal(client, self.REFUSED).status_code == 401


class TestReports:
    def report(self, client: TestClient, id: str, **said: Any) -> Any:
        return client.post(f"/v1/comments/{id}/report", json={"clause": "abuse", **said})

    def test_once_for_each_reader(self, author: TestClient, store: Store) -> None:
        id = publish(store)
        first, again = self.report(author, id, text="욕입니다"), self.report(author, id)
        assert (first.status_code, first.json()) == (201, {"status": "reported", "again": False})
        assert (again.status_code, again.json()) == (200, {"status": "reported", "again": True})
        [report] = store.desk.reports(id)
        assert (report.reader, report.clause, report.text) == ("지영", "abuse", "욕입니다")

    def test_only_published_ones_of_others(self, author: TestClient, store: Store) -> None:
        held = post_held(author)
        answers = [self.report(author, id) for id in (held, "no-such-comment", publish(store, "지영"))]
        assert [answer.status_code for answer in answers] == [404, 404, 409]

    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ({"clause": "no-such-clause"}, "/clause"),
            ({"clause": 5}, "/clause"),
            ({"text": "가" * (LONGEST_REPORT + 1)}, "/text"),
            ({"text": "a\0b"}, "/text"),
        ],
    )
    def test_what_cannot_be_read(
        self, author: TestClient, store: Store, said: dict[str, Any], pointer: str
    ) -> None:
        answer = self.report(author, publish(store), **said)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)

    def test_without_a_clause(self, author: TestClient, store: Store) -> None:
        assert self.report(author, publish(store), clause=None).status_code == 201

    def test_not_without_end(self, author: TestClient, store: Store) -> None:
        answers = [self.report(author, publish(store)) for _ in range(own_api.ASKS + 1)]
        assert [answer.status_code for answer in answers] == [201] * own_api.ASKS + [429]
        assert int(answers[-1].headers["retry-after"]) >= 1

    def test_who_is_not_signed_in_cannot(self, client: TestClient, store: Store) -> None:
        assert self.report(client, publish(store)).status_code == 401

    def test_five_hundred_reports_change_nothing_by_themselves(
        self, client: TestClient, store: Store
    ) -> None:
        """PO-2: no label, no auto-hide."""
        id = publish(store)
        before = store.get(id)
        for number in range(500):
            store.desk.report(id, f"reader {number}", "abuse", "")

        assert store.get(id) == before
        assert list(store.rulings()) == []
        assert [allowed.comment for allowed in store.allowed()] == [id]
        shown = client.get("/v1/comments", params={"article": "market"}).json()["comments"]
        assert [comment["id"] for comment in shown] == [id]


class TestASiteOfItsOwn:
    """Outside the demo a site's server speaks for its readers, with a key."""

    @pytest.fixture
    def server(self, store: Store) -> Iterator[TestClient]:
        settings = Settings.model_validate({"demo": False, "secret_key": "k" * 32})
        with TestClient(create_app(moderator(), store, settings)) as client:
            yield client

    def test_without_a_key_nothing_is_told(self, server: TestClient) -> None:
        asked = {"article": "market", "author": "지영"}
        assert server.get("/v1/comments/mine", params=asked).status_code == 401
        wrong = {"authorization": "Bearer nobody's"}
        assert server.get("/v1/comments/mine", params=asked, headers=wrong).status_code == 401
        for what in ("appeal", "report"):
            answer = server.post(f"/v1/comments/x/{what}", json={"text": "글", "author": "지영"})
            assert answer.status_code == 401

    def keyed(self, store: Store, *scopes: Scope) -> dict[str, str]:
        _, key = store.accounts.tokens.add("cms", scopes, by="root")
        return {"authorization": f"Bearer {key}"}

    def test_with_a_key_it_speaks_for_its_readers(self, server: TestClient, store: Store) -> None:
        headers = self.keyed(store, Scope.COMMENTS)
        comment = Comment(HELD["text"], author="지영", article="market")
        id = store.add(comment, moderator().judge(comment), Status.HELD).id
        store.rule(id, Action.REJECT, by="desk")

        asked = {"article": "market", "author": "지영"}
        [own] = server.get("/v1/comments/mine", params=asked, headers=headers).json()["comments"]
        assert (own["id"], own["status"]) == (id, "rejected")
        words = {"text": "다시 봐 주세요.", "author": "지영"}
        assert server.post(f"/v1/comments/{id}/appeal", json=words, headers=headers).status_code == 201
        words["author"] = "민수"
        assert server.post(f"/v1/comments/{id}/appeal", json=words, headers=headers).status_code == 404
        report = {"clause": "abuse", "reader": "지영"}
        shown = publish(store)
        assert server.post(f"/v1/comments/{shown}/report", json=report, headers=headers).status_code == 201

    def test_it_has_to_name_them(self, server: TestClient, store: Store) -> None:
        headers = self.keyed(store, Scope.COMMENTS)
        answer = server.get("/v1/comments/mine", params={"article": "market"}, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "author")

    def test_a_key_for_something_else(self, server: TestClient, store: Store) -> None:
        headers = self.keyed(store, Scope.CHECK)
        asked = {"article": "market", "author": "지영"}
        assert server.get("/v1/comments/mine", params=asked, headers=headers).status_code == 403

    def test_its_checks_have_the_limit_of_the_key(self, server: TestClient, store: Store) -> None:
        headers = self.keyed(store, Scope.CHECK)
        answers = [server.post("/v1/check", json={"text": "a"}, headers=headers) for _ in range(40)]
        assert {answer.status_code for answer in answers} == {200}


def reworded(policy: Policy, message: str) -> Policy:
    """The policy with another message for links."""
    messages = dict(policy.messages)
    messages["links"] = messages["links"].model_copy(update={"ko": message})
    return Policy.model_construct(**dict(policy.model_copy(update={"messages": messages})))
