"""The inspection of a model as one self-contained HTML file, for readers of Korean and of English."""

from __future__ import annotations

from datetime import datetime
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from moderation.types import Action, Language
from training.inspection import Inspection
from training.plots import Axis, Both, Series, bars, lines
from training.thresholds import Point

LANGUAGES: dict[Language, Both] = {
    "ko": Both("한국어 댓글", "Korean comments"),
    "en": Both("영어 댓글", "English comments"),
}
MODELS = {"candidate": Both("새 모델", "candidate"), "now": Both("운영 중인 모델", "model in service")}
ACTIONS = {
    Action.ALLOW: Both("게시", "allow"),
    Action.NUDGE: Both("다시 묻기", "nudge"),
    Action.HOLD: Both("보류", "hold"),
    Action.REJECT: Both("거절", "reject"),
}
_SHARE_FLAGGED = Both("걸린 댓글 중 실제 악성 비율(정밀도)", "precision")
_SHARE_FOUND = Both("찾아낸 악성 댓글 비율(재현율)", "recall")


def render(inspection: Inspection, made: datetime) -> str:
    """The whole page. `made`: the time it says it was made, UTC."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = (resources.files("training") / "data" / "report.html").read_text("utf-8")
    page = environment.from_string(text).render(
        i=inspection,
        made=made,
        both=Both,
        languages=LANGUAGES,
        models=MODELS,
        actions=ACTIONS,
        precision_recall=_precision_recall(inspection),
        reliability=_reliability(inspection),
        gaps=_gaps(inspection),
        costs=_costs(inspection),
        rows_of=_rows_of(inspection),
    )
    return page + "\n"


def _precision_recall(inspection: Inspection) -> dict[Language, Markup]:
    return {
        language: lines(
            Both(
                f"정밀도-재현율 곡선: {LANGUAGES[language].ko}",
                f"Precision-recall curve: {LANGUAGES[language].en}",
            ),
            Both("값은 옆의 표에 있습니다.", "The figures are in the table beside it."),
            Axis(_SHARE_FOUND),
            Axis(_SHARE_FLAGGED),
            [Series(MODELS[name], curve.recall_precision) for name, curve in curves.items()],
        )
        for language, curves in inspection.curves.items()
        if curves
    }


def _reliability(inspection: Inspection) -> dict[Language, Markup]:
    return {
        language: lines(
            Both(f"신뢰도 곡선: {LANGUAGES[language].ko}", f"Reliability curve: {LANGUAGES[language].en}"),
            Both(
                "점선 대각선에 가까울수록 점수가 실제 비율과 같습니다.",
                "The closer to the dotted diagonal, the truer the scores.",
            ),
            Axis(Both("모델이 말한 확률", "stated probability")),
            Axis(Both("실제 악성 비율", "share that is abusive")),
            [
                Series(MODELS[name], [(said, seen) for said, seen, _ in curve.reliability])
                for name, curve in curves.items()
            ],
            diagonal=True,
        )
        for language, curves in inspection.curves.items()
        if curves
    }


def _gaps(inspection: Inspection) -> dict[Language, Markup]:
    charts = {}
    for language in LANGUAGES:
        terms = sorted(
            (t for t in inspection.candidate.terms if t.language == language), key=lambda t: -t.gap
        )
        if terms:
            reach = max(0.1, *(abs(term.gap) for term in terms))
            charts[language] = bars(
                Both("집단 이름이 점수를 얼마나 바꾸나", "What naming a group adds to the score"),
                Both(
                    "같은 중립 문장에서의 점수 차이입니다.",
                    "Difference in score of the same neutral sentences.",
                ),
                Axis(
                    Both("점수 차이", "difference in score"),
                    min(-0.05, *(t.gap for t in terms)),
                    reach,
                    percent=False,
                ),
                [(term.term, term.gap) for term in terms],
            )
    return charts


def _costs(inspection: Inspection) -> dict[Language, tuple[Markup, list[Point]]]:
    """For each language the curve of what thresholds cost, and the points of its table."""
    charts = {}
    for ladder in inspection.ladders:
        points = [point for point in ladder.curve() if 0.02 <= point.caught <= 0.995]
        if not points:
            continue
        per_thousand = [1_000 * point.wrong_refusals.at_most for point in points]
        high = max(10.0, min(max(per_thousand), 200.0))
        name = LANGUAGES[ladder.language]
        charts[ladder.language] = (
            lines(
                Both(f"임계값의 비용: {name.ko}", f"What thresholds cost: {name.en}"),
                Both("값은 옆의 표에 있습니다.", "The figures are in the table beside it."),
                Axis(Both("막거나 보류한 악성 댓글 비율", "share of abuse stopped")),
                Axis(
                    Both("댓글 1,000개당 부당한 거절", "wrong refusals per 1,000"), 0.0, high, percent=False
                ),
                [
                    Series(
                        Both("센 값", "counted"), [(p.caught, 1_000 * p.wrong_refusals.seen) for p in points]
                    ),
                    Series(
                        Both("많아야(95 %)", "at most (95 %)"),
                        [(p.caught, 1_000 * p.wrong_refusals.at_most) for p in points],
                    ),
                ],
            ),
            points[:: max(len(points) // 10, 1)],
        )
    return charts


def _rows_of(inspection: Inspection) -> dict[Language, int]:
    counts: dict[Language, int] = {}
    for part in inspection.slices:
        if part.kind == "language":
            counts[part.measure.language] = part.measure.rows
    return counts
