"""docs/webhooks.md shows what is really sent."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from moderation.store import Status, Store
from moderation.store.outbox import ALL_KINDS
from moderation.store.outbox.endpoints import new_secret
from moderation.types import Action, Comment, Decision
from moderation.webhooks.schedule import Schedule
from moderation.webhooks.signing import signature_headers

from .deliverers import deliverer
from .receivers import receiving

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/webhooks.md").read_text("utf-8")
EXAMPLES: dict[str, Any] = {
    kind: json.loads(text)
    for kind, text in re.findall(r"<!-- example: ([\w.]+) -->\n```json\n(.*?)```", DOCUMENT, re.DOTALL)
}


def shape(value: Any) -> Any:
    """Names and kinds of what is in a document, without the values."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return None if isinstance(value, list) else type(value)


def test_the_examples_have_the_shape_of_what_is_sent(sqlite: Store, hold: Decision) -> None:
    with receiving() as receiver:
        sqlite.outbox.add(receiver.url, by="lee")
        sqlite.add(Comment("글", id="c1", author="kim", article="a1"), hold, Status.HELD)
        sqlite.rule("c1", Action.ALLOW, "lee")
        sqlite.outbox.announce("policy", "p1")
        sqlite.outbox.announce("policy", "p2")
        deliverer(sqlite).deliver_due()
    sent = {request.json["type"]: request.json for request in receiver.got}
    assert EXAMPLES.keys() == {"comment.decided", "policy.changed"}
    for kind, example in EXAMPLES.items():
        assert shape(example) == shape(sent[kind]), kind


def test_every_kind_is_explained() -> None:
    for kind in (*ALL_KINDS, "webhook.test"):
        assert f"`{kind}`" in DOCUMENT


def test_the_receiver_of_the_document_takes_what_is_signed() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    secret, body = new_secret(), b'{"type":"webhook.test"}'
    headers = signature_headers("msg_1", int(time.time()), body, [secret])
    assert names["receive"](secret, body, headers) == {"type": "webhook.test"}


def test_the_promised_times_are_those_of_the_schedule() -> None:
    plan = Schedule()
    assert (plan.first, plan.first * plan.factor, plan.first * plan.factor**2) == (5, 20, 80)
    assert (plan.longest, plan.give_up, plan.longest_rest) == (3_600, 3 * 86_400, 300)
