"""Host names in one form, and those drawn to be taken for another: `аррle.com`, `xn--pple-43d.com`, `examp1e.com`.

Which letters a registry lets stand together is written in UTS #39, section 5, and in what browsers show as punycode
("Internationalized Domain Names in Google Chrome", chromium.org, read on 2026-11-25): one label, one alphabet, Latin
beside Hangul or Japanese aside, and no label wholly of letters that look Latin under a Latin top-level domain.
"""

from __future__ import annotations

import re
import unicodedata

import regex

from moderation.text.confusables import lookalikes

_ASCII = re.compile("[a-z]")
_OTHER_ALPHABET = regex.compile(r"[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}\p{Coptic}\p{Lisu}]")
# Letters that are Latin ones to the eye in every typeface. Chromium lists the Cyrillic ones, ours adds Greek ο and ν.
_TO_THE_EYE = frozenset("асԁеһіјӏорԛѕԝхуѵүқογν")
_DRAWN = str.maketrans("01i35|", "ollesl", "-")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def canonical(host: str) -> str:
    """A host name in one form: lower case, composed, compatibility letters and punycode read."""
    composed = unicodedata.normalize("NFKC", host[:253]).lower().replace("。", ".")
    visible = "".join(char for char in composed if unicodedata.category(char) != "Cf")
    return ".".join(_read_punycode(label) for label in visible.strip(".*").split("."))


def _read_punycode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode"))
    except UnicodeError:
        return label


def to_punycode(host: str) -> str:
    """The canonical host as a browser that mistrusts it shows it, so that it cannot deceive a moderator too."""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode", "replace").decode("ascii")
        for label in host.split(".")
    )


def mixes_alphabets(host: str) -> bool:
    """Whether the canonical host has a label that looks Latin and is not.

    >>> mixes_alphabets("аpple.com"), mixes_alphabets("bücher.de"), mixes_alphabets("почта.рф")
    (True, False, False)
    """
    if host.isascii():
        return False
    labels = host.split(".")
    return any(_looks_latin(label, labels[-1].isascii()) for label in labels if not label.isascii())


def _looks_latin(label: str, under_latin: bool) -> bool:
    if _ASCII.search(label):
        odd = [
            char
            for char in label
            if not char.isascii() and not _ASCII.match(unicodedata.normalize("NFD", char))
        ]
        return any(char in lookalikes() or _OTHER_ALPHABET.match(char) for char in odd)
    letters = [char for char in label if char.isalpha()]
    return under_latin and bool(letters) and all(char in _TO_THE_EYE for char in letters)


def skeleton(host: str) -> str:
    """The host as it looks at a glance: hosts of one skeleton are taken for each other.

    >>> skeleton("exarnp1e-site.com") == skeleton("example-site.com")
    True
    """
    for pair, letter in _PAIRS:
        host = host.replace(pair, letter)
    return host.translate(_DRAWN)


def is_listed(host: str, domains: frozenset[str]) -> bool:
    """Whether the host is one of the domains or lies below one."""
    if not domains:
        return False
    labels = host.split(".")
    return any(".".join(labels[index:]) in domains for index in range(len(labels)))
