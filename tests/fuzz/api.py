"""Whether the OpenAPI document is true: `python -m tests.fuzz.api --cases 10000` puts made-up requests to a running service.

Schemathesis makes them, and looks at every answer: no fault, no status, header or body that the document does not name,
nothing taken that it forbids, nothing refused that it allows, and methods that are not there answered as such.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from moderation.settings import Settings
from moderation.store import Store
from moderation.web.app import create_app
from moderation.web.demo import COOKIE, _signer
from tests.unhurried import shipped_moderator

KEY = "k" * 32
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
NATIVE = r"^/(v1/(?!moderations)|healthz|readyz|metrics)"
"""Our own addresses; each dialect is put to the test by its own clients."""


def main() -> None:
    """Run it; the exit code is that of Schemathesis: 0 where nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="requests in all, about")
    parser.add_argument("--paths", default=NATIVE, help="regular expression of the addresses")
    parser.add_argument("--seed", type=int, help="to repeat a run")
    given, more = parser.parse_known_args()
    with running() as address:
        sys.exit(run(address, given.cases, given.paths, seed=given.seed, more=more))


@contextmanager
def running() -> Iterator[str]:
    """The service in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", f"from tests.fuzz import api; api.serve({folder!r})"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
            finally:
                process.kill()


def serve(folder: str) -> None:
    """The demo with the shipped policy and model, as many checks as anybody likes, and nothing skipped in haste."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings(secret_key=KEY, check_limit=0)
    moderator = shipped_moderator()
    app = create_app(moderator, Store.open(f"sqlite:///{folder}/moderation.db"), settings)
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).run(sockets=[listener])


def run(
    address: str, cases: int, paths: str = NATIVE, *, seed: int | None = None, more: list[str] | None = None
) -> int:
    """Put about so many cases to the service, as a reader who is signed in."""
    cookie = _signer(Settings(secret_key=KEY)).sign("fuzz")
    command = [
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(CONFIGURATION),
            "run",
            f"{address}/openapi.json",
        ),
        *("--include-path-regex", paths, "--header", f"Cookie: {COOKIE}={cookie}"),
        *("--checks", "all", "--mode", "all", "--continue-on-failure", "--no-color"),
        *("--max-examples", str(max(1, cases // OPERATIONS)), "--request-timeout", "60"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        # The reader is signed in throughout: without the cookie there is little to see beyond 401.
        *("--generation-with-security-parameters", "false", "--exclude-checks", "ignored_auth"),
        *(("--seed", str(seed)) if seed is not None else ("--generation-deterministic",)),
        *(more or ()),
    ]
    # It keeps notes where it runs, and they would change the next run.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, check=False, cwd=folder).returncode


OPERATIONS = 11
"""How many there are in NATIVE, to share the cases among."""


if __name__ == "__main__":
    main()
