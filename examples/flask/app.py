"""A small news site in Flask: an article, the comments under it, and a form to write one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug.wrappers import Response

from moderation import Moderator, ProtectedRoute, WsgiModerationMiddleware
from moderation.store import Store

ARTICLES = {"library": "도서관, 밤 10시까지 문 연다"}
SITE_DATABASE = os.environ.get("SITE_DATABASE", "site.db")
WEBHOOK_SECRET = os.environ.get("WEBHOOK_SECRET", "")

app = Flask(__name__, static_folder="../static")

# What readers post passes here first: refused and held comments never reach `publish`.
app.wsgi_app = WsgiModerationMiddleware(  # type: ignore[method-assign]
    app.wsgi_app,
    moderator=Moderator.default(),
    store=Store.open(os.environ.get("MODERATION_DATABASE_URL", "sqlite:///moderation.db")),
    routes=[
        ProtectedRoute(
            "POST", "/articles/{article}/comments", text="text", author="author", article="{article}"
        )
    ],
)


@app.get("/articles/<article>")
def show(article: str) -> str:
    """The article with its comments."""
    if article not in ARTICLES:
        abort(404)
    comments = query("SELECT author, text FROM comments WHERE article = ? ORDER BY rowid", article)
    return render_template("article.html", article=article, title=ARTICLES[article], comments=comments)


@app.post("/articles/<article>/comments")
def publish(article: str) -> Response:
    """Publish a comment that was let pass."""
    keep(os.urandom(8).hex(), article, request.form["author"], request.form["text"])
    return redirect(url_for("show", article=article), 303)


@app.post("/hooks/moderation")
def told() -> tuple[str, int]:
    """A held comment was decided on: publish it, or take it down again."""
    try:
        event = Webhook(WEBHOOK_SECRET).verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        abort(401)
    if event["type"] == "comment.decided":
        comment = event["data"]["comment"]
        if comment.get("status") == "published":
            keep(comment["id"], comment["article"], comment["author"], comment["text"])
        else:
            query("DELETE FROM comments WHERE id = ?", comment["id"])
    return "", 204


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
