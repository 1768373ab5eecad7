"""Web addresses in folded text, written plainly: `https://a.example/x`, `www.a.example`, `a.example`.

A dot between two words is more often a sentence without its space, a file name or an abbreviation than an
address. So a bare name counts as one by its last label: always, only with other signs, or never.
Disguised ones (`a dot com`, `a 닷 컴`) are the business of `spelled.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

import re2
from publicsuffixlist import PublicSuffixList

MOST_CANDIDATES = 150
"""Dotted words looked at in one text, so that time is bounded: more than 250 characters hold."""


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in folded text.

    start, end : where it stands, in offsets of the folded text.
    host : its host name as folded, dots spelled as dots.
    host_start : where a plainly written host begins, so that the author's own letters can be compared; None
        where the host was pieced together.
    """

    start: int
    end: int
    host: str
    host_start: int | None


# Names that are hardly ever a word, an abbreviation or a file ending: enough by themselves.
ALWAYS = frozenset(
    """
    com net org kr io info biz co edu gov xyz icu cyou jp cn tw hk sg vn ru uk fr de eu br au nz ca
    ch se gg ly su ws tk ga cf gq app dev shop site online vip bet casino poker click sbs cfd bond
    monster loan loans club store
    """.split()
)
# Names that are words as well, and that advertisers are fond of: enough beside a digit or hyphen, below
# another name, or as a Latin word in a Korean text.
OFTEN = frozenset(
    """
    top live win fun link pro life work cloud page blog me tv ai cc one today space website tech
    world media team zone asia mobi name wiki run us
    """.split()
)
# Endings of file names that are top-level domains: `main.py`, `readme.md`, `backup-2024.zip`.
_FILES = frozenset("py sh md zip mov rs pl ps ml mk so".split())
# What Hangul labels are registered under; elsewhere (`했다.TV에서`) a sentence has lost its space.
_AFTER_HANGUL = frozenset("com net org kr io xyz info biz shop site store online club 닷컴 닷넷".split())
# Short hosts, which no other rule would let through.
_KNOWN = frozenset(
    """
    t.me t.co x.com g.co wa.me fb.me naver.me kko.to youtu.be discord.gg is.gd v.gd goo.gl lnkd.in han.gl
    me2.do vo.la muz.so shorturl.at s.id linktr.ee joo.is vvd.bz
    """.split()
)
# Written like addresses, meant as products.
_PRODUCTS = frozenset({"asp.net", "ado.net", "vb.net", "ml.net"})
# Companies that are called by their address; with a page behind it, it is one.
_COMPANIES = frozenset(
    """
    amazon.com booking.com hotels.com trip.com cars.com match.com monster.com salesforce.com crypto.com overstock.com
    ancestry.com alibaba.com jd.com realtor.com wayfair.com pets.com drugstore.com weather.com wordpress.com
    lastminute.com confused.com gocompare.com comparethemarket.com moneysupermarket.com boo.com change.org
    """.split()
)
_WORDY = frozenset("net info app dev shop site online store club click de bond eu uk ca".split())

HINT = r"[^\s.。][.。][\pL\pN]|[:;] ?[/\\] ?[/\\]"
"""What none of these is without, in the syntax of RE2."""
_SCHEME = r"(?:h ?(?:t ?t|x ?x|\* ?\*|\+ ?\+) ?p ?s?|ftp) ?[:;] ?[/\\] ?[/\\] ?"
# Ranges instead of `\pL`: they keep the compiled pattern a twentieth of the size.
_LETTER = r"0-9a-z\x{c0}-\x{1fff}\x{2c00}-\x{2dff}\x{3040}-\x{d7ff}\x{f900}-\x{faff}\x{10000}-\x{1efff}"
_CANDIDATE = re2.compile(
    rf"({_SCHEME})([^\s/\\?#\"'<>]+)([/\\?#][!-~]*)?"
    rf"|([{_LETTER}][{_LETTER}_-]*(?:[.。][{_LETTER}][{_LETTER}_-]*)+)(:[0-9]{{2,5}})?(/[!-~]*)?"
)
_DOT = re.compile("[.。]")
_LATIN_HEAD = re.compile(r"([a-z]{2,})[가-힣]")
_TELLING_PATH = re.compile(r".*[0-9?=]|/[^/]+/.|/@")
_TRAILING = ".,;:!?'\")]}>"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:[.。]{_OCTET}){{3}}")
_LETTERED_PATH = re.compile(r"/[^a-z?]*[a-z?]")  # not the /24 of a block of addresses


@cache
def suffixes() -> PublicSuffixList:
    """The public suffix list that comes with its package: no network, 30 ms to read."""
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4096)
def is_name(label: str) -> bool:
    """Whether this is a top-level domain."""
    return suffixes().publicsuffix(label) is not None


def is_suffix(host: str) -> bool:
    """Whether anybody may register a name below it: `co.kr`, `com`, `github.io`."""
    return suffixes().publicsuffix(host) == host


def registrable(host: str) -> str | None:
    """The part of a host name that somebody has registered, or None: `a.b.co.kr` → `b.co.kr`."""
    found: str | None = suffixes().privatesuffix(host)
    return found


def find_addresses(folded: str, written: str, *, korean: bool) -> Iterator[Address]:
    """The addresses in reading order.

    written : the author's letters, one for each of `folded`: whether a name was capitalised says whether it
        begins a sentence.
    """
    for match in islice(_CANDIDATE.finditer(folded), MOST_CANDIDATES):
        if match[1]:
            yield _with_scheme(match)
        else:
            address = _bare(match, folded, written, korean=korean)
            if address:
                yield address


def _with_scheme(match: re.Match[str]) -> Address:
    """`https://user@host:port/path`: what stands before the last @ is there to deceive."""
    authority, start = match[2], match.start(2)
    host_start = start + authority.rfind("@") + 1
    host, _, port = authority[host_start - start :].partition(":")
    host = host[: len(host) - len(_after_name(host))].rstrip(".。" + _TRAILING)
    end = host_start + len(host)
    if match[3]:
        end = match.end()
    elif port.isdigit():
        end = match.end(2)
    return Address(match.start(), _trimmed(match.string, match.start(), end), _DOT.sub(".", host), host_start)


def _bare(match: re.Match[str], folded: str, written: str, *, korean: bool) -> Address | None:
    start = match.start(4)
    if _IPV4.fullmatch(match[4]):
        # Four numbers alone are a version or a log entry; with a port or a page they are to be opened.
        if not (match[5] or _LETTERED_PATH.match(match[6] or "")):
            return None
        return Address(start, _trimmed(folded, start, match.end()), _DOT.sub(".", match[4]), start)
    labels = _to_last_name(_DOT.split(match[4]))
    if not labels:
        return None
    host = ".".join(labels)
    host_end = start + len(host)
    whole = host_end == match.end(4)
    path = (match[6] or "") if whole else ""
    port = (match[5] or "") if whole else ""
    if not _is_address(host, labels, path + port, written[start:host_end], korean=korean):
        return None
    end = _trimmed(folded, start, match.end()) if whole else host_end
    return Address(start, end, host, start)


def _to_last_name(labels: list[str]) -> list[str]:
    """The labels up to the last that is a top-level domain: `a.com에서.그` → `a`, `com`."""
    for index in range(len(labels) - 1, 0, -1):
        name = labels[index]
        name = name[: len(name) - len(_after_name(name))]
        name = "com" if name == "c0m" else name
        if is_name(name):
            return [*labels[:index], name]
    return []


def _after_name(label: str) -> str:
    """The Hangul that follows a Latin name without a space."""
    head = _LATIN_HEAD.match(label.rpartition(".")[2])
    return label.rpartition(".")[2][len(head[1]) :] if head else ""


def _is_address(host: str, labels: list[str], rest: str, written: str, *, korean: bool) -> bool:
    """Whether a bare dotted word is an address.

    written : the host in the author's letters. rest : port and path.
    """
    top, owner = labels[-1], registrable(host)
    if owner is None or owner in _PRODUCTS:
        return False
    if host in _COMPANIES and not rest:
        return False
    if host in _KNOWN or owner in _KNOWN or labels[0] == "www":
        return True
    label = owner.split(".")[0]
    if len(label) < 2 or (label.isdigit() and len(label) < 3):
        return False
    if top in _FILES or (_begins_sentence(written, top) and (top in _WORDY or top not in ALWAYS)):
        return bool(_TELLING_PATH.match(rest))
    if any("가" <= char <= "힣" for char in label):
        return top in _AFTER_HANGUL and not written[-len(top) :].isupper()
    if top in ALWAYS:
        return True
    if top in OFTEN:
        marked = any(char.isdigit() or char == "-" for char in label)
        return marked or bool(rest) or (korean and len(label) > 3 and top != "world") or len(labels) > 2
    return bool(_TELLING_PATH.match(rest))


def _begins_sentence(written: str, top: str) -> bool:
    """Whether only the last label is capitalised: `the end.Net income` against `WIRE.NET`."""
    return written[-len(top) :][:1].isupper() and not written[: -len(top)].isupper()


def _trimmed(folded: str, start: int, end: int) -> int:
    """The end without the punctuation of the sentence around."""
    return start + len(folded[start:end].rstrip(_TRAILING))
