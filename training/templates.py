"""Sentences made from families of templates: abuse, and innocent comments in the same words.

A model that has seen an identity term mostly in abuse takes the term for abuse; likewise an insult that is
quoted or denied, a number, or a violent word of the news. So each abusive family of
`training/data/templates.toml` stands beside innocent ones that fill the same slots.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

from moderation.text.hangul import S_BASE, S_LAST
from moderation.types import Label, Language
from training.corpus import Example

SOURCE = "templates"


class _Family(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    lang: Language
    count: int = Field(gt=0)
    each: str | None = None
    labels: frozenset[Label] = frozenset()
    plain: bool = False
    weight: float = Field(default=1.0, gt=0)
    templates: list[str] = Field(min_length=1)


class _Book(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[Language, dict[str, list[str]]]
    family: list[_Family]


# Put before and after sentences of every kind alike, so that neither says anything about a label.
_BEFORE: Mapping[Language, Sequence[str]] = {
    "en": ("",) * 10
    + ("Honestly, ", "Well, ", "I mean, ", "Again: ", "Look, ", "So ", "To be fair, ", "Wow, "),
    "ko": ("",) * 10 + ("솔직히 ", "근데 ", "아니 ", "와 ", "그러니까 ", "한마디 하자면 ", "또 ", "음, "),
}
_AFTER: Mapping[Language, Sequence[str]] = {
    "en": ("", "", "", ".", ".", "!", "...", " lol", ". That's all.", ". Just read it in the paper.", " 🙂"),
    "ko": ("", "", "", ".", ".", "!", "...", " ㅋㅋ", ". 이상입니다.", ". 방금 기사 봤어요.", " ㅎㅎ"),
}
_TRIES = 40  # draws per row wanted before a family counts as used up

_SLOT = re.compile(r"\{([a-z]+)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_DIGITS = re.compile(r"#+")
_PARTICLE = re.compile(r"(\S)([\"']?)(은|을|과|으로|이[네나야랑]?|이라[고는면니])\(([가-힣]{1,2})\)")
_ARTICLE = re.compile(r"(?<![A-Za-z])a (?=[aeiou])")


def generate(seed: int = 0) -> list[Example]:
    """All rows, each text once, in an order and a choice that depend on the seed alone."""
    book = _book()
    draw = random.Random(seed)  # noqa: S311 - sampling, no secret
    seen: set[str] = set()
    rows: list[Example] = []
    for family in book.family:
        labels = {label: int(label in family.labels) for label in Label}
        for text in _rows(family, book.words[family.lang], draw, seen):
            rows.append(
                Example(
                    id=f"{SOURCE}-{len(rows):05}",
                    text=text,
                    lang=family.lang,
                    source=SOURCE,
                    split="train",
                    labels=labels,
                    weights=dict.fromkeys(Label, family.weight),  # times that of the source
                    assumed=frozenset(labels),  # fitted on, but no yardstick to calibrate by
                    origin={"family": family.name},
                )
            )
    return rows


def identity_terms() -> dict[Language, tuple[str, ...]]:
    """The terms for groups of people that must be in innocent rows as often as in abusive ones."""
    return {lang: (*words["group"], *words["one"]) for lang, words in _book().words.items()}


def _book() -> _Book:
    text = (resources.files("training") / "data" / "templates.toml").read_text("utf-8")
    return _Book.model_validate(tomllib.loads(text))


def _rows(
    family: _Family, words: Mapping[str, Sequence[str]], draw: random.Random, seen: set[str]
) -> Iterator[str]:
    """`count` new texts for each word of the list that the family goes through, its templates in turn."""
    for word in words[family.each] if family.each else ("",):
        fixed = {**words, family.each: [word]} if family.each else words
        templates = draw.sample(family.templates, len(family.templates))
        found = 0
        for turn in range(family.count * _TRIES):
            text = _sentence(templates[turn % len(templates)], family, fixed, draw)
            key = "".join(filter(str.isalnum, text.casefold()))
            if key not in seen:
                seen.add(key)
                found += 1
                yield text
            if found == family.count:
                break


def _sentence(template: str, family: _Family, words: Mapping[str, Sequence[str]], draw: random.Random) -> str:
    text = _filled(template, words, draw)
    if not family.plain:
        before, after = draw.choice(_BEFORE[family.lang]), draw.choice(_AFTER[family.lang])
        text = before + text + (after.lstrip(".!") if text[-1] in "?!." else after)
    # Three in four begin as the school teaches; the others as readers type.
    return text[0].upper() + text[1:] if draw.random() < 0.75 else text


def _filled(template: str, words: Mapping[str, Sequence[str]], draw: random.Random) -> str:
    """The template with choices made, slots and digits filled, particles and articles fitted."""
    text = _CHOICE.sub(lambda choice: draw.choice(choice[1].split("|")), template)
    text = _SLOT.sub(lambda slot: draw.choice(words[slot[1]]), text)
    text = _DIGITS.sub(lambda run: _number(len(run[0]), draw), text)
    text = _ARTICLE.sub("an ", _PARTICLE.sub(_fitted, text))
    return " ".join(text.split())


def _number(digits: int, draw: random.Random) -> str:
    return str(draw.randrange(10 ** (digits - 1), 10**digits))


def _fitted(match: re.Match[str]) -> str:
    before, quote, closed, opened = match.groups()
    last = ord(before)
    tail = (last - S_BASE) % 28 if S_BASE <= last <= S_LAST else 0
    # The eighth tail is ㄹ, after which it is 로 as after a vowel.
    takes_opened = tail == 0 or (tail == 8 and opened == "로")
    return before + quote + (opened if takes_opened else closed)
