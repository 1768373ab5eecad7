"""What an endpoint is sent: the message, and what is known now of the comment that it is about."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from moderation.store.outbox.messages import Message
from moderation.store.tables import comments

ABOUT_COMMENTS = ("comment.", "appeal.")


def body_of(connection: Connection, message: Message, *, texts: bool) -> bytes:
    """The body of the request, in the form of Standard Webhooks: type, timestamp, data."""
    data = dict(message.data)
    if message.kind.startswith(ABOUT_COMMENTS):
        data = {"comment": _comment(connection, message.subject, texts=texts), **data}
    return encode(message, data)


def encode(message: Message, data: dict[str, Any]) -> bytes:
    """The message as JSON with this data."""
    document = {"type": message.kind.value, "timestamp": message.at.isoformat(), "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _comment(connection: Connection, comment_id: str, *, texts: bool) -> dict[str, Any]:
    """The comment as it stands now; its id alone where it has been erased since."""
    row = connection.execute(select(comments).where(comments.c.id == comment_id)).first()
    if row is None:
        return {"id": comment_id}
    told = {
        "id": row.id,
        "article": row.article,
        "author": row.author,
        "parent": row.parent,
        "language": row.language,
        "status": row.status,
        "received_at": row.received_at.isoformat(),
    }
    return told | ({"text": row.body} if texts else {})
