"""Street addresses of homes, Korean and English.

Streets and house numbers are mostly news (세종대로 110 서울시청, 10 Downing Street). An address counts where it is said to
be a home (집 주소, 사는 곳, lives at), where it goes down to the flat (101동 1203호, Apt 4B), or where a Korean one is
complete from the city or province to the house and no public place stands beside it.

Sources, read on 2026-11-24: Ulju-gun Office, "도로명주소란?", for both Korean forms (city or province, district, road and
building number, then 동 and 호; formerly 동 or 리 and lot); Wikipedia, "대한민국의 주소"; for the English suffixes the
primary ones of US Postal Service, Publication 28, appendix C1, and those common in Britain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import re2

from moderation.text.numbers import MOST_CANDIDATES, Found


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_N = "(?:[0-9]{1,4}|[0-9](?: [0-9]){1,3})"
_REGION = (
    _any("서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주")
    + "(?:특별자치|특별|광역)?[시도]?|"
    + _any("충청 전라 경상")
    + "[남북]도"
)
_DISTRICT = r"(?:[가-힣]{1,4}시 ?)?[가-힣]{1,4}[시군구](?: ?[가-힣]{1,4}[읍면])?"
_ROAD = rf"[가-힣][가-힣0-9]{{0,8}}(?:로|길)(?: ?[0-9]{{1,4}}[가나다라번]?길)? ?(?:지하 ?)?{_N}(?:-{_N})?"
_LOT = rf"[가-힣][가-힣0-9]{{0,5}}[동리가] ?(?:산 ?)?{_N}(?:-{_N}|번지)(?:번지)?"
_FLAT = rf"(?:{_N}|[a-z가나다라])동[ ,-]?(?:{_N}층[ ,]?)?{_N}호"
_HOUSING = _any(
    "아파트 apt 빌라 맨션 오피스텔 자이 래미안 푸르지오 힐스테이트 편한세상 캐슬 더샵 아이파크 주공 하이츠 빌리지 팰리스 연립 "
    "주택 원룸 고시원 기숙사 쉐르빌 위브 센트럴 파크 타운 차"
)

_PLACE = re2.compile(
    rf"((?:(?:{_REGION}) )?(?:{_DISTRICT} ?)?)({_ROAD}|{_LOT})([ ,(]{{0,2}}[가-힣a-z0-9 ,)]{{0,16}}?(?:{_FLAT}|{_N}호))?"
)
_UNIT = re2.compile(rf"([가-힣a-z0-9]{{1,10}}{_HOUSING}) ?(?:{_FLAT}|{_N}호)|(?:^|[^가-힣0-9])({_FLAT})")
_SPELLED = re2.compile(r"[가-힣]{1,8}(?:로|길|동) ?[공영일이삼사오육칠팔구]{3,4}(?:[^가-힣]|번지|호|$)")

_SOMEBODYS = r"(?<![가-힣])(?:제|내|걔|얘|쟤|그 ?놈|그 ?년) ?집"
_HOME = re.compile(
    r"집 ?주소|자택|사는 ?(?:곳|데|집)|살아(?:요|(?![가-힣]))|살고|산다|삽니다|살던|사시|거주|우리 ?집|네 ?집|본가|하숙|자취|"
    r"집(?:은|이| ?앞|으로 ?(?:찾|오|가))|home address|lives? at|" + _SOMEBODYS
)
_ADDRESS = re.compile(r"주소|사는|찾아가|찾아와|번지")
_PUBLIC = re.compile(
    _any(
        "시청 구청 군청 도청 청사 정부 법원 검찰 경찰 소방 국회 청와대 대통령 대사관 영사관 병원 의원 학교 대학 역(?![가-힣]) "
        "센터 빌딩 타워 본사 사옥 공사 공단 은행 시장 공원 광장 도서관 박물관 미술관 교회 성당 호텔 백화점 마트 극장 경기장 "
        "체육관 행정복지 우체국 보건소 공장 매장 가게 식당 카페 집회 시위 기자회견 화재 사고 행사 투표소 선거 사무소 사무실 "
        "분향소 재개발 재건축 개통 도로 교차로 사거리 방송 신문 언론 당사 상가 지점 본점 관저 터미널"
    )
)
# Not the number of a house: 앞으로 10년, 최초로 3명, 별로 100원, 신길 3구역.
_COUNTED = re.compile(
    " ?"
    + _any(
        "년 월 일 명 개 원 만 억 조 천 백 퍼 % 배 위 점 시 분 초 번(?!지|길) 살 세 차 등 회 대 호선 km kg m(?![a-z]) "
        r"건 곳 인 도 가지 주(?![가-힣]) 석 표 층 평 미터 킬로 구역 단지 쪽 팀 군데 라운드 : \.[0-9] ,[0-9]"
    )
)
_NO_FLAT = re.compile(r" ?(?:기|선|점|차|포|실험|터널)")

_NUMBER = r"[0-9]{1,5}[a-d]?(?:-[0-9]{1,4})?"
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th)"
_SUFFIX = _any(
    "street st avenue ave road rd boulevard blvd lane ln drive dr court ct place pl way terrace ter circle cir close crescent "
    "gardens mews parkway pkwy row square sq highway hwy trail grove hill"
)
_STREET = re2.compile(
    rf"(?:^|[^0-9a-z.,$£€])({_NUMBER},? (?:[a-z][a-z'.-]*|{_ORDINAL})(?: [a-z][a-z'.-]*){{0,3}}? {_SUFFIX}"
    rf"|{_NUMBER} (?:[nsew]\.? )?{_ORDINAL} {_SUFFIX}|{_NUMBER} (?:avenue|broadway)[a-z ]{{0,10}})(?:[^a-z]|$)"
)
HINT = (
    r"(?:로|길) ?(?:지하 ?)?[0-9]|[동리가] ?(?:산 ?)?[0-9]|[0-9]호"
    rf"|[0-9][a-z0-9,.' -]* {_SUFFIX}(?:[^a-z]|$)|[0-9][a-d]?(?:-[0-9]{{1,4}})? (?:avenue|broadway)"
)
"""What no address of a home is without, in the syntax of RE2."""
_NO_STREET = re.compile(
    " "
    + _any(
        "percent feet foot yards miles metres meters km minutes hours days weeks months years times dollars acres degrees people "
        "blocks of from in on to and for with is my his her our their this that"
    )
    + " "
)
_DWELLING = "(?:home|house|apartment|flat|place)"
_LIVES = re.compile(
    rf"(?:(?:lives?|living|lived|resid(?:es?|ed|ing)|stay(?:s|ing)?|moved|{_DWELLING}) "
    r"(?:is |are |was |here |now )?(?:at|on|in|to|:)|lives?:) ?(?:the )?"
    r"(?:(?:flat|apt|apartment|unit|house|number|no)\.? ?[0-9]{0,4}[a-z]?,? ?)?$"
    r"|(?:home|his|her|my|their|your|house|mailing|street|current|private)(?: (?:home|house|street|mailing|current))? address"
    r"(?: is|:|=|,| -)? ?(?:at )?$"
    rf"|(?<![a-z])address(?: is|:| =| was| -) ?$|(?:his|her|their|my|your) {_DWELLING}(?: is| at|:|,)? ?$"
    r"|(?:find|visit|get|see|come to) (?:him|her|me) at ?$|(?:집 ?주소|사는 ?곳|주소)[는은이가:]? ?$"
)
_IS_HOME = re.compile(
    r"[ ,.]*(?:is )?(?:where (?:he|she|they|i|we) li|(?:is )(?:his|her|their|my) (?:home|house|address))"
)
_APARTMENT = re.compile(r",? ?(?:apt|apartment|unit|flat|#)\.? ?#?[0-9a-z]{1,5}(?![a-z0-9])")
_SEATS = re.compile(r"1600 pennsylvania|1[01] downing|221b? baker")  # of governments and of detectives


def find_homes(folded: str) -> Iterator[Found]:
    """Addresses of homes; their masked form is how they begin."""
    if not folded.isascii():
        yield from _korean(folded)
    for match in islice(_STREET.finditer(folded), MOST_CANDIDATES):
        start, end = match.span(1)
        if _SEATS.match(folded, start) or _NO_STREET.search(match[1]):
            continue
        flat = _APARTMENT.match(folded, end)
        before = folded[max(0, start - 48) : start]
        if flat or _LIVES.search(before) or _IS_HOME.match(folded, end):
            number, street = match[1].split(" ", 1)
            yield Found(start, flat.end() if flat else end, f"{'*' * len(number)} {street[0]}***")


def _korean(folded: str) -> Iterator[Found]:
    for match in islice(_PLACE.finditer(folded), MOST_CANDIDATES):
        if _is_home(match, folded):
            yield _found(folded, *match.span())
    for match in islice(_UNIT.finditer(folded), MOST_CANDIDATES):
        start, end = match.start(2) if match[2] else match.start(), match.end()
        if not _NO_FLAT.match(folded, end) and (match[1] or _is_said_home(folded, start, end)):
            yield _found(folded, start, end)
    if _HOME.search(folded):
        for match in islice(_SPELLED.finditer(folded), MOST_CANDIDATES):
            if _is_said_home(folded, *match.span()):
                yield _found(folded, *match.span())


def _is_home(match: re.Match[str], folded: str) -> bool:
    """Whether a road or lot with its number is somebody's home."""
    start, end = match.span()
    if _COUNTED.match(folded, end) or (folded[start - 1 : start].isalnum() and not match[1]):
        return False
    if match[3] or _is_said_home(folded, start, end):
        return True
    complete = len(match[1].split()) >= 2
    told = _ADDRESS.search(folded, max(0, start - 12), end + 8) is not None
    return (complete or told) and not _PUBLIC.search(folded, max(0, start - 16), end + 24)


def _is_said_home(folded: str, start: int, end: int) -> bool:
    return _HOME.search(folded, max(0, start - 16), end + 16) is not None


def _found(folded: str, start: int, end: int) -> Found:
    return Found(start, end, folded[start:end].strip()[:2] + "***")
