"""The site's standards as data: read from TOML, merged, validated, and named by a content hash.

A policy is `policies/default.toml` with any number of site files merged over it: tables merge key by key,
any other value replaces the one below. Word lists and author messages lie beside it.
"""

from __future__ import annotations

from moderation.policy.clauses import Clause
from moderation.policy.conditions import Combination, Condition, Exemption, Sign, Target
from moderation.policy.files import Reading, load_policy, shipped
from moderation.policy.lexicon import Entry
from moderation.policy.patterns import Pattern
from moderation.policy.rules import Rule, SeverityScores, Thresholds
from moderation.policy.standards import Policy
from moderation.policy.tables import LANGUAGES, Flooding, Form, Limits, Links, Repetition

__all__ = [
    "LANGUAGES",
    "Clause",
    "Combination",
    "Condition",
    "Entry",
    "Exemption",
    "Flooding",
    "Form",
    "Limits",
    "Links",
    "Pattern",
    "Policy",
    "Reading",
    "Repetition",
    "Rule",
    "SeverityScores",
    "Sign",
    "Target",
    "Thresholds",
    "load_policy",
    "shipped",
]
