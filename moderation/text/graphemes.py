r"""The length rule: how many characters a reader sees. Its twin is web/static/length.js.

A character is an extended grapheme cluster (Unicode Standard Annex #29, revision 47, table 1c), so an emoji
joined from seven code points is one, and so are a flag, a decomposed Hangul syllable and CRLF.

* Invisible padding is not counted: what prints nothing wherever it stands (zero-width and bidi controls, soft
  hyphens, blank letters such as U+3164), and joiners, variation selectors and tags with nothing to act on.
  Where they do act, inside an emoji or a word, they stay, so that nothing is split.
* White space is counted between characters, one by one, but not before the first or after the last.
* Canonical equivalents count alike (but for U+21AE joined to an emoji), so the text need not be brought to
  NFC: a test goes through all of them. Nor should it be: `unicodedata.normalize` takes time quadratic in a
  run of marks.

The clusters are matched by the annex's own expression, not by `regex`'s `\X`: that joins a consonant to a
virama that follows no consonant, which browsers do not, and needs quadratic time for a row of flags.
"""

from __future__ import annotations

import re

import regex

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# Default_Ignorable_Code_Point, Cc and Cf of Unicode 18, without the two lists below and without the Arabic
# number signs, which are shown; and the letters and symbols that are blank (Hangul fillers, U+2800, …).
_PADDING = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U00013441\U00013442\U0001bca0-\U0001bca3"
    "\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
# Invisible, but with an effect on what they follow: joiners, variation selectors, tags.
_CLINGING = (
    "\u034f\u17b4\u17b5\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)

# Marks and letters with cluster rules of their own that are younger than Unicode 14. Libraries and browsers
# learn of them in different years, so each is counted by itself until all can be expected to know them.
_YOUNG = (
    "\u05c8\u05c9\u0897\u0b53\u0b54\u0cf3\u0ece\u1acf-\u1af0\U00010d69-\U00010d6d\U00010ecb-\U00010ecf"
    "\U00010ef0-\U00010eff\U00011241\U00011380-\U000113e2\U00011b0a\U00011b60-\U00011b67\U00011df0\U00011df1"
    "\U00011f00-\U00011f42\U00011f5a\U00013440\U00013447-\U00013455\U0001611e-\U0001612f\U00016d63-\U00016d6a"
    "\U0001d127\U0001d128\U0001d250-\U0001d281\U0001e08f\U0001e4ec-\U0001e4ef\U0001e5ee\U0001e5ef"
    "\U0001e6e3-\U0001e6f5"
)

# What is one character whatever stands beside it: nothing here joins, ignores or is ignored.
_SAFE = (
    "\t\n\r -~\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0556\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2100-\u27ff\u2900-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua48c\uac00-\ud7a3\uff01-\uff9d\uffe0-\uffe6"
    "\ufffd\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
)

_plain = re.compile(f"[{_SAFE}]*").fullmatch
_odd = re.compile(f"[{_SAFE}]?[^{_SAFE}]+(?:[{_SAFE}][^{_SAFE}]+)*[{_SAFE}]?")
_surrogate = re.compile("[\ud800-\udfff]")
_pad = re.compile(f"(^|[{_SPACE}])[{_PADDING}{_CLINGING}]+|[{_PADDING}]+")
_young = re.compile(f"[{_YOUNG}]")
_SPACES = "".join(char for char in map(chr, range(0x3001)) if re.match(f"[{_SPACE}]", char))

# Table 1c, each part possessive or without a choice, so that one pass from left to right is enough.
_CLUSTER = regex.compile(
    r"""
    \r\n | [\p{GCB=Control}\r\n]
    | \p{GCB=Prepend}*+
      (?: \p{GCB=L}*+ (?: \p{GCB=V}++ | \p{GCB=LV}\p{GCB=V}*+ | \p{GCB=LVT} ) \p{GCB=T}*+
        | \p{GCB=L}++ | \p{GCB=T}++
        | \p{GCB=Regional_Indicator}{2}
        | \p{ExtPict} (?: \p{GCB=Extend}*+ \u200d \p{ExtPict} )*+
        | \p{InCB=Consonant}
          (?: \p{InCB=Extend}*+ \p{InCB=Linker} [\p{InCB=Extend}\p{InCB=Linker}]*+ \p{InCB=Consonant} )*+
        | [^\p{GCB=Control}\p{GCB=Prepend}\r\n]
      )
      [\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+
    | \p{GCB=Prepend}++ [\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+
    """,
    regex.VERBOSE,
)
# What piles up on a base: marks, joiners, emoji modifiers, signs before it, and Hangul letters beyond one
# lead, one vowel and one tail.
_MARK = regex.compile(
    r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}\p{GCB=Prepend}]"
    r"|(?<=\p{GCB=L})\p{GCB=L}|(?<=\p{GCB=V})\p{GCB=V}|(?<=[\p{GCB=T}\p{GCB=LVT}])\p{GCB=T}"
)


def count(body: str) -> int:
    r"""How many characters a reader sees.

    >>> count("안녕 👨‍👩‍👧‍👦!\u200b ")
    5
    """
    plain = _plain(body) is not None
    seen = (body if plain else strip_invisible(body)).strip(_SPACES)
    if "\r" in seen:
        seen = seen.replace("\r\n", "\n")
    if plain:
        return len(seen)
    # Only the odd places, with a neighbour on each side, need the annex's expression: it is slow.
    return len(seen) + sum(len(_clusters(run)) - len(run) for run in _odd.findall(seen))


def strip_invisible(body: str) -> str:
    """The body without invisible padding; white space stays."""
    return _paired(_pad.sub(r"\1", _paired(body)))


def end_of(body: str, characters: int) -> int:
    """The code point offset in `body` at which its first `characters` counted characters end."""
    if _plain(body) and "\r" not in body:
        first = len(body) - len(body.lstrip(_SPACES))
        return first + characters if first + characters <= len(body.rstrip(_SPACES)) else len(body)
    text, offsets = _visible(body)
    for seen, match in enumerate(_CLUSTER.finditer(_young.sub("\ufffd", text)), start=1):
        if seen == characters:
            last: int = offsets[match.end() - 1]
            return last + 1
    return len(body)


def worst_marks(body: str) -> int:
    """The most marks that stand on one character, invisible ones and piled-up Hangul letters included."""
    if _plain(body):
        return 0
    runs = _odd.findall(strip_invisible(body))
    piled = (cluster for run in runs for cluster in _clusters(run) if len(cluster) > 1)
    worst: int = max((len(_MARK.findall(cluster)) for cluster in piled), default=0)
    return worst


def stacks(body: str, marks: int) -> list[tuple[int, int]]:
    """The characters that carry more than `marks` marks, as code point offsets of `body`."""
    if _plain(body):
        return []
    runs = (run for run in _odd.findall(strip_invisible(body)) if len(run) > marks)
    piled = (cluster for run in runs for cluster in _clusters(run) if len(cluster) > marks)
    if not any(len(_MARK.findall(cluster)) > marks for cluster in piled):
        return []
    text, offsets = _visible(body)
    return [
        (offsets[match.start()], offsets[match.end() - 1] + 1)
        for match in _CLUSTER.finditer(_young.sub("\ufffd", text))
        if len(match[0]) > marks and len(_MARK.findall(match[0])) > marks
    ]


def _clusters(text: str) -> list[str]:
    found: list[str] = _CLUSTER.findall(_young.sub("\ufffd", text))
    return found


def _visible(body: str) -> tuple[str, list[int]]:
    """What is counted, and where in the body each of its code points stands."""
    offsets: list[int] = []
    behind = 0
    for match in _pad.finditer(body):
        offsets.extend(range(behind, max(match.start(), match.end(1))))
        behind = match.end()
    offsets.extend(range(behind, len(body)))
    text = "".join([body[offset] for offset in offsets])
    first = len(text) - len(text.lstrip(_SPACES))
    last = len(text.rstrip(_SPACES))
    return text[first:last], offsets[first:last]


def _paired(body: str) -> str:
    """The body with surrogates that make a pair joined, as a browser's strings have them."""
    if _surrogate.search(body):
        return body.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return body
