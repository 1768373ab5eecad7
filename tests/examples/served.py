"""An example as a process: `python -m tests.examples.served FOLDER MODULE:APPLICATION` prints its port."""

from __future__ import annotations

import importlib
import socket
import sys
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main(folder: str, place: str) -> None:
    sys.path.insert(0, folder)
    module, _, name = place.partition(":")
    application = getattr(importlib.import_module(module), name)
    if "fastapi" in folder:
        import uvicorn

        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(application, log_level="error")).run(sockets=[listener])
        return
    with make_server("127.0.0.1", 0, application, Threading, Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
