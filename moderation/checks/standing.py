"""Whether moderators have an eye on the author, or have barred them for a while."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span, Standing


class StandingCheck:
    """Reads what the site says of the author, never what the comment does."""

    name = "standing"

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`standing.watched` or `standing.barred`, over the whole comment; nothing for anybody else."""
        if context.standing not in (Standing.WATCHED, Standing.BARRED):
            return []
        whole = Span(0, len(text.body))
        if context.standing is Standing.BARRED:
            return [Finding("standing.barred", whole, evidence="moderators have suspended the author")]
        return [Finding("standing.watched", whole, evidence="moderators look at each comment of the author")]
