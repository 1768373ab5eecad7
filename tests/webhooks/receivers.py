"""A receiver over a real socket, in this process or in one of its own (`python -m tests.webhooks.receivers FILE`)."""

from __future__ import annotations

import json
import os
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = tuple[int, dict[str, str], bytes]
Answering = Callable[[Request], Answer]


def well(request: Request) -> Answer:
    return 204, {}, b""


@dataclass
class Receiver:
    """Keeps what comes in, and answers as it is told."""

    answering: Answering = well
    got: list[Request] = field(default_factory=list)
    url: str = ""
    at_once: int = 0
    most_at_once: int = 0

    def handle(self, request: Request) -> Answer:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.got.append(request)
            return self.answering(request)
        finally:
            self.at_once -= 1

    @property
    def ids(self) -> list[str]:
        return [request.id for request in self.got]


@contextmanager
def receiving(answering: Answering = well, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(answering)
    server = _serve(receiver.handle, tls)
    scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
    receiver.url = f"{scheme}://{host}:{server.server_address[1]}/hooks?site=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _serve(handle: Answering, tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, answer = handle(Request(self.path, headers, body))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that hung up, or would not have our certificate

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


def main(file: str) -> None:
    """Write the id of each message to the file before it is acknowledged, slowly."""
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def keep(request: Request) -> Answer:
        os.write(log, f"{request.id} {request.json['data']['comment']['id']}\n".encode())
        time.sleep(0.02)
        return 204, {}, b""

    server = _serve(keep)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
