"""FM-5, ML-3 at the service: new policy files are in force without a restart, and wrong ones are reported."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from moderation.policy import load_policy
from moderation.reload import Reloader
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Comment
from moderation.web.app import create_app

from .desk import sign_in


def limit(file: Path, graphemes: int | str) -> None:
    file.write_text(f"[limits]\ngraphemes = {graphemes}\n[lexicon]\nfiles = []\n", "utf-8")  # read in no time


class Service:
    """The service over a policy file of its own, read when `reload` says so."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.file = folder / "site.toml"
        limit(self.file, 100)
        self.reloader = Reloader([self.file], folder / "no model", deadline=60, interval=0)
        self.app = create_app(self.reloader.moderator, store, Settings(check_limit=0), reloader=self.reloader)

    def reload(self, graphemes: int | str) -> None:
        limit(self.file, graphemes)
        self.reloader.look(asked=True)


@pytest.fixture
def service(tmp_path: Path, store: Store) -> Service:
    return Service(tmp_path, store)


@pytest.fixture
def client(service: Service, store: Store) -> Iterator[TestClient]:
    with TestClient(service.app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000)) as client:
        yield sign_in(client, store)


def test_the_verdict_and_the_standards_are_the_new_ones(service: Service, client: TestClient) -> None:
    def seen() -> set[tuple[int, str]]:
        verdict = client.post("/v1/check", json={"text": "가"}).json()
        standards = client.get("/v1/policy").json()
        return {
            (verdict["length"]["limit"], verdict["versions"]["policy"]),
            (standards["limits"]["graphemes"], standards["version"]),
        }

    before = load_policy(service.file).version
    assert seen() == {(100, before)}
    service.reload(1000)
    assert seen() == {(1000, load_policy(service.file).version)}
    service.reload("twenty")
    assert seen() == {(1000, service.reloader.moderator.versions.policy)}


def test_the_standards_are_sent_again_only_when_they_have_changed(
    service: Service, client: TestClient
) -> None:
    first = client.get("/v1/policy")
    tag = {"if-none-match": first.headers["etag"]}
    again = client.get("/v1/policy", headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["vary"] == "Accept-Language"
    assert (
        client.get("/v1/policy", headers={"if-none-match": f'"x", W/{tag["if-none-match"]}'}).status_code
        == 304
    )
    assert client.get("/v1/policy?language=en", headers=tag).status_code == 200
    service.reload(1000)
    changed = client.get("/v1/policy", headers=tag)
    assert (changed.status_code, changed.json()["limits"]["graphemes"]) == (200, 1000)


def test_readiness_names_what_was_refused_and_not_why(service: Service, client: TestClient) -> None:
    good = service.reloader.moderator.versions.policy
    assert client.get("/readyz").json()["policy"] == {"ready": True, "version": good, "refused": False}
    service.reload("twenty")
    answer = client.get("/readyz")
    assert answer.json()["policy"] == {"ready": True, "version": good, "refused": True}
    assert str(service.file.parent) not in answer.text
    service.reload(100)
    assert client.get("/readyz").json()["policy"]["refused"] is False


def metric(client: TestClient, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found, line
    return float(found[1])


def test_it_is_counted(service: Service, client: TestClient) -> None:
    assert metric(client, 'moderation_files_refused{part="policy"}') == 0
    assert metric(client, 'moderation_files_refused{part="model"}') == 1  # there is none
    service.reload(1000)
    service.reload("twenty")
    assert metric(client, 'moderation_files_refused{part="policy"}') == 1
    assert metric(client, 'moderation_reloads_total{outcome="taken",part="policy"}') == 1
    assert metric(client, 'moderation_reloads_total{outcome="refused",part="policy"}') == 1
    version = service.reloader.moderator.versions.policy
    assert metric(client, f'moderation_version_info{{part="policy",version="{version}"}}') == 1


@pytest.mark.parametrize(
    ("language", "title", "kept"),
    [
        ("ko", "새 정책 파일을 적용하지 않았습니다", "{} 버전을 그대로 씁니다"),
        ("en", "The new policy files are not in force", "version {} stays in force"),
    ],
)
def test_the_queue_says_what_is_wrong(
    service: Service, client: TestClient, language: str, title: str, kept: str
) -> None:
    page = f"/review/?lang={language}"
    assert title not in client.get(page).text
    service.reload(0)
    shown = client.get(page).text
    heading = re.search(
        r'<section class="refused" aria-labelledby="([\w-]+)">\s*<h2 id="\1">(.*?)</h2>', shown
    )
    assert heading
    assert heading[2] == title
    assert kept.format(service.reloader.moderator.versions.policy) in shown
    fault = f"{service.file}: `limits.graphemes`: must be at least 1, found `0`"
    assert f'<pre lang="en" dir="ltr">{fault}</pre>' in shown
    service.reload(100)
    assert title not in client.get(page).text


def test_what_stands_in_the_file_is_text_on_the_page(service: Service, client: TestClient) -> None:
    service.file.write_text('[limits]\ngraphemes = "<script>alert(1)</script>"', "utf-8")
    service.reloader.look(asked=True)
    shown = client.get("/review/").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_a_held_comment_whose_clause_is_gone_is_still_shown(
    service: Service, client: TestClient, store: Store
) -> None:
    """The page is laid out by the policy in force; decisions keep the ids of the one that made them."""
    from moderation.store import Status

    file = service.file
    file.write_text(
        "[clauses.secrecy]\nnumber = 99\n"
        + "".join(f'{part} = {{ ko = "비밀", en = "secrecy" }}\n' for part in ("title", "text", "rationale"))
        + '[messages.ko.clauses]\nsecrecy = "비밀"\n[messages.en.clauses]\nsecrecy = "secrecy"\n'
        '[rules.links.link]\nclause = "secrecy"\naction = "hold"\n',
        "utf-8",
    )
    service.reloader.look(asked=True)
    comment = Comment("see https://example.com/offer")
    decision = service.reloader.moderator.judge(comment)
    assert "secrecy" in decision.clauses
    store.add(comment, decision, Status.HELD)
    service.reload(100)
    assert "secrecy" in client.get("/review/").text


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of the application over a real server."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_two_hundred_reloads_under_load(service: Service) -> None:
    """Every answer comes from one policy: the limit it quotes is that of the version it names."""
    limits: dict[str, int] = {}
    for graphemes in (98, 99, 100):
        limit(service.file, graphemes)
        limits[load_policy(service.file).version] = graphemes
    done = threading.Event()
    body = json.dumps({"text": "가" * 99}).encode()

    def ask(address: str) -> list[tuple[str, int, bool]]:
        answers = []
        while not done.is_set():
            request = urllib.request.Request(
                f"{address}/v1/check", data=body, headers={"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                verdict = json.load(answer)
            refused = verdict["action"] == "reject"
            message = verdict["reasons"][0]["message"] if refused else str(verdict["length"]["limit"])
            assert str(verdict["length"]["limit"]) in message
            answers.append((verdict["versions"]["policy"], verdict["length"]["limit"], refused))
        return answers

    with served(service.app) as address, ThreadPoolExecutor() as pool:
        asking = [pool.submit(ask, address) for _ in range(2)]
        try:
            for round in range(200):
                service.reload(98 + round % 3)
        finally:
            done.set()
        answers = [answer for each in asking for answer in each.result()]
    assert service.reloader.policy.taken == 200
    assert {version for version, _, _ in answers} == set(limits)
    for version, graphemes, refused in answers:
        assert graphemes == limits[version]
        assert refused == (graphemes < 99)
