"""Each example with its real framework, from the form to the moderator's ruling and back to the page."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from moderation.store import Store
from moderation.store.outbox.endpoints import new_secret
from moderation.types import Action
from tests.webhooks.deliverers import deliverer

ROOT = Path(__file__).resolve().parents[2]
PLACES = {"flask": "app:app", "fastapi": "app:app", "django": "news.wsgi:application"}
FAIR, LINK, RUDE = "기사 잘 읽었습니다", "표는 https://example.com/chart 에 있습니다", "이 멍청이 씨발놈아"


@dataclass
class Example:
    """A running site, the database of its moderation, and the secret of its webhooks."""

    http: httpx2.Client
    database: str
    secret: str

    def page(self) -> str:
        answer = self.http.get("/articles/library")
        assert answer.status_code == 200
        return html.unescape(answer.text)

    def post(self, text: str, path: str = "/articles/library/comments") -> httpx2.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page())
        form = {"author": "김독자", "text": text} | ({"csrfmiddlewaretoken": token[1]} if token else {})
        return self.http.post(path, data=form)


@pytest.fixture(scope="module", params=sorted(PLACES))
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    folder, own = ROOT / "examples" / request.param, tmp_path_factory.mktemp(request.param)
    database, secret = f"sqlite:///{own / 'moderation.db'}", new_secret()
    environ = os.environ | {
        "MODERATION_DATABASE_URL": database,
        "SITE_DATABASE": str(own / "site.db"),
        "WEBHOOK_SECRET": secret,
    }
    if request.param == "django":
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=folder, env=environ, check=True)
    command = [sys.executable, "-m", "tests.examples.served", str(folder), PLACES[request.param]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT) as process:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        with httpx2.Client(base_url=address, timeout=60) as http:
            yield Example(http, database, secret)
        process.kill()


def test_a_fair_comment_is_published(example: Example) -> None:
    answer = example.post(FAIR)
    assert (answer.status_code, answer.headers["location"]) == (303, "/articles/library")
    assert FAIR in example.page()


def test_a_refused_one_is_answered_with_the_reason(example: Example) -> None:
    answer = example.post("가" * 251)
    assert answer.status_code == 422
    assert answer.json()["decision"]["clauses"][0] == "length"
    assert answer.json()["detail"]
    assert "가가가" not in example.page()


def test_abuse_is_not_published(example: Example) -> None:
    assert example.post(RUDE).status_code in (202, 422)
    assert "멍청이" not in example.page()


def test_a_held_one_appears_when_a_moderator_approves_it(example: Example) -> None:
    answer = example.post(LINK)
    assert answer.status_code == 202
    assert LINK not in example.page()
    with Store.open(example.database) as store:
        held = store.get(answer.json()["id"])
        assert (held.body, held.author, held.article) == (LINK, "김독자", "library")
        hooks = str(example.http.base_url).rstrip("/") + "/hooks/moderation"
        store.outbox.add(hooks, ["comment.decided"], texts=True, secret=example.secret, by="lee")
        store.rule(held.id, Action.ALLOW, "lee")
        deliverer(store).deliver_due()
        assert store.outbox.counts() == {}
    assert example.page().count(LINK) == 1


@pytest.mark.parametrize(
    "path", ["/articles/library/comments/", "//articles/library/comments", "/articles/library/%63omments"]
)
def test_no_other_writing_of_the_address_gets_round_it(example: Example, path: str) -> None:
    answer = example.post("나" * 251, path)
    assert answer.status_code in (301, 307, 308, 404, 422, 500)  # Django in debug: a POST is not redirected
    assert "나나나" not in example.page()


def test_a_forged_message_is_not_believed(example: Example) -> None:
    body = {"type": "comment.decided", "data": {"comment": {"id": "x", "status": "published", "text": RUDE}}}
    answer = example.http.post("/hooks/moderation", json=body, headers={"webhook-id": "1"})
    assert answer.status_code == 401
    assert "멍청이" not in example.page()


def test_the_script_is_served(example: Example) -> None:
    if "csrfmiddlewaretoken" not in example.page():  # Django's own server adds static files, others do not
        assert "addEventListener" in example.http.get("/static/comment.js").text


@pytest.mark.parametrize("name", sorted(PLACES))
def test_each_has_a_readme_that_the_main_one_names(name: str) -> None:
    assert (ROOT / "examples" / name / "README.md").exists()
    assert f"(examples/{name}/README.md)" in (ROOT / "README.md").read_text("utf-8")
