"""Coral's moderation phase as the API document has it, with examples that the tests send and compare."""

from __future__ import annotations

from typing import Any

from moderation.web import examples
from moderation.web.operations import Answer, Operation, Parameter
from moderation.web.wire import coral, native

ASKED: dict[str, Any] = {
    "action": "NEW",
    "comment": {"body": "<div>주민번호 900101-1234568</div>", "parentID": None},
    "author": {"id": "8a6e1c52", "role": "COMMENTER"},
    "story": {"id": "story-1", "url": "https://news.example.kr/2026/11/25/"},
    "site": {"id": "site-1"},
    "tenantID": "tenant-1",
    "tenantDomain": "comments.example.kr",
}
ANSWERED: dict[str, Any] = {
    "status": "REJECTED",
    "actions": [],
    "moderationAction": {
        "status": "REJECTED",
        "rejectionReason": {
            "code": "OTHER",
            "detailedExplanation": "개인정보로 보이는 내용이 있습니다. 자신과 다른 사람을 위해 지워 주세요.",
            "customReason": "6. 개인정보 보호",
        },
    },
}
UNSIGNED = examples.problem(
    "signature-wrong",
    401,
    "Signature not valid",
    "`x-coral-signature` holds no signature of this body by a secret of this phase",
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/coral/phase",
        "coral_phase",
        "Coral: external moderation phase",
        "What should become of a comment that Coral is about to publish. Signed by one of `coral_secrets` over the raw "
        "body. What is signed and cannot be judged is withheld, as Coral publishes when a phase answers with an error. "
        "A request that comes again within five minutes gets the same answer.",
        (
            Answer(200, "Withhold it for a moderator, or refuse it.", coral.PhaseAnswer, ANSWERED),
            Answer(204, "No objection.", None, None),
            Answer(
                401,
                "Coral did not sign this body.",
                native.ProblemDocument,
                UNSIGNED,
                "application/problem+json",
            ),
        ),
        coral.PhaseRequest,
        ASKED,
        (
            Parameter(
                "X-Coral-Signature",
                "header",
                "`sha256=` and the HMAC in hex; several by commas",
                "sha256=5f2b…",
            ),
            Parameter("format", "query", "what the phase sends as body", "html", choices=("html", "plain")),
        ),
    ),
)
