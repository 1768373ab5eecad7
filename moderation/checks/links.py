"""Links to other sites, written plainly or in disguise, against the policy's lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from moderation.policy import Links
from moderation.text.domains import Address, find_addresses, suffixes
from moderation.text.emails import find_emails
from moderation.text.normalize import Text
from moderation.text.spelled import find_spelled
from moderation.types import Context, Finding

_ANY = re.compile(
    r"[.。·•‧∙・]|[/\\] ?[/\\]|닷|쩜|dot|도트|[a-z0-9] ?[\[({<]? ?점|,c|,k|[*、,] ?[ckm]|(?:t|bit|youtu|goo) \."
)
_MOST_REPORTED = 50


class LinkCheck:
    """Reports every address but those of allowed domains, and those of blocked domains by another rule.

    A listed domain stands for itself and all below it. The allow-list is compared with the author's own
    letters, so that a look-alike of an allowed domain is not let through; the block-list with both.
    """

    name = "links"

    def __init__(self, links: Links) -> None:
        self._allowed = frozenset(_canonical(domain) for domain in links.allow)
        self._blocked = frozenset(_canonical(domain) for domain in links.block)
        suffixes()  # read now, not while somebody waits

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """One finding for each address: `links.blocked` or `links.link`."""
        if not _ANY.search(text.folded):
            return []
        findings: list[Finding] = []
        covered = [(start, end) for start, end, _ in find_emails(text.folded)]
        for address in self._addresses(text):
            if any(start <= address.start < end for start, end in covered):
                continue
            covered.append((address.start, address.end))
            rule = self._rule(address, text)
            if rule:
                span = text.span(address.start, address.end)
                findings.append(Finding(rule, span, evidence=f"`{address.host}`"))
            if len(findings) == _MOST_REPORTED:
                break
        return sorted(findings, key=lambda finding: finding.span.start)

    def _addresses(self, text: Text) -> Iterable[Address]:
        yield from find_spelled(text.folded)  # first, since `free.example 닷 컴` begins like a plain one
        yield from find_addresses(text.folded, _written(text), korean=text.language == "ko")

    def _rule(self, address: Address, text: Text) -> str | None:
        hosts = {_canonical(address.host), _without_hangul(_canonical(address.host))}
        if address.host_start is not None:
            span = text.span(address.host_start, address.host_start + len(address.host))
            own = _canonical(text.body[span.start : span.end])
            if _is_listed(own, self._allowed):
                return None
            hosts.add(own)
        blocked = any(_is_listed(host, self._blocked) for host in hosts)
        return "links.blocked" if blocked else "links.link"


def _written(text: Text) -> str:
    """The author's letter behind each folded one."""
    if isinstance(text.starts, range):
        return text.body
    return "".join([text.body[start] for start in text.starts])


def _canonical(host: str) -> str:
    """A host name in one form: lower case, composed, punycode read."""
    labels = unicodedata.normalize("NFC", host[:253]).lower().strip(".*").replace("。", ".").split(".")
    return ".".join(_read_punycode(label) for label in labels)


def _read_punycode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode"))
    except UnicodeError:
        return label


def _without_hangul(host: str) -> str:
    """The host without Korean text that was written against it: `여기spam.example` → `spam.example`."""
    return host.lstrip("".join(sorted({char for char in host if "가" <= char <= "힣"}))) or host


def _is_listed(host: str, domains: frozenset[str]) -> bool:
    """Whether the host is one of the domains or lies below one."""
    if not domains:
        return False
    labels = host.split(".")
    return any(".".join(labels[index:]) in domains for index in range(len(labels)))
