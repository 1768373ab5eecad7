"""Perspective's dialect: scores, spans, languages, thresholds and Google's words for each error."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from moderation import Moderator
from moderation.reload import unwatched
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Comment, Label, Language
from moderation.web.app import create_app
from moderation.web.dialects import perspective
from moderation.web.dialects.door import Service
from moderation.web.dialects.operations import ANALYZE, ANALYZED, SUGGEST, SUGGESTED, UNSUPPORTED
from moderation.web.keys import Client, KeyRing
from moderation.web.metrics import Metrics
from moderation.web.wire.attributes import severity
from tests.unhurried import rules_alone

SIX = ["TOXICITY", "SEVERE_TOXICITY", "INSULT", "PROFANITY", "THREAT", "IDENTITY_ATTACK"]
RUDE = {"ko": "이 멍청한 새끼야 꺼져라", "en": "You are a stupid fucking idiot"}
KIND = {"ko": "좋은 기사 감사합니다", "en": "Thank you for the good article"}


def asked(text: Any = KIND["en"], *names: str, **more: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = {name: {} for name in names or ("TOXICITY",)}
    return {"comment": {"text": text}, "requestedAttributes": attributes, **more}


def analyze(client: TestClient, document: Any) -> Any:
    answer = client.post("/v1alpha1/comments:analyze", json=document)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: TestClient, document: Any, call: str = "analyze") -> Any:
    answer = client.post(f"/v1alpha1/comments:{call}", json=document)
    error = answer.json()["error"]
    assert error["code"] == answer.status_code == 400, answer.text
    assert error["status"] == "INVALID_ARGUMENT"
    return error


def value(answer: Any, name: str = "TOXICITY") -> float:
    score = answer["attributeScores"][name]["summaryScore"]
    assert score["type"] == "PROBABILITY"
    return float(score["value"])


def shape(answer: Any) -> Any:
    """An answer with every number left out."""
    if isinstance(answer, dict):
        return {name: shape(part) for name, part in answer.items()}
    if isinstance(answer, list):
        return [shape(part) for part in answer]
    return "number" if isinstance(answer, float) else answer


class TestScores:
    def test_the_published_example(self, service: TestClient) -> None:
        answer = analyze(service, ANALYZE)
        assert shape(answer) == shape(ANALYZED)
        assert value(answer) > 0.9

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_six_attributes_in_both_languages(self, service: TestClient, language: str) -> None:
        rude = analyze(service, asked(RUDE[language], *SIX))
        kind = analyze(service, asked(KIND[language], *SIX))
        assert list(rude["attributeScores"]) == SIX
        assert rude["languages"] == rude["detectedLanguages"] == [language]
        for name in ("TOXICITY", "INSULT", "PROFANITY"):
            assert value(rude, name) > 0.5 > value(kind, name)
        assert value(rude, "TOXICITY") >= value(rude, "SEVERE_TOXICITY") > value(kind, "SEVERE_TOXICITY")

    @pytest.mark.parametrize(
        ("hateful", "rude"),
        [
            ("흑인 새끼들은 다 죽어야 한다", "아 진짜 멍청하네"),
            ("All muslims are vermin and must be killed", "What a stupid damn idea"),
        ],
    )
    def test_hatred_is_severer_than_rudeness(self, service: TestClient, hateful: str, rude: str) -> None:
        scores = [value(analyze(service, asked(text, *SIX)), "SEVERE_TOXICITY") for text in (hateful, rude)]
        assert scores[0] > 1.3 * scores[1]

    def test_scores_are_the_models_own(self, service: TestClient, shipped: Moderator) -> None:
        own = shipped.judge(Comment(RUDE["ko"])).scores
        answer = analyze(service, asked(RUDE["ko"], "TOXICITY", "INSULT", "THREAT"))
        for name in ("TOXICITY", "INSULT", "THREAT"):
            assert value(answer, name) == pytest.approx(own[name.lower()], abs=1e-8)

    @pytest.mark.parametrize("name", [*SIX, "SPAM"])
    def test_experimental_names_mean_the_same(self, service: TestClient, name: str) -> None:
        answer = analyze(service, asked(RUDE["en"], name, f"{name}_EXPERIMENTAL"))
        assert value(answer, name) == value(answer, f"{name}_EXPERIMENTAL")

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            (KIND["ko"], "SPAM"),
            (KIND["ko"], "SEXUALLY_EXPLICIT"),
            (KIND["en"], "SEXUALLY_EXPLICIT_EXPERIMENTAL"),
        ],
    )
    def test_what_the_model_does_not_vouch_for_is_not_scored(
        self, service: TestClient, text: str, name: str
    ) -> None:
        error = refused(service, asked(text, "TOXICITY", name))
        assert error["details"][0]["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
        assert error["details"][0]["languageNotSupportedByAttributeError"]["attribute"] == name

    def test_what_it_vouches_for_is(
        self, service: TestClient, shipped: Moderator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert shipped.classifier is not None
        monkeypatch.setattr(shipped.classifier, "vouched", {Label.SEXUAL: frozenset({"ko"})})
        assert 0 <= value(analyze(service, asked(KIND["ko"], "SEXUALLY_EXPLICIT")), "SEXUALLY_EXPLICIT") <= 1
        refused(service, asked(KIND["en"], "SEXUALLY_EXPLICIT"))

    def test_a_threshold_drops_lower_scores(self, service: TestClient) -> None:
        document = asked(RUDE["ko"], "TOXICITY", "THREAT")
        for name in ("TOXICITY", "THREAT"):
            document["requestedAttributes"][name] = {"scoreThreshold": 0.5, "scoreType": "PROBABILITY"}
        assert list(analyze(service, document)["attributeScores"]) == ["TOXICITY"]

    def test_both_spellings_of_names_and_null_for_nothing(self, service: TestClient) -> None:
        document = {
            "comment": {"text": KIND["ko"], "type": None},
            "requested_attributes": {"TOXICITY": None},
            "context": None,
            "do_not_store": True,
            "client_token": "t",
        }
        assert analyze(service, document)["clientToken"] == "t"

    @pytest.mark.parametrize(
        "context",
        [
            {"entries": [{"text": "기사", "type": "PLAIN_TEXT"}, {}]},
            {"articleAndParentComment": {"article": {"text": "기사"}, "parentComment": {"text": "댓글"}}},
        ],
    )
    def test_context_is_taken(self, service: TestClient, context: Any) -> None:
        plain, with_context = asked(RUDE["ko"]), asked(RUDE["ko"], context=context)
        assert analyze(service, plain) == analyze(service, with_context)

    @pytest.mark.parametrize("model", ["TOXICITY", "SEVERE_TOXICITY"])
    def test_as_coral_asks(self, service: TestClient, model: str) -> None:
        """Its request to the letter: it has no other language for a Korean site than English."""
        document = {
            "comment": {"text": RUDE["ko"]},
            "doNotStore": True,
            "requestedAttributes": {model: {}},
            "languages": ["en"],
        }
        assert value(analyze(service, document), model) > 0.8

    def test_html_is_read_as_its_text(self, service: TestClient) -> None:
        document = asked("<p>You are a st<b></b>upid &#102;ucking idiot</p>")
        document["comment"]["type"] = "HTML"
        assert value(analyze(service, document)) > 0.9


class TestSpans:
    def test_without_annotations_the_span_is_the_whole_in_utf16(self, service: TestClient) -> None:
        text = "😀😀 " + RUDE["ko"]
        (span,) = analyze(service, asked(text))["attributeScores"]["TOXICITY"]["spanScores"]
        assert (span["begin"], span["end"]) == (0, len(text.encode("utf-16-le")) // 2)

    @pytest.mark.parametrize(
        ("good", "bad", "end"),
        [
            ("좋은 기사 감사합니다 😀.", "이 멍청한 새끼야 꺼져라!", "내일 또 올게요"),
            ("Thank you 😀, 👨‍👩‍👧.", "You are a stupid fucking idiot!", "See you tomorrow."),
        ],
    )
    def test_each_sentence_has_its_own_score(
        self, service: TestClient, good: str, bad: str, end: str
    ) -> None:
        text = f"{good} {bad}\n\n{end}"
        scores = analyze(service, asked(text, spanAnnotations=True))["attributeScores"]["TOXICITY"]
        units = text.encode("utf-16-le")
        read = [units[2 * s["begin"] : 2 * s["end"]].decode("utf-16-le") for s in scores["spanScores"]]
        assert read == [good, bad, end]
        values = [span["score"]["value"] for span in scores["spanScores"]]
        assert values[1] > 0.9 > 0.5 > max(values[0], values[2])
        alone = analyze(service, asked(bad))
        assert values[1] == pytest.approx(value(alone), abs=1e-6)

    def test_spans_below_the_threshold_are_dropped(self, service: TestClient) -> None:
        document = asked(f"{KIND['en']}. {RUDE['en']}.", spanAnnotations=True)
        document["requestedAttributes"]["TOXICITY"] = {"scoreThreshold": 0.6}
        (span,) = analyze(service, document)["attributeScores"]["TOXICITY"]["spanScores"]
        assert span["score"]["value"] > 0.6

    def test_sentences_that_take_too_long_are_no_made_up_scores(
        self, shipped: Moderator, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        released = threading.Event()
        hasty = Moderator(shipped.policy, shipped.classifier, deadline=60.0)

        def stalled(comments: Any) -> Any:
            hasty.deadline = 60.0
            released.wait(60)
            return []

        monkeypatch.setattr(hasty, "judge_many", stalled)
        with TestClient(create_app(hasty, store, Settings())) as client:
            document = asked("One. Two.", spanAnnotations=True)
            assert client.post("/v1alpha1/comments:analyze", json=asked("One.")).status_code == 200
            hasty.deadline = 5.0
            answer = client.post("/v1alpha1/comments:analyze", json=document)
            released.set()
        assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")


class TestLanguages:
    def test_a_client_that_says_english_for_korean_is_not_believed(self, service: TestClient) -> None:
        believed, claimed = asked(RUDE["ko"], *SIX), asked(RUDE["ko"], *SIX, languages=["en"])
        answer = analyze(service, claimed)
        assert answer["attributeScores"] == analyze(service, believed)["attributeScores"]
        assert (answer["languages"], answer["detectedLanguages"]) == (["en"], ["ko"])

    @pytest.mark.parametrize(
        ("text", "claimed", "detected"),
        [
            (KIND["en"], ["ko"], ["en"]),
            (KIND["ko"], ["fr"], ["ko"]),
            (KIND["ko"], ["ko-KR"], ["ko"]),
            (KIND["en"], ["en-US", "fr"], ["en"]),
            ("ㅋㅋㅋ", [], ["ko"]),
            ("😀😀 12", ["ko"], []),
            ("ｔｈａｎｋ ｙｏｕ", [], ["en"]),
            ("東京 기사 잘 읽었습니다", [], ["ko"]),
        ],
    )
    def test_the_text_decides(
        self, service: TestClient, text: str, claimed: list[str], detected: list[str]
    ) -> None:
        assert analyze(service, asked(text, languages=claimed))["detectedLanguages"] == detected

    @pytest.mark.parametrize(
        ("text", "claimed", "detected"),
        [
            ("Merci pour cet article", ["fr"], ["en"]),
            ("いい記事ですね", [], ["ja"]),
            ("好文章", ["en"], ["zh"]),
            ("Спасибо за статью", ["en"], ["ru"]),
            ("ขอบคุณ", ["ko"], ["th"]),
            ("ქართული", [], ["und"]),
        ],
    )
    def test_other_languages_are_refused(
        self, service: TestClient, text: str, claimed: list[str], detected: list[str]
    ) -> None:
        error = refused(service, asked(text, languages=claimed))
        named = ", ".join(claimed or detected)
        assert error["message"] == f"Attribute TOXICITY does not support request languages: {named}"
        assert error["details"] == [
            {
                "@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
                "errorType": "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
                "languageNotSupportedByAttributeError": {
                    "detectedLanguages": detected,
                    "requestedLanguages": claimed,
                    "attribute": "TOXICITY",
                },
            }
        ]

    def test_the_published_error(self, service: TestClient) -> None:
        document = asked(KIND["ko"], "FLIRTATION", languages=["ko"])
        answer = service.post("/v1alpha1/comments:analyze", json=document)
        assert answer.json() == UNSUPPORTED


class TestErrors:
    @pytest.mark.parametrize(
        ("document", "message", "kind"),
        [
            (asked(""), "Comment must be non-empty.", "COMMENT_EMPTY"),
            (asked(" \n\t"), "Comment must be non-empty.", "COMMENT_EMPTY"),
            ({"requestedAttributes": {"TOXICITY": {}}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
            (asked("a" * 20_481), "Comment text too long.", "COMMENT_TOO_LONG"),
            (asked("가" * 6_827), "Comment text too long.", "COMMENT_TOO_LONG"),
            ({"comment": {"text": "a"}}, "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
            (
                {"comment": {"text": "a"}, "requestedAttributes": {}},
                "Missing requested_attributes",
                "NO_REQUESTED_ATTRIBUTES",
            ),
            (asked("a", "HUMOUR"), "Unknown requested attribute: HUMOUR", "INVALID_REQUEST"),
            (asked("a", "toxicity"), "Unknown requested attribute: toxicity", "INVALID_REQUEST"),
            (
                asked("a", context={"entries": [{"text": "b"}], "articleAndParentComment": {}}),
                "Context must be either entries or article_and_parent_comment, not both.",
                "INVALID_REQUEST",
            ),
            (
                {"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {"scoreType": "RAW"}}},
                "Attribute TOXICITY has no score of that type; use PROBABILITY.",
                "INVALID_REQUEST",
            ),
            (
                asked("😀😀"),
                "Unable to detect the language of the comment, which attribute TOXICITY needs.",
                "LANGUAGE_DETECTION_FAILED",
            ),
            ([], "Invalid JSON payload received. Root element must be a message.", "INVALID_REQUEST"),
        ],
    )
    def test_each_error_type(self, service: TestClient, document: Any, message: str, kind: str) -> None:
        error = refused(service, document)
        assert error["message"] == message
        assert error["details"][0]["errorType"] == kind
        assert error["details"][0]["@type"] == "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"

    @pytest.mark.parametrize("text", ["a" * 20_480, "가" * 6_826])
    def test_as_long_as_it_may_be(self, service: TestClient, text: str) -> None:
        analyze(service, asked(text, spanAnnotations=True))

    @pytest.mark.parametrize(
        ("change", "field", "description"),
        [
            ({"comment": {"text": 7}}, "comment.text", "Invalid value at 'comment.text' (TYPE_STRING)"),
            ({"comment": {"type": "RTF"}}, "comment.type", "Invalid value at 'comment.type' (TYPE_ENUM)"),
            ({"comment": "a"}, "comment", "Invalid value at 'comment' (TYPE_MESSAGE)"),
            ({"doNotStore": "yes"}, "do_not_store", "Invalid value at 'do_not_store' (TYPE_BOOL)"),
            ({"spanAnnotations": 1}, "span_annotations", "Invalid value at 'span_annotations' (TYPE_BOOL)"),
            ({"languages": [1]}, "languages.0", "Invalid value at 'languages.0' (TYPE_STRING)"),
            (
                {"requestedAttributes": {"TOXICITY": {"scoreThreshold": "high"}}},
                "requested_attributes.TOXICITY.score_threshold",
                "Invalid value at 'requested_attributes.TOXICITY.score_threshold' (TYPE_DOUBLE)",
            ),
            (
                {"doNotstore": True},
                "",
                'Invalid JSON payload received. Unknown name "doNotstore": Cannot find field.',
            ),
            (
                {"comment": {"text": "a", "lang": "ko"}},
                "comment",
                "Invalid JSON payload received. Unknown name \"lang\" at 'comment': Cannot find field.",
            ),
        ],
    )
    def test_wrong_shapes_name_the_field(
        self, service: TestClient, change: Mapping[str, Any], field: str, description: str
    ) -> None:
        error = refused(service, {**asked("a"), **change})
        assert error["message"] == description
        assert error["details"] == [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{"field": field, "description": description}],
            }
        ]

    @pytest.mark.parametrize("call", ["analyze", "suggestscore"])
    @pytest.mark.parametrize(
        ("content", "headers", "status"),
        [
            (b"", {}, 400),
            (b"{", {}, 400),
            (b'{"comment":{"text":"a"},"comment":{"text":"b"}}', {}, 400),
            (b'{"comment":{"text":"a\\u0000"},"requestedAttributes":{"TOXICITY":{}}}', {}, 400),
            (b'{"comment":{"text":"a\\ud800"},"requestedAttributes":{"TOXICITY":{}}}', {}, 400),
            (b'{"requestedAttributes":{"TOXICITY":{"scoreThreshold":NaN}}}', {}, 400),
            (b"[" * 5_000, {}, 400),
            ('{"comment":{}}'.encode("utf-16"), {}, 400),
            (b'"' + b"a" * 70_000 + b'"', {}, 413),
            (b"{}", {"content-type": "text/plain"}, 415),
            (b"{}", {"content-type": "application/x-www-form-urlencoded"}, 415),
            (b"{}", {"content-encoding": "gzip"}, 415),
        ],
    )
    def test_bodies_that_nobody_can_read(
        self, service: TestClient, content: bytes, headers: dict[str, str], status: int, call: str
    ) -> None:
        headers = {"content-type": "application/json", **headers}
        answer = service.post(f"/v1alpha1/comments:{call}", content=content, headers=headers)
        assert answer.status_code == answer.json()["error"]["code"] == status
        assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"

    @pytest.mark.parametrize(
        ("method", "path", "status", "words"),
        [
            ("GET", "/v1alpha1/comments:analyze", 405, "UNIMPLEMENTED"),
            ("PUT", "/v1alpha1/comments:suggestscore", 405, "UNIMPLEMENTED"),
            ("POST", "/$discovery/rest?version=v1alpha1", 405, "UNIMPLEMENTED"),
            ("POST", "/v1alpha1/comments:analyse", 404, "NOT_FOUND"),
            ("POST", "/v1alpha1/comments:analyze/", 404, "NOT_FOUND"),
            ("GET", "/v1alpha1/", 404, "NOT_FOUND"),
            ("GET", "/$discovery/rest?version=v2", 404, "NOT_FOUND"),
        ],
    )
    def test_unknown_addresses(
        self, service: TestClient, method: str, path: str, status: int, words: str
    ) -> None:
        answer = service.request(method, path)
        assert answer.status_code == answer.json()["error"]["code"] == status
        assert answer.json()["error"]["status"] == words
        assert ("allow" in answer.headers) is (status == 405)

    def test_without_a_model_nothing_is_scored(self, store: Store) -> None:
        with TestClient(create_app(rules_alone(), store, Settings())) as client:
            answer = client.post("/v1alpha1/comments:analyze", json=asked(KIND["ko"]))
        assert answer.status_code == 503
        assert answer.json() == {
            "error": {
                "code": 503,
                "message": "The service is currently unavailable.",
                "status": "UNAVAILABLE",
            }
        }
        assert answer.headers["retry-after"]

    def test_the_dialect_can_be_switched_off(self, store: Store) -> None:
        with TestClient(create_app(rules_alone(), store, Settings(dialects=()))) as client:
            answer = client.post("/v1alpha1/comments:analyze", json=asked())
            assert answer.json()["type"].endswith("not-found")
            assert "/v1alpha1/comments:analyze" not in client.get("/openapi.json").json()["paths"]


KEYS = {
    "reads": Client("newsroom", frozenset({"perspective"})),
    "both": Client("desk", frozenset({"perspective", "feedback"})),
    "other": Client("shop", frozenset({"openai"})),
    "spent": Client("busy", frozenset({"perspective"})),
}


class Spent:
    def take(self, client: str) -> float | None:
        return 30.0 if client == "busy" else None


class TestKeys:
    @pytest.fixture
    def client(self, shipped: Moderator, store: Store) -> TestClient:
        metrics = Metrics(unwatched(shipped))
        service = Service(shipped, store, Settings(), metrics, KeyRing(KEYS.get, Spent()))
        return TestClient(Starlette(routes=perspective.dialect(service).routes(metrics)))

    @pytest.mark.parametrize(
        ("query", "headers", "status", "words", "reason"),
        [
            ("", {}, 403, "PERMISSION_DENIED", None),
            ("?key=nobody", {}, 400, "INVALID_ARGUMENT", "API_KEY_INVALID"),
            ("", {"x-goog-api-key": "nobody"}, 400, "INVALID_ARGUMENT", "API_KEY_INVALID"),
            ("?key=other", {}, 403, "PERMISSION_DENIED", "API_KEY_SERVICE_BLOCKED"),
            ("?key=spent", {}, 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
        ],
    )
    def test_refusals(
        self,
        client: TestClient,
        query: str,
        headers: dict[str, str],
        status: int,
        words: str,
        reason: str | None,
    ) -> None:
        answer = client.post(f"/v1alpha1/comments:analyze{query}", json=asked(), headers=headers)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["status"]) == (status, status, words)
        assert (error["details"][0]["reason"] if "details" in error else None) == reason
        assert answer.headers.get("retry-after") == ("30" if status == 429 else None)

    def test_by_query_or_header(self, client: TestClient) -> None:
        assert client.post("/v1alpha1/comments:analyze?key=reads", json=asked()).status_code == 200
        headers = {"x-goog-api-key": "reads"}
        assert client.post("/v1alpha1/comments:analyze", json=asked(), headers=headers).status_code == 200

    def test_suggestions_need_the_scope_for_feedback(self, client: TestClient, store: Store) -> None:
        assert client.post("/v1alpha1/comments:suggestscore?key=reads", json=SUGGEST).status_code == 403
        assert client.post("/v1alpha1/comments:suggestscore?key=both", json=SUGGEST).status_code == 200
        assert [said.client for said in store.feedback.all()] == ["desk"]

    def test_the_discovery_document_needs_none(self, client: TestClient) -> None:
        assert client.get("/$discovery/rest?version=v1alpha1").json()["rootUrl"] == "http://testserver/"

    def test_the_discovery_document_names_no_host_that_is_none(self, client: TestClient) -> None:
        answer = client.get("/$discovery/rest", headers={"host": "evil.example/?x"})
        assert answer.status_code == 400


class TestSuggestions:
    @pytest.fixture
    def client(self, shipped: Moderator, store: Store) -> TestClient:
        return TestClient(create_app(shipped, store, Settings()))

    def suggest(self, client: TestClient, **changes: Any) -> Any:
        answer = client.post("/v1alpha1/comments:suggestscore", json={**SUGGEST, **changes})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def test_the_published_example_as_coral_sends_it(self, client: TestClient, store: Store) -> None:
        assert self.suggest(client) == SUGGESTED
        (said,) = store.feedback.all()
        assert (said.source, said.external, said.language) == ("perspective", "comment:41", "ko")
        assert said.scores == {Label.TOXICITY: 1.0}
        assert said.text == SUGGEST["comment"]["text"]  # type: ignore[index]

    def test_sent_again_it_is_kept_once_and_the_last_word_counts(
        self, client: TestClient, store: Store
    ) -> None:
        for _ in range(3):
            self.suggest(client)
        self.suggest(client, attributeScores={"TOXICITY": {"summaryScore": {"value": 0}}})
        assert [said.scores for said in store.feedback.all()] == [{Label.TOXICITY: 0.0}]

    def test_personal_data_is_masked(self, client: TestClient, store: Store, tmp_path: Path) -> None:
        self.suggest(client, comment={"text": "멍청아 010-7391-4826 canarybird@example.com"})
        (said,) = store.feedback.all()
        assert said.text == "멍청아 000-0000-0000 mail@example.com"

    def test_do_not_store_keeps_nothing(self, client: TestClient, store: Store, tmp_path: Path) -> None:
        text = {"text": "아무데도남지않을댓글 nowheretobefound"}
        self.suggest(client, doNotStore=True, comment=text)
        answer = client.post("/v1alpha1/comments:analyze", json={**ANALYZE, "comment": text})
        assert answer.status_code == 200
        document = {**ANALYZE, "comment": text, "doNotStore": False}
        assert client.post("/v1alpha1/comments:analyze", json=document).status_code == 200
        assert list(store.feedback.all()) == []
        with closing(sqlite3.connect(tmp_path / "moderation.db")) as connection:
            names = [
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            assert "feedback" in names
            rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        assert "nowheretobefound" not in str(rows)
        files = b"".join(path.read_bytes() for path in tmp_path.glob("moderation.db*"))
        assert b"nowheretobefound" not in files

    @pytest.mark.parametrize(
        ("scores", "kept"),
        [
            ({"SEVERE_TOXICITY": 1}, {Label.TOXICITY: 1.0}),
            ({"SEVERE_TOXICITY": 0}, None),
            ({"SEVERE_TOXICITY": 1, "TOXICITY": 0.9}, {Label.TOXICITY: 0.9}),
            ({"INSULT_EXPERIMENTAL": 0.25, "SPAM": 1}, {Label.INSULT: 0.25, Label.SPAM: 1.0}),
            ({"ATTACK_ON_AUTHOR": 1}, None),
        ],
    )
    def test_which_labels_they_become(
        self, client: TestClient, store: Store, scores: Mapping[str, float], kept: Any
    ) -> None:
        stated = {name: {"summaryScore": {"value": score}} for name, score in scores.items()}
        self.suggest(client, attributeScores=stated)
        assert [said.scores for said in store.feedback.all()] == ([kept] if kept else [])

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"comment": {"text": ""}}, "Comment must be non-empty."),
            ({"attributeScores": {}}, "Missing attribute_scores"),
            (
                {"attributeScores": {"HUMOUR": {"summaryScore": {"value": 1}}}},
                "Unknown requested attribute: HUMOUR",
            ),
            ({"attributeScores": {"TOXICITY": {}}}, "Attribute TOXICITY needs a summary_score from 0 to 1."),
            (
                {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 1.5}}}},
                "Attribute TOXICITY needs a summary_score from 0 to 1.",
            ),
            ({"clientToken": "a\0"}, "`external` has a NUL character; leave it out"),
        ],
    )
    def test_what_is_refused(
        self, client: TestClient, store: Store, change: Mapping[str, Any], message: str
    ) -> None:
        assert refused(client, {**SUGGEST, **change}, "suggestscore")["message"] == message
        assert list(store.feedback.all()) == []


probabilities = st.floats(0, 1)


@given(
    pairs=st.tuples(*[st.tuples(probabilities, probabilities)] * 3), language=st.sampled_from(["ko", "en"])
)
def test_severity_rises_with_what_it_is_made_of_and_is_never_above_toxicity(
    pairs: Any, language: Language
) -> None:
    ordered = [sorted(pair) for pair in pairs]
    labels = (Label.TOXICITY, Label.IDENTITY_ATTACK, Label.THREAT)
    low, high = (dict(zip(map(str, labels), side, strict=True)) for side in zip(*ordered, strict=True))
    assert severity(low, language) <= severity(high, language)
    for scores in (low, high):
        assert 0 <= severity(scores, language) <= scores["toxicity"]


def test_logs_and_metrics_hold_neither_text_nor_keys(
    service: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for text in ("canarybird 010-7391-4826", "", "x" * 30_000 + "canarybird"):
        for call in ("analyze", "suggestscore", "canarybird"):
            service.post(f"/v1alpha1/comments:{call}?key=canarybird", json=asked(text, doNotStore=True))
    service.post("/v1alpha1/comments:analyze?key=canarybird", content=b"canarybird")
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    seen = "\n".join(ours) + service.get("/metrics").text + "".join(capfd.readouterr())
    assert "canarybird" not in seen
    assert "7391" not in seen


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["TOXICITY", "SEVERE_TOXICITY", "SPAM", "FLIRTATION", "HUMOUR", ""]
plausible = st.fixed_dictionaries(
    {},
    optional={
        "comment": st.fixed_dictionaries({}, optional={"text": st.text(max_size=60) | values, "type": values})
        | values,
        "requestedAttributes": st.dictionaries(st.sampled_from(NAMES), values | st.just({}), max_size=3)
        | values,
        "attributeScores": st.dictionaries(
            st.sampled_from(NAMES),
            st.fixed_dictionaries({}, optional={"summaryScore": st.fixed_dictionaries({"value": values})}),
            max_size=2,
        ),
        "languages": st.lists(st.sampled_from(["ko", "en", "fr", ""])) | values,
        "spanAnnotations": st.booleans() | values,
        "doNotStore": st.just(True),
        "clientToken": st.text(max_size=5) | values,
        "context": values,
    },
)


@given(document=plausible | values, call=st.sampled_from(["analyze", "suggestscore"]))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_answered_in_the_dialect(service: TestClient, document: Any, call: str) -> None:
    content = json.dumps(document).encode()
    headers = {"content-type": "application/json"}
    answer = service.post(f"/v1alpha1/comments:{call}", content=content, headers=headers)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json()["error"]["message"]
