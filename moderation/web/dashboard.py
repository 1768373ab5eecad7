"""The leads' dashboard: how much comes, how long it waits, how decisions hold; and the exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from moderation.errors import StoreError
from moderation.policy import Policy
from moderation.reports import ACTIONS, Report, Volume, report
from moderation.reports.quality import FEWEST, Overturned
from moderation.reports.sheets import FORMATS, written
from moderation.store import Store
from moderation.store.accounts import Right
from moderation.store.rows import KINDS
from moderation.types import Language
from moderation.web import plots, problems
from moderation.web.accounts.guard import Guard, form_of, visitor_of
from moderation.web.rendering import choose_language

HOME = "/review/dashboard"
DAYS = (7, 30, 90)
MOST_BARS = 15


def routes(guard: Guard, store: Store) -> list[BaseRoute]:
    """The page and what is taken from it, for leads."""
    desk = Dashboard(guard, store)
    return [
        Route(HOME, guard.page(Right.LEAD, desk.page), methods=["GET"]),
        Route("/review/exports", guard.action(Right.LEAD, desk.export), methods=["POST"]),
    ]


class Dashboard:
    """The handlers of the dashboard."""

    def __init__(self, guard: Guard, store: Store) -> None:
        self.pages = guard.pages
        self.store = store

    async def page(self, request: Request) -> Response:
        """The figures of the last days, as plots with their tables."""
        account = visitor_of(request).account
        language = choose_language(request) if "lang" in request.query_params else account.language
        asked = request.query_params.get("days", "")
        days = int(asked) if asked in map(str, DAYS) else 30
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            found = await anyio.to_thread.run_sync(report, self.store, midnight - timedelta(days=days - 1))
        except StoreError:
            return self.pages.message(request, 503, "desk_unavailable")
        values = {
            "account": account,
            "csrf": visitor_of(request).csrf,
            "days": days,
            "choices": DAYS,
            "fewest": FEWEST,
            **figures(found, self.pages.moderator.policy, language),
        }
        return self.pages.page("dashboard.html", language, values)

    async def export(self, request: Request) -> Response:
        """Decisions or held comments as a file; the export is on record before its first row."""
        form = form_of(request)
        kind, form_ = form.get("kind", ""), form.get("form", "")
        if kind not in KINDS or form_ not in FORMATS:
            raise problems.malformed(
                "`kind` is `decisions` or `held`, `form` is `csv` or `jsonl`", ("kind", "unknown")
            )
        by = visitor_of(request).account.name
        rows = self.store.rows.decisions(by) if kind == "decisions" else self.store.rows.held(by)
        pieces = written(rows, form_)
        # Up to the first row, here: what goes wrong later can only break the file off.
        first = await anyio.to_thread.run_sync(lambda: [next(pieces, ""), next(pieces, "")])
        name = f"{kind}-{datetime.now(UTC):%Y-%m-%d}.{form_}"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }
        return StreamingResponse(_after(first, pieces), headers=headers, media_type=FORMATS[form_])


def _after(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def figures(found: Report, policy: Policy, language: Language) -> dict[str, Any]:
    """What the template shows: rows for tables, and the plots of them."""
    titles = {
        name: f"{clause.number}. {clause.title.in_language(language)}"
        for name, clause in policy.clauses.items()
    }
    texts = {
        name: policy.interface[f"dashboard_{name}"].in_language(language)
        for name in ("volume", "clauses", "waiting", "rules", "agreement")
    }
    rules = found.rules[:MOST_BARS]
    agreed = [agreement for agreement in found.agreements if agreement.kappa is not None]
    return {
        "report": found,
        "titles": titles,
        "actions": ACTIONS,
        "patterns": plots.PATTERNS,
        "key": plots.key,
        "volume_plot": plots.columns(
            texts["volume"], [(day.name[5:], day.counts) for day in found.days], ACTIONS
        ),
        "clause_plot": plots.bars(
            texts["clauses"],
            [(titles.get(row.name, row.name), _stopped(row), f"{_stopped(row):,}") for row in found.clauses],
        ),
        "waiting_plot": plots.bars(
            texts["waiting"],
            [
                (titles.get(row.name, row.name), row.median, duration(row.median, language))
                for row in found.waiting
            ],
        ),
        "rule_plot": plots.bars(
            texts["rules"],
            [(row.name, row.share, f"{row.share:.0%}") for row in rules],
            1.0,
            [row.interval for row in rules],
        ),
        "kappa_plot": plots.bars(
            texts["agreement"],
            [
                (titles.get(row.clause or "", row.clause or "—"), row.kappa or 0.0, f"{row.kappa:.2f}")
                for row in agreed
            ],
            1.0,
        ),
        "duration": lambda seconds: duration(seconds, language),
        "interval": _interval,
    }


def duration(seconds: float, language: Language) -> str:
    """A duration in the two largest units that matter.

    >>> duration(3900, "en"), duration(42, "ko")
    ('1 h 5 min', '42초')
    """
    words = ("일", "시간", "분", "초") if language == "ko" else (" d", " h", " min", " s")
    whole = round(seconds)
    sizes = (86_400, 3_600, 60, 1)
    parts = [
        (whole // size % (limit or whole + 1), word)
        for size, limit, word in zip(sizes, (0, 24, 60, 60), words, strict=True)
    ]
    begin = next((place for place, (count, _) in enumerate(parts) if count), 3)
    shown = [f"{count}{word}" for count, word in parts[begin : begin + 2] if count]
    return " ".join(shown) or f"0{words[3]}"


def _stopped(volume: Volume) -> int:
    return volume.counts.get("hold", 0) + volume.counts.get("reject", 0)


def _interval(row: Overturned) -> str:
    low, high = row.interval
    return f"{low:.0%}–{high:.0%}"
