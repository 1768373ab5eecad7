"""Hangul: the arithmetic of syllables, and composing loose letters back into the syllables they spell.

Source of the arithmetic: The Unicode Standard 15.0, section 3.12, "Conjoining Jamo Behavior".
"""

from __future__ import annotations

from collections.abc import Iterator

S_BASE, L_BASE, V_BASE, T_BASE = 0xAC00, 0x1100, 0x1161, 0x11A7
S_LAST = 0xD7A3

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_LEAD = {letter: index for index, letter in enumerate(LEADS)}
_VOWEL = {letter: index for index, letter in enumerate(VOWELS)}
_TAIL = {letter: index for index, letter in enumerate(TAILS) if index}

# Two vowels typed one after the other that keyboards join into one letter.
_JOINED_VOWELS = {
    "ㅗㅏ": "ㅘ",
    "ㅗㅐ": "ㅙ",
    "ㅗㅣ": "ㅚ",
    "ㅜㅓ": "ㅝ",
    "ㅜㅔ": "ㅞ",
    "ㅜㅣ": "ㅟ",
    "ㅡㅣ": "ㅢ",
}
_JOINED_TAILS = {
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}

# Conjoining jamo (U+1100 block) as compatibility jamo, the form in which loose letters are written.
CONJOINING = (
    {chr(L_BASE + index): letter for index, letter in enumerate(LEADS)}
    | {chr(V_BASE + index): letter for index, letter in enumerate(VOWELS)}
    | {chr(T_BASE + index): letter for index, letter in enumerate(TAILS) if index}
)

_AFTER_NOUN = (
    "은 는 이 가 을 를 의 도 만 에 와 과 랑 이랑 로 으로 라 이라 라고 이라고 라며 라는 이라는 란 이란 나 이나 에게 한테 "
    "께 처럼 보다 까지 부터 마다 조차 밖에 뿐 뿐이 같은 같이 같아 같네 같다 같고 아 야 이야 여 이여 다 이다 임 네 이네 네요 "
    "이네요 냐 이냐 니 이니 지 이지 죠 이죠 고 이고 며 이며 인 인가 인데 인지 구나 이구나 군 이군 구만 이구만 예요 이에요 "
    "입니다 입니까 였다 이었다 였네 이었네 였어 이었어 던 이던 거든 이거든 거나 이거나 든 이든 면 이면 니까 이니까 님 씨 들 것 "
    "하고 하는 한 해 했 하네 하다 하냐 함 하지 하게 할 합니다 해라 해요 했다 했네 짓 놈 년 놈아 놈들 년들 새끼 새끼들 새끼야"
).split()

PARTICLES = frozenset({"", *_AFTER_NOUN, *("들" + ending for ending in _AFTER_NOUN)})
"""What may follow a whole word in the same run of letters: case particles, copula and common endings.

Source: the particles and endings listed in Sohn, Korean (1999), chapters 8 and 9, as used after nouns.
"""


def is_syllable(char: str) -> bool:
    """Whether this is a composed syllable, U+AC00 to U+D7A3."""
    return "가" <= char <= "힣"


def syllable(lead: int, vowel: int, tail: int = 0) -> str:
    """The composed syllable of three letter indexes."""
    return chr(S_BASE + (lead * 21 + vowel) * 28 + tail)


def letters(char: str) -> tuple[int, int, int]:
    """The lead, vowel and tail indexes of a composed syllable; tail 0 is none."""
    index = ord(char) - S_BASE
    return index // 588, index // 28 % 21, index % 28


def compose(chars: list[str], starts: list[int], ends: list[int]) -> tuple[list[str], list[int], list[int]]:
    """Join loose letters into syllables as an input method would, keeping the map to the author's text.

    chars : one character each; loose letters as compatibility jamo.
    starts, ends : for each character, the stretch of the original that it stands for.

    A letter is joined only where a vowel makes it sound: laughter (ㅋㅋㅋ) and shorthand (ㅅㅂ, 병ㅅ) stay loose,
    and so do vowels that are drawn, not read (ㅠㅠ, ㅜㅜ, ㅡㅡ). A consonant is taken as a tail only when
    no vowel follows it, as on a keyboard.
    """
    if _VOWEL.keys().isdisjoint(chars):
        return chars, starts, ends
    out: list[str] = []
    out_starts: list[int] = []
    out_ends: list[int] = []
    position, count = 0, len(chars)
    while position < count:
        char = chars[position]
        begin = position
        if char in _LEAD and _reads_vowel(chars, position + 1):
            vowel, position = _take_vowel(chars, position + 1)
            tail, position = _take_tail(chars, position)
            char = syllable(_LEAD[char], vowel, tail)
        else:
            position += 1
        out.append(char)
        # Not those of first and last: what an override turned round runs the other way.
        out_starts.append(min(starts[begin:position]))
        out_ends.append(max(ends[begin:position]))
    return out, out_starts, out_ends


def _reads_vowel(chars: list[str], position: int) -> bool:
    if position >= len(chars) or chars[position] not in _VOWEL:
        return False
    drawn = (
        position + 1 < len(chars) and chars[position + 1] == chars[position] and chars[position] in "ㅠㅜㅡ"
    )
    return not drawn


def _take_vowel(chars: list[str], position: int) -> tuple[int, int]:
    pair = "".join(chars[position : position + 2])
    if pair in _JOINED_VOWELS:
        return _VOWEL[_JOINED_VOWELS[pair]], position + 2
    return _VOWEL[chars[position]], position + 1


def _take_tail(chars: list[str], position: int) -> tuple[int, int]:
    """The tail index (0 for none) and the position behind it."""
    pair = "".join(chars[position : position + 2])
    if pair in _JOINED_TAILS and not _reads_vowel(chars, position + 2):
        return _TAIL[_JOINED_TAILS[pair]], position + 2
    if position < len(chars) and chars[position] in _TAIL and not _reads_vowel(chars, position + 1):
        return _TAIL[chars[position]], position + 1
    return 0, position


def initials(word: str) -> str:
    """The leading consonants of a word, as in consonant shorthand: 병신 is ㅂㅅ."""
    return "".join(LEADS[letters(char)[0]] if is_syllable(char) else char for char in word)


# The standard two-set keyboard (KS X 5002): the letter behind each key, without and with shift.
_KEYS = dict(zip("rRseEfaqQtTdwWczxvgkoiOjpuPhynbml", LEADS + "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ", strict=True))


def typed_in_hangul(word: str) -> str:
    """What the keys of a Latin word give on a Korean keyboard: fuck is 려차."""
    chars = [_KEYS.get(key, "") for key in word.lower()]
    places = list(range(len(chars)))
    return "".join(compose(chars, places, places)[0])


_LEADS_RR = "g kk n d tt r m b pp s ss - j jj ch k t p h".split()
_VOWELS_RR = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_TAILS_RR = "- k k ks n nj nh t l lk lm lp ls lt lp lh m p ps t t ng t t k t p t".split()


def romanise(word: str) -> str:
    """Letter by letter in the Revised Romanization (Ministry of Culture notice 2000-8), without sound changes."""
    spelled = (
        _LEADS_RR[lead] + _VOWELS_RR[vowel] + _TAILS_RR[tail]
        for lead, vowel, tail in (letters(char) for char in word if is_syllable(char))
    )
    return "".join(spelled).replace("-", "")


# Letters that sound alike to a reader in a hurry, by lead, vowel and tail: 씨팔, 쉬발 and 시발 sound the same.
_LIKE_LEAD = str.maketrans("ㄲㄸㅃㅆㅉㅍ", "ㄱㄷㅂㅅㅈㅂ")
_LIKE_VOWEL = str.maketrans("ㅐㅒㅖㅙㅚㅞㅑㅘㅕㅝㅛㅠㅟㅢ", "ㅔㅔㅔㅔㅔㅔㅏㅏㅓㅓㅗㅜㅣㅣ")
_LIKE_TAIL = str.maketrans(
    "ㄲㅋㄳㄺㅅㅆㅈㅊㅌㅎㄵㄶㅄㅍㄼㄿㄽㄾㅀㄻ", "ㄱㄱㄱㄱㄷㄷㄷㄷㄷㄷㄴㄴㅂㅂㅂㅂㄹㄹㄹㅁ"
)


def sound(char: str) -> str:
    """A syllable that stands for all that sound like this one; other characters as they are."""
    if not is_syllable(char):
        return char
    lead, vowel, tail = letters(char)
    return syllable(
        _LEAD[LEADS[lead].translate(_LIKE_LEAD)],
        _VOWEL[VOWELS[vowel].translate(_LIKE_VOWEL)],
        _TAIL.get(TAILS[tail].translate(_LIKE_TAIL), 0),
    )


class _Sounds(dict[int, str]):
    """The sound of each character, worked out when it is first met. Bounded by the size of Unicode."""

    def __missing__(self, code: int) -> str:
        said = sound(chr(code))
        self[code] = said
        return said


_SOUNDS = _Sounds()


def sounds(text: str) -> str:
    """The text with every character as it sounds."""
    return text.translate(_SOUNDS)


# One letter taken for another in a hurry, after the likenesses above: 꺼죠, 미틴, 멍텅이, 병싱.
_SLIP_LEAD = {"ㅊ": "ㅌㅈ", "ㅈ": "ㅊ", "ㅌ": "ㅊㄷ", "ㄷ": "ㅌ", "ㅋ": "ㄱ", "ㄱ": "ㅋ"}
_SLIP_VOWEL = {"ㅓ": "ㅗㅜㅣ", "ㅏ": "ㅓ", "ㅣ": "ㅜㅡ", "ㅔ": "ㅣ", "ㅡ": "ㅜ", "ㅗ": "ㅜㅓ", "ㅜ": "ㅗ"}
_SLIP_TAIL = {"ㄴ": "ㅇㅁ", "ㅇ": "ㄴㅁ", "ㅁ": "ㅇ", " ": "ㅇ", "ㄹ": " "}


def slips(word: str) -> Iterator[str]:
    """Every word that is this one with one letter taken for another; by `sound`, of syllables only."""
    for place, char in enumerate(word):
        lead, vowel, tail = letters(char)
        changed = [
            *((_LEAD[other], vowel, tail) for other in _SLIP_LEAD.get(LEADS[lead], "")),
            *((lead, _VOWEL[other], tail) for other in _SLIP_VOWEL.get(VOWELS[vowel], "")),
            *((lead, vowel, _TAIL.get(other, 0)) for other in _SLIP_TAIL.get(TAILS[tail], "")),
        ]
        for parts in changed:
            yield word[:place] + syllable(*parts) + word[place + 1 :]


def liaisons(word: str) -> Iterator[str]:
    """The word with an ending said in one with its last consonant: 놈아 is 노마, 병신이 is 병시니."""
    lead, vowel, tail = letters(word[-1])
    carried = TAILS[tail]
    if tail and carried in _LEAD and carried != "ㅇ":
        for ending in "ㅏㅣㅡ":
            yield word[:-1] + syllable(lead, vowel) + syllable(_LEAD[carried], _VOWEL[ending])
