"""E-mail addresses in folded text, written plainly or in disguise.

`kim@a.kr`, `kim 골뱅이 네이버 닷 컴`, `kim at gmail dot com`, `kim [at] a [dot] org`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import re2

from moderation.text.domains import MOST_CANDIDATES, is_name

_PROVIDERS = {
    "네이버": "naver",
    "지메일": "gmail",
    "다음": "daum",
    "한메일": "hanmail",
    "네이트": "nate",
    "카카오": "kakao",
    "핫메일": "hotmail",
    "아웃룩": "outlook",
    "야후": "yahoo",
}
_MAIL_HOSTS = frozenset(
    {*_PROVIDERS.values(), "icloud", "proton", "protonmail", "aol", "hanmir", "live", "msn"}
)
_NAMES = {"컴": "com", "콤": "com", "넷": "net", "케이알": "kr", "오알지": "org"}

_LOCAL = r"[a-z0-9][a-z0-9._%+-]{0,63}"
_LABEL = rf"(?:[a-z0-9-]+|{'|'.join(_PROVIDERS)})"
_DOT = r"(?:[.。]| ?[\[({<] ?(?:\.|dot|닷|점|쩜) ?[\])}>] ?| dot | ?(?:닷|쩜|점) ?| \. ?| ?\. )"
_TAIL = rf"(?:{_DOT}(?:[a-z0-9-]+|{'|'.join(_NAMES)}))"
_AT = r" ?[\[({<] ?(?:at|a|앳|골뱅이|@) ?[\])}>] ?| ?(?:골뱅이|앳)[ _-]?| ?@ ?"

_MARKED = re2.compile(rf"({_LOCAL})({_AT})({_LABEL})({_TAIL}*)")
_SPOKEN = re2.compile(rf"({_LOCAL}) (?:at|앳|엣) ({_LABEL})({_TAIL}+)")
_HANGUL = re2.compile(rf"([가-힣]+)(?: ?골뱅이 ?|@)({'|'.join(_PROVIDERS)}|naver|gmail|daum|nate)({_TAIL})")
_STEP = re.compile(rf"({_DOT})([a-z0-9-]+|{'|'.join(_NAMES)})")
_GLUE = r"[-_*~ ]{0,2}"
_GLUED = re2.compile(
    rf"({_LOCAL}?|[가-힣]{{2,5}}){_GLUE}(?:at|앳|엣|에이티){_GLUE}({'|'.join([*_PROVIDERS, *_PROVIDERS.values()])})"
    rf"({_GLUE}(?:dot|닷|쩜|점){_GLUE}(?:com|net|컴|콤|넷))"
)
HINT = (
    rf"[a-z0-9._%+가-힣-] ?@ ?{_LABEL}(?:[.。]| ?[\[({{<]| \.| ?(?:dot|닷|쩜|점))"
    rf"|[a-z0-9._%+-]@(?:{'|'.join([*_PROVIDERS, *_MAIL_HOSTS])})"
    r"|골뱅이|[a-z]앳|[\[({<] ?(?:at?|앳|@) ?[\])}>]| (?:at|앳|엣) [a-z가-힣]+ ?(?:[.\[({<]|닷|쩜|점|dot)|"
    rf"(?:at|앳|엣|에이티){_GLUE}(?:{'|'.join([*_PROVIDERS, *_PROVIDERS.values()])}){_GLUE}(?:dot|닷|쩜|점)"
)
"""What no address is without, in the syntax of RE2."""
_HINT = re2.compile(HINT)

# What comes before an address: `write to ann at example dot org`; or nothing at all.
_SPELLED_DOT = re.compile("dot|닷|쩜")
_ASKED = re.compile(r"^ ?$|(?:mail|메일|contact|reach|write|send|message|ping)[^.!?]{0,12}$")

# Before "at yahoo.com" these are no mailbox: the sentence tells where something is or is done.
_NOT_A_MAILBOX = frozenset(
    """
    look looking looked available found find work works working worked buy bought sold shop order
    sign signed up out be is are was were it them him her me us that this here there now only read
    seen see watch live hosted posted published article story visit more check arrived stay everyone
    people someone reporter editor job jobs ceo engineer manager aimed meet met laugh laughing
    starting start starts stop prices price contact email
    """.split()
)


def find_emails(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and masked form (`k***@naver.com`) of each address."""
    if not _HINT.search(folded):
        return
    behind = 0
    for pattern, read in ((_MARKED, _marked), (_SPOKEN, _spoken), (_HANGUL, _hangul), (_GLUED, _glued)):
        for match in islice(pattern.finditer(folded), MOST_CANDIDATES):
            host = read(match, folded)
            if host and (pattern is _MARKED or match.start() >= behind):
                name, end = host
                behind = max(behind, end)
                yield match.start(), end, f"{match[1][0]}***@{name}"


def _marked(match: re.Match[str], folded: str) -> tuple[str, int] | None:
    before = folded[match.start() - 1 : match.start()]
    if before in ("@", "/", ":"):
        return None  # a handle (@kim@social.example), or the user part of a link
    name, end, dotted = _host(match[3], match[4], match.start(4))
    if dotted:
        return name, end
    # A mail service without its ending: only written close, since `kim @naver` mentions somebody.
    return (name, end) if name in _MAIL_HOSTS and " @" not in match[2] and "@ " not in match[2] else None


def _spoken(match: re.Match[str], folded: str) -> tuple[str, int] | None:
    """`kim at gmail dot com`; for other hosts the mailbox must not be a common word."""
    name, end, dotted = _host(match[2], match[3], match.start(3))
    if not dotted or match[1] in _NOT_A_MAILBOX:
        return None
    telling = any(char in "0123456789._" for char in match[1].rstrip("."))
    if _SPELLED_DOT.search(match[3]) and "-" not in match[1]:
        telling |= _ASKED.search(folded, max(0, match.start() - 24), match.start()) is not None
    disguised = not re.fullmatch(r"(?:[.。][a-z0-9-]+)+", match[3])
    return (name, end) if name.split(".")[0] in _MAIL_HOSTS or (telling and disguised) else None


def _hangul(match: re.Match[str], folded: str) -> tuple[str, int] | None:
    name, end, dotted = _host(match[2], match[3], match.start(3))
    return (name, end) if dotted else None


def _glued(match: re.Match[str], folded: str) -> tuple[str, int] | None:
    """`kimatgmaildotcom`, `kim_at_gmail_dot_com`."""
    if match[1].strip("-_") in _NOT_A_MAILBOX or folded[match.start() - 1 : match.start()].isalnum():
        return None
    name = _PROVIDERS.get(match[2], match[2])
    return f"{name}.{'net' if match[3].endswith(('net', '넷')) else 'com'}", match.end()


def _host(label: str, tail: str, start: int) -> tuple[str, int, bool]:
    """The host name, where it ends, and whether a known ending closes it."""
    labels = [_PROVIDERS.get(label, label)]
    best: tuple[str, int, bool] = (labels[0], start, False)
    for step in _STEP.finditer(tail):
        labels.append(_NAMES.get(step[2], step[2]))
        if is_name(labels[-1]):
            best = ".".join(labels), start + step.end(), True
    return best
