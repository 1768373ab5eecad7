"""Two policies over the same comments: judged where there is a text, else decided on what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from moderation.cli.lines import an_object, blocks, comment_in, context_in, identity_in, opened
from moderation.cli.replay import Found, in_line, of_decision
from moderation.errors import InputError
from moderation.types import Action, Comment, Context, Decision

if TYPE_CHECKING:
    from moderation.engine import Moderator
    from moderation.model.classifier import Classifier
    from moderation.policy import Policy

DECIDING = {
    "name", "calendar", "clauses", "appeals", "rules", "groups", "totals", "combinations", "exceptions", "skipped",
    "messages", "interface", "lexicon",
}  # fmt: skip
"""The tables that no check reads (`lexicon` names the files; their words are in `entries`)."""

_PATIENCE = 60.0
"""Seconds a comment may take: two policies differ by their rules, not by what else the machine was doing."""


@dataclass(frozen=True, slots=True)
class Change:
    """A comment on which the two policies decide differently."""

    id: str | int | None
    text: str | None
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class _Row:
    id: str | int | None
    comment: Comment
    context: Context


class Comparison:
    """Counts and keeps what changes from one policy to the other.

    classifier : called once there is a text to judge.
    as_of : decide as at that time, instead of when each comment came.
    """

    def __init__(
        self,
        before: Policy,
        after: Policy,
        classifier: Callable[[], Classifier | None],
        as_of: datetime | None,
    ) -> None:
        self.before = before
        self.after = after
        self.compared = 0
        self.replayed = 0
        self.counts: Counter[tuple[Action, Action]] = Counter()
        self.changes: list[Change] = []
        self.faults: list[str] = []
        self._load = classifier
        self._as_of = as_of
        self._moderators: dict[str, Moderator] = {}

    @property
    def found_differently(self) -> list[str]:
        """The tables that make the two policies find different things, not only decide differently on them."""
        fields = type(self.before).model_fields.keys() - DECIDING
        return sorted(name for name in fields if getattr(self.before, name) != getattr(self.after, name))

    def read_lines(self, name: str) -> None:
        """Compare on JSON lines (`-`: standard input); a bad line is kept under `faults`."""
        with opened(name) as raw:
            for numbered in blocks(raw, name):
                rows: list[_Row] = []
                found: list[Found] = []
                for number, line in numbered:
                    try:
                        row = an_object(line)
                        if "text" in row:
                            rows.append(_row(row))
                        else:
                            found.append(in_line(row))
                    except InputError as error:
                        self.faults.append(f"line {number}: {error}")
                self._judge(rows)
                self.replay(found)

    def replay(self, found: Iterable[Found]) -> None:
        """Compare on what was found earlier."""
        for each in found:
            self.replayed += 1
            self._add(each, each.decided_by(self.after, self._as_of))

    def _judge(self, rows: Sequence[_Row]) -> None:
        """Compare on texts: judged once where both policies find the same, else by each."""
        anew = bool(self.found_differently)
        comments, contexts = [row.comment for row in rows], [row.context for row in rows]
        first = self._moderator(self.before).judge_many(comments, contexts) if rows else iter(())
        second = self._moderator(self.after).judge_many(comments, contexts) if rows and anew else None
        for row, decision in zip(rows, first, strict=True):
            found = of_decision(row.id, row.comment.body, decision, row.context.now)
            other = found if second is None else of_decision(row.id, None, next(second), row.context.now)
            self._add(found, other.decided_by(self.after, self._as_of))

    def _add(self, found: Found, after: Decision) -> None:
        before = found.decided_by(self.before, self._as_of)
        self.compared += 1
        if before.action is not after.action or set(before.clauses) != set(after.clauses):
            self.counts[before.action, after.action] += 1
            self.changes.append(Change(found.id, found.text, before, after))

    @cached_property
    def _classifier(self) -> Classifier | None:
        return self._load()

    def _moderator(self, policy: Policy) -> Moderator:
        from moderation.engine import Moderator

        if policy.version not in self._moderators:
            self._moderators[policy.version] = Moderator(policy, self._classifier, deadline=_PATIENCE)
        return self._moderators[policy.version]


def _row(row: dict[str, Any]) -> _Row:
    identity = identity_in(row)
    return _Row(identity, comment_in(row, identity), context_in(row))
