"""The site's standards as data: read from TOML, merged, validated, and named by a content hash.

A policy is `policies/default.toml` with any number of site files merged over it: tables merge key by key,
any other value replaces the one below. Word lists and author messages lie beside it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from moderation.errors import PolicyError
from moderation.policy_faults import Layer, explain
from moderation.types import Action, Label, Language, Severity

LANGUAGES: tuple[Language, ...] = ("ko", "en")


def _read_action(value: object) -> object:
    if isinstance(value, str):
        try:
            return Action[value.upper()]
        except KeyError:
            raise ValueError(f"`{value}` is no action; use allow, nudge, hold or reject") from None
    return value


ActionName = Annotated[Action, BeforeValidator(_read_action)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Localised(_Table):
    """One text in both of the site's languages."""

    ko: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        """The text for that reader."""
        return self.ko if language == "ko" else self.en


class Clause(_Table):
    """One numbered standard that readers agree to when they comment."""

    number: int = Field(ge=1)
    title: Localised
    text: Localised
    rationale: Localised
    appeal: bool = Field(default=True, description="may the author ask for another look")


class Limits(_Table):
    """How large a comment may be."""

    graphemes: int = Field(ge=1, le=100_000, description="characters as a reader counts them")
    bytes: int = Field(ge=256, le=1_048_576, description="UTF-8 bytes of the whole text")
    marks: int = Field(ge=1, le=64, description="combining marks on one character")


class Thresholds(_Table):
    """From which probability on a score asks for an action; an absent one is never asked for."""

    nudge: Probability | None = None
    hold: Probability | None = None
    reject: Probability | None = None

    @model_validator(mode="after")
    def _ascend(self) -> Thresholds:
        given = [value for value in (self.nudge, self.hold, self.reject) if value is not None]
        if not given:
            raise ValueError("gives no threshold; name at least one of nudge, hold, reject")
        if given != sorted(given):
            raise ValueError("thresholds must rise from nudge over hold to reject")
        return self

    def action(self, score: float) -> Action:
        """The strongest action that this score reaches."""
        for threshold, action in (
            (self.reject, Action.REJECT),
            (self.hold, Action.HOLD),
            (self.nudge, Action.NUDGE),
        ):
            if threshold is not None and score >= threshold:
                return action
        return Action.ALLOW


class LanguageThresholds(_Table):
    """Thresholds by the language of the comment: the score of one says nothing about the other."""

    ko: Thresholds
    en: Thresholds


class SeverityActions(_Table):
    """What a listed word asks for, by its severity."""

    mild: ActionName
    strong: ActionName
    severe: ActionName


class SeverityScores(_Table):
    """A probability by severity."""

    mild: Probability
    strong: Probability
    severe: Probability


class Confirmation(_Table):
    """A classifier score that a word of each severity needs beside it; without it, `otherwise` holds.

    So a quotation, a negation or a word used of things yields to the classifier's reading.
    """

    label: Label
    at_least: SeverityScores
    otherwise: SeverityActions


class Rule(_Table):
    """What one kind of finding means: a fixed action, one by severity, or thresholds on its score."""

    clause: str
    action: ActionName | None = None
    by_severity: SeverityActions | None = None
    thresholds: LanguageThresholds | None = None
    confirm: Confirmation | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Rule:
        ways = [self.action is not None, self.by_severity is not None, self.thresholds is not None]
        if sum(ways) != 1:
            raise ValueError("needs exactly one of `action`, `by_severity` and `thresholds`")
        if self.confirm is not None and self.by_severity is None:
            raise ValueError("`confirm` goes with `by_severity` only")
        return self


class SkippedChecks(_Table):
    """What happens to a comment when a check could not run."""

    action: ActionName
    checks: dict[str, ActionName] = Field(default_factory=dict)


class Repetition(_Table):
    """When repeating and shouting count as flooding the thread."""

    run: int = Field(ge=3, description="the same character in a row; laughter and tears are exempt")
    words: int = Field(ge=2, description="the same word in a row")
    sentences: int = Field(ge=2, description="the same sentence anywhere in the comment")
    shouting_letters: int = Field(ge=4, description="shortest text, in letters, that can be shouting")
    shouting_share: Probability = Field(description="share of capitals that makes it shouting")
    emoji: int = Field(ge=2, description="emoji in one comment")
    same_comment: int = Field(ge=1, description="earlier copies by the same author")
    window_minutes: int = Field(ge=1, description="how far back copies count")


class Links(_Table):
    """Which registrable domains a comment may link to, and which never."""

    allow: tuple[str, ...] = ()
    block: tuple[str, ...] = ()


class WordListing(_Table):
    """Which word lists are in force. `remove` takes single terms out of the shipped lists."""

    files: tuple[str, ...]
    remove: tuple[str, ...] = ()


class Entry(_Table):
    """One listed word or phrase.

    at : where the folded term must stand. `word`: a whole word, particles or plural endings aside;
        `start`: at the start of a word; `anywhere`: also inside one.
    allow : innocent phrases around the term; a hit that one of them covers is cancelled.
    """

    term: str = Field(min_length=1)
    category: Literal[
        "insult", "hatred", "threat", "sexual", "profanity", "advertising", "illegal", "impersonation"
    ]
    severity: Severity
    at: Literal["word", "start", "anywhere"] = "word"
    allow: tuple[str, ...] = ()
    shorthand: bool = False
    source: str
    added: date
    language: Language = "en"


class _Lexicon(_Table):
    """One word list. `ordinary`: innocent words that sound or look like a listed one in disguise."""

    language: Language
    entries: tuple[Entry, ...]
    ordinary: tuple[str, ...] = ()


class Policy(_Table):
    """The whole of a site's standards, frozen.

    `version` names the content: two policies with the same version decide alike.
    """

    name: Localised
    limits: Limits
    clauses: dict[str, Clause]
    rules: dict[str, Rule]
    skipped: SkippedChecks
    repetition: Repetition
    links: Links
    lexicon: WordListing
    entries: tuple[Entry, ...]
    ordinary: tuple[str, ...] = ()
    messages: dict[str, Localised] = Field(description="what an author reads, by clause id")
    interface: dict[str, Localised] = Field(description="the texts of box and pages, by key")

    @model_validator(mode="after")
    def _whole(self) -> Policy:
        for name, rule in self.rules.items():
            if rule.clause not in self.clauses:
                raise ValueError(
                    f"rule `{name}`: clause `{rule.clause}` does not exist; "
                    f"use one of {', '.join(self.clauses)}"
                )
        for name in self.clauses:
            if name not in self.messages:
                raise ValueError(
                    f"clause `{name}` has no author message; write one under `[messages.ko.clauses]` "
                    "and one under `[messages.en.clauses]`"
                )
        by_number: dict[int, str] = {}
        for name, clause in self.clauses.items():
            other = by_number.setdefault(clause.number, name)
            if other != name:
                raise ValueError(
                    f"clauses `{other}` and `{name}` share the number {clause.number}; each needs its own"
                )
        return self

    @cached_property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 over the canonical JSON of everything that decides."""
        content = self.model_dump(mode="json", exclude={"interface"})
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def message(self, clause: str, language: Language) -> str:
        """What the author of a comment reads when it breaks that clause."""
        return self.messages[clause].in_language(language).replace("{limit}", str(self.limits.graphemes))

    def numbered(self) -> list[tuple[str, Clause]]:
        """The clauses with their ids, in the order in which readers see them."""
        return sorted(self.clauses.items(), key=lambda item: item[1].number)


def shipped() -> Traversable:
    """The folder of the policy files that come with the package."""
    return resources.files("policies")


def load_policy(*overlays: str | Path) -> Policy:
    """Read the default policy with the site's own files merged over it, later ones winning.

    Raises PolicyError with file, field, value and what would be right.

    >>> load_policy().limits.graphemes
    250
    """
    layers = [("policies/default.toml", _read(shipped() / "default.toml", "policies/default.toml"))]
    layers += [(str(path), _read(Path(path), str(path))) for path in overlays]
    merged: dict[str, Any] = {}
    for _, layer in layers:
        merged = _merge(merged, layer)
    folder = Path(overlays[-1]).parent if overlays else None
    merged["rules"] = dict(_flatten_rules(merged.get("rules", {})))
    try:
        listing = WordListing.model_validate(merged.get("lexicon"))
    except ValidationError as error:
        raise PolicyError(explain(error, layers, ("lexicon",))) from None
    merged["entries"], merged["ordinary"] = _load_lexicon(listing, folder, layers)
    texts = _load_messages(merged.pop("messages", {}))
    merged["messages"], merged["interface"] = texts["clauses"], texts["interface"]
    try:
        return Policy.model_validate(merged)
    except ValidationError as error:
        raise PolicyError(explain(error, layers)) from None


def _read(path: Path | Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except FileNotFoundError:
        raise PolicyError(f"{name}: there is no such file") from None
    except OSError as error:
        raise PolicyError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise PolicyError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name}: not valid TOML: {error}") from None


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        else:
            merged[key] = value
    # A rule decides in one way only: naming another way in a site file takes the place of the default's.
    ways = ("action", "by_severity", "thresholds")
    named = [way for way in ways if way in above]
    if named and "clause" in merged:
        for way in ways:
            if way not in named:
                merged.pop(way, None)
    return merged


def _flatten_rules(rules: Any) -> list[tuple[str, Any]]:
    """`[rules.words.insult]` in the file is the rule `words.insult`."""
    if not isinstance(rules, dict):
        return [("", rules)]
    return [
        (f"{check}.{kind}", rule)
        for check, kinds in rules.items()
        for kind, rule in (kinds.items() if isinstance(kinds, dict) else [("", kinds)])
    ]


def _load_lexicon(
    listing: WordListing, folder: Path | None, layers: Sequence[Layer]
) -> tuple[list[dict[str, Any]], list[str]]:
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    ordinary: dict[str, None] = {}
    site = layers[-1][0]
    for file in listing.files:
        own = folder / file if folder else None
        path = own if own and own.exists() else shipped() / file
        name = str(own) if own and own.exists() else f"policies/{file}"
        if not path.is_file():
            raise PolicyError(
                f"{site}: `lexicon.files`: `{file}` is neither beside this file nor among the shipped lists"
            )
        raw = _read(path, name)
        try:
            lexicon = _Lexicon.model_validate(raw)
        except ValidationError as error:
            raise PolicyError(explain(error, [(name, raw)])) from None
        ordinary |= dict.fromkeys(lexicon.ordinary)
        for entry in lexicon.entries:
            entries[lexicon.language, entry.term] = entry.model_dump() | {"language": lexicon.language}
    absent = set(listing.remove) - {term for _, term in entries}
    if absent:
        raise PolicyError(
            f"{site}: `lexicon.remove`: `{sorted(absent)[0]}` is in none of the lists; check the spelling"
        )
    return [entry for (_, term), entry in entries.items() if term not in listing.remove], list(ordinary)


def _load_messages(own: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Turn one file per language into one text per key with both languages."""
    texts: dict[str, dict[str, dict[str, str]]] = {"clauses": {}, "interface": {}}
    for language in LANGUAGES:
        name = f"messages/{language}.toml"
        file = _merge(_read(shipped() / name, f"policies/{name}"), own.get(language, {}))
        for section, entries in texts.items():
            for key, text in file.get(section, {}).items():
                entries.setdefault(key, {})[language] = text
    return texts
