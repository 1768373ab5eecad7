"""What several commands begin with: the settings, and the options that win over them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from moderation.settings import Settings
    from moderation.store import Store

PolicyFiles = Annotated[
    list[Path] | None,
    typer.Option("--policy", metavar="FILE", help="A policy file merged over the default; may be repeated."),
]
ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", metavar="FOLDER", help="A model to use instead of the shipped one."),
]


def load_settings(
    *,
    host: str | None = None,
    port: int | None = None,
    policy: list[Path] | None = None,
    model: Path | None = None,
) -> Settings:
    """The settings of the environment; what the command line names wins. Raises InputError."""
    from moderation.settings import Settings

    environ = dict(os.environ)
    named = {
        "HOST": host,
        "PORT": None if port is None else str(port),
        "POLICY_FILES": os.pathsep.join(map(str, policy)) if policy else None,
        "MODEL_DIR": str(model) if model else None,
    }
    environ |= {f"MODERATION_{name}": value for name, value in named.items() if value is not None}
    return Settings.from_environment(environ)


def open_store(settings: Settings | None = None) -> Store:
    """The store that the settings name, with the keys of its audit and the rules of its desk."""
    from moderation.store import Store
    from moderation.store.desk import DeskRules

    settings = settings or load_settings()
    store = Store.open(settings.database_url, settings.audit_keys)
    store.desk.rules = DeskRules(settings.report_readers, settings.report_hours, settings.second_look_share)
    return store
