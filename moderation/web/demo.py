"""The demo site: the newspaper's article pages, and a sign-in that asks for nothing.

A real site has its own pages and its own sign-in. Here they stand in so that the comment box has both.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.settings import Settings
from moderation.text import graphemes
from moderation.types import Language
from moderation.web import stories
from moderation.web.cookies import read_cookie, set_cookie
from moderation.web.forms import read_form
from moderation.web.problems import cross_origin, malformed
from moderation.web.rendering import Pages, choose_language, wants_json
from moderation.web.signing import Signer, is_same_origin

COOKIE = "reader"
SIGNED_IN_FOR = 12 * 3600  # seconds
LONGEST_NAME = 24  # characters as a reader counts them


def reader_of(request: HTTPConnection, settings: Settings) -> str | None:
    """The name of the reader signed in to the demo, from the cookie; None when nobody is."""
    signed = read_cookie(request, COOKIE)
    return None if signed is None else _signer(settings).read(signed, SIGNED_IN_FOR)


def _signer(settings: Settings) -> Signer:
    return Signer(settings.signing_key, "demo reader")


def routes(pages: Pages, settings: Settings) -> list[BaseRoute]:
    """The front page, one page per story, and the sign-in."""
    site = Demo(pages, settings)
    return [
        Route("/", site.front, methods=["GET"], name="front"),
        Route("/articles/{story}", site.article, methods=["GET"], name="article"),
        Route("/demo/sign-in", site.sign_in, methods=["POST"], name="sign-in"),
        Route("/demo/sign-out", site.sign_out, methods=["POST"], name="sign-out"),
    ]


class Demo:
    """The handlers of the demo site."""

    def __init__(self, pages: Pages, settings: Settings) -> None:
        self.pages = pages
        self.settings = settings

    async def front(self, request: Request) -> Response:
        """The front page is the first story."""
        return self._show(request, stories.edition("ko").front)

    async def article(self, request: Request) -> Response:
        """One story with its comment box."""
        story = request.path_params["story"]
        if story not in stories.edition("ko").stories:
            return self.pages.message(request, 404, "page_not_found")
        return self._show(request, story)

    def _show(self, request: Request, story: str) -> Response:
        language = choose_language(request)
        edition = stories.edition(language)
        values = {
            "edition": edition,
            "id": story,
            "story": edition.stories[story],
            "related": {id: other for id, other in edition.stories.items() if id != story},
            "reader": reader_of(request, self.settings),
            "path": request.url.path,
        }
        return self.pages.page("article.html", language, values)

    async def sign_in(self, request: Request) -> Response:
        """Sign in under the name given, else under one of the paper's own."""
        if not is_same_origin(request):
            raise cross_origin()
        form = await read_form(request, self.settings.read_timeout)
        language = choose_language(request)
        name = _clean(form.get("name", "")) or _invent(language)
        if graphemes.count(name) > LONGEST_NAME:
            raise malformed(f"`name` is longer than {LONGEST_NAME} characters", ("name", "too long"))
        response = self._answer(request, form, {"name": name})
        signed = _signer(self.settings).sign(name)
        set_cookie(response, request, COOKIE, signed, max_age=SIGNED_IN_FOR, same_site="lax")
        return response

    async def sign_out(self, request: Request) -> Response:
        """Forget the reader."""
        if not is_same_origin(request):
            raise cross_origin()
        response = self._answer(request, await read_form(request, self.settings.read_timeout), {"name": None})
        set_cookie(response, request, COOKIE, "", max_age=0, same_site="lax")
        return response

    def _answer(self, request: Request, form: dict[str, str], told: dict[str, str | None]) -> Response:
        headers = {"cache-control": "no-store"}
        if wants_json(request):
            return JSONResponse(told, headers=headers)
        known = {f"/articles/{story}" for story in stories.edition("ko").stories}
        back = form.get("back", "/")
        path = back if back in known else "/"  # never to an address of somebody else's choice
        query = urlencode({"lang": choose_language(request)})
        return RedirectResponse(f"{path}?{query}#comments", 303, headers)


def _clean(name: str) -> str:
    """The name without characters that print nothing, blanks joined."""
    return " ".join(graphemes.strip_invisible(name).split())


def _invent(language: Language) -> str:
    names = stories.edition(language).paper.readers
    return f"{secrets.choice(names)} {secrets.randbelow(9_000) + 1_000}"
