"""What the API document says of the calls for authors and readers: own comments, appeals, reports."""

from __future__ import annotations

from moderation.web import examples
from moderation.web.operations import (
    ACCEPT_LANGUAGE,
    BODY_PROBLEMS,
    IDEMPOTENCY_KEY,
    SOME_TEXT,
    Answer,
    Operation,
    Parameter,
    problem,
)
from moderation.web.wire import own

_ID = Parameter("id", "path", "id of the comment", examples.ID, required=True)
_OPENED_BY = ("reader", "bearer")
_WHO = "In the demo the reader who is signed in; else the site's server, with a key of scope `comments`, names them. "
_TOLD_WHO = (
    problem(401, "Nobody is signed in, and there is no key that is in use.", examples.SIGN_IN),
    problem(403, "Another site sent the request, or the key lacks the scope.", examples.SCOPE_MISSING),
    problem(429, "Too often; `Retry-After` says when again.", examples.TOO_MANY_ASKS),
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/v1/comments/mine",
        "ownComments",
        "Read one's own comments that are not published",
        _WHO
        + "Held, returned and refused ones under an article, and those that a moderator published of late: the "
        "state, the clauses in the words of the policy that judged, and what the author can do. Made to be asked "
        "for again: with `If-None-Match` an unchanged answer costs next to nothing.",
        (
            Answer(200, "At most twenty, the newest first.", own.OwnComments, examples.OWN_COMMENTS),
            Answer(304, "They are still as `If-None-Match` names them.", None, None),
            problem(400, "The query names no article, or nobody.", examples.NO_ARTICLE),
            *_TOLD_WHO,
            problem(503, "The store does not answer.", examples.STORE_DOWN),
        ),
        parameters=(
            Parameter(
                "article", "query", "id of the article", "library-hours", required=True, pattern=SOME_TEXT
            ),
            Parameter("author", "query", "whose comments, where a key is sent", "책읽는사람 4821"),
            ACCEPT_LANGUAGE,
            Parameter(
                "If-None-Match", "header", "`ETag` of an earlier answer", '"5d41402abc4b2a76b9719d9110"'
            ),
        ),
        opened_by=_OPENED_BY,
    ),
    Operation(
        "POST",
        "/v1/comments/{id}/appeal",
        "appeal",
        "Ask for another look at the decision on one's own comment",
        _WHO
        + "Once for each decision. Another moderator looks than the one who decided; the outcome and the reason "
        "then stand in `GET /v1/comments/mine`.",
        (
            Answer(201, "Waits for a moderator.", own.OwnComment, examples.APPEALED),
            *_TOLD_WHO,
            problem(404, "There is no such comment of this author.", examples.NOT_FOUND),
            problem(409, "There is nothing to appeal, or it was appealed already.", examples.NO_APPEAL),
            *BODY_PROBLEMS,
        ),
        own.AppealRequest,
        examples.APPEAL,
        (_ID, ACCEPT_LANGUAGE),
        opened_by=_OPENED_BY,
    ),
    Operation(
        "POST",
        "/v1/appeals",
        "appealRefusal",
        "Ask for a look at a comment that was refused when it was posted",
        _WHO
        + "A refused comment is not kept. With this its author has it kept, unseen by readers, and a moderator "
        "looks; the outcome and the reason then stand in `GET /v1/comments/mine`. An `Idempotency-Key` makes it safe "
        "to send again.",
        (
            Answer(201, "Waits for a moderator.", own.OwnComment, examples.APPEALED),
            *_TOLD_WHO,
            problem(
                409,
                "It would not be refused; or the refusal leaves nothing to appeal, as for its length or an identity "
                "number in it; or the idempotency key came before with another comment.",
                examples.NO_APPEAL,
            ),
            *BODY_PROBLEMS,
        ),
        own.RefusalAppealRequest,
        examples.REFUSAL_APPEAL,
        (IDEMPOTENCY_KEY, ACCEPT_LANGUAGE),
        opened_by=_OPENED_BY,
    ),
    Operation(
        "POST",
        "/v1/comments/{id}/report",
        "report",
        "Point moderators to a published comment",
        _WHO
        + "Counts once for each reader. A report is for people to look at: it hides nothing and trains nothing.",
        (
            Answer(200, "This reader had reported it before.", own.Reported, examples.REPORTED_AGAIN),
            Answer(201, "Moderators will see it.", own.Reported, examples.REPORTED),
            *_TOLD_WHO,
            problem(404, "There is no such published comment.", examples.NOT_FOUND),
            problem(409, "It is the reader's own comment.", examples.OWN_REPORT),
            *BODY_PROBLEMS,
        ),
        own.ReportRequest,
        examples.REPORT,
        (_ID,),
        opened_by=_OPENED_BY,
    ),
)
