"""`moderation serve`: a real process on a free port."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import termios
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

Demo = tuple[subprocess.Popen[str], str]
SERVE = [sys.executable, "-c", "from moderation.cli import main; main()", "serve"]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Whatever the caller's is, without haste: a machine that halts for a second must not hold comments."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    database = f"sqlite:///{folder / 'comments.db'}"
    return {**own, "MODERATION_DATABASE_URL": database, "MODERATION_DEADLINE": "60", **settings}


@contextmanager
def serving(
    folder: Path, *arguments: str, terminal: int | None = None, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and what it said before it began to serve; `terminal` is the one it is started from."""
    with subprocess.Popen(
        [*SERVE, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=terminal,
        text=True,
        env=environment(folder, PYTHONUNBUFFERED="1", **settings),
        start_new_session=True,
        preexec_fn=None if terminal is None else lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        assert process.stdout
        said = ""
        while "the API" not in said:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            said += line
        try:
            yield process, said
        finally:
            process.kill()


def get(said: str, path: str) -> bytes:
    address = re.findall(r"(http://[^/]+)/", said)[0]
    with urllib.request.urlopen(address + path, timeout=20) as answer:
        content: bytes = answer.read()
        return content


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo with the most talkative of logs. The last test of this file stops it and reads them."""
    with serving(tmp_path_factory.mktemp("demo"), MODERATION_LOG_LEVEL="debug") as service:
        yield service


def test_the_addresses_are_printed_and_answer(demo: Demo) -> None:
    _, said = demo
    assert "Standards Board is running. Ctrl+C stops it." in said
    shown = re.findall(r"http://127\.0\.0\.1:\d+(/[^?\s]*)", said)
    assert shown == ["/", "/review/", "/sign-in/link", "/docs"]
    assert json.loads(get(said, "/healthz"))["status"] == "ok"
    for page in ("/", "/review/", "/docs"):
        assert b"<html" in get(said, page)


def test_nobody_is_told_of_pages_that_are_not_there(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "0.0.0.0", MODERATION_DEMO="false", MODERATION_SECRET_KEY="k" * 40) as (
        _,
        said,
    ):
        assert re.findall(r"http://127\.0\.0\.1:\d+(/\S*)", said) == ["/review/", "/docs"]
        assert "moderation users add NAME --role administrator" in said


def test_the_printed_link_opens_the_desk_once(demo: Demo) -> None:
    address, code = re.findall(r"(http://[^/]+)/sign-in/link\?code=(\S+)", demo[1])[0]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(f"{address}/sign-in/link?code={code}", timeout=20).read().decode()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert fields["code"] == code
    request = urllib.request.Request(
        f"{address}/sign-in/link", urlencode(fields).encode(), {"origin": address}
    )
    with browser.open(request, timeout=20) as answer:
        assert answer.url == f"{address}/review/"
        assert b"Demo" in answer.read()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        browser.open(request, timeout=20)


def test_a_model_that_cannot_be_trusted_is_said_loudly_and_comments_are_held(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", str(tmp_path)) as (process, said):
        request = urllib.request.Request(
            re.findall(r"(http://[^/]+)/", said)[0] + "/v1/check",
            data=json.dumps({"text": "좋은 기사 감사합니다"}).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            decision = json.load(answer)
        assert (decision["action"], decision["rule"]) == ("hold", "skipped.toxicity")
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert process.stderr
        errors = process.stderr.read()
    assert "THE MODEL IS NOT IN USE" in errors
    assert f"{tmp_path}: `manifest.json` cannot be read" in errors


def test_a_port_in_use_is_one_message(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = subprocess.run(
            [*SERVE, "--port", str(port)],
            capture_output=True,
            text=True,
            env=environment(tmp_path),
            check=False,
        )
    assert run.returncode == 1
    assert run.stdout == ""
    message = (
        f"moderation: cannot listen on `127.0.0.1` port {port}: address already in use; name another one"
    )
    assert run.stderr.splitlines()[-1].startswith(message)


def limit(said: str) -> int:
    graphemes: int = json.loads(get(said, "/v1/policy"))["limits"]["graphemes"]
    return graphemes


def test_a_hangup_reads_the_files_and_the_service_goes_on(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("[limits]\ngraphemes = 100", "utf-8")
    with serving(tmp_path, "--policy", str(site), MODERATION_RELOAD_INTERVAL="0") as (process, said):
        assert limit(said) == 100
        site.write_text("[limits]\ngraphemes = 1000", "utf-8")
        process.send_signal(signal.SIGHUP)
        while limit(said) == 100:
            assert process.poll() is None
            time.sleep(0.05)
        site.write_text("[limits]\ngraphemes = 0", "utf-8")
        process.send_signal(signal.SIGHUP)
        while not json.loads(get(said, "/readyz"))["policy"]["refused"]:
            assert process.poll() is None
        assert limit(said) == 1000
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr
        assert "`limits.graphemes`: must be at least 1, found `0`" in process.stderr.read()


def test_a_changed_file_is_found_by_itself_and_sigterm_stops_it(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("[limits]\ngraphemes = 100", "utf-8")
    with serving(tmp_path, "--policy", str(site), MODERATION_RELOAD_INTERVAL="0.05") as (process, said):
        site.write_text("[limits]\ngraphemes = 1000", "utf-8")
        while limit(said) == 100:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)


def test_a_service_whose_terminal_goes_goes_too(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with serving(tmp_path, terminal=theirs) as (process, said):
        os.close(theirs)
        process.send_signal(
            signal.SIGHUP
        )  # from somebody who wants the files read: the terminal is still there
        assert limit(said) == 250
        assert process.poll() is None
        os.close(ours)
        assert process.wait(20) in (0, -signal.SIGTERM)


def test_ctrl_c_stops_it_and_logs_carry_no_text(demo: Demo) -> None:
    process, said = demo
    address = re.findall(r"(http://[^/]+)/", said)[0]
    canary = "010-9876-5432"
    request = urllib.request.Request(
        f"{address}/v1/check?canary={canary}",
        data=json.dumps({"text": f"연락 {canary}", "author": canary}).encode(),
        headers={"content-type": "application/json", "x-canary": canary},
    )
    urllib.request.urlopen(request, timeout=20).close()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "DEBUG" in errors
    assert "Traceback" not in errors
    assert canary not in said + output + errors
