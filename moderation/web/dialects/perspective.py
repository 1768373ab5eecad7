"""Perspective: scores for a comment, suggestions for better ones, and the document that Google's clients ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import anyio
import anyio.to_thread
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from moderation.masking import mask
from moderation.model.classifier import Classifier
from moderation.text.normalize import normalize
from moderation.text.offsets import utf16
from moderation.text.scripts import spoken
from moderation.text.sentences import sentences
from moderation.types import Comment, Context, Decision, Label, Language, Span
from moderation.web import problems
from moderation.web.dialects.door import Dialect, Service
from moderation.web.fields import as_text
from moderation.web.judging import judge
from moderation.web.problems import Problem
from moderation.web.wire import attributes, discovery
from moderation.web.wire import perspective as wire

SUGGESTED_WEIGHT = 0.5
"""What a suggestion counts in training beside a ruling of this desk's own moderators: other desks, other standards."""
SEVERE_FROM = 0.75
"""From there on a suggested SEVERE_TOXICITY says that the comment is toxic; below, it says nothing of that."""

_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")


def dialect(service: Service) -> Dialect:
    """The addresses of Perspective over this service."""
    perspective = Perspective(service)
    return Dialect(
        name="perspective",
        addresses=[
            ("POST", "/v1alpha1/comments:analyze", perspective.analyze),
            ("POST", "/v1alpha1/comments:suggestscore", perspective.suggest),
            ("GET", "/$discovery/rest", perspective.discover),
        ],
        territory=["/v1alpha1/{rest:path}", "/$discovery/{rest:path}"],
        wording=_worded,
    )


class Perspective:
    """The handlers."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def analyze(self, request: Request) -> Response:
        """Score a comment. Nothing of it is kept."""
        service = self.service
        await service.keys.client(_key(request), "perspective")
        asked = wire.parse(wire.AnalyzeRequest, await service.document(request))
        body, wanted = _text(asked), _attributes(asked)
        decision, _ = await judge(service.moderator, Comment(body), Context(), service.metrics.checked)
        scores = decision.scores
        if not scores:
            raise problems.Refused(problems.check_unavailable())
        detected, language = _language(body, decision.language, asked.languages or [], next(iter(wanted)))
        _refuse_unscored(wanted, language, detected, asked.languages or [], service.moderator.classifier)
        parts = await self._parts(body, asked.span_annotations or False, decision)
        units = utf16(body)
        return _answer(
            wire.AnalyzeResponse(
                attribute_scores={
                    name: scored
                    for name, parameters in wanted.items()
                    if (scored := _scored(name, parameters, decision, language, parts, units))
                },
                languages=asked.languages or detected,
                detected_languages=detected,
                client_token=asked.client_token,
            )
        )

    async def _parts(self, body: str, apart: bool, decision: Decision) -> list[tuple[Span, Decision]]:
        """What is scored in the answer beside the whole: each sentence, or the whole once more."""
        spans = sentences(body) if apart else []
        if len(spans) < 2:
            return [(Span(0, len(body)), decision)]
        comments = [Comment(body[span.start : span.end]) for span in spans]
        judged: list[Decision] = []
        moderator = self.service.moderator
        with anyio.move_on_after(moderator.deadline):
            judged = await anyio.to_thread.run_sync(
                lambda: list(moderator.judge_many(comments)), abandon_on_cancel=True
            )
        if not judged:
            raise problems.Refused(problems.check_unavailable())
        return [(span, each) for span, each in zip(spans, judged, strict=True) if each.scores]

    async def suggest(self, request: Request) -> Response:
        """Keep the scores that somebody thinks right, as labels; nothing where the request says so."""
        service = self.service
        client = await service.keys.client(_key(request), "perspective", "feedback")
        asked = wire.parse(wire.SuggestRequest, await service.document(request))
        body, stated = _text(asked), _stated(asked)

        def keep() -> None:
            service.store.feedback.add(
                mask(body),
                stated,
                source="perspective",
                client=client.name,
                language=normalize(body).language,
                external=asked.client_token,
                weight=SUGGESTED_WEIGHT,
            )

        if stated and not asked.do_not_store:
            await anyio.to_thread.run_sync(keep)
        return _answer(wire.SuggestResponse(client_token=asked.client_token))

    async def discover(self, request: Request) -> Response:
        """The discovery document, which names the address that the client itself called."""
        if request.query_params.get("version", "v1alpha1") != "v1alpha1":
            raise problems.Refused(Problem("not-found", 404, "Nothing here", "there is no such version"))
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            raise problems.malformed("`Host` is not an address")
        root = f"{request.scope['scheme']}://{host}{request.scope.get('root_path', '')}/"
        return JSONResponse(discovery.document(root), headers={"cache-control": "no-store", "vary": "Host"})


def _key(request: Request) -> str | None:
    return request.query_params.get("key") or request.headers.get("x-goog-api-key")


def _text(asked: wire.AnalyzeRequest | wire.SuggestRequest) -> str:
    body = (asked.comment.text if asked.comment else None) or ""
    if not body.strip():
        raise wire.comment_empty()
    if len(body.encode()) > wire.LONGEST:
        raise wire.comment_too_long()
    if asked.context and asked.context.entries and asked.context.article_and_parent_comment:
        raise wire.invalid("Context must be either entries or article_and_parent_comment, not both.")
    return as_text(body, "comment.text")


def _attributes(asked: wire.AnalyzeRequest) -> Mapping[str, wire.AttributeParameters]:
    wanted = asked.requested_attributes
    if not wanted:
        raise wire.no_attributes()
    for name, parameters in wanted.items():
        if not attributes.is_known(name):
            raise wire.unknown_attribute(name)
        if parameters.score_type not in (None, "PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
            raise wire.invalid(f"Attribute {name} has no score of that type; use PROBABILITY.")
    return wanted


def _language(
    body: str, found: Language, requested: Sequence[str], attribute: str
) -> tuple[list[str], Language]:
    """The languages detected, and the one to score in. The text decides; a request only where it shows none.

    Raises Refused where neither tells, and where the text is in a language that is not ours.
    """
    claimed = [tag.partition("-")[0].lower() for tag in requested]
    plain = found == "ko" or body.isascii()
    detected = spoken(body if plain else normalize(body).folded, found)
    if detected is None:
        for tag in claimed:
            if tag in ("ko", "en"):
                return [], "ko" if tag == "ko" else "en"
        raise wire.language_unknown(attribute)
    # Latin letters do not tell French from English: there a request that names other languages is believed.
    other = detected == "en" and claimed and not {"ko", "en"} & set(claimed)
    if other or detected not in ("ko", "en"):
        raise wire.language_unsupported(attribute, [detected], requested)
    return [detected], found


def _refuse_unscored(
    wanted: Mapping[str, wire.AttributeParameters],
    language: Language,
    detected: Sequence[str],
    requested: Sequence[str],
    classifier: Classifier | None,
) -> None:
    vouched, labels = (classifier.vouched, classifier.labels) if classifier else ({}, ())
    for name in wanted:
        if not attributes.is_scored(name, language, vouched, labels):
            raise wire.language_unsupported(name, detected, requested)


def _scored(
    name: str,
    parameters: wire.AttributeParameters,
    decision: Decision,
    language: Language,
    parts: Sequence[tuple[Span, Decision]],
    units: Sequence[int],
) -> wire.AttributeScores | None:
    """The scores of one attribute; None where the whole comment is below the threshold."""
    least = parameters.score_threshold or 0.0
    summary = attributes.score_of(name, decision.scores, language)
    if summary < least:
        return None
    spans = [
        wire.SpanScore(begin=units[span.start], end=units[span.end], score=_score(score))
        for span, each in parts
        if (score := attributes.score_of(name, each.scores, language if each is decision else each.language))
        >= least
    ]
    return wire.AttributeScores(summary_score=_score(summary), span_scores=spans)


def _score(value: float) -> wire.Score:
    return wire.Score(value=round(value, 8), type="PROBABILITY")


def _stated(asked: wire.SuggestRequest) -> dict[Label, float]:
    """The labels that a suggestion is about; raises Refused where a score is missing or none."""
    if not asked.attribute_scores:
        raise wire.invalid("Missing attribute_scores")
    stated: dict[Label, float] = {}
    for name, scores in asked.attribute_scores.items():
        if not attributes.is_known(name):
            raise wire.unknown_attribute(name)
        value = scores.summary_score.value if scores.summary_score else None
        if value is None or not 0 <= value <= 1:
            raise wire.invalid(f"Attribute {name} needs a summary_score from 0 to 1.")
        plain = attributes.plain(name)
        if plain in attributes.LABELS:
            stated[attributes.LABELS[plain]] = value
        elif plain == attributes.SEVERE and value >= SEVERE_FROM:
            stated.setdefault(Label.TOXICITY, value)
    return stated


def _answer(answer: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    content = answer.model_dump_json(exclude_none=True)
    return Response(content, status, {"cache-control": "private", **(headers or {})}, "application/json")


def _worded(problem: Problem) -> Response:
    document = wire.error(problem)
    return _answer(document, document.error.code, problem.headers)
