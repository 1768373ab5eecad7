from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from moderation.policy import load_policy
from moderation.web.rendering import choose_language

WEB = Path(str(resources.files("moderation.web")))
INTERFACE = load_policy().interface
PAGES = "|".join(sorted({key.partition("_")[0] for key in INTERFACE}))
ASKED = re.compile(
    rf"""(?:\bt\(\s*|texts\.|["'])((?:{PAGES})_[a-z_]*[a-z])\b"""
)  # in templates, scripts, Python
COMPOSED = re.compile(r'"(\w+_)" ~|`(\w+_)\$\{')  # keys that are put together from a beginning and a value


def sources() -> str:
    files = [*WEB.glob("templates/**/*.html"), *WEB.glob("static/**/*.js"), *WEB.glob("**/*.py")]
    return "\n".join(file.read_text("utf-8") for file in files)


def test_every_text_that_is_used_exists_and_every_one_that_exists_is_used() -> None:
    text = sources()
    beginnings = {first or second for first, second in COMPOSED.findall(text)}
    unknown = {key for key in ASKED.findall(text) if key not in INTERFACE and f"{key}_" not in beginnings}
    assert unknown == set()
    used = set(re.findall(r"\w+", text))
    unused = {key for key in INTERFACE if key not in used and not key.startswith(tuple(beginnings))}
    assert unused == set()


@pytest.mark.parametrize("key", sorted(INTERFACE))
def test_both_languages_have_the_same_places_to_fill(key: str) -> None:
    text = INTERFACE[key]
    assert set(re.findall(r"\{\w+\}", text.ko)) == set(re.findall(r"\{\w+\}", text.en))


def test_the_counter_has_the_site_s_form() -> None:
    assert INTERFACE["box_policy_link"].ko == INTERFACE["box_policy_link"].en == "Standards Board Policy"
    assert INTERFACE["box_counter"].ko == "({count}/{limit}자)"
    assert INTERFACE["box_counter"].en == "({count}/{limit})"


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("", "", "ko"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr,en;q=0.4,ko;q=0.6", "ko"),
        ("", "fr", "ko"),
        ("lang=en", "ko", "en"),
        ("lang=ko", "en", "ko"),
        ("lang=fr", "en", "en"),
        ("lang=<script>", "", "ko"),
    ],
)
def test_the_language_of_a_page(query: str, header: str, expected: str) -> None:
    headers = [(b"accept-language", header.encode())] if header else []
    scope = {"type": "http", "path": "/", "query_string": query.encode(), "headers": headers}
    assert choose_language(HTTPConnection(scope)) == expected


def test_no_script_parses_markup_and_no_template_steps_round_the_escaping() -> None:
    scripts = "\n".join(file.read_text("utf-8") for file in WEB.glob("static/**/*.js"))
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
        assert sink not in scripts
    templates = "\n".join(file.read_text("utf-8") for file in WEB.glob("templates/**/*.html"))
    assert "| safe" not in templates
    assert "|safe" not in templates
    assert "autoescape" not in templates
    assert not re.search(r"<[^>]+\s(style|on\w+)=", templates)  # the content policy would block them
