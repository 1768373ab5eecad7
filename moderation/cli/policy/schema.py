"""`moderation policy schema`: what an editor's program needs to complete and check a policy file."""

from __future__ import annotations

import json


def print_schema() -> None:
    """Print the JSON Schema of policy files.

    An editor that knows it (VS Code with Even Better TOML, for one) completes names and marks faults while you type.
    Keep it beside your file and begin the file with `#:schema ./schema.json`.
    """
    from moderation.policy.schema import file_schema

    print(json.dumps(file_schema(), ensure_ascii=False, indent=2))
