"""MW-1: what the application reads is what the client sent, in whatever pieces it came."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message

from .sites import FORM_ROUTE, Site, call, guarded, scope_of

BOUNDARY = b"boundary-7f3a"
MULTIPART = [(b"content-type", b"multipart/form-data; boundary=" + BOUNDARY)]


def with_file(text: str, data: bytes) -> bytes:
    """A form as a browser sends it: the comment, and a picture of any bytes."""
    return (
        b'--%s\r\nContent-Disposition: form-data; name="text"\r\n\r\n%s\r\n'
        b'--%s\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n%s\r\n--%s--\r\n"
    ) % (BOUNDARY, text.encode(), BOUNDARY, data, BOUNDARY)


@st.composite
def split(draw: st.DrawFn, body: bytes) -> list[Message]:
    """The body in 1 to 50 messages: empty ones among them, the last with or without `more_body`."""
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=49)))
    edges = [0, *cuts, len(body)]
    pieces = [body[start:end] for start, end in pairwise(edges)]
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if draw(st.booleans()):
        del messages[-1]["more_body"]
    else:
        messages[-1]["more_body"] = False
    if not messages[-1]["body"] and draw(st.booleans()):
        del messages[-1]["body"]
    return messages


# Random bytes of any length would be costly to draw one by one: a length and a seed give the same variety.
def some_bytes(limit: int) -> st.SearchStrategy[bytes]:
    long = st.integers(0, limit).map(os.urandom)
    return st.binary(max_size=200) | long


many = settings(
    max_examples=1_000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=False,
    database=None,
)


class TestNothingChanged:
    """MW-1: what the application reads is what the client sent."""

    @many
    @given(st.data())
    def test_any_body_on_another_route(self, data: st.DataObject) -> None:
        body = data.draw(some_bytes(65_536))
        site = Site()
        call(guarded(site), scope_of("/upload"), data.draw(split(body)))
        assert site.bodies == [body]

    @many
    @given(st.data())
    def test_any_file_beside_the_comment(self, data: st.DataObject) -> None:
        content = data.draw(some_bytes(65_000)).replace(BOUNDARY, b"")
        body = with_file("좋은 기사입니다", content)
        site = Site()
        call(guarded(site, FORM_ROUTE), scope_of(headers=MULTIPART), data.draw(split(body)))
        assert site.bodies == [body]

    @many
    @given(
        st.data(),
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=8,
            ),
            max_size=4,
        ),
        st.sampled_from([None, 1, "\t"]),
        st.booleans(),
    )
    def test_any_json_around_the_comment(
        self, data: st.DataObject, others: dict[str, Any], indent: Any, escape: bool
    ) -> None:
        for name in ("article", "author"):
            others.pop(name, None)
        text = data.draw(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
        )
        document = {**others, "text": text}
        try:
            body = json.dumps(document, indent=indent, ensure_ascii=escape).encode()
        except UnicodeEncodeError:
            return  # half a surrogate pair among the others has no UTF-8
        if "\\ud" in body.decode().lower():
            return  # nor may it come as an escape: see test_documents
        site = Site()
        call(guarded(site), scope_of(), data.draw(split(body)))
        assert site.bodies == [body]
