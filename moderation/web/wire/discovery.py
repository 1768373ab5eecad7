"""The document by which Google's API clients learn to speak Perspective (Google API Discovery Service, v1)."""

from __future__ import annotations

from typing import Any

_TEXT = ["TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"]
_SCORE = ["SCORE_TYPE_UNSPECIFIED", "PROBABILITY", "STD_DEV_SCORE", "PERCENTILE", "RAW"]
_STRING: dict[str, Any] = {"type": "string"}
_BOOLEAN: dict[str, Any] = {"type": "boolean"}
_FLOAT: dict[str, Any] = {"type": "number", "format": "float"}
_INTEGER: dict[str, Any] = {"type": "integer", "format": "int32"}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": name}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _map(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": of}


def _enum(values: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": values, "enumDescriptions": [""] * len(values)}


_ABOUT = {
    "comment": _ref("TextEntry"),
    "context": _ref("Context"),
    "languages": _list(_STRING),
    "clientToken": _STRING,
    "sessionId": _STRING,
    "communityId": _STRING,
}
_SHAPES: dict[str, dict[str, Any]] = {
    "AnalyzeCommentRequest": {
        **_ABOUT,
        "requestedAttributes": _map(_ref("AttributeParameters")),
        "spanAnnotations": _BOOLEAN,
        "doNotStore": _BOOLEAN,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _map(_ref("AttributeScores")),
        "languages": _list(_STRING),
        "detectedLanguages": _list(_STRING),
        "clientToken": _STRING,
    },
    "ArticleAndParentComment": {"article": _ref("TextEntry"), "parentComment": _ref("TextEntry")},
    "AttributeParameters": {"scoreType": _enum(_SCORE), "scoreThreshold": _FLOAT},
    "AttributeScores": {"summaryScore": _ref("Score"), "spanScores": _list(_ref("SpanScore"))},
    "Context": {
        "entries": _list(_ref("TextEntry")),
        "articleAndParentComment": _ref("ArticleAndParentComment"),
    },
    "Score": {"value": _FLOAT, "type": _enum(_SCORE)},
    "SpanScore": {"begin": _INTEGER, "end": _INTEGER, "score": _ref("Score")},
    "SuggestCommentScoreRequest": {
        **_ABOUT,
        "attributeScores": _map(_ref("AttributeScores")),
        "doNotStore": _BOOLEAN,
    },
    "SuggestCommentScoreResponse": {"clientToken": _STRING},
    "TextEntry": {"text": _STRING, "type": _enum(_TEXT)},
}


def _method(name: str, path: str, request: str, response: str, description: str) -> dict[str, Any]:
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "POST",
        "description": description,
        "parameters": {},
        "parameterOrder": [],
        "request": _ref(request),
        "response": _ref(response),
    }


def document(root: str) -> dict[str, Any]:
    """The document of a service at that address, which ends in a slash."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "version": "v1alpha1",
        "title": "Perspective Comment Analyzer API",
        "description": "Scores of comments, answered by Standards Board.",
        "documentationLink": f"{root}docs",
        "protocol": "rest",
        "rootUrl": root,
        "servicePath": "",
        "baseUrl": root,
        "basePath": "",
        "batchPath": "batch",
        "parameters": {
            "alt": {"type": "string", "location": "query", "default": "json", "enum": ["json"]},
            "key": {"type": "string", "location": "query", "description": "API key."},
            "prettyPrint": {"type": "boolean", "location": "query", "default": "true"},
            "quotaUser": {"type": "string", "location": "query"},
        },
        "schemas": {
            name: {"id": name, "type": "object", "properties": properties}
            for name, properties in _SHAPES.items()
        },
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method(
                        "analyze",
                        "v1alpha1/comments:analyze",
                        "AnalyzeCommentRequest",
                        "AnalyzeCommentResponse",
                        "Scores a comment.",
                    ),
                    "suggestscore": _method(
                        "suggestscore",
                        "v1alpha1/comments:suggestscore",
                        "SuggestCommentScoreRequest",
                        "SuggestCommentScoreResponse",
                        "Takes the scores that a comment should have had.",
                    ),
                }
            }
        },
    }
