"""Web addresses in disguise: `a dot com`, `a[.]com`, `a 닷 컴`, `a .com`, `n a v e r . c o m`, `moc.a.www`.

The same words also talk about the trade (닷컴 버블, the dot com boom), so each disguise needs its own signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import re2

from moderation.text.domains import ALWAYS, MOST_CANDIDATES, OFTEN, Address, is_name
from moderation.text.hangul import PARTICLES

_NAMES = {
    "컴": "com",
    "콤": "com",
    "넷": "net",
    "케이알": "kr",
    "케알": "kr",
    "오알지": "org",
    "코": "co",
    "씨오": "co",
    "아이오": "io",
}
_BRACKETED = r" ?[\[({<] ?(?:\.|。|dot|닷|쩜|점|도트) ?[\])}>] ?"
_SPOKEN = r" ?(?:닷|쩜|점|도트) ?"
_DOTS = rf"{_BRACKETED}|{_SPOKEN}| dot |\."
_SPELLED = re2.compile(
    rf"([a-z0-9][a-z0-9-]*|[가-힣]+)((?:(?:{_DOTS})(?:[a-z0-9-]+|{'|'.join(_NAMES)})){{1,8}})"
)
_STEP = re.compile(rf"({_DOTS})([a-z0-9-]+|{'|'.join(_NAMES)})")
_ODD_DOT = r" \. ?| ?\. |[,·•‧∙・*、]|dot"
_SPACED_NAME = r"c ?o ?m|c ?o ?\. ?k ?r|k ?r|o ?r ?g|n ?e ?t|xyz|shop|site"
_SPACED = re2.compile(rf"([a-z0-9][a-z0-9-]{{2,}}|[a-z0-9](?: [a-z0-9]){{2,}})({_ODD_DOT})({_SPACED_NAME})")
_SHORTENER = "t|wa|bit|cutt|buly|youtu|goo|han|me2|url|naver|kko|vo|is|rb|linktr|discord"
_SHORT_NAME = "me|ly|be|gl|do|kr|to|la|gd|gy|ee|gg"
_SHORT = re2.compile(rf"({_SHORTENER})( ?\. ?|,)({_SHORT_NAME})( ?/ ?[a-z0-9_+-]+)")
HINT = (
    rf"(?:{_BRACKETED}|{_SPOKEN}| dot )(?:[a-z0-9-]|{'|'.join(_NAMES)})|[a-z0-9-](?:{_ODD_DOT})(?:{_SPACED_NAME})"
    rf"|(?:{_SHORTENER})(?: \. ?|\. |,)(?:{_SHORT_NAME}) ?/|(?:{_SHORTENER})\.(?:{_SHORT_NAME})(?: /|/ )|(?:moc|ten|gro|rk)\."
)
"""What none of these is without, in the syntax of RE2."""
# Backwards, `www` or the commonest endings first: moc.elpmaxe.www, rk.oc.elpmaxe.
_REVERSED = re2.compile(
    r"(?:^|[^a-z0-9.@/_-])((?:moc|ten|gro|rk\.oc|rk\.ro)(?:\.[a-z0-9-]+)+\.www|(?:moc|rk\.oc)\.[a-z0-9-]{3,})(?:[^a-z0-9._-]|$)"
)
_HANGUL_RUN = re.compile("[가-힣]*")

# Words before "dot com" in talk about the trade, and words after it.
_TALK_BEFORE = frozenset(
    """
    not no only the a an of this that these those our old early late big small first failed many
    every some any other another and or in on to for by with during before after since is was are
    were use using used called it ict ai asp vb ado microsoft new like former local buy own my your
    his her their its web top
    """.split()
)
_TALK_AFTER = re.compile(
    r" ?(?:bubble|boom|bust|crash|era|age|compan|startup|stock|domain|address|framework|core|developer|"
    r"millionaire|버블|거품|기업|시절|시대|붕괴|열풍|회사|업체|도메인|주소|주식|호황)"
)
_BRANDS = frozenset({"ssg", "lg", "gs", "cj", "sk", "kt", "kbs", "mbc", "sbs", "ytn"})  # SSG닷컴 is a company
_INVITING = tuple("에 으로 로 입니다 이에요 예요 들어 오세요 검색 접속 방문 가입 클릭 이라 인데".split())


def find_spelled(folded: str) -> Iterator[Address]:
    """The disguised addresses; those written plainly are not among them."""
    for match in islice(_SPELLED.finditer(folded), MOST_CANDIDATES):
        address = _spelled(match, folded)
        if address:
            yield address
    for match in islice(_SPACED.finditer(folded), MOST_CANDIDATES):
        address = _spaced(match, folded)
        if address:
            yield address
    for match in islice(_SHORT.finditer(folded), MOST_CANDIDATES):
        plain = match[2] == "." and " " not in match[4]
        if not plain and not folded[match.start() - 1 : match.start()].isalnum():
            yield Address(match.start(), match.end(), f"{match[1]}.{match[3]}", None)
    for match in islice(_REVERSED.finditer(folded), MOST_CANDIDATES):
        if not is_name(match[1].rpartition(".")[2]):
            yield Address(match.start(1), match.end(1), match[1][::-1], None)


def _spelled(match: re.Match[str], folded: str) -> Address | None:
    """Read the chain of labels up to the last that can end an address."""
    labels, dots = [match[1]], list[str]()
    found: tuple[int, int] | None = None
    for step in _STEP.finditer(match[2]):
        dots.append(step[1])
        labels.append(_NAMES.get(step[2], step[2]))
        end = match.end(1) + step.end()
        if _ends_address(labels, dots, step[2], folded, end):
            found = len(labels), end
    if found is None:
        return None
    count, end = found
    if all(dot == "." for dot in dots[: count - 1]):
        return None
    return Address(match.start(), end, ".".join(labels[:count]), None)


def _ends_address(labels: list[str], dots: list[str], name: str, folded: str, end: int) -> bool:
    """Whether the chain so far, whose last label was written `name`, can be an address."""
    top, before, dot = labels[-1], labels[-2], dots[-1]
    bracketed = any(char in "[({<" for char in dot)
    if not (is_name(top) if bracketed else top in ALWAYS or top in OFTEN):
        return False
    if not _closed(name, folded, end) or len("".join(labels[:-1])) < 2 or _TALK_AFTER.match(folded, end):
        return False
    if bracketed:
        return True
    if before in _TALK_BEFORE:
        return False
    if dot == ".":
        return len(labels) > 2
    if dot == " dot ":
        return top in ALWAYS and before.isascii()
    return top in ALWAYS and _spoken(before, dot, name)


def _spoken(before: str, dot: str, name: str) -> bool:
    """Whether 닷, 쩜, 점 or 도트 stands for a dot: `free 닷 컴`, not `삼성닷컴` and not `이 점 컴퓨터`."""
    if before.isascii():
        solid = dot.strip() == "닷" and not dot.endswith(" ") and name == "컴"
        return any(char.isalpha() for char in before) and not (solid and before in _BRANDS)
    return "점" not in dot and (dot.endswith(" ") or "쩜" in dot) and name in _NAMES


def _closed(name: str, folded: str, end: int) -> bool:
    """Whether the name ends here: Latin before no Latin, Hangul before a particle or an invitation."""
    after = folded[end : end + 1]
    if name.isascii():
        return not (after.isascii() and after.isalnum()) and after not in ("-", "_")
    run = _HANGUL_RUN.match(folded, end)
    rest = run[0] if run else ""
    return rest in PARTICLES or rest.startswith(_INVITING)


def _spaced(match: re.Match[str], folded: str) -> Address | None:
    """`naver . com`, `naver .com`, `naver,com`, `n a v e r . c o m`."""
    label, dot, name = match[1], match[2], match[3]
    top, end = name.replace(" ", ""), match.end()
    if not _closed(name, folded, end) or _TALK_AFTER.match(folded, end) or label in _TALK_BEFORE:
        return None
    odd_mark = dot.strip() != "."
    if top == "net" and dot != " . ":
        return None  # `the .net framework`, `the quarter. net income`
    if odd_mark and top not in ("com", "co.kr", "kr"):
        return None
    if " " in label and " " not in name and not odd_mark and dot == ". ":
        return None  # `a b c. com`: letters of a list
    before = folded[match.start() - 1 : match.start()]
    if label.isdigit() or label.endswith("-") or (dot == "dot" and before == "@"):
        return None  # `post-dotcom`, `@somebodydotcom`
    return Address(match.start(), end, f"{label.replace(' ', '')}.{top}", None)
