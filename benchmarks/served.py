"""What the middleware adds to a request over a real server, beside the bare application: `make bench`.

Each application is served by a uvicorn process of its own (uvloop, httptools, no access log). Counted is the processor
time of that process, all its threads, for each request over 16 connections, and the time that a client with one
connection waits for an answer. Requests go to a protected route and are allowed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvicorn
from starlette.types import ASGIApp

from benchmarks.check import fair, seed_rows, typical
from benchmarks.middleware import BARE, EMPTY, OURS, EmptyMiddleware, bare, passes
from benchmarks.rounds import Rounds, out, ratios, show, show_machine
from moderation import ModerationMiddleware, Moderator, ProtectedRoute
from moderation.store import Store

CONNECTIONS = 16
NAMED = "ModerationMiddleware, named author"
SUBJECTS = (BARE, EMPTY, OURS, NAMED)
GOALS = {"processor time": 3.5, "waiting": 1.8}
"""At most that much of the bare application's (median of the ratios of all rounds)."""


def application(name: str, folder: str) -> ASGIApp:
    """What is served under that name."""
    if name == BARE:
        return bare()
    if name == EMPTY:
        return EmptyMiddleware(bare())
    store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}")
    author = "/author" if name == NAMED else None
    protected = [ProtectedRoute("POST", "/comments", text="/text", author=author)]
    return ModerationMiddleware(bare(), moderator=Moderator.default(), store=store, routes=protected)


def serve(name: str, folder: str) -> None:
    """Serve it on a free port, which is printed first."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        out.print(listening.getsockname()[1])
        sys.stdout.flush()
        config = uvicorn.Config(application(name, folder), access_log=False, log_level="error")
        uvicorn.Server(config).run(sockets=[listening])


@dataclass
class Server:
    """A process that serves one application."""

    process: subprocess.Popen[str]
    port: int

    def processor_time(self) -> float:
        """Microseconds that all its threads have run so far."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1000


@contextmanager
def serving(name: str, folder: str) -> Iterator[Server]:
    """A server of its own for that application."""
    command = [sys.executable, "-m", "benchmarks.served", "--serve", name, "--folder", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Server(process, int(process.stdout.readline()))
        finally:
            process.terminate()


def post(text: str, number: int) -> bytes:
    """One request as a client writes it, each of another author."""
    body = json.dumps({"text": text, "author": f"reader-{number}"}, ensure_ascii=False).encode()
    head = f"POST /comments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


async def ask(port: int, requests: Sequence[bytes]) -> list[float]:
    """Post one after the other over one connection; microseconds until each answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits = []
    for request in requests:
        start = time.perf_counter_ns()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        waits.append((time.perf_counter_ns() - start) / 1000)
    writer.close()
    await writer.wait_closed()
    return waits


async def measure(server: Server, requests: Sequence[bytes]) -> dict[str, float]:
    """Both figures of one round."""
    waits = await ask(server.port, requests)
    before = server.processor_time()
    shares = [requests[number::CONNECTIONS] for number in range(CONNECTIONS)]
    await asyncio.gather(*(ask(server.port, share) for share in shares))
    spent = server.processor_time() - before
    return {"processor time": spent / len(requests), "waiting": median(waits)}


def main() -> None:
    """Measure and print; or serve, for the one who measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=800, help="requests a round")
    parser.add_argument("--serve", choices=SUBJECTS)
    parser.add_argument("--folder", default="")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.folder)
        return
    moderator = Moderator.default()
    texts = [text for text in fair(seed_rows()) if passes(moderator, text)]
    requests = [post(text, number) for number, text in enumerate(typical(texts, options.requests))]
    show_machine(options.rounds)
    measured: dict[str, Rounds] = {figure: {name: [] for name in SUBJECTS} for figure in GOALS}
    with ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in SUBJECTS]
        servers = [
            stack.enter_context(serving(name, folder)) for name, folder in zip(SUBJECTS, folders, strict=True)
        ]
        for number in range(options.rounds + 1):
            for name, server in zip(SUBJECTS, servers, strict=True):
                for figure, value in asyncio.run(measure(server, requests)).items():
                    if number:  # the first round warms up
                        measured[figure][name].append(value)
    for figure, rounds in measured.items():
        show(f"One request served, allowed: {figure}", rounds, BARE)
        reached = median(ratios(rounds, OURS, BARE))
        said = "kept" if reached <= GOALS[figure] else "missed"
        out.print(f"goal, at most {GOALS[figure]:.1f} of the bare application: {said}\n")


if __name__ == "__main__":
    main()
