"""Form bodies of protected routes, read so that no other parser can read them differently.

Browsers write forms in one narrow way. Whatever leaves it and is read differently by Starlette, older
python-multipart, the standard library or other frameworks is refused: `;` as a separator, bytes that are not
UTF-8, `name*=`, parts with a charset or transfer encoding of their own, text before or after the parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from moderation.web import problems

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_FIELDS = 1_000  # Starlette's own limit; beyond it the endpoint would read nothing
METHOD_FIELD = "_method"
CHARSET_FIELD = "_charset_"

_DISPOSITION = re.compile(r'form-data(?:[ \t]*;[ \t]*[a-zA-Z*]+=(?:"(?:[^"\\]|\\["\\])*"|[^\s";\\]+))+[ \t]*')
_PARAMETER = re.compile(r';[ \t]*([a-zA-Z*]+)=(?:"(?:[^"\\]|\\["\\])*"|[^\s";\\]+)')
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")  # RFC 2046, section 5.1.1
_UTF8 = ("utf-8", "utf8", "us-ascii")


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form. A file has no value: nobody may put the comment's text in one."""

    name: str
    value: str | None


def is_form(content_type: str) -> bool:
    """Whether a body announced like that is a form."""
    return parse_options_header(content_type)[0].decode("latin-1") in (URLENCODED, MULTIPART)


def parse_form(content_type: str, body: bytes) -> list[Entry]:
    """The fields of a form body in order; raises Refused for anything doubtful."""
    kind, options = parse_options_header(content_type)
    media = kind.decode("latin-1")
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in _UTF8 or content_type.lower().count("charset") > 1:
        raise problems.unsupported_media(media)
    if media == URLENCODED:
        entries = [Entry(_utf8(name), _utf8(value)) for name, value in urlencoded_pairs(body)]
    else:
        entries = _multipart(content_type, options, body)
    for entry in entries:
        if entry.name == METHOD_FIELD:
            raise problems.method_override()
        if entry.name == CHARSET_FIELD and (entry.value or "").lower() not in ("", *_UTF8):
            raise problems.unsupported_media(media)
    return entries


def take(entries: Sequence[Entry], name: str) -> str | None:
    """The value of one field, None when absent.

    Raises Refused where the field comes twice, as a file, or as `name[]` or `name[key]`, which some
    parsers fold into `name`.
    """
    folded = name.casefold()
    for entry in entries:
        stem = entry.name.partition("[")[0].strip().casefold()
        if entry.name != name and stem == folded:
            raise problems.malformed(
                f"the form names the field `{name}` in another way", (name, "name it once")
            )
    values = [entry.value for entry in entries if entry.name == name]
    if len(values) > 1:
        raise problems.malformed(f"the form gives the field `{name}` more than once", (name, "give it once"))
    if values and values[0] is None:
        raise problems.malformed(f"the field `{name}` is a file", (name, "send it as text"))
    return values[0] if values else None


def urlencoded_pairs(body: bytes) -> list[tuple[bytes, bytes]]:
    """The fields of an urlencoded body as the bytes that they stand for, in whatever charset.

    Raises Refused where they are too many, or written as no browser writes them.
    """
    if not body.isascii() or b";" in body:
        raise problems.malformed("the form is not percent-encoded; write `;` and bytes above 127 as %XX")
    if body.count(b"&") > MOST_FIELDS:
        raise problems.malformed(f"the form has more than {MOST_FIELDS} fields")
    split = (pair.partition(b"=") for pair in body.split(b"&") if pair)
    return [(_plain(name), _plain(value)) for name, _, value in split]


def _plain(part: bytes) -> bytes:
    return unquote_to_bytes(part.replace(b"+", b" "))


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise problems.malformed("the form is not UTF-8") from None


@dataclass
class _Part:
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)


class _Parts:
    """Collects what the parser that Starlette uses sees, so that both see the same."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.ended = False
        self._name = b""
        self._value = b""

    def on_part_begin(self) -> None:
        self.parts.append(_Part())

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += data[start:end]

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self.parts[-1].headers.append((self._name.decode("latin-1").lower(), _utf8(self._value)))
        self._name = self._value = b""

    def on_end(self) -> None:
        self.ended = True


def _multipart(content_type: str, options: dict[bytes, bytes], body: bytes) -> list[Entry]:
    if body.count(b"\r\n--") > MOST_FIELDS:
        raise problems.malformed(f"the form has more than {MOST_FIELDS} fields")
    boundary = options.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary) or content_type.lower().count("boundary=") > 1:
        raise problems.malformed("the multipart form has no usable `boundary`")
    line = b"--" + boundary
    if not (body.startswith(line + b"\r\n") and body.removesuffix(b"\r\n").endswith(b"\r\n" + line + b"--")):
        raise problems.malformed("the multipart form must begin and end with its boundary")
    # One opening, one closing, and the lines between parts: anywhere else parsers disagree on what it means.
    if body.count(line) != body.count(b"\r\n" + line + b"\r\n") + 2:
        raise problems.malformed("the multipart form holds its boundary where no part begins")
    return [_entry(part) for part in _parse(boundary, body).parts]


def _parse(boundary: bytes, body: bytes) -> _Parts:
    found = _Parts()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": found.on_part_begin,
            "on_part_data": found.on_part_data,
            "on_header_field": found.on_header_field,
            "on_header_value": found.on_header_value,
            "on_header_end": found.on_header_end,
            "on_end": found.on_end,
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise problems.malformed("the multipart form cannot be read") from None
    if not found.ended:
        raise problems.malformed("the multipart form breaks off")
    return found


def _entry(part: _Part) -> Entry:
    """One part as a field; only what a browser would write is taken."""
    headers = dict(part.headers)
    disposition = headers.get("content-disposition", "")
    if len(headers) != len(part.headers) or not _DISPOSITION.fullmatch(disposition):
        raise problems.malformed("a part of the form has doubtful headers")
    parameters = [name.lower() for name in _PARAMETER.findall(disposition)]
    options = _options(disposition)
    if len(set(parameters)) != len(parameters) or "name*" in parameters or b"name" not in options:
        raise problems.malformed("a part of the form must have exactly one `name`")
    name = _utf8(options[b"name"])
    if "filename" in parameters or "filename*" in parameters:
        return Entry(name, None)
    if headers.get("content-transfer-encoding", "8bit").strip().lower() not in ("7bit", "8bit", "binary"):
        raise problems.malformed("a part of the form is encoded; send it as it is")
    charset = _options(headers.get("content-type", "")).get(b"charset", b"utf-8")
    if charset.decode("latin-1").lower() not in _UTF8:
        raise problems.malformed("a part of the form is not in UTF-8")
    return Entry(name, _utf8(bytes(part.data)))


def _options(header: str) -> dict[bytes, bytes]:
    return parse_options_header(header.encode().decode("latin-1"))[1]
