from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.store.desk import Mark
from moderation.types import Standing
from moderation.web import stories
from moderation.web.app import create_app
from moderation.web.demo import COOKIE
from tests.unhurried import shipped_moderator

from .desk import sign_in
from .sites import moderator

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = create_app(moderator(), store, Settings())
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def test_both_editions_tell_the_same_stories() -> None:
    ko, en = stories.edition("ko"), stories.edition("en")
    assert list(ko.stories) == list(en.stories)
    assert list(ko.sections) == list(en.sections)
    for id, story in ko.stories.items():
        other = en.stories[id]
        assert (story.section, story.published, story.updated, story.image) == (
            other.section,
            other.published,
            other.updated,
            other.image,
        )
        assert len(story.body) == len(other.body)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_story_has_a_page_in_both_languages(client: TestClient, language: str) -> None:
    edition = stories.edition("ko" if language == "ko" else "en")
    for id, story in edition.stories.items():
        answer = client.get(f"/articles/{id}", params={"lang": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert story.headline in answer.text
        assert f'article="{id}"' in answer.text


def test_a_particle_stays_with_its_quotation() -> None:
    story = stories.edition("ko").stories["night-library"]
    assert "했다”\u2060고 말했다" in "".join(story.paragraphs)


def test_pages_carry_the_headers_that_protect_them(client: TestClient) -> None:
    for path in ("/", "/sign-in", "/articles/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_there_is_no_such_story(client: TestClient) -> None:
    answer = client.get("/articles/<script>", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "There is no such story." in answer.text


def test_signing_in_gives_a_name_and_signing_out_takes_it(client: TestClient) -> None:
    answer = client.post("/demo/sign-in?lang=ko", headers=OURS, data={"back": "/articles/shop-signs"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/articles/shop-signs?lang=ko#comments"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    name = client.get("/").text.partition('signed-in="')[2].partition('"')[0]
    assert name.partition(" ")[0] in stories.edition("ko").paper.readers

    client.post("/demo/sign-out", headers=OURS)
    assert 'signed-in="' not in client.get("/").text


def test_the_cookie_is_for_https_alone_where_the_site_is(store: Store) -> None:
    app = create_app(moderator(), store, Settings())
    with TestClient(app, base_url="https://news.example") as client:
        cookie = client.post("/demo/sign-in", headers=OURS, follow_redirects=False).headers["set-cookie"]
        assert 'signed-in="' in client.get("/").text
    assert cookie.startswith("__Host-reader=")
    assert "; Secure" in cookie
    assert "Path=/;" in cookie
    assert "domain" not in cookie.lower()


@pytest.mark.parametrize("back", ["https://a.example/", "//a.example", "/\\a.example", "/review/", ""])
def test_signing_in_leads_back_into_the_paper_only(client: TestClient, back: str) -> None:
    answer = client.post("/demo/sign-in?lang=en", headers=OURS, data={"back": back})
    assert answer.headers["location"] == "/?lang=en#comments"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://a.example"},
    ],
)
@pytest.mark.parametrize("path", ["/demo/sign-in", "/demo/sign-out"])
def test_no_other_site_signs_anybody_in_or_out(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(path, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("  물결   1024 ", "물결 1024"),
        ("a\u200bb", "ab"),
        ("<b>", "<b>"),
        ("가" * 24, "가" * 24),
        ("👨‍👩‍👧‍👦" * 24, "👨‍👩‍👧‍👦" * 24),
    ],
)
def test_a_name_of_one_s_own(client: TestClient, given: str, name: str) -> None:
    answer = client.post("/demo/sign-in", headers=OURS | {"accept": "application/json"}, data={"name": given})
    assert answer.json() == {"name": name}


def test_a_name_has_its_length(client: TestClient) -> None:
    answer = client.post("/demo/sign-in", headers=OURS, data={"name": "가" * 25})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "bnVsbA.1.x", "é"])
def test_a_cookie_of_one_s_own_making_signs_nobody_in(client: TestClient, value: str) -> None:
    answer = client.get("/", headers=[(b"cookie", f"{COOKIE}={value}".encode())])
    assert 'signed-in="' not in answer.text


def test_without_the_demo_there_is_no_newspaper(store: Store) -> None:
    app = create_app(moderator(), store, Settings(demo=False, secret_key="k" * 32))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/").status_code == 404
        assert client.post("/demo/sign-in", headers=OURS).status_code == 404
        review = sign_in(client, store).get("/review/")
    assert review.status_code == 200
    assert 'href="/?lang' not in review.text


@pytest.mark.parametrize(
    ("mark", "status", "standing"),
    [
        (None, 201, Standing.KNOWN),
        (Mark.TRUSTED, 201, Standing.TRUSTED),
        (Mark.WATCH, 202, Standing.WATCHED),
        (Mark.SUSPENDED, 422, Standing.BARRED),
    ],
)
def test_what_moderators_said_of_a_reader_counts_when_they_post(
    store: Store, mark: Mark | None, status: int, standing: Standing
) -> None:
    """From the mark at the desk to the answer that the author reads, by the policy that is shipped."""
    client = TestClient(create_app(shipped_moderator(), store, Settings()), base_url="http://127.0.0.1")
    asked = {"text": "기사 잘 읽었습니다. 고맙습니다.", "article": "night-library"}
    client.post("/demo/sign-in", headers=OURS, data={"name": "물결 1024"})
    if mark is not None:
        days = 7 if mark is Mark.SUSPENDED else None
        store.desk.mark("물결 1024", mark, "seo", reason="광고", days=days)

    answer = client.post("/v1/comments", headers=OURS, json=asked)

    assert answer.status_code == status, answer.text
    kept = store.desk.author("물결 1024").page.items
    assert [item.comment.decision.standing for item in kept] == ([] if status == 422 else [standing])
    if mark is not None:  # and no longer once the mark is taken off
        store.desk.mark("물결 1024", Mark.NONE, "seo")
        again = client.post("/v1/comments", headers=OURS, json=asked | {"text": "내일도 읽겠습니다."})
        assert again.status_code == 201, again.text
