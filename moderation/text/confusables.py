"""Letters of other alphabets that look like Latin ones, from Unicode's confusables (UTS #39, section 4).

The table is the one in the package `confusable-homoglyphs`; it is read when the first such letter is met.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib import resources

# Letters that are read as Latin ones only in the midst of Latin letters: alone they are what they are.
_LOOSE = {
    pair[0]: pair[1]
    for pairs in (
        "αa βb γy δd εe ζz ηn θo ιi κk λl μu νv ξe οo πn ρp σo ςc τt υu φo χx ψy ωw",
        "аa бb вb гr дd еe зe иu йu кk лn мm нh оo пn рp сc тt уy хx цu чh шw щw ъb ьb эe яr іi јj ѕs ԁd һh ґr",
        "ɾr ɹr ɐa ɑa ʌa əe ɛe ɜe ɔo ɡg ɦh ħh ɨi ɩi ɭl łl ʟl ɯm ɱm ɲn ŋn øo œo ƥp ʠq ʀr ʁr ɽr ʂs ʃs ŧt ʈt ʊu ʋu ɣy ʏy",
        "ʐz ʑz ƶz đd ɖd ƒf ßb þp æa օo սu ոn հh ցg զq",
    )
    for pair in pairs.split()
}
_WORD = re.compile(r"[^\W\d_]+")
_ASCII = re.compile(r"[a-z]")
_FOREIGN = re.compile(r"[^\W\d_a-z가-힣ㄱ-ㅣ]")


@cache
def lookalikes() -> dict[str, str]:
    """Each lower-case letter outside ASCII that looks like exactly one letter a to z, with that letter."""
    source = resources.files("confusable_homoglyphs") / "confusables.json"
    listed = json.loads(source.read_text("utf-8"))
    table = {}
    for char, others in listed.items():
        if len(char) == 1 and char > "\x7f" and char.isalpha():
            latin = {other["c"].lower() for other in others if _ASCII.fullmatch(other["c"].lower())}
            small = {letter for other in others if (letter := _small_capital(other["c"]))}
            found = latin or small
            if len(found) == 1:
                table[char] = found.pop()
    phonetic = [*map(chr, range(0x1D00, 0x1D80)), *"ɢɪɴʀʏʙʜʟ"]
    table |= {char: capital for char in phonetic if (capital := _small_capital(char))}
    return table | {
        "ı": "i",
        "ĸ": "k",
        "ѡ": "w",
        "ԝ": "w",
        "ϲ": "c",
        "ς": "c",
        "ӏ": "l",
        "ո": "n",
        "ս": "u",
        "в": "b",
        "н": "h",
        "т": "t",
        "м": "m",
        "к": "k",
        "ɾ": "r",
    }


def _small_capital(char: str) -> str | None:
    """The plain letter of a phonetic small capital (ʙ → b)."""
    if len(char) != 1:
        return None
    name = unicodedata.name(char, "")
    before, _, letter = name.partition("LATIN LETTER SMALL CAPITAL ")
    return letter.lower() if not before and len(letter) == 1 else None


def unmask(folded: str) -> str:
    """Write look-alike letters as the Latin ones they stand for; as long as the input.

    A word is rewritten when it mixes alphabets, and a word wholly of look-alikes when every other foreign
    word is so too: genuine Russian or Greek has letters that look like no Latin one, and is left alone.
    """
    if not _FOREIGN.search(folded):
        return folded
    table = lookalikes()
    words = [match for match in _WORD.finditer(folded) if _FOREIGN.search(match[0])]
    loose = _LOOSE | table
    disguised: dict[int, str] = {}
    for match in words:
        mixed = _ASCII.search(match[0]) is not None
        if mixed or all(char in table or char.isascii() for char in match[0]):
            known = loose if mixed else table
            disguised[match.start()] = "".join(known.get(char, char) for char in match[0])
    whole = len(disguised) == len(words)
    out = list(folded)
    for match in words:
        if match.start() in disguised and (whole or _ASCII.search(match[0])):
            out[match.start() : match.end()] = disguised[match.start()]
    return "".join(out)
