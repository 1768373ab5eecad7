"""Versions of a model side by side, and which of them is in service.

```
models/
├── current.json          which version is in service, since when, by whom and why; replaced as a whole
├── history.jsonl         the same for every earlier switch, oldest first
└── versions/VERSION/     model.joblib, manifest.json, manifest.sig, card.md, exam.json
```

`training promote` and `training rollback` write it; the service only reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from moderation.errors import ModelError
from moderation.model.artifact import load
from moderation.model.classifier import Classifier
from moderation.model.signature import ANYONE, Trust

CURRENT_FILE, HISTORY_FILE, VERSIONS = "current.json", "history.jsonl", "versions"

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


class Switch(BaseModel):
    """One change of the model in service. in_spite_of : the gate's reasons that were overruled."""

    model_config = ConfigDict(frozen=True)

    version: str
    action: Literal["promoted", "rolled back"]
    by: str
    at: datetime
    why: str = ""
    before: str | None = None
    in_spite_of: tuple[str, ...] = ()


def folder_of(models: Path, version: str) -> Path:
    """Where that version lies. Raises ModelError for a name that could lead anywhere else."""
    if not _NAME.fullmatch(version):
        raise ModelError(f"{models}: `{version}` is no name of a version")
    return models / VERSIONS / version


def read_current(models: Path) -> Switch | None:
    """Which version is in service; None where the folder keeps no versions. Raises ModelError."""
    path = models / CURRENT_FILE
    try:
        return Switch.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise ModelError(
            f"{path}: {error.errors()[0]['msg'].lower()}; `training rollback` mends it"
        ) from None


def load_current(
    folder: Path,
    *,
    reading: Callable[[Path], object] = lambda path: None,
    trust: Trust = ANYONE,
) -> Classifier:
    """Verify and load the version in service, or the artefact of a folder that keeps no versions."""
    reading(folder / CURRENT_FILE)
    current = read_current(folder)
    if current is None:
        return load(folder, reading=reading, trust=trust)
    classifier = load(folder_of(folder, current.version), reading=reading, trust=trust)
    if classifier.version != current.version:
        raise ModelError(f"{folder}: the folder of `{current.version}` holds `{classifier.version}`")
    return classifier
