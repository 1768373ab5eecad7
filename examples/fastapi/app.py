"""A small news site in FastAPI: an article, the comments under it, and a form to write one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from standardwebhooks import Webhook, WebhookVerificationError

from moderation import ModerationMiddleware, Moderator, ProtectedRoute
from moderation.store import Store

HERE = Path(__file__).parent
ARTICLES = {"library": "도서관, 밤 10시까지 문 연다"}
SITE_DATABASE = os.environ.get("SITE_DATABASE", "site.db")
WEBHOOK_SECRET = os.environ.get("WEBHOOK_SECRET", "")

app = FastAPI()
app.mount("/static", StaticFiles(directory=HERE.parent / "static"))
templates = Jinja2Templates(HERE / "templates")

# What readers post passes here first: refused and held comments never reach `publish`.
app.add_middleware(
    ModerationMiddleware,
    moderator=Moderator.default(),
    store=Store.open(os.environ.get("MODERATION_DATABASE_URL", "sqlite:///moderation.db")),
    routes=[
        ProtectedRoute(
            "POST", "/articles/{article}/comments", text="text", author="author", article="{article}"
        )
    ],
)


@app.get("/articles/{article}")
def show(request: Request, article: str) -> HTMLResponse:
    """The article with its comments."""
    if article not in ARTICLES:
        raise HTTPException(404)
    comments = query("SELECT author, text FROM comments WHERE article = ? ORDER BY rowid", article)
    shown = {"article": article, "title": ARTICLES[article], "comments": comments}
    return templates.TemplateResponse(request, "article.html", shown)


@app.post("/articles/{article}/comments")
def publish(article: str, author: Annotated[str, Form()], text: Annotated[str, Form()]) -> RedirectResponse:
    """Publish a comment that was let pass."""
    keep(os.urandom(8).hex(), article, author, text)
    return RedirectResponse(f"/articles/{article}", 303)


@app.post("/hooks/moderation")
async def told(request: Request) -> Response:
    """A held comment was decided on: publish it, or take it down again."""
    try:
        event = Webhook(WEBHOOK_SECRET).verify(await request.body(), dict(request.headers))
    except WebhookVerificationError:
        raise HTTPException(401) from None
    if event["type"] == "comment.decided":
        comment = event["data"]["comment"]
        if comment.get("status") == "published":
            keep(comment["id"], comment["article"], comment["author"], comment["text"])
        else:
            query("DELETE FROM comments WHERE id = ?", comment["id"])
    return Response(status_code=204)


def keep(name: str, article: str, author: str, text: str) -> None:
    """Keep a comment once, however often we are told of it."""
    query("INSERT OR IGNORE INTO comments VALUES (?, ?, ?, ?)", name, article, author, text)


def query(statement: str, *values: Any) -> list[Any]:
    """Run one statement on the site's own database."""
    with closing(sqlite3.connect(SITE_DATABASE)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS comments (id TEXT PRIMARY KEY, article TEXT, author TEXT, text TEXT)"
        )
        return connection.execute(statement, values).fetchall()
