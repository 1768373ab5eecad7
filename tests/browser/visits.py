"""The real service on a port of its own, and a visit to it in a browser."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import uvicorn
from playwright.sync_api import Dialog, Locator, Page, Response, expect

from moderation.engine import Moderator
from moderation.errors import Conflict
from moderation.policy import Policy
from moderation.reload import Reloader
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Preferences, Role
from moderation.types import Language
from moderation.web import demo
from moderation.web.accounts.guard import COOKIE
from moderation.web.app import create_app
from tests.sqlite import upgraded

ARTICLE = "night-library"  # the story on the front page
PATIENCE = 30_000  # milliseconds; a machine under load is slow, not wrong

expect.set_options(timeout=PATIENCE)


class Site:
    """The service over a store of its own. It can be stopped, and started again at the same address."""

    def __init__(self, moderator: Moderator, folder: Path, reloader: Reloader | None = None) -> None:
        self.moderator = moderator
        self.file = folder / "site.db"
        self.store = Store.open(upgraded(self.file))
        self.settings = Settings()
        self.app = create_app(moderator, self.store, self.settings, reloader=reloader)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Serve, and return as soon as it answers."""
        config = uvicorn.Config(
            self.app, host="127.0.0.1", port=self.port, log_level="error", timeout_graceful_shutdown=1
        )
        self._server = server = uvicorn.Server(config)
        self.app.state.live.is_over = lambda: server.should_exit
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 30
        while not self._server.started:
            assert self._thread.is_alive(), "the service did not start"
            assert time.monotonic() < until, "the service did not start in time"
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop serving; connections that are open are cut."""
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive(), "the service did not stop"

    def close(self) -> None:
        """Stop serving and close the store."""
        self.stop()
        self.store.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Visit:
    """One tab, watched for what must never happen on our pages: dialogs, errors, blocked resources."""

    def __init__(self, page: Page, site: Site, language: Language = "ko") -> None:
        self.page = page
        self.site = site
        self.language: Language = language
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._on_dialog)
        page.on("response", self._on_response)
        page.expose_function("reportFault", lambda fault: self.faults.append(fault))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) =>"
            " window.reportFault(`blocked: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"
        )

    def _on_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_response(self, response: Response) -> None:
        if response.status == 500 or (response.status == 404 and "/static/" in response.url):
            self.faults.append(f"{response.status}: {response.url}")

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.site.moderator.policy

    def text(self, key: str, **values: object) -> str:
        """A text of the interface as this visitor reads it."""
        text = self.policy.interface[key].in_language(self.language)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def open(self, path: str = "/") -> None:
        """Go to a page of the site and wait until the box, if it has one, is ready. The desk asks for an account."""
        if path.startswith("/review/"):
            self.sign_in_at_desk()
        joint = "&" if "?" in path else "?"
        self.page.goto(f"{self.site.url}{path}{joint}lang={self.language}")
        if self.box.count():
            self.box.locator(".thread").wait_for(state="attached")

    def sign_in_at_desk(self, name: str = "hanyeoul", role: Role = Role.ADMINISTRATOR) -> None:
        """Have a session of that account, unless there is one; from a one-time link, without its page. No blur."""
        context = self.page.context
        if any(cookie.get("name") == COOKIE for cookie in context.cookies(self.site.url)):
            return
        accounts = self.site.store.accounts
        with suppress(Conflict):
            accounts.add(name, role, by="command-line", display="한여울", language=self.language)
            accounts.prefer(name, Preferences(blur=False), self.language)
        session = accounts.use_link(accounts.make_link(name, by="command-line"))
        assert session is not None
        context.add_cookies([{"name": COOKIE, "value": session.secret, "url": self.site.url}])

    @property
    def said(self) -> Locator:
        """What the desk says to those who do not see its toasts."""
        return self.page.locator("[data-status]")

    @property
    def box(self) -> Locator:
        """The comment box."""
        return self.page.locator("standards-comment-box")

    @property
    def area(self) -> Locator:
        """Where the comment is written."""
        return self.box.get_by_role("textbox", name=self.text("box_label"))

    @property
    def submit(self) -> Locator:
        """The button that posts."""
        return self.box.locator(".bar button.primary")

    @property
    def notice(self) -> Locator:
        """What the box says to everybody, read out to those who do not see it."""
        return self.box.get_by_role("status").first

    @property
    def reasons(self) -> Locator:
        """What speaks against the comment, one entry per clause."""
        return self.box.locator(".reasons > li")

    @property
    def marks(self) -> Locator:
        """The words that are marked in the comment."""
        return self.box.locator(".mirror mark")

    @property
    def thread(self) -> Locator:
        """The published comments."""
        return self.box.locator(".thread > li")

    def sign_in(self) -> None:
        """Sign in through the button in the box."""
        self.box.get_by_role("button", name=self.text("box_sign_in")).click()
        self.area.wait_for()

    def be_signed_in(self, name: str = "물결 1024") -> None:
        """Have a reader's session of the demo, without its button; for a page that is opened afterwards."""
        signed = demo._signer(self.site.settings).sign(name)
        self.page.context.add_cookies([{"name": demo.COOKIE, "value": signed, "url": self.site.url}])

    def sign_in_as(self, name: str) -> None:
        """Sign in under a name of one's own, which the demo's button does not offer."""
        self.page.evaluate(
            "async (name) => { const answer = await fetch('/demo/sign-in', {method: 'POST',"
            " headers: {Accept: 'application/json'}, body: new URLSearchParams({name})});"
            " if (!answer.ok) throw new Error(await answer.text()); }",
            name,
        )

    def write(self, text: str) -> None:
        """Put the text into the box at once."""
        self.area.fill(text)

    def post(self, text: str) -> None:
        """Write a comment and press the button."""
        self.write(text)
        self.submit.click()
