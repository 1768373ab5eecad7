"""OpenAI's dialect: thirteen categories, no score that nothing stands behind, and its words for each error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from moderation import Comment, Moderator, load_policy
from moderation.reload import unwatched
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Label
from moderation.web.app import create_app
from moderation.web.dialects import openai
from moderation.web.dialects.door import Service
from moderation.web.dialects.operations import MODERATE, MODERATED
from moderation.web.keys import Client, KeyRing
from moderation.web.metrics import Metrics
from moderation.web.wire.openai import CATEGORIES, LABELS, MOST_INPUTS, RULES
from tests.unhurried import rules_alone

RUDE = {"ko": "이 멍청한 새끼야 꺼져라", "en": "You are a stupid fucking idiot"}
KIND = {"ko": "좋은 기사 감사합니다", "en": "Thank you for the good article"}


def ask(client: TestClient, input: Any, **more: Any) -> Any:
    answer = client.post("/v1/moderations", json={"input": input, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def text(content: Any) -> dict[str, Any]:
    return {"type": "text", "text": content}


IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def test_the_published_example(service: TestClient) -> None:
    answer = ask(service, **MODERATE)
    assert set(answer) == set(MODERATED)
    (result,), (published,) = answer["results"], MODERATED["results"]
    assert {name: type(part) for name, part in result.items()} == {
        name: type(part) for name, part in published.items()
    }
    for name in ("categories", "category_applied_input_types", "standards_board"):
        assert set(result[name]) == set(published[name])
    assert result["standards_board"]["unscored"] == published["standards_board"]["unscored"]
    assert result["standards_board"]["hints"] == published["standards_board"]["hints"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_map_has_the_thirteen_categories(service: TestClient, language: str) -> None:
    (result,) = ask(service, RUDE[language])["results"]
    for name in ("categories", "category_scores", "category_applied_input_types"):
        assert tuple(result[name]) == CATEGORIES
    assert result["flagged"] is result["categories"]["harassment"] is True
    assert result["category_scores"]["harassment"] > 0.9


def test_no_score_is_made_up(service: TestClient, shipped: Moderator) -> None:
    (result,) = ask(service, RUDE["en"])["results"]
    scores = shipped.judge(Comment(RUDE["en"])).scores
    unscored = result["standards_board"]["unscored"]
    assert unscored == [name for name in CATEGORIES if name not in LABELS]
    for name in CATEGORIES:
        expected = 0.0 if name in unscored else scores[LABELS[name]]
        assert result["category_scores"][name] == pytest.approx(expected)
        assert result["category_applied_input_types"][name] == ([] if name in unscored else ["text"])


def test_every_rule_behind_a_category_is_one_of_the_policy() -> None:
    known = set(load_policy().rules)
    assert all(rules <= known for rules in RULES.values())
    assert set(RULES) == set(LABELS)


@pytest.mark.parametrize(("rude", "kind"), [(RUDE["ko"], KIND["ko"]), (RUDE["en"], KIND["en"])])
def test_a_result_for_each_string(service: TestClient, rude: str, kind: str) -> None:
    answer = ask(service, [kind, rude, kind])
    assert [result["flagged"] for result in answer["results"]] == [False, True, False]


def test_one_result_for_all_parts(service: TestClient) -> None:
    (alone,) = ask(service, RUDE["ko"])["results"]
    (result,) = ask(service, [text(KIND["en"]), text(RUDE["ko"])])["results"]
    assert result["categories"] == alone["categories"]
    assert result["category_scores"]["harassment"] == alone["category_scores"]["harassment"]
    assert result["standards_board"]["language"] == "ko"


@pytest.mark.parametrize(
    "model",
    [
        "omni-moderation-latest",
        "omni-moderation-2024-09-26",
        "text-moderation-latest",
        "text-moderation-stable",
    ],
)
def test_models(service: TestClient, model: str) -> None:
    answer = ask(service, KIND["ko"], model=model)
    assert answer["model"] == model
    (result,) = answer["results"]
    assert ("illicit" in result["categories"]) is ("illicit/violent" in result["category_scores"])
    assert ("illicit" in result["categories"]) is model.startswith("omni")
    assert ("category_applied_input_types" in result) is model.startswith("omni")
    assert "illicit" not in result["standards_board"]["unscored"] or model.startswith("omni")


def test_the_sites_policy_says_what_is_flagged(shipped: Moderator, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    everything = "ko = { hold = 0.001 }\nen = { hold = 0.001 }"
    file.write_text(f"[rules.toxicity.sexual.thresholds]\n{everything}\n", "utf-8")
    strict = Moderator(load_policy(file), shipped.classifier, deadline=60.0)
    with TestClient(create_app(strict, store, Settings())) as client:
        (result,) = ask(client, KIND["en"])["results"]
    assert result["flagged"] is result["categories"]["sexual"] is True
    assert result["standards_board"]["action"] == "hold"


def test_the_model_vouches(service: TestClient, shipped: Moderator, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped.classifier is not None
    monkeypatch.setattr(shipped.classifier, "vouched", {Label.THREAT: frozenset({"ko"})})
    (korean, english) = ask(service, [KIND["ko"], KIND["en"]])["results"]
    assert korean["standards_board"]["hints"] == ["harassment", "hate", "sexual"]
    assert english["standards_board"]["hints"] == list(LABELS)


@pytest.mark.parametrize(
    ("document", "status", "param", "code"),
    [
        ({}, 400, "input", "missing_required_parameter"),
        ({"input": None}, 400, "input", "missing_required_parameter"),
        ({"input": 7}, 400, "input", "invalid_type"),
        ({"input": {"text": "a"}}, 400, "input", "invalid_type"),
        ({"input": ["a", text("b")]}, 400, "input", "invalid_type"),
        ({"input": [text(None)]}, 400, "input", "invalid_type"),
        ({"input": [{"type": "audio"}]}, 400, "input", "invalid_type"),
        ({"input": []}, 400, "input", "empty_array"),
        ({"input": [""] * (MOST_INPUTS + 1)}, 400, "input", "array_above_max_length"),
        ({"input": [text("a"), IMAGE]}, 400, "input[1]", "invalid_image_input"),
        ({"input": "a", "model": 7}, 400, "model", "invalid_type"),
        ({"input": "a", "model": "gpt-4"}, 404, "model", "model_not_found"),
        ({"input": "a\0"}, 400, None, None),
        ([], 400, None, None),
        ("text", 400, None, None),
    ],
)
def test_each_error(
    service: TestClient, document: Any, status: int, param: str | None, code: str | None
) -> None:
    answer = service.post("/v1/moderations", json=document)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert error["message"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b'{"input":"a","input":"b"}', {}, 400),
        (b'{"input":NaN}', {}, 400),
        (b'{"input":"\\ud800"}', {}, 400),
        (b'{"input":' + b"[" * 5_000, {}, 400),
        ('{"input":"a"}'.encode("utf-16"), {}, 400),
        (b'{"input":"' + b"a" * 70_000 + b'"}', {}, 413),
        (b'{"input":"a"}', {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b'{"input":"a"}', {"content-encoding": "br"}, 415),
    ],
)
def test_bodies_that_nobody_can_read(
    service: TestClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    headers = {"content-type": "application/json", **headers}
    answer = service.post("/v1/moderations", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "", 405), ("PUT", "", 405), ("POST", "/x", 404)]
)
def test_unknown_addresses(service: TestClient, method: str, path: str, status: int) -> None:
    answer = service.request(method, f"/v1/moderations{path}")
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_without_a_model_nothing_is_judged(store: Store) -> None:
    with TestClient(create_app(rules_alone(), store, Settings())) as client:
        answer = client.post("/v1/moderations", json=MODERATE)
    assert (answer.status_code, answer.json()["error"]["type"]) == (503, "server_error")
    assert answer.headers["retry-after"]


def test_the_dialect_can_be_switched_off(store: Store) -> None:
    settings = Settings(dialects=("perspective",))
    with TestClient(create_app(rules_alone(), store, settings)) as client:
        assert client.post("/v1/moderations", json=MODERATE).json()["type"].endswith("not-found")


KEYS = {
    "good": Client("shop", frozenset({"openai"})),
    "other": Client("desk", frozenset({"perspective"})),
    "spent": Client("busy", frozenset({"openai"})),
}


class Spent:
    def take(self, client: str) -> float | None:
        return 30.0 if client == "busy" else None


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        (None, 401, None),
        ("Basic good", 401, None),
        ("Bearer nobody", 401, "invalid_api_key"),
        ("Bearer other", 403, "missing_scope"),
        ("Bearer spent", 429, "rate_limit_exceeded"),
        ("Bearer good", 200, None),
    ],
)
def test_keys(
    shipped: Moderator, store: Store, authorization: str | None, status: int, code: str | None
) -> None:
    metrics = Metrics(unwatched(shipped))
    service = Service(shipped, store, Settings(), metrics, KeyRing(KEYS.get, Spent()))
    client = TestClient(Starlette(routes=openai.dialect(service).routes(metrics)))
    headers = {"authorization": authorization} if authorization else {}
    answer = client.post("/v1/moderations", json=MODERATE, headers=headers)
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code") == code


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
parts = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "image_url", ""])}, optional={"text": st.text() | values}
)
plausible = st.fixed_dictionaries(
    {
        "input": st.text(max_size=60)
        | st.lists(st.text(max_size=20), max_size=3)
        | st.lists(parts, max_size=3)
        | values
    },
    optional={"model": st.sampled_from(["omni-moderation-latest", "gpt-4"]) | values, "other": values},
)


@given(document=plausible | values)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_answered_in_the_dialect(service: TestClient, document: Any) -> None:
    headers = {"content-type": "application/json"}
    answer = service.post("/v1/moderations", content=json.dumps(document).encode(), headers=headers)
    assert answer.status_code in (200, 400, 404)
    assert ("results" in answer.json()) is (answer.status_code == 200)
    assert ("error" in answer.json()) is (answer.status_code != 200)
