"""The calls of the dialects as the API document has them, with examples that the tests send and compare."""

from __future__ import annotations

from typing import Any

from moderation.web.operations import Answer, Operation, Parameter
from moderation.web.wire import openai, perspective

ANALYZE = {
    "comment": {"text": "이 멍청한 놈들아 😀 다 꺼져라", "type": "PLAIN_TEXT"},
    "requestedAttributes": {"TOXICITY": {"scoreThreshold": 0.1}, "SEVERE_TOXICITY": {}},
    "languages": ["ko"],
    "spanAnnotations": False,
    "doNotStore": True,
    "clientToken": "comment:41",
}
_SCORED = {"value": 0.98, "type": "PROBABILITY"}
_SEVERE = {"value": 0.81, "type": "PROBABILITY"}
ANALYZED = {
    "attributeScores": {
        "TOXICITY": {"summaryScore": _SCORED, "spanScores": [{"begin": 0, "end": 18, "score": _SCORED}]},
        "SEVERE_TOXICITY": {
            "summaryScore": _SEVERE,
            "spanScores": [{"begin": 0, "end": 18, "score": _SEVERE}],
        },
    },
    "languages": ["ko"],
    "detectedLanguages": ["ko"],
    "clientToken": "comment:41",
}
# As Coral sends each decision of a moderator.
SUGGEST = {
    "comment": {"text": "이 멍청한 놈들아 😀 다 꺼져라"},
    "context": {
        "entries": [{"text": '{"url":"https://news.example/1?commentID=41","Coral_comment_id":"41"}'}]
    },
    "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
    "languages": ["en"],
    "communityId": "Coral:https://news.example",
    "clientToken": "comment:41",
}
SUGGESTED = {"clientToken": "comment:41"}


def _google(code: int, status: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    return {"error": {**error, "details": list(details)} if details else error}


UNSUPPORTED = _google(
    400,
    "INVALID_ARGUMENT",
    "Attribute FLIRTATION does not support request languages: ko",
    {
        "@type": perspective.ERROR,
        "errorType": "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        "languageNotSupportedByAttributeError": {
            "detectedLanguages": ["ko"],
            "requestedLanguages": ["ko"],
            "attribute": "FLIRTATION",
        },
    },
)
_NO_KEY = "Method doesn't allow unregistered callers"


def _refused(status: int, description: str, code: str, message: str) -> Answer:
    return Answer(status, description, perspective.GoogleError, _google(status, code, message))


_GOOGLE = (
    Answer(
        400,
        "The request cannot be read, the key is not valid, there is no text, or an attribute cannot be scored in the "
        "language of the text; `errorType` tells.",
        perspective.GoogleError,
        UNSUPPORTED,
    ),
    _refused(403, "No key, or one that does not open this.", "PERMISSION_DENIED", _NO_KEY),
    _refused(
        408,
        "The body did not arrive in time.",
        "DEADLINE_EXCEEDED",
        "The request body did not arrive in time.",
    ),
    _refused(
        413,
        "The body is larger than the limit.",
        "INVALID_ARGUMENT",
        "Request payload size exceeds the limit.",
    ),
    _refused(
        415,
        "The body has another media type, or is compressed.",
        "INVALID_ARGUMENT",
        "send the body as `application/json`",
    ),
    _refused(429, "The client has had its share; see `Retry-After`.", "RESOURCE_EXHAUSTED", "Quota exceeded"),
    _refused(503, "Try again in a moment.", "UNAVAILABLE", "The service is currently unavailable."),
)

MODERATE: dict[str, Any] = {"model": "omni-moderation-latest", "input": "이 멍청한 놈들아 다 꺼져라"}
_SCORES = {"harassment": 0.98, "harassment/threatening": 0.01, "hate": 0.35, "sexual": 0.02}
MODERATED: dict[str, Any] = {
    "id": "modr-019ab3a05c1e7d109b5a3f2f8c1d0e42",
    "model": "omni-moderation-latest",
    "results": [
        {
            "flagged": True,
            "categories": {name: name == "harassment" for name in openai.CATEGORIES},
            "category_scores": {name: _SCORES.get(name, 0.0) for name in openai.CATEGORIES},
            "category_applied_input_types": {
                name: ["text"] if name in _SCORES else [] for name in openai.CATEGORIES
            },
            "standards_board": {
                "unscored": [name for name in openai.CATEGORIES if name not in _SCORES],
                "hints": ["harassment/threatening", "sexual"],
                "language": "ko",
                "action": "hold",
            },
        }
    ],
}


def _openai(
    status: int, description: str, message: str, code: str | None = None, kind: str = "invalid_request_error"
) -> Answer:
    fault = {"message": message, "type": kind, "param": None, "code": code}
    return Answer(status, description, openai.OpenAIError, {"error": fault})


_OPENAI = (
    _openai(400, "The request cannot be read, or holds an image.", "Missing required parameter: 'input'."),
    _openai(401, "No key, or one that is not in use.", "Incorrect API key provided.", "invalid_api_key"),
    _openai(403, "The key does not open this.", "You have insufficient permissions for this operation."),
    _openai(404, "There is no such model.", "The model does not exist", "model_not_found"),
    _openai(408, "The body did not arrive in time.", "the body did not arrive within 10 seconds"),
    _openai(413, "The body is larger than the limit.", "the body is larger than 65536 bytes"),
    _openai(415, "The body has another media type, or is compressed.", "Unsupported content type."),
    _openai(429, "The client has had its share; see `Retry-After`.", "Rate limit reached", kind="requests"),
    _openai(
        503, "Try again in a moment.", "The server is currently unable to judge text.", kind="server_error"
    ),
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/v1alpha1/comments:analyze",
        "analyze",
        "Perspective: score a comment",
        "Scores TOXICITY, SEVERE_TOXICITY, INSULT, PROFANITY, THREAT and IDENTITY_ATTACK in Korean and English; SPAM and "
        "SEXUALLY_EXPLICIT in the languages that the model vouches for. The language is found by the text, whatever "
        "the request claims. Nothing is kept.",
        (Answer(200, "The scores.", perspective.AnalyzeResponse, ANALYZED), *_GOOGLE),
        perspective.AnalyzeRequest,
        ANALYZE,
        opened_by=("key", "keyHeader"),
    ),
    Operation(
        "POST",
        "/v1alpha1/comments:suggestscore",
        "suggestscore",
        "Perspective: say what a comment should have scored",
        "What moderators elsewhere decide, as labels to learn from: masked, once for each `clientToken`, the latest "
        "counts. Needs a key with the scopes `perspective` and `feedback`.",
        (Answer(200, "Taken.", perspective.SuggestResponse, SUGGESTED), *_GOOGLE),
        perspective.SuggestRequest,
        SUGGEST,
        opened_by=("key", "keyHeader"),
    ),
    Operation(
        "GET",
        "/$discovery/rest",
        "discovery",
        "Perspective: what Google's API clients ask for first",
        "A document of the Google API Discovery Service that names this service's own address.",
        (
            Answer(200, "The document.", perspective.Discovery, perspective.DISCOVERY),
            _refused(404, "There is no such version.", "NOT_FOUND", "Requested entity was not found."),
            _refused(
                400, "The `Host` header is not an address.", "INVALID_ARGUMENT", "`Host` is not an address"
            ),
        ),
        parameters=(Parameter("version", "query", "the only one there is", "v1alpha1"),),
    ),
    Operation(
        "POST",
        "/v1/moderations",
        "moderations",
        "OpenAI: judge texts in thirteen categories",
        "A category is true where the site's policy would hold or refuse the text for it; scores are the model's. "
        "Categories without a model behind them are 0.0 and named in `standards_board.unscored`. Nothing is kept.",
        (
            Answer(
                200, "A result for each text, or one for all parts.", openai.ModerationResponse, MODERATED
            ),
            *_OPENAI,
        ),
        openai.ModerationRequest,
        MODERATE,
        opened_by=("bearer",),
    ),
)
