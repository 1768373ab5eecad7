"""What a dialect adds to a check, beside the native endpoint: `make bench`.

The same comments go to `/v1/check` and to each dialect's address in one run, in process, straight into the service.
What is counted is processor time.
All end in the same judgement; what differs is how the request is read and the answer written. `judging alone` is what
no dialect can save; the native endpoint asks the store about earlier comments too. Nobody shows a key: to look one up
costs each dialect the same. What Perspective's spans cost is a row of its own: each sentence is then judged by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import itertools
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from starlette.types import ASGIApp

from benchmarks.check import fair, full_length, seed_rows, typical
from benchmarks.middleware import JSON_BODY, Headers, request
from benchmarks.rounds import Rounds, out, ratios, show, show_machine
from moderation import Comment, Moderator
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Context
from moderation.web.app import create_app

NATIVE, ALONE = "native", "judging alone"
GOAL = 1.15
"""At most that much of the native endpoint's time (median of the ratios of all rounds)."""
SECRET = "ssec_bench"  # signs nothing that leaves this process
FORM: Headers = ((b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded"))

_numbers = itertools.count()


@dataclass(frozen=True)
class Asked:
    """One request to a dialect."""

    path: str
    body: bytes
    headers: Headers = JSON_BODY


def native(text: str) -> Asked:
    """The service's own endpoint."""
    return Asked("/v1/check", _json({"text": text}))


def perspective(text: str) -> Asked:
    """Two attributes, as Coral asks for them."""
    wanted: dict[str, Any] = {"TOXICITY": {}, "SEVERE_TOXICITY": {}}
    document = {
        "comment": {"text": text},
        "languages": ["en"],
        "doNotStore": True,
        "requestedAttributes": wanted,
    }
    return Asked("/v1alpha1/comments:analyze", _json(document))


def spans(text: str) -> Asked:
    """The same with a score for each sentence."""
    document = {"comment": {"text": text}, "spanAnnotations": True, "requestedAttributes": {"TOXICITY": {}}}
    return Asked("/v1alpha1/comments:analyze", _json(document))


def openai(text: str) -> Asked:
    """One text."""
    return Asked("/v1/moderations", _json({"model": "omni-moderation-latest", "input": text}))


def akismet(text: str) -> Asked:
    """A form with the fields that a plugin sends."""
    fields = {
        "blog": "https://news.example.kr",
        "user_ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "permalink": "https://news.example.kr/2026/11/25/",
        "comment_type": "comment",
        "comment_author": "김지영",
        "comment_author_email": "reader@example.kr",
        "blog_charset": "UTF-8",
        "comment_content": text,
    }
    return Asked("/1.1/comment-check", urlencode(fields).encode(), FORM)


def coral(text: str) -> Asked:
    """Signed HTML, each with a number: the same body would get the answer of the one before."""
    document = {
        "action": "NEW",
        "comment": {"body": f"<div>{text}</div>", "parentID": None},
        "author": {"id": "8a6e1c52", "role": "COMMENTER"},
        "story": {"id": f"story-{next(_numbers)}", "url": "https://news.example.kr/2026/11/25/"},
        "site": {"id": "site-1"},
        "tenantID": "tenant-1",
        "tenantDomain": "comments.example.kr",
    }
    body = json.dumps(document, indent=2, ensure_ascii=False).encode()
    signature = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex().encode()
    return Asked("/coral/phase", body, (*JSON_BODY, (b"x-coral-signature", b"sha256=" + signature)))


DIALECTS: dict[str, Callable[[str], Asked]] = {
    NATIVE: native,
    "perspective": perspective,
    "perspective, with spans": spans,
    "openai": openai,
    "akismet": akismet,
    "coral": coral,
}
HELD_TO = ("perspective", "openai", "akismet", "coral")


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


async def one_round(app: ASGIApp, moderator: Moderator, texts: Sequence[str]) -> dict[str, float]:
    """Every text to every dialect, one after the other in an order that changes: medians in microseconds."""
    times: dict[str, list[float]] = {name: [] for name in (*DIALECTS, ALONE)}
    order = list(times)
    for text in texts:
        random.shuffle(order)
        for name in order:
            times[name].append(await _timed(app, moderator, name, text))
    return {name: median(each) for name, each in times.items()}


async def _timed(app: ASGIApp, moderator: Moderator, name: str, text: str) -> float:
    if name == ALONE:
        start = time.process_time_ns()
        await moderator.judge_async(Comment(text), Context())
        return (time.process_time_ns() - start) / 1000
    asked = DIALECTS[name](text)
    start = time.process_time_ns()
    status = await request(app, asked.path, asked.body, asked.headers)
    took = (time.process_time_ns() - start) / 1000
    assert status in (200, 204), f"{name}: {status}"
    return took


def measure(app: ASGIApp, moderator: Moderator, texts: Sequence[str], rounds: int) -> Rounds:
    """Rounds after one that warms up, which does not count."""
    measured: Rounds = {name: [] for name in (*DIALECTS, ALONE)}

    async def run() -> None:
        for number in range(rounds + 1):
            for name, value in (await one_round(app, moderator, texts)).items():
                if number:
                    measured[name].append(value)

    asyncio.run(run())
    return measured


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=200, help="comments a round")
    options = parser.parse_args()
    moderator = Moderator.default()
    moderator.deadline = 60.0
    texts = fair(seed_rows())
    samples = {
        "30 to 40 characters": typical(texts, options.requests),
        "250 characters": full_length(texts, options.requests),
    }
    show_machine(options.rounds)
    settings = Settings(check_limit=0, coral_secrets=(SecretStr(SECRET),))
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{Path(folder) / 'bench.db'}") as store,
    ):
        app = create_app(moderator, store, settings)
        for title, sample in samples.items():
            measured = measure(app, moderator, sample, options.rounds)
            show(f"One request by dialect, {title}", measured, NATIVE)
            over = [n for n in HELD_TO if median(ratios(measured, n, NATIVE)) > GOAL]
            said = f"above it: {', '.join(over)}" if over else "kept by all"
            out.print(f"goal, at most {GOAL:.2f} of the native endpoint: {said}\n")


if __name__ == "__main__":
    main()
