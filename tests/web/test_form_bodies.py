"""MW-17: every value that the endpoint could take for the text is judged, or the form is refused."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote_plus

import pytest
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from .sites import BAD, FORM_ROUTE, Site, acall, call, guarded, moderator, run, scope_of, whole

URLENCODED = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data; boundary=XyZ"


async def endpoint_sees(content_type: bytes, body: bytes) -> list[tuple[str, str | UploadFile]]:
    """The fields as Starlette's `request.form()` gives them."""

    async def stream() -> Any:
        yield body

    headers = Headers({"content-type": content_type.decode("latin-1")})
    kind = MultiPartParser if content_type.startswith(b"multipart") else FormParser
    form = await kind(headers, stream()).parse()
    return form.multi_items()


def parts(*given: tuple[bytes, bytes], end: bytes = b"--XyZ--\r\n") -> bytes:
    return b"".join(b"--XyZ\r\n" + headers + b"\r\n\r\n" + data + b"\r\n" for headers, data in given) + end


def named(name: bytes, more: bytes = b"") -> bytes:
    return b'Content-Disposition: form-data; name="' + name + b'"' + more


FINE = (named(b"text"), b"fine")
REFUSED: dict[str, tuple[bytes, bytes]] = {
    "twice": (URLENCODED, b"text=ok&text=badword"),
    "twice, the bad one first": (URLENCODED, b"text=badword&text=ok"),
    "twice, once encoded": (URLENCODED, b"text=ok&%74ext=badword"),
    "semicolon": (URLENCODED, b"a=1;text=badword"),
    "semicolon after": (URLENCODED, b"text=ok;text=badword"),
    "euc-kr": (URLENCODED, b"text=%BE%C8%B3%E7"),
    "raw bytes": (URLENCODED, "text=안녕".encode()),
    "charset": (URLENCODED + b"; charset=euc-kr", b"text=ok"),
    "charset twice": (URLENCODED + b"; charset=utf-8; charset=euc-kr", b"text=ok"),
    "charset field": (URLENCODED, b"_charset_=euc-kr&text=ok"),
    "brackets": (URLENCODED, b"text=ok&text[]=badword"),
    "brackets alone": (URLENCODED, b"text%5B%5D=badword"),
    "a nested key": (URLENCODED, b"text[a]=badword"),
    "another case": (URLENCODED, b"Text=badword"),
    "a blank around the name": (URLENCODED, b"text=ok&+text=badword"),
    "no text": (URLENCODED, b"body=badword"),
    "nothing": (URLENCODED, b""),
    "NUL": (URLENCODED, b"text=ok%00"),
    "too many fields": (URLENCODED, b"a=1&" * 1_001 + b"text=ok"),
    "too many parts": (MULTIPART, parts(*[(named(b"a"), b"1")] * 1_001, FINE)),
    "json": (URLENCODED, b'{"text": "badword"}'),
    "part twice": (MULTIPART, parts(FINE, (named(b"text"), b"badword"))),
    "a file": (MULTIPART, parts((named(b"text", b'; filename="a"'), b"badword"))),
    "a file without a name": (MULTIPART, parts((named(b"text", b'; filename=""'), b"badword"))),
    "a file by the other name": (MULTIPART, parts((named(b"text", b"; filename*=utf-8''a"), b"badword"))),
    "text and a file": (MULTIPART, parts(FINE, (named(b"text", b'; filename="a"'), b"badword"))),
    "name*": (MULTIPART, parts((named(b"a", b"; name*=utf-8''text"), b"badword"), FINE)),
    "two names": (MULTIPART, parts((named(b"a", b'; name="text"'), b"badword"))),
    "two dispositions": (MULTIPART, parts((named(b"a") + b"\r\n" + named(b"text"), b"badword"))),
    "no name": (MULTIPART, parts((b"Content-Disposition: form-data", b"badword"))),
    "attachment": (MULTIPART, parts((b'Content-Disposition: attachment; name="text"', b"badword"))),
    "form charset": (MULTIPART + b"; charset=utf-16", parts(FINE)),
    "part charset": (
        MULTIPART,
        parts((named(b"text") + b"\r\nContent-Type: text/plain; charset=utf-16", b"ok")),
    ),
    "base64": (
        MULTIPART,
        parts((named(b"text") + b"\r\nContent-Transfer-Encoding: base64", b"YmFkd29yZA==")),
    ),
    "not utf-8": (MULTIPART, parts((named(b"text"), "안녕".encode("euc-kr")))),
    "a name that is not utf-8": (MULTIPART, parts(FINE, (named(b"\xff"), b"badword"))),
    "a preamble": (MULTIPART, b"--other\r\n" + parts(FINE)),
    "blank lines before": (MULTIPART, b"\r\n" + parts(FINE)),
    "an epilogue": (MULTIPART, parts(FINE) + parts((named(b"text"), b"badword"))),
    "cut off": (MULTIPART, parts(FINE, end=b"")),
    "cut off at the boundary": (MULTIPART, parts(FINE, end=b"--XyZ")),
    "blank after a boundary": (MULTIPART, parts(FINE).replace(b"XyZ\r\n", b"XyZ \r\n", 1)),
    "bare newlines": (MULTIPART, parts(FINE).replace(b"\r\n", b"\n")),
    "a boundary in the data": (
        MULTIPART,
        parts((named(b"a"), b"x\n--XyZ\n" + named(b"text") + b"\n\nbad"), FINE),
    ),
    "no boundary": (b"multipart/form-data", parts(FINE)),
    "two boundaries": (MULTIPART + b"; boundary=abc", parts(FINE)),
    "an empty boundary": (b'multipart/form-data; boundary=""', parts(FINE)),
    "the method field": (MULTIPART, parts(FINE, (named(b"_method"), b"PUT"))),
    "bracketed part": (MULTIPART, parts(FINE, (named(b"text[0]"), b"badword"))),
    "a part without headers": (MULTIPART, b"--XyZ\r\n\r\nbadword\r\n" + parts(FINE)),
}
ACCEPTED: dict[str, tuple[bytes, bytes]] = {
    "plain": (URLENCODED, b"text=fine"),
    "charset utf-8": (URLENCODED + b"; charset=UTF-8", b"text=fine"),
    "encoded": (URLENCODED, b"%74ext=%ED%95%9C+%F0%9F%98%80&article=7"),
    "an encoded semicolon": (URLENCODED, b"text=fine%3B"),
    "others twice": (URLENCODED, b"tag=a&tag=b&text=fine"),
    "others like it": (URLENCODED, b"text=fine&texture=x&a[text]=y"),
    "empty pairs": (URLENCODED, b"&&text=fine&"),
    "multipart": (MULTIPART, parts(FINE, (named(b"article"), b"7"))),
    "with a picture": (
        MULTIPART,
        parts(FINE, (named(b"p", b'; filename="a.png"') + b"\r\nContent-Type: image/png", b"\xff")),
    ),
    "a Korean file name": (MULTIPART, parts(FINE, (named(b"p", '; filename="사진.png"'.encode()), b"\xff"))),
    "a quoted boundary": (b'multipart/form-data; boundary="XyZ"', parts(FINE)),
    "no newline at the end": (MULTIPART, parts(FINE).removesuffix(b"\r\n")),
    "a text part with its type": (
        MULTIPART,
        parts((named(b"text") + b"\r\nContent-Type: text/plain; charset=utf-8", b"ok")),
    ),
}


def send(content_type: bytes, body: bytes) -> int:
    return call(guarded(Site(), FORM_ROUTE), scope_of(headers=[(b"content-type", content_type)]), body).status


@pytest.mark.parametrize(("content_type", "body"), REFUSED.values(), ids=REFUSED.keys())
def test_doubtful_forms_are_refused(content_type: bytes, body: bytes) -> None:
    assert send(content_type, body) in (400, 415)


@pytest.mark.parametrize(("content_type", "body"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_plain_forms_pass(content_type: bytes, body: bytes) -> None:
    assert send(content_type, body) == 201


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
def test_forms_are_judged(content_type: bytes) -> None:
    body = b"text=badword" if content_type == URLENCODED else parts((named(b"text"), b"badword"))
    assert send(content_type, body) == 422


def test_a_form_for_json_is_another_media_type() -> None:
    assert call(guarded(Site(), FORM_ROUTE), scope_of(), b'{"text": "badword"}').status == 415


PIECES = [
    b"text=ok", b"text=badword", b"&", b"&", b"=", b";", b"%26", b"%3D", b"+", b"%74ext=badword", b"text",
    b"[]",
    b"a=1", b"%", b"%ff", b"%EB%B0%94", b"_charset_=euc-kr", b"\x00", b"TEXT=badword", b"a[text]=badword",
]  # fmt: skip
HEADERS = [
    named(b"text"), named(b"text"), named(b"a"), named(b"text", b'; filename="x"'),
    named(b"a", b'; name="text"'),
    named(b"a", b"; name*=utf-8''text"), b"content-disposition: form-data; name=text", named(b'te\\"xt'),
    b"Content-Disposition: form-data;name=\"text\"", b"Content-Type: text/plain; charset=utf-16",
    named(b"a") + b"\r\n" + named(b"text"), b"Content-Transfer-Encoding: base64", named(b"text", b"; x=;y"),
    b'Content-Disposition: form-data; name="a;name=text"', b"Content-Disposition: form-data; NAME=text",
    b'Content-Disposition: form-data; name = "text"', b'Content-Disposition: form-data; name="text" ',
]  # fmt: skip


def random_form(dice: random.Random) -> tuple[bytes, bytes]:
    if dice.random() < 0.5:
        return URLENCODED, b"".join(dice.choices(PIECES, k=dice.randint(1, 6)))
    given = [
        (
            b"\r\n".join(dice.sample(HEADERS, dice.choice((1, 1, 1, 2)))),
            dice.choice((b"ok", b"badword", b"", b"\xff")),
        )
        for _ in range(dice.randint(1, 3))
    ]
    body = bytearray(parts(*given))
    if dice.random() < 0.3:
        place = dice.randrange(len(body))
        body[place : place + dice.randint(0, 3)] = dice.choice(
            (b"", b"\r\n", b"\n", b"--XyZ", b'"', b";", b"\r")
        )
    kind = dice.choice(
        (MULTIPART, MULTIPART, b'multipart/form-data; boundary="XyZ"', MULTIPART + b"; charset=utf-8")
    )
    return kind, bytes(body)


def test_agreement_with_the_endpoint() -> None:
    """10,000 forms: none that passes holds a bad text in any field that an endpoint may take for it."""
    dice = random.Random(2026)
    passed = judged = 0
    judge = moderator()

    async def main() -> None:
        nonlocal passed, judged
        for _ in range(10_000):
            content_type, body = random_form(dice)
            site = Site()
            answer = await acall(
                guarded(site, FORM_ROUTE, moderator=judge),
                scope_of(headers=[(b"content-type", content_type)]),
                whole(body),
            )
            assert answer.status in (201, 400, 415, 422)
            judged += answer.status == 422
            if answer.status != 201:
                continue
            passed += 1
            try:
                seen = await endpoint_sees(content_type, body)
            except MultiPartException:
                continue  # the endpoint reads nothing at all
            values = [value for name, value in seen if name == "text"]
            assert len(values) == 1, (content_type, body)
            assert isinstance(values[0], str), (content_type, body)
            assert BAD not in values[0], (content_type, body)

    run(main)
    assert passed > 300
    assert judged > 300


@pytest.mark.parametrize("text", ["한글 😀 &=;+%", "a\r\nb", " blank ", "ﬁ e\u0301"])
def test_the_text_is_the_one_that_was_written(text: str) -> None:
    from moderation.web.form_bodies import parse_form, take

    urlencoded = b"text=" + quote_plus(text).encode()
    multipart = parts((named(b"text"), text.encode()))
    for content_type, body in ((URLENCODED, urlencoded), (MULTIPART, multipart)):
        assert take(parse_form(content_type.decode(), body), "text") == text
        assert run(lambda c=content_type, b=body: endpoint_sees(c, b)) == [("text", text)]  # type: ignore[misc]


def test_the_author_of_a_file_is_told_what_would_be_right() -> None:
    body = parts((named(b"text", b'; filename="a"'), b"badword"))
    answer = call(guarded(Site(), FORM_ROUTE), scope_of(headers=[(b"content-type", MULTIPART)]), body)
    assert answer.json["errors"] == [{"pointer": "text", "detail": "send it as text"}]
