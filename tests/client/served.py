"""The service over a real socket, with faults before it on request: `python -m tests.client.served DATABASE`."""

from __future__ import annotations

import socket
import sys
from urllib.parse import parse_qsl

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from moderation.settings import Settings
from moderation.store import Store
from moderation.web.app import create_app
from tests.web.sites import moderator

KEY = "k" * 32


class Faults:
    """`/faults?status=503&times=2` makes the next two requests fail; `cut` drops the answer after the work is done."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.status, self.times, self.seen = 0, 0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == "/faults":
            asked = dict(parse_qsl(scope["query_string"].decode()))
            seen, self.seen = self.seen, 0
            self.status, self.times = int(asked["status"]), int(asked["times"])
            await Response(str(seen))(scope, receive, send)
        else:
            self.seen += 1
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.times:
            await self.app(scope, receive, send)
            return
        self.times -= 1
        if self.status:
            headers = {"retry-after": "0"} if self.status == 503 else {}
            await Response("<h1>Bad gateway</h1>", self.status, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, _nowhere)
            raise ConnectionError("cut after the work was done")


async def _nowhere(message: object) -> None:
    pass


def main(database: str) -> None:
    store = Store.open(database)
    app = Faults(create_app(moderator(), store, Settings(secret_key=KEY, check_limit=0)))
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off")).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
