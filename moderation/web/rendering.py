"""How pages are rendered: templates, the texts of the policy in force, the headers of every page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from moderation.engine import Moderator
from moderation.policy import LANGUAGES, Policy
from moderation.types import Language
from moderation.web.languages import preferred

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",  # pages say who is signed in, or show what is not public
    "vary": "Accept-Language, Cookie",
}


class Pages:
    """Renders templates with the texts of the policy in force; every value is escaped by Jinja.

    has_front : whether there is a front page to link to.
    """

    def __init__(self, moderator: Moderator, *, has_front: bool = True) -> None:
        self.moderator = moderator
        self.has_front = has_front
        self._templates = Environment(
            loader=PackageLoader("moderation.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def text(self, language: Language, key: str, **values: object) -> str:
        """A text of the interface with its `{places}` filled in."""
        return _text(self.moderator.policy, language, key, **values)

    def page(
        self,
        template: str,
        language: Language,
        values: Mapping[str, Any],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """One rendered page with the headers that every page carries."""
        html = self._templates.get_template(template).render(
            values,
            language=language,
            other="en" if language == "ko" else "ko",
            has_front=self.has_front,
            t=partial(_text, self.moderator.policy, language),  # one policy for the whole page
        )
        return HTMLResponse(html, status, {**HEADERS, "content-language": language, **(headers or {})})

    def message(self, request: HTTPConnection, status: int, title: str, text: str | None = None) -> Response:
        """A page that says one thing: what was not found, or why a form was refused."""
        language = choose_language(request)
        return self.page("message.html", language, {"title_key": title, "text_key": text}, status)


def _text(policy: Policy, language: Language, key: str, /, **values: object) -> str:
    text = policy.interface[key].in_language(language)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def choose_language(request: HTTPConnection) -> Language:
    """The language asked for by `?lang=`, else of the account signed in, else the reader's own, else Korean."""
    visitor = request.scope.get("state", {}).get("visitor")
    for asked in (request.query_params.get("lang"), visitor and visitor.account.language):
        for language in LANGUAGES:
            if asked == language:
                return language
    return preferred(request.headers.get("accept-language", ""), otherwise="ko")


def wants_json(request: Request) -> bool:
    """Whether a script asks, rather than a browser that shows what it gets."""
    return "application/json" in request.headers.get("accept", "")
