"""Links to other sites, written plainly or in disguise, against the policy's lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from moderation.policy import Links
from moderation.text.domains import Address, find_addresses, registrable, suffixes
from moderation.text.emails import find_emails
from moderation.text.hints import Hint
from moderation.text.hosts import canonical, is_listed, mixes_alphabets, skeleton, to_punycode
from moderation.text.normalize import Text
from moderation.text.spelled import find_spelled
from moderation.types import Context, Finding

_MOST_REPORTED = 50


class LinkCheck:
    """Reports every address but those of allowed domains, and the suspect ones by rules of their own.

    A listed domain stands for itself and all below it. The allow-list is compared with the author's own
    letters, so that a look-alike of an allowed domain is not let through; the block-list with both.
    """

    name = "links"

    def __init__(self, links: Links) -> None:
        self._allowed = frozenset(canonical(domain) for domain in links.allow)
        self._blocked = frozenset(canonical(domain) for domain in links.block)
        self._shorteners = frozenset(canonical(domain) for domain in links.shorteners)
        self._imitable = frozenset(skeleton(domain) for domain in self._allowed)
        suffixes()  # read now, not while somebody waits

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """One finding for each address: `links.blocked`, `.lookalike`, `.shortener` or `.link`."""
        if Hint.ADDRESS not in text.hints and Hint.SPELLED not in text.hints:
            return []
        findings: list[Finding] = []
        covered = [(start, end) for start, end, _ in find_emails(text.folded)]
        for address in self._addresses(text):
            if any(start <= address.start < end for start, end in covered):
                continue
            covered.append((address.start, address.end))
            kind = self._kind(address, text)
            if kind:
                span = text.span(address.start, address.end)
                findings.append(Finding(f"links.{kind[0]}", span, evidence=kind[1]))
            if len(findings) == _MOST_REPORTED:
                break
        return sorted(findings, key=lambda finding: finding.span.start)

    def _addresses(self, text: Text) -> Iterable[Address]:
        if Hint.SPELLED in text.hints:  # first, since `free.example 닷 컴` begins like a plain one
            yield from find_spelled(text.folded)
        if Hint.ADDRESS in text.hints:
            yield from find_addresses(text.folded, _written(text), korean=text.language == "ko")

    def _kind(self, address: Address, text: Text) -> tuple[str, str] | None:
        """What kind of link it is, with the evidence; None where it is allowed."""
        read = canonical(address.host)
        hosts = [read, _without_hangul(read)]
        evidence = f"`{address.host}`"
        own = read
        if address.host_start is not None:
            span = text.span(address.host_start, address.host_start + len(address.host))
            own = canonical(text.body[span.start : span.end])
            if is_listed(own, self._allowed):
                return None
            hosts.append(own)
        if any(is_listed(host, self._blocked) for host in hosts):
            return "blocked", evidence
        if mixes_alphabets(own):
            return "lookalike", f"{evidence} is `{to_punycode(own)}`"
        if self._imitates(hosts):
            return "lookalike", f"{evidence} is not the site's own"
        return ("shortener" if any(is_listed(host, self._shorteners) for host in hosts) else "link"), evidence

    def _imitates(self, hosts: Iterable[str]) -> bool:
        """Whether a host that is not allowed could be taken at a glance for one that is."""
        if not self._imitable:
            return False
        seen = {name for host in hosts for name in (host, registrable(host)) if name}
        return any(skeleton(name) in self._imitable for name in seen if not is_listed(name, self._allowed))


def _written(text: Text) -> str:
    """The author's letter behind each folded one."""
    if isinstance(text.starts, range):
        return text.body
    return "".join([text.body[start] for start in text.starts])


def _without_hangul(host: str) -> str:
    """The host without Korean text that was written against it: `여기spam.example` → `spam.example`."""
    return host.lstrip("".join(sorted({char for char in host if "가" <= char <= "힣"}))) or host
