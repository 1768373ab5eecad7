"""What can go wrong, as one tree.

ModerationError
├── InputError       the caller sent something unusable (HTTP 4xx)
├── PolicyError      a policy file is wrong; raised at load, never during a request
├── ModelError       a model artefact cannot be trusted or does not fit; refused, not warned about
└── StoreError       the store cannot do what was asked
    ├── Conflict     somebody else has already done it
    └── NotFound     there is no such row

Messages are lower-case, name the thing in backticks, and say where it is and what would be right.
A comment that breaks a rule is a Decision, not an error.
"""


class ModerationError(Exception):
    """Anything this project raises on purpose."""


class InputError(ModerationError):
    """The caller sent something unusable; the message says what would be right."""


class PolicyError(ModerationError):
    """A policy, lexicon or messages file is wrong; the message names file, field, value and remedy."""


class ModelError(ModerationError):
    """A model artefact is missing, altered or made for other versions."""


class StoreError(ModerationError):
    """The store could not do what was asked of it."""


class Conflict(StoreError):
    """The row has moved on since the caller looked at it."""


class NotFound(StoreError):
    """There is no such row."""
