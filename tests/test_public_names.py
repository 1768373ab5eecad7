"""What a site may import from `moderation`: as much as is promised, and no more."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import moderation

PROMISED = {
    "Comment",
    "Decision",
    "Finding",
    "ModerationMiddleware",
    "Moderator",
    "ProtectedRoute",
    "WsgiModerationMiddleware",
    "load_policy",
}


def test_the_public_names_are_the_promised_ones() -> None:
    assert set(moderation.__all__) == PROMISED
    assert dir(moderation) == sorted(PROMISED)


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(moderation, name)
    assert inspect.getdoc(value)
    assert value.__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Moderater"):
        moderation.Moderater  # noqa: B018


def test_the_package_itself_loads_nothing_heavy() -> None:
    program = "import sys, moderation; print(*(m for m in sys.modules if '.' not in m))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "sklearn", "starlette", "pydantic"} & set(run.stdout.split())
