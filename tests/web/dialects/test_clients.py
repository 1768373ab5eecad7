"""The public clients of Perspective and OpenAI, from PyPI and npm, against this service on a socket."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from openai.types import ModerationImageURLInputParam, ModerationTextInputParam
from pydantic import SecretStr

from moderation import Moderator
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Scope
from moderation.types import Label
from moderation.web.app import create_app

from .listening import listening, node

KOREAN, ENGLISH, KIND = "이 멍청한 새끼야 꺼져라", "You are a stupid fucking idiot", "좋은 기사 감사합니다"
KEY = "key-canarybird"


@pytest.fixture(scope="module")
def base(shipped: Moderator, shared_store: Store) -> Iterator[str]:
    with listening(create_app(shipped, shared_store, Settings())) as address:
        yield address


def value(answer: Any, name: str = "TOXICITY") -> float:
    return float(answer["attributeScores"][name]["summaryScore"]["value"])


class TestGooglesPythonClient:
    @pytest.fixture
    def google(self, base: str) -> Iterator[Any]:
        address = f"{base}/$discovery/rest?version=v1alpha1"
        with build(
            "commentanalyzer",
            "v1alpha1",
            developerKey=KEY,
            discoveryServiceUrl=address,
            static_discovery=False,
            cache_discovery=False,
        ) as client:
            yield client

    def test_analyze(self, google: Any) -> None:
        body = {
            "comment": {"text": KOREAN},
            "requestedAttributes": {"TOXICITY": {}, "IDENTITY_ATTACK": {"scoreThreshold": 0}},
            "languages": ["en"],
            "spanAnnotations": True,
            "clientToken": "t-1",
        }
        answer = google.comments().analyze(body=body).execute()
        assert value(answer) > 0.9
        assert set(answer["attributeScores"]) == {"TOXICITY", "IDENTITY_ATTACK"}
        assert (answer["detectedLanguages"], answer["clientToken"]) == (["ko"], "t-1")

    def test_suggestscore(self, google: Any, shared_store: Store) -> None:
        body = {
            "comment": {"text": "기사와 상관없는 댓글"},
            "attributeScores": {"SPAM": {"summaryScore": {"value": 1}}},
            "clientToken": "comment:google",
        }
        assert google.comments().suggestscore(body=body).execute() == {"clientToken": "comment:google"}
        kept = {said.external: said.scores for said in shared_store.feedback.all()}
        assert kept["comment:google"] == {Label.SPAM: 1.0}

    def test_errors_are_read_by_the_client(self, google: Any) -> None:
        with pytest.raises(HttpError) as caught:
            google.comments().analyze(body={"comment": {"text": "hi"}}).execute()
        assert caught.value.status_code == 400
        assert caught.value.reason == "Missing requested_attributes"
        assert caught.value.error_details[0]["errorType"] == "NO_REQUESTED_ATTRIBUTES"


class TestGooglesNodeClient:
    def test_the_discovery_flow(self, base: str, shared_store: Store) -> None:
        said = node("discovery.mjs", f"{base}/$discovery/rest?version=v1alpha1", KEY)
        assert value(said["analyzed"]) > 0.9
        assert said["analyzed"]["languages"] == ["en"]
        assert said["analyzed"]["detectedLanguages"] == ["ko"]
        assert said["suggested"] == {"clientToken": "t-1"}
        assert "t-1" in {kept.external for kept in shared_store.feedback.all()}
        assert said["refused"]["error"]["status"] == "INVALID_ARGUMENT"


def test_perspective_api_client(base: str) -> None:
    said = node("perspective.cjs", base, KEY)
    assert value(said["plain"]) > 0.9
    assert value(said["options"], "INSULT") > 0.5
    assert set(said["options"]["attributeScores"]) == {"TOXICITY", "INSULT"}
    assert said["unknown"]["error"]["message"] == "Unknown requested attribute: HUMOUR"


IMAGE: ModerationImageURLInputParam = {
    "type": "image_url",
    "image_url": {"url": "https://news.example/1.png"},
}


def text(content: str) -> ModerationTextInputParam:
    return {"type": "text", "text": content}


class TestOpenAIsPythonClient:
    @pytest.fixture
    def client(self, base: str) -> Iterator[openai.OpenAI]:
        with openai.OpenAI(base_url=f"{base}/v1", api_key=KEY, max_retries=0) as client:
            yield client

    def test_one_text(self, client: openai.OpenAI) -> None:
        answer = client.moderations.create(input=KOREAN)
        (result,) = answer.results
        assert answer.id.startswith("modr-")
        assert answer.model == "omni-moderation-latest"
        assert result.flagged
        assert result.categories.harassment
        assert result.category_scores.harassment > 0.9
        assert result.categories.self_harm_intent is False
        assert result.category_scores.violence_graphic == 0.0
        assert result.category_applied_input_types.harassment == ["text"]

    def test_several_texts(self, client: openai.OpenAI) -> None:
        answer = client.moderations.create(input=[KIND, ENGLISH], model="text-moderation-latest")
        assert [result.flagged for result in answer.results] == [False, True]

    def test_parts_have_one_result(self, client: openai.OpenAI) -> None:
        answer = client.moderations.create(input=[text(KIND), text(ENGLISH)])
        (result,) = answer.results
        assert result.categories.harassment

    def test_images_are_refused(self, client: openai.OpenAI) -> None:
        with pytest.raises(openai.BadRequestError) as caught:
            client.moderations.create(input=[IMAGE])
        assert caught.value.param == "input[0]"
        assert caught.value.type == "invalid_request_error"
        assert (caught.value.request_id or "").startswith("req_")

    def test_unknown_models_are_refused(self, client: openai.OpenAI) -> None:
        with pytest.raises(openai.NotFoundError) as caught:
            client.moderations.create(input="a", model="gpt-unknown")
        assert caught.value.code == "model_not_found"


class TestKeysOfTheStore:
    """Outside the demo: tokens as `moderation tokens add` makes them."""

    @pytest.fixture
    def locked(self, shipped: Moderator, store: Store) -> Iterator[str]:
        settings = Settings(demo=False, secret_key=SecretStr("s" * 40))
        with listening(create_app(shipped, store, settings)) as address:
            yield address

    def test_openai(self, locked: str, store: Store) -> None:
        _, key = store.accounts.tokens.add("shop", [Scope.OPENAI], by="kim", per_minute=3)
        _, other = store.accounts.tokens.add("desk", [Scope.PERSPECTIVE], by="kim")

        def moderate(key: str) -> bool:
            with openai.OpenAI(base_url=f"{locked}/v1", api_key=key, max_retries=0) as client:
                return client.moderations.create(input=KIND).results[0].flagged

        assert [moderate(key) for _ in range(3)] == [False] * 3
        with pytest.raises(openai.RateLimitError) as spent:
            moderate(key)
        assert int(spent.value.response.headers["retry-after"]) <= 60
        with pytest.raises(openai.PermissionDeniedError):
            moderate(other)
        with pytest.raises(openai.AuthenticationError):
            moderate("sb_nobody")
        store.accounts.tokens.revoke("shop", by="kim")
        with pytest.raises(openai.AuthenticationError):
            moderate(key)

    def test_google(self, locked: str, store: Store) -> None:
        _, key = store.accounts.tokens.add("coral", [Scope.PERSPECTIVE, Scope.FEEDBACK], by="kim")
        address = f"{locked}/$discovery/rest?version=v1alpha1"
        body = {"comment": {"text": KOREAN}, "requestedAttributes": {"TOXICITY": {}}}
        suggestion = {
            "comment": {"text": KOREAN},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        }
        for each, status in ((key, None), ("sb_nobody", 400), (None, 403)):
            client = build(
                "commentanalyzer", "v1alpha1", developerKey=each, discoveryServiceUrl=address,
                static_discovery=False, cache_discovery=False, http=build_http(),
            )  # fmt: skip
            with client:
                if status is None:
                    assert value(client.comments().analyze(body=body).execute()) > 0.9
                    client.comments().suggestscore(body=suggestion).execute()
                    continue
                with pytest.raises(HttpError) as caught:
                    client.comments().analyze(body=body).execute()
                assert caught.value.status_code == status
        assert [said.client for said in store.feedback.all()] == ["coral"]


def test_openais_node_client(base: str) -> None:
    said = node("openai.mjs", f"{base}/v1", KEY)
    assert said["one"]["results"][0]["categories"]["harassment"] is True
    assert [result["flagged"] for result in said["several"]["results"]] == [False, True]
    assert [result["flagged"] for result in said["parts"]["results"]] == [True]
    assert said["image"] == {
        "name": "BadRequestError",
        "status": 400,
        "code": "invalid_image_input",
        "param": "input[1]",
    }
    assert (said["model"]["name"], said["model"]["code"]) == ("NotFoundError", "model_not_found")
    assert (said["other"]["status"], said["other"]["code"]) == (404, "unknown_url")


def test_no_key_reaches_an_access_log(
    shipped: Moderator, shared_store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`moderation serve` keeps none; whoever runs uvicorn otherwise may."""
    # Another server of this process may have silenced the log, as uvicorn does below its level `info`.
    caplog.set_level(logging.INFO, "uvicorn.access")
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
    with listening(create_app(shipped, shared_store, Settings()), access_log=True) as address:
        node("perspective.cjs", address, KEY)
        node("openai.mjs", f"{address}/v1", KEY)
    lines = [record.getMessage() for record in caplog.records if record.name == "uvicorn.access"]
    assert any("/v1alpha1/comments%3Aanalyze" in line for line in lines)
    assert "canarybird" not in caplog.text
