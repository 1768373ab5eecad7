"""What the moderators' desk reads and writes: lists of what waits, leases, rulings, notes, marks, appeals, reports.

Comments that are held already are entered in the lists, with the risk and the clause of their first decision, and
every comment in the index of words.
"""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BLOCK = 1_000
FILTERS = ("clause", "language", "article", "author")
STATES = "'published', 'held', 'rejected'"
FOLD_AFTER = 3
OF_WORDS = {"mild": 400, "strong": 700, "severe": 950}
WORD = re.compile(r"[^\W_]+")


def upgrade() -> None:
    _comments()
    _words()
    _leases_and_rulings()
    _people()
    _requests_of_readers()
    _fill(op.get_bind())


def _comments() -> None:
    op.add_column("comments", sa.Column("calm", sa.Integer, nullable=False, server_default="1000"))
    op.add_column("comments", sa.Column("clause", sa.String(128)))
    op.add_column("comments", sa.Column("waits", sa.String(9)))
    _allow_statuses(f"{STATES}, 'returned'", f"{STATES}")
    op.drop_index("comments_queue", "comments")
    op.drop_index("comments_author", "comments")
    op.create_index("comments_received", "comments", ["received_at", "id"])
    op.create_index("comments_author", "comments", ["author", "received_at", "id", "status"])
    waiting = sa.text("waits IS NOT NULL")
    for name in ("", *FILTERS):
        for order, columns in {"risk": ["calm", "received_at", "id"], "age": ["received_at", "id"]}.items():
            narrowed = [name] if name else []
            op.create_index(
                "_".join(["waiting", *narrowed, order]),
                "comments",
                ["waits", *narrowed, *columns],
                sqlite_where=waiting,
                postgresql_where=waiting,
            )


def _allow_statuses(now: str, before: str) -> None:
    """Change the check on `comments.status`.

    SQLite has no statement for it. To copy the table would delete, by their foreign keys, the rows that point to it;
    its own way is to rewrite the definition, since no row changes (https://sqlite.org/lang_altertable.html, section 7,
    read 2026-11-25).
    """
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("comments_status", "comments", type_="check")
        op.create_check_constraint("comments_status", "comments", f"status IN ({now})")
        return
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'comments'",
        (f"status IN ({before})", f"status IN ({now})"),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _words() -> None:
    collation = "C" if op.get_context().dialect.name == "postgresql" else None
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(64, collation=collation), primary_key=True),
        sa.Column("received_at", TIME, primary_key=True),
        sa.Column("comment_id", sa.String(128), _comment(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("search_words_comment", "search_words", ["comment_id"])


def _leases_and_rulings() -> None:
    op.create_table(
        "claims",
        sa.Column("comment_id", sa.String(128), _comment(), primary_key=True),
        sa.Column("by", sa.String(256), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
    )
    op.create_index("claims_by", "claims", ["by", "until"])
    op.create_table(
        "rulings",
        sa.Column("comment_id", sa.String(128), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("batch", sa.String(128), nullable=False),
        sa.Column("act", sa.String(9), nullable=False),
        sa.Column("by", sa.String(256), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("undoes", sa.Integer),
        sa.Column("was_status", sa.String(9), nullable=False),
        sa.Column("was_waits", sa.String(9)),
        _decision(),
    )
    op.create_index("rulings_batch", "rulings", ["batch"])
    op.create_index("rulings_recent", "rulings", ["at", "comment_id", "number"])
    op.create_index("rulings_by", "rulings", ["by", "at", "comment_id", "number"])
    op.create_table(
        "desk_requests",
        sa.Column("by", sa.String(256), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("desk_requests_at", "desk_requests", ["at"])
    op.create_table(
        "second_looks",
        sa.Column("comment_id", sa.String(128), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chosen_at", TIME, nullable=False),
        sa.Column("first_by", sa.String(256), nullable=False),
        sa.Column("first_action", sa.String(6), nullable=False),
        sa.Column("first_clause", sa.String(128)),
        sa.Column("second_by", sa.String(256)),
        sa.Column("second_action", sa.String(6)),
        sa.Column("second_clause", sa.String(128)),
        sa.Column("second_at", TIME),
        sa.Column("agreed", sa.Boolean),
        _decision(),
    )
    op.create_index("second_looks_waiting", "second_looks", ["second_at", "chosen_at", "comment_id"])


def _people() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("comment_id", sa.String(128), _comment()),
        sa.Column("author", sa.String(256)),
        sa.Column("by", sa.String(256), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.CheckConstraint("(comment_id IS NULL) <> (author IS NULL)", name="notes_subject"),
    )
    op.create_index("notes_comment", "notes", ["comment_id", "at"])
    op.create_index("notes_author", "notes", ["author", "at"])
    op.create_table(
        "author_marks",
        sa.Column("author", sa.String(256), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.String(9), nullable=False),
        sa.Column("until", TIME),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(256), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "wrong_hits",
        sa.Column("comment_id", sa.String(128), _comment(), primary_key=True),
        sa.Column("rule", sa.String(128), primary_key=True),
        sa.Column("span_start", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("span_end", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("by", sa.String(256), primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("wrong_hits_at", "wrong_hits", ["at"])


def _requests_of_readers() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("comment_id", sa.String(128), _comment(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("author", sa.String(256), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("filed_at", TIME, nullable=False),
        sa.Column("ruled_by", sa.String(256), nullable=False),
        sa.Column("outcome", sa.String(10)),
        sa.Column("settled_by", sa.String(256)),
        sa.Column("settled_at", TIME),
        sa.Column("reason", sa.Text),
    )
    op.create_index("appeals_decision", "appeals", ["comment_id", "number"], unique=True)
    op.create_index("appeals_settled", "appeals", ["settled_at", "filed_at", "id"])
    op.create_index("appeals_author", "appeals", ["author", "filed_at"])
    op.create_table(
        "reports",
        sa.Column("comment_id", sa.String(128), _comment(), primary_key=True),
        sa.Column("reader", sa.String(256), primary_key=True),
        sa.Column("clause", sa.String(128)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("reports_recent", "reports", ["comment_id", "at"])


def _comment() -> sa.ForeignKey:
    return sa.ForeignKey("comments.id", ondelete="CASCADE")


def _decision() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["comment_id", "number"], ["decisions.comment_id", "decisions.number"])


def _fill(connection: sa.Connection) -> None:
    """Enter what is there, a block at a time, in the order of ids: it does not change meanwhile."""
    comments = sa.table(
        "comments",
        *(sa.column(name) for name in ("id", "body", "author", "status", "calm", "clause", "waits")),
        sa.column("received_at", TIME),
    )
    decisions = sa.table(
        "decisions",
        *(sa.column(name) for name in ("comment_id", "number", "findings", "reasons", "skipped", "clauses")),
    )
    query = (
        sa.select(comments, decisions)
        .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 1))
        .order_by(comments.c.id)
        .limit(BLOCK)
    )
    change = (
        comments.update()
        .where(comments.c.id == sa.bindparam("key"))
        .values(calm=sa.bindparam("calm"), clause=sa.bindparam("clause"), waits=sa.bindparam("waits"))
    )
    entered = sa.table(
        "search_words", sa.column("word"), sa.column("received_at", TIME), sa.column("comment_id")
    )
    standing: dict[str, int] = {}
    rows = connection.execute(query).all()
    while rows:
        connection.execute(change, [_placed(row, standing) for row in rows])
        words = [
            {"word": word, "received_at": row.received_at, "comment_id": row.id}
            for row in rows
            for word in _words_of(row.body)
        ]
        if words:
            connection.execute(entered.insert(), words)
        rows = connection.execute(query.where(comments.c.id > rows[-1].id)).all()


def _placed(row: sa.Row[tuple[object, ...]], standing: dict[str, int]) -> dict[str, object]:
    waits = None
    if row.status == "held":
        standing[row.author] = standing.get(row.author, 0) + 1
        waits = "folded" if row.author is not None and standing[row.author] > FOLD_AFTER else "held"
    clauses = json.loads(row.clauses)
    return {
        "key": row.id,
        "calm": 1000 - _risk(row),
        "clause": clauses[0] if clauses else None,
        "waits": waits,
    }


def _risk(row: sa.Row[tuple[object, ...]]) -> int:
    findings = json.loads(row.findings)
    weights = [0, 500] if json.loads(row.skipped) else [0]
    for reason in json.loads(row.reasons):
        finding = findings[reason["finding"]]
        if "score" in finding:
            weights.append(round(1000 * finding["score"]))
        else:
            weights.append(OF_WORDS.get(finding.get("severity"), 500))
    return max(weights)


def _words_of(body: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", body).casefold()
    return list(dict.fromkeys(word[:32] for word in WORD.findall(folded)))[:200]


def downgrade() -> None:
    for table in (
        "reports", "appeals", "wrong_hits", "author_marks", "notes", "second_looks", "desk_requests", "rulings",
        "claims", "search_words",
    ):  # fmt: skip
        op.drop_table(table)
    for name in ("", *FILTERS):
        for order in ("risk", "age"):
            op.drop_index("_".join(["waiting", *([name] if name else []), order]), "comments")
    op.drop_index("comments_author", "comments")
    op.drop_index("comments_received", "comments")
    op.create_index("comments_author", "comments", ["author", "received_at"])
    op.create_index("comments_queue", "comments", ["status", "received_at", "id"])
    op.execute("UPDATE comments SET status = 'held' WHERE status = 'returned'")
    _allow_statuses(STATES, f"{STATES}, 'returned'")
    for column in ("waits", "clause", "calm"):
        op.drop_column("comments", column)
