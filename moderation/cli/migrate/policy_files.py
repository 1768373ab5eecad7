"""Policy files as text, for an editor to read: what a migration found, and why it is what it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from moderation.cli.migrate.mapping import Carried
from moderation.errors import InputError, PolicyError
from moderation.policy import Entry, Policy, load_policy
from moderation.types import Language
from moderation.web.wire.attributes import LABELS


def thresholds_text(found: Mapping[tuple[str, Language], Carried], policy: Policy) -> str:
    """A policy file with the new thresholds for holding; those of too few comments stand in it as remarks."""
    lines = [
        "# Thresholds that hold as many comments as Perspective's did, by `moderation migrate perspective`."
    ]
    for (attribute, language), carried in found.items():
        rule = policy.rules.get(f"toxicity.{LABELS.get(attribute, '')}")
        if rule is None or rule.thresholds is None:
            lines += [
                "",
                f"# {attribute} has no rule of its own; clients that ask for it use {carried.new:.4f}",
            ]
            continue
        now = rule.thresholds.in_language(language)
        nudge = None if now.nudge is None else min(now.nudge, carried.new)
        reject = None if now.reject is None else max(now.reject, carried.new)
        values = {"nudge": nudge, "hold": carried.new, "reject": reject}
        table = ", ".join(f"{name} = {value:g}" for name, value in values.items() if value is not None)
        few = "" if carried.is_supported else "# too few comments to go by: "
        lines += [
            "",
            f"# {attribute} {carried.old:g}: {carried.above} of {carried.comments} comments were at or above it",
            f"{few}rules.toxicity.{LABELS[attribute]}.thresholds.{language} = {{ {table} }}",
        ]
    return "\n".join(lines) + "\n"


def list_text(language: Language, entries: Sequence[Entry], about: str) -> str:
    """A word list, one entry after the other as they came."""
    parts = [f"# {about}", f'language = "{language}"', ""]
    if not entries:
        parts.append("entries = []")
    for entry in entries:
        parts += [
            "[[entries]]",
            f"term = {quoted(entry.term)}",
            f"category = {quoted(entry.category)}",
            f"severity = {quoted(entry.severity)}",
            f"source = {quoted(entry.source)}",
            f"added = {entry.added.isoformat()}",
            "",
        ]
    return "\n".join(parts).rstrip("\n") + "\n"


def quoted(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's too, but for DEL and what TOML cannot hold (TOML 1.0.0)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_and_load(texts: Mapping[Path, str], policy: Path) -> Policy:
    """Write the files, none of which may exist, and load the policy among them as the service would.

    Raises InputError, and leaves nothing behind, where a file cannot be written or would stop the service.
    """
    written: list[Path] = []
    try:
        for path, text in texts.items():
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
        return load_policy(policy)
    except FileExistsError as error:
        failed = f"`{error.filename}` exists already; move it away, or name another file"
    except OSError as error:
        failed = f"`{error.filename}` cannot be written: {error.strerror}"
    except PolicyError as error:
        failed = f"the policy file would be refused, so it was not kept: {error}"
    for path in written:
        path.unlink()
    raise InputError(failed)
