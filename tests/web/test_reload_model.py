"""ML-3, ML-4: models are promoted and rolled back under load; no answer mixes two, and none is an error."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moderation.model.artifact import MODEL_FILE
from moderation.model.registry import CURRENT_FILE
from moderation.model.signature import Trust, make_key
from moderation.reload import Reloader
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Comment
from moderation.web.app import create_app
from tests.training.models import artefact
from training.registry import Registry

from .test_reload import served

TEXTS = ["이 멍청한 기레기야", "좋은 기사 감사합니다", "you are an idiot", "thanks for the report"]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Two versions that judge otherwise, the second in service."""
    registry = Registry(tmp_path / "models")
    for day, features in ((20, 1_000), (21, 300)):
        artefact(tmp_path / str(day), features, day)
        registry.promote(registry.add(tmp_path / str(day)).version, by="kim")
    return registry


@pytest.fixture
def reloader(registry: Registry) -> Reloader:
    return Reloader(model_dir=registry.folder, deadline=60, interval=0)


def verdicts(reloader: Reloader) -> bytes:
    """Every score and decision on the texts, as bytes."""
    decisions = [reloader.moderator.judge(Comment(text, id=text)) for text in TEXTS]
    return repr(decisions).encode()


def test_a_rollback_is_served_within_a_look_and_judges_byte_for_byte_as_before(
    registry: Registry, reloader: Reloader, tmp_path: Path
) -> None:
    before, version = verdicts(reloader), reloader.moderator.versions.model
    registry.rollback(by="lee")
    reloader.look()
    reloader.look()
    assert reloader.moderator.versions.model == reloader.model.version != version
    assert verdicts(reloader) != before
    assert version is not None
    registry.promote(version, by="lee")
    reloader.look()
    reloader.look()
    assert verdicts(reloader) == before
    assert reloader.model.taken == 2


def test_two_hundred_switches_under_load(registry: Registry, reloader: Reloader, store: Store) -> None:
    names = [manifest.version for manifest in registry.versions()]
    app = create_app(reloader.moderator, store, Settings(check_limit=0), reloader=reloader)
    done = threading.Event()
    body = json.dumps({"text": TEXTS[0]}).encode()

    def ask(address: str) -> Iterator[tuple[str, bytes]]:
        while not done.is_set():
            request = urllib.request.Request(
                f"{address}/v1/check", data=body, headers={"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                content = answer.read()
            yield json.loads(content)["versions"]["model"], content

    def judge() -> Iterator[tuple[str, bytes]]:
        while not done.is_set():
            for decision in reloader.moderator.judge_many([Comment(TEXTS[0], id="c")] * 4, batch=2):
                yield str(decision.versions.model), repr(decision).encode()

    seen: list[dict[str, set[bytes]]] = [defaultdict(set), defaultdict(set)]
    with served(app) as address, ThreadPoolExecutor() as pool:
        asking = [pool.submit(list, ask(address)) for _ in range(2)]
        judging = [pool.submit(list, judge()) for _ in range(1)]
        try:
            for round in range(200):
                current = registry.current()
                assert current is not None
                registry.promote(names[current.version == names[0]], by="kim", why=f"round {round}")
                reloader.look()
                reloader.look()
        finally:
            done.set()
        for kind, futures in zip(seen, (asking, judging), strict=True):
            for version, content in (pair for future in futures for pair in future.result()):
                kind[version].add(content)
    assert (reloader.model.taken, reloader.model.refused) == (200, 0)
    for kind in seen:
        assert {name: len(contents) for name, contents in kind.items()} == dict.fromkeys(names, 1)
    assert len(registry.history()) == 202


@pytest.mark.parametrize("fault", ["altered", "missing", "pointer"])
def test_a_broken_artefact_keeps_the_last_good_one(
    registry: Registry, reloader: Reloader, tmp_path: Path, fault: str
) -> None:
    before, version = verdicts(reloader), reloader.moderator.versions.model
    artefact(tmp_path / "22", 300, 22)
    name = registry.add(tmp_path / "22").version
    registry.promote(name, by="kim")
    own = registry.folder / "versions" / name
    match fault:
        case "altered":
            (own / MODEL_FILE).write_bytes(b"x" + (own / MODEL_FILE).read_bytes()[1:])
        case "missing":
            (own / MODEL_FILE).unlink()
        case "pointer":
            (registry.folder / CURRENT_FILE).write_text("{", "utf-8")
    reloader.look()
    reloader.look()
    assert reloader.model.fault is not None
    assert reloader.model.version == version
    assert verdicts(reloader) == before
    registry.rollback(version, by="lee")
    reloader.look()
    reloader.look()
    assert reloader.model.fault is None
    assert verdicts(reloader) == before


def test_a_plain_folder_is_followed_too_and_may_become_one_of_versions(
    registry: Registry, tmp_path: Path
) -> None:
    plain = tmp_path / "plain"
    first = artefact(plain, 1_000, 20).version
    reloader = Reloader(model_dir=plain, interval=0)
    assert reloader.model.version == first
    second = artefact(plain, 300, 21).version
    reloader.look(asked=True)
    assert reloader.model.version == second
    Registry(plain).add(tmp_path / "20")
    Registry(plain).promote(first, by="kim")
    reloader.look()
    reloader.look()
    assert reloader.model.version == first


def test_an_unsigned_version_is_not_taken_up_where_a_signature_is_required(
    tmp_path: Path, registry: Registry
) -> None:
    public = make_key(tmp_path / "key.pem")
    first = registry.versions()[0].version
    registry.add(tmp_path / "20", key=tmp_path / "key.pem")
    registry.rollback(by="kim")
    settings = Settings(model_dir=registry.folder, model_keys=(public,))
    reloader = Reloader.of(settings)
    assert reloader.model.version == first
    registry.promote(registry.versions()[1].version, by="mallory")
    reloader.look(asked=True)
    assert "only signed models are opened" in (reloader.model.fault or "")
    assert reloader.moderator.versions.model == first

    lax = Reloader.of(settings.model_copy(update={"require_signature": False}))
    assert lax.model.version == registry.versions()[1].version
    assert Trust((public,)).required is False


def test_the_shipped_model_needs_no_signature(tmp_path: Path) -> None:
    reloader = Reloader.of(Settings(model_keys=(make_key(tmp_path / "key.pem"),)))
    assert reloader.model.fault is None
