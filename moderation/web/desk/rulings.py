"""What moderators do with comments: rulings, one or many, and taking them back; leases; by form or by script."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from moderation.errors import InputError, NotFound, StoreError
from moderation.store import Store
from moderation.store.desk import Act, Batch, Outcome, Ruling
from moderation.web import problems
from moderation.web.accounts.guard import form_of, visitor_of
from moderation.web.desk.live import counts
from moderation.web.desk.queue import LEASE
from moderation.web.desk.surroundings import Surroundings, in_thread
from moderation.web.rendering import wants_json

ACTS = {act.value: act for act in (Act.APPROVE, Act.REJECT, Act.RETURN, Act.ESCALATE)}
NO_STORE = {"cache-control": "no-store"}


class Rulings:
    """The actions on comments."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.store: Store = around.store

    async def rule(self, request: Request) -> Response:
        """Approve, reject, return or escalate one comment or several."""
        form, by = form_of(request), visitor_of(request).account.name
        act = ACTS.get(form.get("act", ""))
        if act is None:
            raise problems.malformed(f"`act` is none of {', '.join(ACTS)}", ("act", "unknown"))
        asks = act in (Act.REJECT, Act.RETURN)
        clause = (form.get("clause") or None) if asks else None
        if clause is not None and clause not in self.around.pages.moderator.policy.clauses:
            raise problems.malformed("`clause` is none of the policy", ("clause", "unknown"))
        message = form.get("message", "").strip() or None
        ruling = Ruling(act, clause, message if asks else None)
        seen = form.get("seen", "")
        try:
            batch = await in_thread(
                lambda: self.store.desk.decide(
                    ids_of(form),
                    ruling,
                    by,
                    key=form.get("key") or None,
                    seen=int(seen) if seen.isdecimal() else None,
                )
            )
        except StoreError:
            return self.around.refuse(request, "failed", 503)
        return await self._answer(request, batch, act.value)

    async def undo(self, request: Request) -> Response:
        """Take back what one ruled in a batch."""
        form, by = form_of(request), visitor_of(request).account.name
        try:
            batch = await in_thread(lambda: self.store.desk.undo(form.get("batch", ""), by))
        except NotFound:
            return self.around.refuse(request, "gone", 404)
        except InputError:
            return self.around.refuse(request, "late", 409)
        except StoreError:
            return self.around.refuse(request, "failed", 503)
        return await self._answer(request, batch, "undo")

    async def claim(self, request: Request) -> Response:
        """Lease comments, or renew the leases: for a page that is open, again and again."""
        form, by = form_of(request), visitor_of(request).account.name
        try:
            claims = await in_thread(lambda: self.store.desk.claim(ids_of(form), by, LEASE))
        except StoreError:
            return self.around.refuse(request, "failed", 503)
        names = await self._names()
        refused = {claim.comment: names.get(claim.by, claim.by) for claim in claims.refused}
        answer = {"granted": [claim.comment for claim in claims.granted], "refused": refused}
        return JSONResponse(answer, headers=NO_STORE)

    async def release(self, request: Request) -> Response:
        """Give leases back: the page is left."""
        form, by = form_of(request), visitor_of(request).account.name
        try:
            await in_thread(lambda: self.store.desk.release(by, ids_of(form)))
        except StoreError:
            return self.around.refuse(request, "failed", 503)
        return Response(status_code=204, headers=NO_STORE)

    async def _names(self) -> dict[str, str]:
        accounts = await in_thread(self.store.accounts.every)
        return {account.name: account.display for account in accounts}

    async def _told(self, batch: Batch, act: str) -> dict[str, Any]:
        names = await self._names()
        return {
            "act": act,
            "done": list(batch.done),
            "failed": [_failure(outcome, names) for outcome in batch.outcomes if not outcome.done],
            "batch": batch.id,
            "undo_until": batch.undo_until.isoformat(),
        }

    async def _answer(self, request: Request, batch: Batch, act: str) -> Response:
        if wants_json(request):
            status = 200 if batch.done else 404 if batch.outcomes[0].problem == "gone" else 409
            by = visitor_of(request).account.name
            told = await self._told(batch, act) | {"counts": await in_thread(lambda: counts(self.store, by))}
            return JSONResponse(told, status, NO_STORE)
        if not batch.done:
            outcome = batch.outcomes[0]
            return self.around.back(request, outcome.problem or "failed", said_by=_winner(outcome))
        undo = {"undo": batch.id} if act != "undo" else {}
        return self.around.back(request, act, said_count=len(batch.done), **undo)


def ids_of(form: dict[str, str]) -> list[str]:
    """The comments that a form names, one a line."""
    return [line for line in form.get("ids", "").split("\n") if line]


def _winner(outcome: Outcome) -> str:
    return outcome.winner.by if outcome.winner else ""


def _failure(outcome: Outcome, names: dict[str, str]) -> dict[str, Any]:
    """Why a comment was not ruled on: who was first, with what, and when."""
    winner = outcome.winner
    return {
        "id": outcome.id,
        "problem": outcome.problem,
        "by": names.get(winner.by, winner.by) if winner else None,
        "did": winner.did if winner else None,
        "at": winner.at.isoformat() if winner else None,
    }
