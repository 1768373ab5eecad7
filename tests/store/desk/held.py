"""Comments for the tests of the desk."""

from __future__ import annotations

from dataclasses import replace

from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, Finding, Language, Length, Reason, Span, Versions


def decision(risk: float = 0.5, clause: str = "abuse", language: Language = "ko") -> Decision:
    """A policy's decision to hold, on one score."""
    score = Finding("toxicity.insult", Span(0, 1), score=risk)
    return Decision(
        action=Action.HOLD,
        rule="toxicity.insult",
        findings=(score,),
        reasons=(Reason(score, clause, Action.HOLD),),
        clauses=(clause,),
        length=Length(1, 250),
        language=language,
        versions=Versions("p1", "m1", "1"),
    )


def hold(
    store: Store,
    id: str,
    *,
    body: str = "글",
    risk: float = 0.5,
    clause: str = "abuse",
    language: Language = "ko",
    author: str | None = None,
    article: str | None = None,
) -> str:
    """Keep a held comment; its id."""
    comment = Comment(body, id=id, author=author, article=article)
    return store.add(comment, decision(risk, clause, language), Status.HELD).id


def publish(store: Store, id: str, *, body: str = "글", author: str | None = None) -> str:
    """Keep a published comment; its id."""
    fine = replace(decision(), action=Action.ALLOW, rule=None, findings=(), reasons=(), clauses=())
    return store.add(Comment(body, id=id, author=author), fine, Status.PUBLISHED).id
