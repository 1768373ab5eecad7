"""OpenAI's moderation dialect: the shapes of its request and answer, its thirteen categories, its words for errors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from moderation.store.ids import new_id
from moderation.types import Action, Decision, Label, Language
from moderation.web.problems import Problem, Refused

Model = Literal[
    "omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-latest", "text-moderation-stable"
]
DEFAULT: Model = "omni-moderation-latest"
MOST_INPUTS = 1_000

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
_NOT_OF_TEXT_MODELS = frozenset({"illicit", "illicit/violent"})

LABELS: Mapping[str, Label] = {
    "harassment": Label.TOXICITY,
    "harassment/threatening": Label.THREAT,
    "hate": Label.IDENTITY_ATTACK,
    "sexual": Label.SEXUAL,
}
"""The category scores that a label of this model stands behind. The others are 0.0 and named as unscored."""
RULES: Mapping[str, frozenset[str]] = {
    "harassment": frozenset({"toxicity.toxicity", "toxicity.insult", "words.insult"}),
    "harassment/threatening": frozenset({"toxicity.threat", "words.threat", "patterns.harm"}),
    "hate": frozenset({"toxicity.identity_attack", "words.hatred"}),
    "sexual": frozenset({"toxicity.sexual", "words.sexual", "patterns.escort"}),
}
"""A category is true where the site's policy would hold or refuse a comment by one of these rules."""


Vouched = Mapping[Label, frozenset[Language]]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class TextPart(_Shape):
    """A piece of text."""

    type: Literal["text"]
    text: str


class ImageUrl(_Shape):
    """Where an image is."""

    url: str


class ImagePart(_Shape):
    """An image, which no model here looks at: it is refused."""

    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]
_SOME = {"minItems": 1, "maxItems": MOST_INPUTS}
Strings = Annotated[list[str], Field(json_schema_extra=_SOME)]
Parts = Annotated[list[Part], Field(json_schema_extra=_SOME)]


class ModerationRequest(_Shape):
    """Text to be judged: one, several with a result each, or parts with one result for all of them."""

    input: str | Strings | Parts
    model: Annotated[str | None, WithJsonSchema({"enum": [*get_args(Model), None]})] = None


class Extension(_Shape):
    """What OpenAI's form has no place for."""

    unscored: list[str] = Field(
        description="categories without a model behind them: their score says nothing"
    )
    hints: list[str] = Field(
        description="categories whose score no set of real comments has borne out so far"
    )
    language: Literal["ko", "en"] = Field(description="language of the text")
    action: Literal["allow", "nudge", "hold", "reject"] = Field(description="what the site's policy would do")


class ModerationResult(_Shape):
    """What is said of one input."""

    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[Literal["text"]]] | None = Field(
        None, exclude_if=lambda types: types is None
    )
    standards_board: Extension


class ModerationResponse(_Shape):
    """The results, in the order of the inputs."""

    id: str
    model: str
    results: list[ModerationResult]


class OpenAIFault(_Shape):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(_Shape):
    """OpenAI's error envelope."""

    error: OpenAIFault


def parse(document: Any) -> ModerationRequest:
    """The document as a request; raises Refused in OpenAI's words."""
    if not isinstance(document, dict):
        raise _refused("We could not parse the JSON body of your request: it has to be an object.")
    if document.get("input") is None:
        raise _refused("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    try:
        asked = ModerationRequest.model_validate(document)
    except ValidationError as error:
        places = {str(fault["loc"][0]) for fault in error.errors(include_input=False, include_url=False)}
        place = "input" if "input" in places else min(places)
        wanted = "a string, an array of strings or an array of parts" if place == "input" else "a string"
        message = f"Invalid type for '{place}': expected {wanted}."
        raise _refused(message, place, "invalid_type") from None
    if asked.model is not None and asked.model not in get_args(Model):
        message = "The model does not exist or you do not have access to it."
        raise _refused(message, "model", "model_not_found", status=404)
    if isinstance(asked.input, list):
        _check(asked.input)
    return asked


def _check(inputs: Sequence[str | TextPart | ImagePart]) -> None:
    if not inputs:
        raise _refused("Invalid 'input': array is empty.", "input", "empty_array")
    if len(inputs) > MOST_INPUTS:
        raise _refused(
            f"Invalid 'input': array has more than {MOST_INPUTS} items.", "input", "array_above_max_length"
        )
    for place, part in enumerate(inputs):
        if isinstance(part, ImagePart):
            message = "Invalid content type. image_url is only supported by certain models."
            raise _refused(message, f"input[{place}]", "invalid_image_input")


def texts(asked: ModerationRequest) -> list[list[str]]:
    """The texts of each result: parts stand together behind one, strings each behind their own."""
    if isinstance(asked.input, str):
        return [[asked.input]]
    strings = [part for part in asked.input if isinstance(part, str)]
    if strings:
        return [[text] for text in strings]
    return [[part.text for part in asked.input if isinstance(part, TextPart)]]


def render(
    asked: ModerationRequest, judged: Sequence[Sequence[Decision]], vouched: Vouched
) -> ModerationResponse:
    """The answer, from the decisions on the texts of each result.

    vouched : the languages in which the model vouches for each label.
    """
    model = asked.model or DEFAULT
    is_omni = model.startswith("omni")
    names = [name for name in CATEGORIES if is_omni or name not in _NOT_OF_TEXT_MODELS]
    results = [_result(decisions, names, is_omni, vouched) for decisions in judged]
    return ModerationResponse(id=f"modr-{new_id().replace('-', '')}", model=model, results=results)


def _result(
    decisions: Sequence[Decision], names: Collection[str], is_omni: bool, vouched: Vouched
) -> ModerationResult:
    scored = {
        name for name in names if name in LABELS and all(LABELS[name] in each.scores for each in decisions)
    }
    broken = {
        reason.finding.rule for each in decisions for reason in each.reasons if reason.action >= Action.HOLD
    }
    categories = {name: not broken.isdisjoint(RULES.get(name, ())) for name in names}
    spoken = {each.language for each in decisions}
    worst = max(decisions, key=lambda decision: decision.action)
    return ModerationResult(
        flagged=any(categories.values()),
        categories=categories,
        category_scores={
            name: max(each.scores[LABELS[name]] for each in decisions) if name in scored else 0.0
            for name in names
        },
        category_applied_input_types={name: ["text"] if name in scored else [] for name in names}
        if is_omni
        else None,
        standards_board=Extension(
            unscored=[name for name in names if name not in scored],
            hints=[
                name
                for name in names
                if name in scored and not spoken <= vouched.get(LABELS[name], frozenset())
            ],
            language=worst.language,
            action=str(worst.action),  # type: ignore[arg-type]  # the names of Action are these literals
        ),
    )


def _refused(
    message: str, param: str | None = None, code: str | None = None, *, status: int = 400
) -> Refused:
    members = {"param": param, "code": code}
    return Refused(Problem("openai-request", status, "Invalid request", message, members=members))


_REQUEST, _SERVER = "invalid_request_error", "server_error"
# By the kind of problem: type, message (None: the problem's own) and code.
_WORDS: Mapping[str, tuple[str, str | None, str | None]] = {
    "key-missing": (
        _REQUEST,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY).",
        None,
    ),
    "key-unknown": (_REQUEST, "Incorrect API key provided.", "invalid_api_key"),
    "scope-missing": (_REQUEST, "You have insufficient permissions for this operation.", "missing_scope"),
    "too-many-requests": ("requests", "Rate limit reached for requests.", "rate_limit_exceeded"),
    "unsupported-media-type": (
        _REQUEST,
        "Unsupported content type. This API method only accepts 'application/json' requests.",
        "unsupported_content_type",
    ),
    "not-found": (_REQUEST, "Invalid URL.", "unknown_url"),
    "method-not-allowed": (_REQUEST, "Not allowed to use this method on this URL.", "method_not_supported"),
    "check-unavailable": (_SERVER, "The server is currently unable to judge text. Please retry.", None),
    "store-unavailable": (_SERVER, "The server is currently unable to judge text. Please retry.", None),
}


def error(problem: Problem) -> OpenAIError:
    """A problem as OpenAI says it."""
    kind, message, code = _WORDS.get(problem.kind, (_REQUEST, None, problem.members.get("code")))
    fault = OpenAIFault(
        message=message or problem.detail, type=kind, param=problem.members.get("param"), code=code
    )
    return OpenAIError(error=fault)
