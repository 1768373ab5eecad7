"""A guarded site over a real server: `python -m tests.web.served h11|httptools [bare]` prints its port."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .sites import JSON_ROUTE, guarded

PIECE = bytes(range(256)) * 256
done: list[str] = []


async def comment(request: Request) -> Response:
    return Response(await request.body(), 201, {"x-rule": str(request.state.moderation.rule)})


class Upload:
    """Answers when the first piece is there, and counts the others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            if not size:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b"first\n", "more_body": True})
            size += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.body", "body": b"%d\n" % size})


async def events(request: Request) -> Response:
    async def stream() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"data: %d\n\n" % number
            await asyncio.sleep(0.2)

    return StreamingResponse(stream(), media_type="text/event-stream")


async def download(request: Request) -> Response:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(1_600):  # 100 MiB
            yield PIECE

    return StreamingResponse(stream(), background=BackgroundTask(done.append, "download"))


async def background(request: Request) -> Response:
    return JSONResponse(done)


def main(http: str, bare: bool) -> None:
    site = Starlette(
        routes=[
            Route("/comments", comment, methods=["POST"]),
            Route("/upload", Upload(), methods=["POST"]),
            Route("/events", events, methods=["GET", "POST"]),
            Route("/download", download),
            Route("/background", background),
        ]
    )
    app = site if bare else guarded(site, JSON_ROUTE, read_timeout=1.0)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, http=http, loop="asyncio", log_level="error", lifespan="off", ws="none")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], "bare" in sys.argv)
