"""Whether what stands around a word denies it: nobody called you an idiot; 멍청이가 아닙니다; 꼴통이라 부르지 맙시다."""

from __future__ import annotations

import re

_WINDOW = 48  # characters looked at behind a word; twice as many before it


def _any(*ways: str) -> str:
    return f"(?:{'|'.join(ways)})"


# Korean. Behind the word: a particle or the copula, then a denial, or a saying that is itself denied or frowned upon.
_QUESTION = r"(?:야|에요|예요|죠|가요) ?[?]"
_NOT = _any(
    rf"아니(?!면|고서|고선|라면|라고|꼬|냐|니|었으면|지|{_QUESTION})",
    "아닙",
    "아녜",
    "아녔",
    "아닌(?!가|지|데도)",
    "않(?!을 수|고는|으면)",
)
_SURELY = "(?:전혀 |결코 |절대 |정말 )?"
_CASE = "(?:들)?(?:이|가|은|는|도) ?"
_THING = "(?:한|인|하다는|이라는|라는|다는|은|는)? ?(?:건|것은|것이|게|것도) ?"
_WORDED = "(?:말|소리|욕|뜻|의미|취급|표현|호칭|별명|단어)?(?:은|는|이|을|를|로|까지|도)? ?"
_QUOTED = f"(?:들)?(?:이|하|한|스럽)?(?:라|다)(?:고|는|며|면서|거나|니)? ?{_WORDED}"
_BECOMES = "(?:들)?(?:이|가) ?(?:되|된)(?:는|다)? ?(?:건|것은|것이|게|는 것은)? ?(?:아니|아닙|않)"
_SAY = _any(
    "부르",
    "하",
    "말하",
    "욕하",
    "놀리",
    "몰아가",
    "몰아세우",
    "비난하",
    "취급하",
    "쓰",
    "적",
    "보",
    "생각하",
    "매도하",
)
_FROWN = _any(
    "않",
    "아니",
    "그만",
    "삼가",
    "문제",
    "잘못",
    "나쁘",
    "옳지",
    "곤란",
    "금지",
    "실례",
    "도움",
    "자제",
    "멈추",
    "말아",
    "보다",
    "대신",
    *("지나치", "심하", "과하", "부적절", "불편", "무례", "억울"),
)
_EVER = _any(
    *"절대로? 결코 함부로 제발 아예 다시는 앞으로는? 웬만하면 되도록 그렇게 막 서로 아무에게나 남에게".split(),
    "두 번 다시",
)
_FORBIDDEN = (
    "지(?:는|도|를|들)? ?(?:마(?:세|시|라|요|십|$|[.! ])|말(?:고|자|아|라|았|길|게|기|며|도록|아야)|맙시)"
)
_UNSAID = _any(
    rf"{_SAY}(?:지|진|지는) ?(?:는 )?(?:마|말|맙|않(?!을 수|고는|으면)|못)",
    "(?:불러|해|말해|욕해|놀려|봐|써|몰아)(?:서는|선|서도|도|야)? ?(?:안|되겠|되나|될)",
    rf"{_SAY}(?:는|기) ?(?:건|것은|것도|일은|게|사람은|분은|전에)? ?.{{0,12}}{_FROWN}",
    "(?:불렀|했|말했|욕했|놀렸)다?(?:가|고|는)? ?(?:사과|비판|논란|징계)",
    "(?:아무도|누구도).{0,10}(?:않|없)",
    rf"(?:싸잡아 ?|함부로 ?|그렇게 ?|다 ?)?{_SAY}(?:면|으면) ?(?:안|곤란|되겠)",
    "(?:말한|한|부른|쓴|생각한|욕한) ?(?:적|일)(?:이|은|도)? ?없",
    "(?:부르|하|말하)기(?:엔|에는) ?(?:아까|아깝|무리|이르)",
)
# Held to be, likened to, called: and that is denied.
_TAKEN = _any(
    "(?:으)?로 (?:보|여기|생각하|취급하|몰)지(?:는|도)? ?(?:않|마|말|맙)",
    "취급(?:은|을|도)? ?(?:하|받)?(?:지)? ?(?:말|마|맙|않)",
    "같은 [가-힣]{1,4}(?:은|는|이|가) (?:없|아니|아닙)",
    "(?:이)?라니.{0,8}그런 ?(?:말|표현|소리)(?:은|는|을)? ?(?:마|말|쓰지|삼가|하지)",
)
# A word that is spoken of, not used: the title of a film, a term that others should leave off.
_NAMED = _any(
    "(?:이라는|라는|란) (?:영화|책|제목|소설|드라마|노래|만화|시집|연극|뮤지컬|작품|웹툰|강아지|고양이|이름)",
    f"(?:들)?(?:이라는|라는|란|다는|하다는) ?{_any('말', '표현', '단어', '호칭', '별명')}(?:은|을|이)? ?"
    f"{_any('말고', '대신', '보다', '쓰지', '삼가', '그만', '금지', '없이', '빼고')}",
)
_TERM = _any(*"말 표현 단어 호칭 낱말 옛말 욕설 은어 속어 신조어 용어 멸칭 별칭".split())
_OF_TERMS = _any(
    *"쓰지 비하 혐오 차별 삼가 금지 그만 부적절 모욕죄 유죄 벌금 판결 뜻 어원 유래 주석 사전 순화 지양 캠페인 방언 사투리".split()
)
# Words listed to be left off (틀딱이니 급식충이니 하는 말), and words whose use is frowned upon further on.
_MENTIONED = _any(
    "(?:이)?(?:니|라느니|라든가|라든지).{0,16}(?:하는|같은) ?(?:말|표현|단어|호칭)",
    f"['’\"”」]? ?(?:들)?(?:이라는|라는|란|같은) ?(?:[가-힣]{{1,4}} ){{0,2}}{_TERM}.{{0,24}}{_OF_TERMS}",
)
_FORBIDDEN_SAYING = (
    "(?:들)?(?:이|하|한|스럽)?(?:라|다)?(?:고|는|며|면서|거나) ?"
    rf"{_WORDED}(?:{_EVER} ?){{0,2}}[가-힣]{{1,5}}{_FORBIDDEN}"
)
_DENIED_KO = re.compile(
    _any(
        _FORBIDDEN_SAYING,
        _CASE + _SURELY + _NOT,
        _THING + _SURELY + _NOT,
        _QUOTED + _SURELY + _NOT,
        _QUOTED + _UNSAID,
        _QUOTED + "(?:좀 |너무 )?(?:지나치|지나칩|심하|심합|과하|과합|부적절|불편|무례|억울)",
        _BECOMES,
        rf"하?지(?:는|도)? ?{_SURELY}(?:않(?!을 수|고는|으면)|마|말|못)",
        _NAMED,
        " ?" + _TAKEN,
        _MENTIONED,
    )
)

# English. Before the word: a negation with at most a few words of saying, being and pointing between.
_LINKS = """
    go far use uses using word words term terms kind sort more less
    a an the any that this really actually necessarily exactly been is was were are he she they you we i it him her
    them us me be being anyone anybody someone people each other others one another of to all so such some like as say
    saying said call calls called calling think thinks thinking thought mean meant make makes made imply implying
    suggest suggesting suggested claim claimed should must can could may need here there thing name names readers
    voters commenters players ever for your their his my our complete total bunch lot little poor mere
""".split()
_NEGATIONS = [
    *"not never nobody noone no none neither nor cannot stop avoid against [a-z]+n['’]?t".split(),
    "without(?! (?:this|that|these|those|the|some|your|his|her|their) )",
    *("no one", "rather than", "instead of", "refrain from"),
]
_SELF_KO = re.compile(
    "(?:^|[^가-힣])(?:제가|내가|나는|저는|나도|저도|저 같은|나 같은) (?:참 |정말 |너무 |진짜 |완전 |좀 )?$"
)
_SELF_EN = re.compile(
    r"(?:^|[^a-z])(?:i am|i['’]?m|i was|i feel like|i felt like|i must be|call me)"
    r" (?:such |just |clearly |probably |being )?(?:an? |the )?(?:complete |total |utter |bit of an? )?$"
)
_FAR = re.compile(
    r"(?:^|[^a-z])(?:far from|hardly|scarcely|anything but|nowhere near|(?:is|was|are|were|am)(?:n['’]?t| not))"
    r" (?:being )?(?:an? |the )?$"
)
_NO_DENIAL = "just only merely simply even but be being you".split()  # not just an idiot; don't be an idiot
_DENIED_EN = re.compile(
    rf"(?:^|[^a-z]){_any(*_NEGATIONS)} (?!{_any(*_NO_DENIAL)} )(?:{_any(*_LINKS)} ){{0,9}}$"
)
_OPINION = re.compile(
    r"(?:[a-z]n['’]?t|(?:^|[^a-z])(?:not|never|nobody|no one)) (?:really |actually |ever )?"
    r"(?:think|thinks|thought|believe|believes|say|says|said|saying|mean|meant|claim|claimed|suggest|imply|implying)"
    r" (?:that )?[a-z'’ ]{0,40}(?: (?:is|are|was|were|am|being)|['’](?:s|re|m)) (?:an? |such an? |all )?$"
)
_NOT_CALLED = re.compile(
    rf"(?:^|[^a-z]){_any(*_NEGATIONS)} (?:[a-z'’]+ ){{0,2}}(?:call|calling|called|label|labell?ing|brand|branding)"
    r" (?:[a-z'’]+ ){1,4}$"
)
# Calling people names, and behind the name what that is good for: calling voters morons won't win anyone over.
_CALLED = re.compile(
    r"(?:^|[^a-z])(?:calling|call|to call|labell?ing|branding|describing|dismissing) (?:[a-z'’]+ ){1,4}(?:as )?(?:an? )?$"
)
_VERBS = "is was does do did will would won isn doesn didn helps only just never".split()
_USELESS = """
    win help helps ok okay fair unfair wrong rude unkind nice kind add useful achieve solve change convince persuade
    constructive helpful productive argument hurt hurts nobody
""".split()
_FROWNED = re.compile(
    rf"[a-z]*(?: [a-z'’]+){{0,2}}? ?{_any(*_VERBS)} ?(?:['’]?t )?(?:not |n['’]?t |be |a |an |very |so |any )*{_any(*_USELESS)}"
)


_CRIME_KO = """
    협박 위협 예고 혐의 체포 붙잡 구속 입건 송치 검거 기소 실형 징역 신고 진술 자백 학교폭력 왕따 모욕죄 명예훼손 고소당
    경찰 검찰 법원 재판 판결 밝혔
"""
_REPORTED_KO = re.compile(
    "[^'\"’”」]{0,12}['\"’”」] ?(?:이)?(?:라)?(?:고|며|면서|는|란|라며|라는).{0,28}"
    + _any(*_CRIME_KO.split())
)


_REPORTED_EN = re.compile(
    r"(?:^|[^a-z])(?:told|wrote|written|reads?|shouted|yelled|screamed|texted|threatened|messages?|letter|note|heard)"
    r"[^\"“”‘]{0,32}[\"“‘'][^\"“”]{0,24}$"
)
_CRIME_EN = re.compile(
    r"(?:^|[^a-z])(?:police|court|jury|trial|prosecut|convicted|arrested|charged|jailed|sentenced|victim|officers?)"
)


def is_reported(folded: str, start: int, end: int) -> bool:
    """Whether it stands in quotation marks and the words around tell of it as a crime: '…'고 협박한 혐의."""
    before, behind = folded[max(start - 2 * _WINDOW, 0) : start], folded[end : end + _WINDOW]
    if folded[end - 1 : end] > "\u3130":
        return any(mark in before for mark in "'\"‘“「") and _REPORTED_KO.match(behind) is not None
    return _REPORTED_EN.search(before) is not None and _CRIME_EN.search(before + " … " + behind) is not None


def is_denied(folded: str, start: int, end: int) -> bool:
    """Whether the word at folded[start:end] is said not to be so, or of oneself. Looks at a few words on either side."""
    behind = folded[end : end + _WINDOW]
    before = folded[max(start - 2 * _WINDOW, 0) : start]
    if folded[end - 1 : end] > "\u3130":
        return _DENIED_KO.match(behind) is not None or _SELF_KO.search(before) is not None
    if any(pattern.search(before) for pattern in (_DENIED_EN, _OPINION, _FAR, _SELF_EN, _NOT_CALLED)):
        return True
    return _CALLED.search(before) is not None and _FROWNED.match(behind) is not None
