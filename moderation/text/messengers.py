"""Names under which somebody can be reached in a messenger: `카톡 hong123`, `텔레 @hong`, `my line id is kim_k`.

The services are also the news (카카오톡 장애, Telegram's founder), so a name alone is not enough: it must be marked as
one (by @, or a word such as 아이디), or look like one (a digit, an underscore), or somebody must ask to be contacted.
Links to a messenger (t.me/…, open.kakao.com/…) are the business of `domains.py`.

Forms, read on 2026-11-24: Telegram 5 to 32 of a-z, 0-9 and _ (Telegram API, account.checkUsername); KakaoTalk 4 to 20 of
those and - (lliamlisten.tistory.com, "카카오톡 아이디 변경"). LINE takes dots as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import re2

from moderation.text.domains import ALWAYS
from moderation.text.numbers import MOST_CANDIDATES, Found

_S = r"[ .\-_*~·/^]{0,2}"  # what is put between the letters: 카-톡
_CLEAR = (
    rf"카{_S}카{_S}오{_S}톡|[카까깨캬]{_S}[톡똑]|[ㅋk]{_S}ㅌ|k톡|텔{_S}레(?:{_S}그{_S}램)?|텔{_S}그|ㅌ{_S}ㄹ{_S}ㄱ{_S}ㄹ|"
    r"(?:갠|개인|오픈 ?|1 ?[:대] ?1 ?)?톡|왓츠 ?앱|와츠앱|[위윗]챗|"
    r"kakao ?talk|katalk|katok|telegram|telegrm|whats ?app|wechat|weixin"
)
# Names that are everyday words, companies or much else besides: 라인 is also a production line.
_WORDY = (
    rf"라{_S}인|텔|디스코드|디코|스냅챗|시그널|바이버|스카이프|카카오|"
    r"kakao|line|discord|snap ?chat|snap|kik|skype|signal|viber|tele|tg"
)
_FILLER = (
    r"(?:(?:아이디|아뒤|닉네임|닉|계정|id)[는은가이]?|플친|채널|문의|상담|추가|친추|연락|검색|주세요|주삼|주실|하실|분|보내|메시지|신청|환영|가능|으?로|"
    r"는|은|요|도|(?:id|handle|username|user|name|me|us|my|is|at|on|add|contact|via)[ :=]|[:=~>→➡👉☞▶♥(\[\"'!,. -])"
)
_HANDLE = r"@?[a-z0-9][a-z0-9_.\-]{2,31}"
_AFTER = re2.compile(rf"({_CLEAR}|{_WORDY})({_FILLER}{{0,12}})({_HANDLE})")
_IS_WORDY = re2.compile(_WORDY)
_BEFORE = re2.compile(
    rf"({_HANDLE}) ?(?:으?로|on|\()? ?({_CLEAR}|라인)(?: ?(?:아이디|id))? ?(?:으?로|에서|에|\))? ?"
    r"(?:추가|친추|문의|연락|상담|주세요|주삼|검색|ㄱㄱ|고고|오세요|하세요|입니다|이에요|환영|[.!]?$)"
)

_ID_WORD = re.compile(r"아이디|아뒤|닉|계정|id(?![a-z])|handle|user")
_ASKED = re.compile(
    r"추가|친추|문의|연락|상담|주세요|주삼|줘|검색|오세요|드려|드립|환영|가능|모집|구함|알바|만남|대출|"
    r"add me|hmu|hit me|contact|message me|msg me|dm me|text me|reach me|find me|talk to me|write (?:to )?me|chat with|"
    r"(?:my|his|her) (?:line|kik|snap|discord|skype|signal|kakao|tg)|(?:kik|snap|discord|skype|line|tg) me"
)
HINT = (
    rf"[톡똑텔챗ㅌ]|라{_S}인[^가-힣]|라인 ?아이디|카카오|디코|디스코드|왓츠|와츠|시그널|바이버|스카이프|"
    r"kakao|telegr|whats ?app|wechat|weixin|kat(?:al|o)k|line(?: id| ?@| ?:)|discord|snap|kik|skype|signal|viber|tg |tele "
)
"""What no such name is without, in the syntax of RE2."""

# What is written in Latin letters beside a messenger without being somebody's name there.
_NOT_A_NAME = re.compile(
    r"(?:ios|android|iphone|galaxy|windows|win|mac|pc|ipad|web|apps?|beta|ver|version|v|update|api|sdk|lte|ai|gpt|chatgpt|"
    r"pay|pass|news|bots?|groups?|channels?|chats?|talk|team|users?|business|premium|plus|gift|mobile|messages?|messenger|"
    r"calls?|accounts?|id|friends|works|yahoo|naver|kakao|line|youtube|facebook|instagram|twitter|tiktok|covid|kt|skt|lg|sk|http|https|"
    r"www|com|the|and|for|from|was|were|are|has|had|down)[0-9.\-]*g?"
)


def find_handles(folded: str) -> Iterator[Found]:
    """The names; their masked form is the service and the first letter."""
    for match in islice(_AFTER.finditer(folded), MOST_CANDIDATES):
        if _is_named(match, folded):
            yield _found(match[1], match[3], match.start(3))
    for match in islice(_BEFORE.finditer(folded), MOST_CANDIDATES):
        before = folded[match.start() - 1 : match.start()]
        if before in ("@", "/", ".") or (before.isascii() and before.isalnum()):
            continue
        if match[2] == "라인" and not _ASKED.search(match[0]):
            continue
        if _is_name(match[1], 4) and (match[1].startswith("@") or _looks_made_up(match[1])):
            yield _found(match[2], match[1], match.start(1))


def _is_named(match: re.Match[str], folded: str) -> bool:
    """Whether what follows the service is a name there."""
    service, filler, handle = match[1], match[2], match[3]
    in_address = folded[match.end() : match.end() + 1] in ("@", "/")
    if in_address or not _begins(service, filler, folded, match.start()):
        return False
    marked = handle.startswith("@") or _ID_WORD.search(filler) is not None
    if marked or not _is_name(handle, 4):
        return marked and _is_name(handle, 3)
    asked = _ASKED.search(folded, max(0, match.start() - 24), match.end() + 24) is not None
    if _IS_WORDY.fullmatch(service):
        told = asked or (":" in filler and service not in ("line", "라인", "signal", "snap", "tele"))
        return told and _looks_made_up(handle)
    if _looks_made_up(handle):
        return True
    # Any word may follow `Telegram` in English; a Latin one after 카톡 is rarer.
    return (asked or ":" in filler) and len(service) > 1 and not service.isascii()


def _begins(service: str, filler: str, folded: str, start: int) -> bool:
    """Whether the name of the service is a word of its own: not 온라인, 호텔 레스토랑, online, television."""
    before = folded[start - 1 : start]
    if service.isascii():
        return bool(filler) and not (before.isascii() and before.isalnum())
    return service[0] in "카까깨캬ㅋ" or not "가" <= before <= "힣"


def _is_name(handle: str, least: int) -> bool:
    """Whether it can be somebody's name, not a number, a product or the host of a link."""
    name = handle.lstrip("@").rstrip(".-_")
    if len(name) < least or not any("a" <= char <= "z" for char in name) or _NOT_A_NAME.fullmatch(name):
        return False
    return "." not in name or name.rpartition(".")[2] not in ALWAYS


def _looks_made_up(handle: str) -> bool:
    """Whether it is no word of any language: `hong123`, `kim_k`."""
    return handle[0].isalpha() and any(char.isdigit() or char == "_" for char in handle)


def _found(service: str, handle: str, start: int) -> Found:
    end = start + len(handle.rstrip(".-_") if handle.rstrip(".-_") else handle)
    return Found(start, end, f"{service} {handle.lstrip('@')[0]}***")
