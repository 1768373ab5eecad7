"""From a row of somebody's table to an Example, or the reason why not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict

from moderation.errors import InputError
from moderation.text.normalize import normalize
from moderation.types import Label, Language
from training.example import Example, Split

LONGEST = 65_536
"""Characters that a comment to learn from may have."""

_MARKS = re.compile(r"[\s_\-./()]+")
_LIST = re.compile(r"[,;|/+]")
# What these say of a person is abuse in itself; swearing and crude talk may be aimed at nobody.
_TOXIC = (Label.TOXICITY, Label.INSULT, Label.IDENTITY_ATTACK, Label.THREAT)


class _Names(BaseModel):
    """training/data/columns.toml, turned round: what somebody wrote, and what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, list[str]]
    labels: dict[Label, list[str]]
    words: dict[str, list[str]]
    values: dict[str, list[str]]
    splits: dict[Split, list[str]]


@cache
def _names() -> dict[str, dict[str, Any]]:
    text = (resources.files("training") / "data" / "columns.toml").read_text("utf-8")
    book = _Names.model_validate(tomllib.loads(text))
    return {
        section: {
            (_plain if section == "values" else _key)(name): meaning
            for meaning, names in table.items()
            for name in names
        }
        for section, table in dict(book).items()
    }


def _plain(value: object) -> str:
    return str(value).strip().casefold()


def _key(name: object) -> str:
    return _bare(str(name))


@lru_cache(maxsize=4_096)
def _bare(name: str) -> str:
    return _MARKS.sub("", _plain(name)) or _plain(name)


class Unusable(InputError):
    """Raised for a row that nothing can be learned from; the message says why."""


def text_of(fields: Mapping[str, Any]) -> str:
    """The comment in a row of any table. Raises Unusable."""
    return _text(_named(fields), fields)


def _text(named: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    text = named.get("text")
    if text is None:
        raise Unusable(f"`text` is missing; the columns are {', '.join(f'`{name}`' for name in fields)}")
    if not isinstance(text, str):
        raise Unusable(f"`text` is a {type(text).__name__}, not text")
    if not text.strip():
        raise Unusable("`text` is empty")
    if len(text) > LONGEST:
        raise Unusable(f"`text` has {len(text):,} characters, more than {LONGEST:,}")
    return text


def to_example(fields: Mapping[str, Any], fallback_id: str) -> Example:
    """The example in a row of any table. Raises Unusable."""
    named = _named(fields)
    text = _text(named, fields)
    labels = _stated(fields, named)
    if not labels:
        raise Unusable("states no label; fill in at least one")
    return Example(
        id=str(named.get("id") or fallback_id),
        text=text,
        lang=_language(named.get("lang"), text),
        source=str(named.get("source") or "own"),
        split=_split(named.get("split")),
        labels=labels,
        origin=named["orig"] if isinstance(named.get("orig"), dict) else {},
    )


def _named(fields: Mapping[str, Any]) -> dict[str, Any]:
    columns = _names()["columns"]
    return {columns.get(_key(column), column): value for column, value in fields.items()}


def _stated(fields: Mapping[str, Any], named: Mapping[str, Any]) -> dict[Label, int]:
    """All that the row says: its `label` column, the project's `labels` object, a column for each label."""
    labels: dict[Label, int] = {}
    whole = named.get("label")
    columns = {column: value for column, value in fields.items() if _key(column) in _names()["labels"]}
    if isinstance(whole, Mapping):  # the project's own form
        for name in whole:
            if _key(name) not in _names()["labels"]:
                raise Unusable(f"`labels.{name}` is no label; use {', '.join(Label)}")
        columns |= whole
    elif whole is not None:
        labels |= _listed(whole)
    for column, value in columns.items():
        stated = _value(column, value)
        if stated is not None:
            labels[_names()["labels"][_key(column)]] = stated
    return labels


def _value(column: str, value: object) -> int | None:
    meaning = "unstated" if value is None else _names()["values"].get(_plain(value))
    if meaning is None:
        raise Unusable(f"`{column}` is `{str(value)[:40]}`; write 1 or 0, yes or no, 예 or 아니오")
    return {"yes": 1, "no": 0}.get(meaning)


def _listed(whole: object) -> dict[Label, int]:
    """What a `label` column says: names of labels, a word for innocent, or 1 and 0 for toxic or not."""
    names: Iterable[object] = whole if isinstance(whole, list | tuple) else _LIST.split(str(whole))
    labels: dict[Label, int] = {}
    known = _names()
    for name in names:
        key = _key(name)
        if key in known["words"]:
            labels |= dict.fromkeys(Label, 0)
        elif key in known["labels"]:
            label = known["labels"][key]
            labels[label] = 1
            if label in _TOXIC:
                labels[Label.TOXICITY] = 1
        elif (value := known["values"].get(_plain(name))) in ("yes", "no"):
            labels[Label.TOXICITY] = int(value == "yes")
        elif value != "unstated":
            raise Unusable(f"`label` is `{str(name).strip()[:40]}`; use clean, {', '.join(Label)}")
    return labels


def _language(value: object, text: str) -> Language:
    written = _key(value or "")[:3]
    if written in ("", "nan"):
        return normalize(text).language
    if written in ("ko", "kor", "kr", "한국어"):
        return "ko"
    if written in ("en", "eng", "영어"):
        return "en"
    raise Unusable(f"`lang` is `{str(value)[:20]}`; use ko or en, or leave it empty")


def _split(value: object) -> Split:
    if value is None or not str(value).strip():
        return "train"
    split: Split | None = _names()["splits"].get(_key(value))
    if split is None:
        raise Unusable(f"`split` is `{str(value)[:20]}`; use train, validation or test, or leave it empty")
    return split
