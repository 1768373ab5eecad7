"""Policy files: the default read, the site's own merged over it, word lists and messages beside them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from moderation.errors import PolicyError
from moderation.policy.conditions import EFFECTS
from moderation.policy.faults import Layer, explain
from moderation.policy.lexicon import Entry, Lexicon
from moderation.policy.rules import WAYS
from moderation.policy.standards import Policy
from moderation.policy.tables import LANGUAGES, MessageTables, WordListing
from moderation.types import Language

SHIPPED = ("default.toml", "patterns.toml")
"""The files of the default policy, later ones over earlier ones."""


def shipped() -> Traversable:
    """The folder of the policy files that come with the package."""
    return resources.files("policies")


Reading = Callable[[Path], object]
"""Told of each file just before it is looked at, also of one that turns out to be missing or wrong."""


def load_policy(*overlays: str | Path, reading: Reading | None = None) -> Policy:
    """Read the default policy with the site's own files merged over it, later ones winning.

    reading : told of every file that counts, so that whoever watches them misses none.

    Raises PolicyError with file, field, value and what would be right.

    >>> load_policy().limits.graphemes
    250
    """
    layers = [(f"policies/{name}", _read(shipped() / name, f"policies/{name}", reading)) for name in SHIPPED]
    layers += [(str(path), _read(Path(path), str(path), reading)) for path in overlays]
    merged: dict[str, Any] = {}
    for _, layer in layers:
        merged = _merge(merged, layer)
    folder = Path(overlays[-1]).parent if overlays else None
    merged["rules"] = dict(_flatten_rules(merged.get("rules", {})))
    try:
        listing = WordListing.model_validate(merged.get("lexicon"))
    except ValidationError as error:
        raise PolicyError(explain(error, layers, ("lexicon",))) from None
    merged["entries"], merged["ordinary"], merged["nouns"] = _load_lexicon(listing, folder, layers, reading)
    own_messages = merged.pop("messages", {})
    try:
        MessageTables.model_validate(own_messages)
    except ValidationError as error:
        raise PolicyError(explain(error, layers, ("messages",))) from None
    texts = _load_messages(own_messages, reading)
    merged["messages"], merged["interface"] = texts["clauses"], texts["interface"]
    try:
        return Policy.model_validate(merged)
    except ValidationError as error:
        raise PolicyError(explain(error, layers)) from None


def _read(path: Path | Traversable, name: str, reading: Reading | None) -> Mapping[str, Any]:
    if reading is not None and isinstance(path, Path):
        reading(path)
    try:
        return _parsed(path.read_bytes())
    except FileNotFoundError:
        raise PolicyError(f"{name}: there is no such file") from None
    except OSError as error:
        raise PolicyError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise PolicyError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name}: not valid TOML: {error}") from None


@lru_cache(maxsize=64)
def _parsed(raw: bytes) -> Mapping[str, Any]:
    """The tables of a file, not to be changed. A policy that is loaded again has mostly the files of before."""
    return tomllib.loads(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))


def _merge(below: Mapping[str, Any], above: Mapping[str, Any], place: tuple[str, ...] = ()) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value, (*place, key))
        else:
            merged[key] = value
    for choice in _choices(place):
        named = [way for way in choice if way in above]
        for way in choice if named else ():
            if way not in named:
                merged.pop(way, None)
    if place[:1] == ("rules",) and "clause" in merged:
        _drop_what_goes_with_severity(merged, above)
    return merged


def _drop_what_goes_with_severity(rule: dict[str, Any], above: Mapping[str, Any]) -> None:
    """A rule that no longer asks by severity keeps nothing from below that goes with that way only."""
    if "by_severity" not in rule:
        for key in {"confirm", "weights"} - above.keys():
            rule.pop(key, None)
    if not {"weight", "weights"} & rule.keys() and "group" not in above:
        rule.pop("group", None)


def _choices(place: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Of which fields a table has one only: another one in a site's file takes the place of the default's."""
    match place:
        case ("rules", _, _):
            return WAYS, ("weight", "weights")
        case ("exceptions", _):
            return (EFFECTS,)
    return ()


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
    listing: WordListing, folder: Path | None, layers: Sequence[Layer], reading: Reading | None
) -> tuple[list[Entry], list[str], list[str]]:
    entries: dict[tuple[str, str], Entry] = {}
    ordinary: dict[str, None] = {}
    nouns: dict[str, None] = {}
    site = layers[-1][0]
    for file in listing.files:
        own = folder / file if folder else None
        if own and reading:
            reading(own)  # it counts even when it is missing: it may come
        path = own if own and own.exists() else shipped() / file
        name = str(own) if own and own.exists() else f"policies/{file}"
        if not path.is_file():
            raise PolicyError(
                f"{site}: `lexicon.files`: `{file}` is neither beside this file nor among the shipped lists"
            )
        raw = _read(path, name, reading)
        try:
            lexicon = Lexicon.model_validate(raw)
        except ValidationError as error:
            raise PolicyError(explain(error, [(name, raw)])) from None
        ordinary |= dict.fromkeys(lexicon.ordinary)
        nouns |= dict.fromkeys(lexicon.nouns)
        for entry in lexicon.entries:
            entries[lexicon.language, entry.term] = entry.model_copy(update={"language": lexicon.language})
    absent = set(listing.remove) - {term for _, term in entries}
    if absent:
        raise PolicyError(
            f"{site}: `lexicon.remove`: `{sorted(absent)[0]}` is in none of the lists; check the spelling"
        )
    kept = [entry for (_, term), entry in entries.items() if term not in listing.remove]
    return kept, list(ordinary), list(nouns)


def _load_messages(own: Mapping[str, Any], reading: Reading | None) -> dict[str, dict[str, dict[str, str]]]:
    """Turn the files of each language into one text per key with both languages."""
    texts: dict[str, dict[str, dict[str, str]]] = {"clauses": {}, "interface": {}}
    for language in LANGUAGES:
        for section, entries in texts.items():
            known = _shipped_texts(language, section, reading)
            for key, text in (known | own.get(language, {}).get(section, {})).items():
                entries.setdefault(key, {})[language] = text
    return texts


def _shipped_texts(language: Language, section: str, reading: Reading | None) -> dict[str, str]:
    """Those of `messages/LANGUAGE.toml` and of every page's own file, `messages/PAGE/LANGUAGE.toml`."""
    texts: dict[str, str] = {}
    pages = sorted(entry.name for entry in (shipped() / "messages").iterdir() if entry.is_dir())
    for name in (f"{language}.toml", *(f"{page}/{language}.toml" for page in pages)):
        path = f"policies/messages/{name}"
        own = _read(shipped() / "messages" / name, path, reading).get(section, {})
        if twice := texts.keys() & own.keys():
            raise PolicyError(
                f"{path}: `{section}.{min(twice)}` stands in another file too; keep one of them"
            )
        texts |= own
    return texts
