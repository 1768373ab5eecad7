"""What moderators write down: notes, marks on authors, wrong hits, answers to appeals, second looks, preferences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from moderation.errors import Conflict, InputError, NotFound, StoreError
from moderation.store import Store
from moderation.store.accounts import Preferences, Right
from moderation.store.desk import Act, Mark, Ruling
from moderation.types import Language
from moderation.web import problems
from moderation.web.accounts.guard import form_of, visitor_of
from moderation.web.desk.surroundings import Surroundings, in_thread
from moderation.web.rendering import wants_json

LONGEST_SUSPENSION = 365
"""Days."""


class Remarks:
    """The actions that say something about a comment, an author or a ruling."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.store: Store = around.store

    async def note(self, request: Request) -> Response:
        """A note on a comment or an author, for other moderators."""
        form, by = form_of(request), visitor_of(request).account.name
        comment, author = form.get("comment") or None, form.get("author") or None
        text = form.get("text", "").strip()
        return await self._do(
            request, "noted", lambda: self.store.desk.note(text, by, comment=comment, author=author)
        )

    async def mark(self, request: Request) -> Response:
        """A mark on an author; only leads suspend."""
        form, account = form_of(request), visitor_of(request).account
        mark = form.get("mark", "")
        if mark not in set(Mark):
            raise problems.malformed("`mark` is none that there is", ("mark", "unknown"))
        days = form.get("days", "") if mark == Mark.SUSPENDED else ""
        if mark == Mark.SUSPENDED:
            if not account.may(Right.LEAD):
                return self.around.refuse(request, "refused", 403)
            if not days.isdecimal() or not 1 <= int(days[:4]) <= LONGEST_SUSPENSION:
                raise problems.malformed(f"`days` is not from 1 to {LONGEST_SUSPENSION}", ("days", "range"))
        return await self._do(
            request,
            "marked",
            lambda: self.store.desk.mark(
                form.get("author", ""),
                Mark(mark),
                account.name,
                reason=form.get("reason", "").strip(),
                days=int(days) if days else None,
            ),
        )

    async def wrong_hit(self, request: Request) -> Response:
        """What was found in those words is innocent."""
        form, by = form_of(request), visitor_of(request).account.name
        start, end = form.get("start", ""), form.get("end", "")
        if not start.isdecimal() or not end.isdecimal() or len(start) > 6 or len(end) > 6:
            raise problems.malformed("`start` and `end` are no places in the comment", ("start", "range"))
        rule, comment = form.get("rule", ""), form.get("comment", "")
        return await self._do(
            request, "wrong", lambda: self.store.desk.wrong_hit(comment, rule, int(start), int(end), by)
        )

    async def settle_appeal(self, request: Request) -> Response:
        """Uphold a ruling or overturn it, with a reason to the author."""
        form, by = form_of(request), visitor_of(request).account.name
        outcome: Literal["upheld", "overturned"]
        match form.get("outcome"):
            case "upheld":
                outcome = "upheld"
            case "overturned":
                outcome = "overturned"
            case _:
                raise problems.malformed(
                    "`outcome` is neither `upheld` nor `overturned`", ("outcome", "unknown")
                )
        reason = form.get("reason", "").strip()
        return await self._do(
            request,
            outcome,
            lambda: self.store.desk.settle_appeal(form.get("appeal", ""), outcome, reason, by),
        )

    async def second_look(self, request: Request) -> Response:
        """A second moderator's own ruling, made without seeing the first."""
        form, by = form_of(request), visitor_of(request).account.name
        act = {"approve": Act.APPROVE, "reject": Act.REJECT}.get(form.get("act", ""))
        number = form.get("number", "")
        if act is None or not number.isdecimal():
            raise problems.malformed("`act` is neither `approve` nor `reject`", ("act", "unknown"))
        clause = form.get("clause") if act is Act.REJECT else None
        return await self._do(
            request,
            "look",
            lambda: self.store.desk.second_look(
                form.get("comment", ""), int(number), Ruling(act, clause), by
            ),
        )

    async def prefer(self, request: Request) -> Response:
        """How one likes the desk, and in which language."""
        form, account = form_of(request), visitor_of(request).account
        language: Language = account.language
        if form.get("language") in ("ko", "en"):
            language = "ko" if form["language"] == "ko" else "en"
        preferences = account.preferences
        if "care" in form:
            preferences = Preferences(blur="blur" in form, hints="hints" in form)
        return await self._do(
            request,
            "saved",
            lambda: self.store.accounts.prefer(account.name, preferences, language),
        )

    async def _do(self, request: Request, said: str, act: Callable[[], object]) -> Response:
        try:
            await in_thread(act)
        except NotFound:
            return self.around.refuse(request, "gone", 404)
        except Conflict:
            return self.around.refuse(request, "settled", 409)
        except InputError:
            return self.around.refuse(request, "failed", 422)
        except StoreError:
            return self.around.refuse(request, "failed", 503)
        if wants_json(request):
            return JSONResponse({"said": said}, headers={"cache-control": "no-store"})
        return self.around.back(request, said)
