"""Appeals and second looks: rulings that somebody else looks at again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderation.errors import InputError, NotFound, StoreError
from moderation.store.desk import View
from moderation.web.accounts.guard import visitor_of
from moderation.web.desk.cards import Card, card
from moderation.web.desk.queue import LIST, reader_of
from moderation.web.desk.surroundings import HOME, Surroundings, in_thread, unavailable


class Appeals:
    """The pages of what is looked at again, never by who decided it."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around

    async def appeals(self, request: Request) -> Response:
        """What authors appeal against."""
        return await self._list(request, View.APPEALS, f"{HOME}appeals")

    async def second_looks(self, request: Request) -> Response:
        """Rulings to make a second time without seeing the first."""
        return await self._list(request, View.SECOND_LOOKS, f"{HOME}second-looks")

    async def _list(self, request: Request, view: View, here: str) -> Response:
        by = visitor_of(request).account.name
        after = request.query_params.get("after") or None
        reader, moderator = reader_of(request), self.around.pages.moderator

        def load() -> tuple[list[Card], str | None]:
            page = self.around.store.desk.page(view, by=by, limit=LIST, after=after)
            return [card(item, moderator, reader, can_rule=False) for item in page.items], page.next

        try:
            cards, following = await in_thread(load)
            values = {
                "cards": cards,
                "here": here,
                "after": after,
                "next": f"{here}?after={following}" if following else None,
            }
            return await self.around.page(request, "appeals.html", values, view=view.value)
        except (InputError, NotFound):
            return RedirectResponse(here, 303)
        except StoreError:
            return unavailable(self.around.pages, request)
