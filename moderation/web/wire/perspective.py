"""Perspective's dialect (v1alpha1): the shapes of its requests and answers, and Google's words for errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from moderation.web.problems import Problem, Refused
from moderation.web.wire.attributes import SCORED

LONGEST = 20_480
"""Bytes of UTF-8 that a comment may have, as Perspective documents."""

ERROR = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
Status = Literal[
    "INVALID_ARGUMENT",
    "PERMISSION_DENIED",
    "NOT_FOUND",
    "RESOURCE_EXHAUSTED",
    "UNAVAILABLE",
    "DEADLINE_EXCEEDED",
    "UNIMPLEMENTED",
]


class _Shape(BaseModel):
    # As protobuf reads JSON: both spellings of a name, nothing unknown, no value of another type.
    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
    )


def _asked_for(**named: Mapping[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Says in the schema which members are wanted after all; a request without them gets Google's words, not ours."""

    def change(schema: dict[str, Any]) -> None:
        schema["required"] = list(named)
        for name, more in named.items():
            part = schema["properties"][name]
            (wanted,) = (each for each in part.pop("anyOf") if each != {"type": "null"})
            part.pop("default", None)
            part.update(wanted, **more)

    return change


TextType = Literal["PLAIN_TEXT", "HTML", "TEXT_TYPE_UNSPECIFIED"]
ScoreType = Literal["PROBABILITY", "SCORE_TYPE_UNSPECIFIED", "STD_DEV_SCORE", "PERCENTILE", "RAW"]


class TextEntry(_Shape):
    """A piece of text: a comment, or what it answers."""

    text: str | None = None
    type: TextType | None = None


class CommentText(TextEntry):
    """The comment itself: at most 20,480 bytes of UTF-8, and not of blanks alone."""

    model_config = ConfigDict(json_schema_extra=_asked_for(text={"pattern": r"\S", "maxLength": LONGEST}))


class ArticleAndParentComment(_Shape):
    """What the comment stands under. Taken and not used: a comment is judged by itself."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class CommentContext(_Shape):
    """What the comment is about: entries, or article and parent, never both."""

    entries: list[TextEntry] | None = None
    article_and_parent_comment: ArticleAndParentComment | None = None


class AttributeParameters(_Shape):
    """How an attribute is to be scored."""

    score_type: ScoreType | None = None
    score_threshold: float | None = Field(None, description="scores below it are left out of the answer")


class Score(_Shape):
    """A probability from 0 to 1."""

    value: float | None = None
    type: ScoreType | None = "PROBABILITY"


class SpanScore(_Shape):
    """The score of a stretch of the text: half-open, in UTF-16 units."""

    begin: int | None = None
    end: int | None = None
    score: Score | None = None


class AttributeScores(_Shape):
    """What is said of one attribute, of the whole and of its parts."""

    summary_score: Score | None = None
    span_scores: list[SpanScore] | None = None


def _no_nulls(value: Any) -> Any:
    return (
        {name: {} if part is None else part for name, part in value.items()}
        if isinstance(value, dict)
        else value
    )


class AnalyzeRequest(_Shape):
    """A comment to be scored. Nothing of it is kept, whatever `doNotStore` says."""

    model_config = ConfigDict(
        json_schema_extra=_asked_for(
            comment={}, requestedAttributes={"minProperties": 1, "propertyNames": {"enum": SCORED}}
        )
    )

    comment: CommentText | None = None
    requested_attributes: Annotated[dict[str, AttributeParameters] | None, BeforeValidator(_no_nulls)] = None
    context: CommentContext | None = None
    languages: list[str] | None = Field(
        None, description="the language is found by the text; this is a hint at most"
    )
    span_annotations: bool | None = Field(None, description="score each sentence too")
    do_not_store: bool | None = None
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None


class SuggestRequest(_Shape):
    """What a moderator thinks of a comment: scores that it should have had."""

    model_config = ConfigDict(
        json_schema_extra=_asked_for(
            comment={}, attributeScores={"minProperties": 1, "propertyNames": {"enum": SCORED}}
        )
    )

    comment: CommentText | None = None
    attribute_scores: dict[str, AttributeScores] | None = None
    context: CommentContext | None = None
    languages: list[str] | None = None
    do_not_store: bool | None = Field(None, description="an addition of ours: then nothing is kept")
    client_token: str | None = Field(
        None, description="what the client calls the comment: sent again, it changes it"
    )
    session_id: str | None = None
    community_id: str | None = None


class AnalyzeResponse(_Shape):
    """The scores of a comment."""

    attribute_scores: dict[str, AttributeScores]
    languages: list[str] = Field(description="those of the request, else the one found")
    detected_languages: list[str] = Field(description="what the text is written in; scores go by it")
    client_token: str | None = Field(None, exclude_if=lambda token: token is None)


class SuggestResponse(_Shape):
    """The suggestion was taken."""

    client_token: str | None = Field(None, exclude_if=lambda token: token is None)


class GoogleStatus(BaseModel):
    """What went wrong, in Google's form."""

    model_config = ConfigDict(frozen=True)

    code: int
    message: str
    status: Status
    details: list[dict[str, Any]] | None = Field(None, exclude_if=lambda details: details is None)


class GoogleError(BaseModel):
    """Google's error envelope."""

    model_config = ConfigDict(frozen=True)

    error: GoogleStatus


class Discovery(BaseModel):
    """A document of the Google API Discovery Service, of which clients read much more than these."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: Literal["discovery#restDescription"]
    id: str
    rootUrl: str  # noqa: N815  (Google's name)


DISCOVERY = {
    "kind": "discovery#restDescription",
    "id": "commentanalyzer:v1alpha1",
    "rootUrl": "https://moderation.example/",
}

Shape = TypeVar("Shape", bound=_Shape)
_KINDS = {
    "string_type": "TYPE_STRING",
    "bool_type": "TYPE_BOOL",
    "float_type": "TYPE_DOUBLE",
    "int_type": "TYPE_INT32",
}


def parse(shape: type[Shape], document: Any) -> Shape:
    """The document as a request of that shape; raises Refused in Google's words, naming each place."""
    if not isinstance(document, dict):
        raise _refused("Invalid JSON payload received. Root element must be a message.")
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        faults = [_violation(fault) for fault in error.errors(include_input=False, include_url=False)]
    lines = [fault["description"] for fault in faults]
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": faults}]
    raise _refused("\n".join(lines), details=details)


def _violation(fault: Any) -> dict[str, str]:
    *parents, last = (str(part) for part in fault["loc"] if part not in ("[key]", "function-before"))
    place = ".".join(_snake(part) for part in parents)
    if fault["type"] == "extra_forbidden":
        where = f" at '{place}'" if place else ""
        description = (
            f'Invalid JSON payload received. Unknown name "{_shown(last)}"{where}: Cannot find field.'
        )
        return {"field": place, "description": description}
    field = ".".join(filter(None, (place, _snake(last))))
    kind = _KINDS.get(fault["type"], "TYPE_ENUM" if fault["type"] == "literal_error" else "TYPE_MESSAGE")
    return {"field": field, "description": f"Invalid value at '{field}' ({kind})"}


def _snake(name: str) -> str:
    if name.isupper():  # an attribute, not a field
        return _shown(name)
    return _shown("".join(f"_{char.lower()}" if "A" <= char <= "Z" else char for char in name).lstrip("_"))


def _shown(name: str) -> str:
    """Names are the client's: no more of one is said than tells which is meant."""
    return "".join(char if char.isalnum() or char in "_-." else "?" for char in name[:64])


def _refused(
    message: str,
    error_type: str | None = "INVALID_REQUEST",
    *,
    details: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> Refused:
    stated = (
        [{"@type": ERROR, "errorType": error_type, **more}] if error_type and not details else list(details)
    )
    kind = (error_type or "INVALID_REQUEST").lower().replace("_", "-")
    return Refused(Problem(kind, 400, "Invalid argument", message, members={"details": stated}))


def comment_empty() -> Refused:
    """There is no text."""
    return _refused("Comment must be non-empty.", "COMMENT_EMPTY")


def comment_too_long() -> Refused:
    """There is more text than may be sent."""
    return _refused("Comment text too long.", "COMMENT_TOO_LONG")


def no_attributes() -> Refused:
    """Nothing is asked for."""
    return _refused("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")


def unknown_attribute(name: str) -> Refused:
    """Perspective never had such an attribute."""
    return _refused(f"Unknown requested attribute: {_shown(name)}")


def invalid(message: str) -> Refused:
    """Something else is asked for that cannot be done."""
    return _refused(message)


def language_unknown(attribute: str) -> Refused:
    """The text does not show a language and the client names none."""
    return _refused(
        f"Unable to detect the language of the comment, which attribute {_shown(attribute)} needs.",
        "LANGUAGE_DETECTION_FAILED",
    )


def language_unsupported(attribute: str, detected: Sequence[str], requested: Sequence[str]) -> Refused:
    """The attribute cannot be scored in that language."""
    named = ", ".join(_shown(language) for language in requested or detected)
    return _refused(
        f"Attribute {_shown(attribute)} does not support request languages: {named}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        languageNotSupportedByAttributeError={
            "detectedLanguages": list(detected),
            "requestedLanguages": [_shown(language) for language in requested],
            "attribute": _shown(attribute),
        },
    )


_SERVICE = {"service": "commentanalyzer.googleapis.com"}


def _info(reason: str) -> list[dict[str, Any]]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return [{"@type": kind, "reason": reason, "domain": "googleapis.com", "metadata": _SERVICE}]


# By the kind of problem: code, status, message (None: the problem's own) and details.
_WORDS: Mapping[str, tuple[int, Status, str | None, list[dict[str, Any]]]] = {
    "key-missing": (
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
        "other form of API consumer identity to call this API.",
        [],
    ),
    "key-unknown": (
        400,
        "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key.",
        _info("API_KEY_INVALID"),
    ),
    "scope-missing": (
        403,
        "PERMISSION_DENIED",
        "Requests to this API method are blocked for this key.",
        _info("API_KEY_SERVICE_BLOCKED"),
    ),
    "too-many-requests": (
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Analysis requests' of this client.",
        _info("RATE_LIMIT_EXCEEDED"),
    ),
    "not-found": (404, "NOT_FOUND", "Requested entity was not found.", []),
    "method-not-allowed": (405, "UNIMPLEMENTED", "Method not found.", []),
    "check-unavailable": (503, "UNAVAILABLE", "The service is currently unavailable.", []),
    "store-unavailable": (503, "UNAVAILABLE", "The service is currently unavailable.", []),
    "body-too-slow": (408, "DEADLINE_EXCEEDED", "The request body did not arrive in time.", []),
    "body-too-large": (413, "INVALID_ARGUMENT", "Request payload size exceeds the limit.", []),
}


def error(problem: Problem) -> GoogleError:
    """A problem as Google says it."""
    code, status, message, details = _WORDS.get(
        problem.kind, (problem.status, "INVALID_ARGUMENT", None, list(problem.members.get("details", ())))
    )
    return GoogleError(
        error=GoogleStatus(
            code=code, message=message or problem.detail, status=status, details=details or None
        )
    )
