"""HTML as readers see it: the text of a comment that was written with a formatting bar.

Only tags of formatting go; whatever else looks like one stays as it was written. So plain text that is taken for HTML
loses nothing that anybody would read in it, `<idiot>` and `a < b` included. Nothing is matched twice, so time is linear;
the parser of the standard library takes 13 seconds for 64 KiB of `<a/` (Python 3.11).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_INLINE = frozenset(
    "a abbr b big bdi bdo cite code del dfn em font i img ins kbd mark q s samp small span strike strong sub sup "
    "tt u var wbr".split()
)
_BLOCKS = frozenset("blockquote br div h1 h2 h3 h4 h5 h6 hr li ol p pre ul".split())
_ATTRIBUTES = frozenset("href src alt target rel class dir lang width height".split())

# Possessive throughout: what was matched is never tried in another way.
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++)"""
_ATTRIBUTE = re.compile(rf"([a-zA-Z][a-zA-Z-]*+)(?:\s*+=\s*+({_VALUE}))?+")
_TAG = re.compile(
    rf"<(/?)([a-zA-Z][a-zA-Z0-9]*+)((?:\s++[a-zA-Z][a-zA-Z-]*+(?:\s*+=\s*+{_VALUE})?+)*+)\s*+/?>"
)


def plain_text(markup: str) -> str:
    r"""The text of a piece of HTML, a line for each block. Where a link does not show its address, that is added.

    >>> plain_text('<div>Tom &amp; Jerry</div><div><b>1</b> &lt; 2</div>')
    'Tom & Jerry\n1 < 2'
    """
    if "<" not in markup:
        return html.unescape(markup) if "&" in markup else markup
    reading = _Reading()
    behind = 0
    for tag in _TAG.finditer(markup):
        reading.write(markup[behind : tag.start()])
        reading.meet(tag[0], tag[1], tag[2].lower(), dict(_attributes(tag[3])))
        behind = tag.end()
    reading.write(markup[behind:])
    return reading.finish()


def _attributes(written: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(written):
        value = found[2] or ""
        yield found[1].lower(), html.unescape(value[1:-1] if value[:1] in ("'", '"') else value)


class _Reading:
    """What has been read so far, and the links that are still open."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._links: list[tuple[str, int]] = []

    def write(self, text: str) -> None:
        self._parts.append(html.unescape(text))

    def meet(self, whole: str, slash: str, name: str, attributes: dict[str, str]) -> None:
        if not (name in _INLINE or name in _BLOCKS) or not _ATTRIBUTES.issuperset(attributes):
            self.write(whole)
        elif name in _BLOCKS:
            self._parts.append("\n")
        elif name == "a":
            self._close()  # HTML has no links within links
            if not slash and (address := attributes.get("href")):
                self._links.append((address, len(self._parts)))
        elif name == "img":
            self._parts += (" ", attributes.get("alt", ""), " ", attributes.get("src", ""), " ")

    def finish(self) -> str:
        self._close()
        lines = "".join(self._parts).split("\n")
        return "\n".join(line for line in lines if line.strip()) if len(lines) > 1 else lines[0]

    def _close(self) -> None:
        if self._links:
            address, start = self._links.pop()
            bare = address.removeprefix("https://").removeprefix("http://").rstrip("/")
            if bare not in "".join(self._parts[start:]):
                self._parts.append(f" {address}")
