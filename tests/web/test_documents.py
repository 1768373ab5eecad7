"""MW-16: the verdict is on the string that the endpoint sees, or the body is refused."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from moderation.web.documents import ABSENT, look_up, parse_json, pointer_parts
from moderation.web.problems import Refused

from .sites import BAD, JSON_ROUTE, Site, call, guarded, scope_of


def status_of(body: bytes) -> int:
    """The status, after seeing that what reached the endpoint holds nothing bad."""
    site = Site()
    answer = call(guarded(site, JSON_ROUTE), scope_of(), body)
    for reached in site.bodies:
        assert BAD not in json.loads(reached)["text"]
    return answer.status


REFUSED = {
    "twice": b'{"text": "fine", "text": "badword"}',
    "twice, the bad one first": b'{"text": "badword", "text": "fine"}',
    "twice, once escaped": b'{"text": "fine", "\\u0074ext": "badword"}',
    "twice, deeper": b'{"text": "fine", "x": {"a": 1, "a": 2}}',
    "utf-16": '{"text": "fine"}'.encode("utf-16"),
    "utf-16-le": '{"text": "badword"}'.encode("utf-16-le"),
    "utf-32": '{"text": "badword"}'.encode("utf-32"),
    "utf-8 with a byte order mark": b'\xef\xbb\xbf{"text": "fine"}',
    "euc-kr": '{"text": "안녕"}'.encode("euc-kr"),
    "latin-1": '{"text": "café"}'.encode("latin-1"),
    "NaN": b'{"text": "fine", "x": NaN}',
    "Infinity": b'{"text": "fine", "x": -Infinity}',
    "half a pair": b'{"text": "fine \\ud83d"}',
    "the other half": b'{"text": "\\uDE00 fine"}',
    "half a pair elsewhere": b'{"text": "fine", "x": ["\\uDBFF"]}',
    "half a pair in a name": b'{"text": "fine", "\\ud800": 1}',
    "deep": b'{"text": "fine", "x": ' + b"[" * 33 + b"]" * 33 + b"}",
    "deeper than parsers go": b"[" * 30_000 + b"]" * 30_000,
    "deep and unclosed": b"[" * 60_000,
    "deep objects": b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
    "a long number": b'{"text": "fine", "x": ' + b"1" * 5_000 + b"}",
    "NUL": b'{"text": "fine \\u0000"}',
    "raw NUL": b'{"text": "fine \x00"}',
    "raw newline": b'{"text": "fine\n"}',
    "nothing": b"",
    "blank": b" ",
    "not closed": b'{"text": "fine"',
    "more than one": b'{"text": "fine"} {"text": "badword"}',
    "single quotes": b"{'text': 'fine'}",
    "a comment": b'{"text": "fine"} // x',
    "trailing comma": b'{"text": "fine",}',
    "no text": b'{"body": "badword"}',
    "another case": b'{"Text": "badword"}',
    "null": b'{"text": null}',
    "a number": b'{"text": 5}',
    "a list": b'{"text": ["badword"]}',
    "an object": b'{"text": {"a": "badword"}}',
    "top level text": b'"badword"',
    "top level list": b'[{"text": "badword"}]',
    "a long id": b'{"text": "fine", "article": "' + b"x" * 1_001 + b'"}',
    "an id of another kind": b'{"text": "fine", "article": [1]}',
    "an id with NUL": b'{"text": "fine", "article": "a\\u0000"}',
}
ACCEPTED = {
    "plain": b'{"text": "fine"}',
    "an escaped name": b'{"\\u0074ext": "fine"}',
    "space around": b' \r\n\t{"text": "fine"} \n',
    "a pair": b'{"text": "fine \\ud83d\\ude00"}',
    "deep but not too deep": b'{"text": "fine", "x": ' + b"[" * 31 + b"]" * 31 + b"}",
    "many brackets, none deep": b'{"text": "fine", "x": [' + b",".join([b"{}"] * 500) + b"]}",
    "brackets in the text": b'{"text": "fine ' + b"[{" * 200 + b'"}',
    "the same name in two objects": b'{"text": "fine", "a": {"x": 1}, "b": {"x": 1}}',
    "a huge float": b'{"text": "fine", "x": 1e400}',
    "ids of all kinds": b'{"text": "fine", "article": 12, "author": null}',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_doubtful_bodies_are_refused(body: bytes) -> None:
    assert status_of(body) == 400


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_plain_bodies_pass(body: bytes) -> None:
    assert status_of(body) == 201


def test_an_escaped_name_is_judged() -> None:
    assert status_of(b'{"\\u0074ext": "\\u0062adword"}') == 422


def test_a_refusal_says_where_and_not_what() -> None:
    answer = call(guarded(Site()), scope_of(), b'{"text": 5, "x": "canary"}')
    assert answer.json["errors"] == [{"pointer": "/text", "detail": "must be a string"}]
    assert b"canary" not in answer.body


@pytest.mark.parametrize("seed", range(10))
def test_agreement_with_the_standard_parser(seed: int) -> None:
    """Differential, 1,000 mutations for each seed: what we accept, `request.json()` reads the same."""
    random.seed(seed)
    whole = '{"text": "badword 한\\ud83d\\ude00", "x": [1, {"y": null}], "article": "a"}'.encode()
    accepted = 0
    for _ in range(1_000):
        body = bytearray(whole)
        for _ in range(random.randint(1, 3)):
            place = random.randrange(len(body))
            cut = slice(place, place + random.randint(0, 4))
            body[cut] = random.choice(
                [
                    b"",
                    b'"',
                    b",",
                    b"{",
                    b"}",
                    b'"text": "fine",',
                    b"\\",
                    b"\x00",
                    b"\xff",
                    b" ",
                    b"u0074",
                    b"NaN",
                ]
            )
        try:
            ours = parse_json(bytes(body))
        except Refused:
            continue
        accepted += 1
        assert json.loads(bytes(body)) == ours
        json.dumps(ours, ensure_ascii=False).encode()
    assert accepted > 50


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
        ("/foo/2", ABSENT),
        ("/foo/00", ABSENT),
        ("/foo/-", ABSENT),
        ("/foo/-1", ABSENT),
        ("/foo/0/0", ABSENT),
        ("/none", ABSENT),
    ],
)
def test_pointers(pointer: str, found: Any) -> None:
    """The table of RFC 6901, section 5, and places that are not there."""
    document = {
        "foo": ["bar", "baz"],
        "": 0,
        "a/b": 1,
        "c%d": 2,
        "e^f": 3,
        "g|h": 4,
        "i\\j": 5,
        'k"l': 6,
        " ": 7,
        "m~n": 8,
    }
    assert look_up(document, pointer_parts(pointer)) == found
