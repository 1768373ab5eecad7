"""Comments and the decisions on them.

Written out rather than taken from `tables`: what has run on somebody's database must never change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# A key that is inserted again would be replaced by INSERT OR REPLACE, which runs no delete trigger.
SQLITE_APPEND_ONLY = (
    """
    CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
    """,
    """
    CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
    """,
    """
    CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions
    WHEN EXISTS (SELECT 1 FROM decisions WHERE comment_id = NEW.comment_id AND number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
    """,
)

POSTGRESQL_APPEND_ONLY = (
    """
    CREATE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$
    """,
    """
    CREATE TRIGGER decisions_no_change BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION decisions_append_only()
    """,
    """
    CREATE TRIGGER decisions_no_truncate BEFORE TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()
    """,
)


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author", sa.String(256)),
        sa.Column("article", sa.String(1024)),
        sa.Column("parent", sa.String(128)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("status", sa.String(9), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("decisions", sa.Integer, nullable=False),
        sa.CheckConstraint("status IN ('published', 'held', 'rejected')", name="comments_status"),
    )
    op.create_index("comments_queue", "comments", ["status", "received_at", "id"])
    op.create_index("comments_thread", "comments", ["article", "status", "received_at", "id"])
    op.create_index("comments_copies", "comments", ["author", "fingerprint", "received_at"])
    op.create_table(
        "decisions",
        sa.Column("comment_id", sa.String(128), sa.ForeignKey("comments.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("action", sa.String(6), nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("clauses", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("skipped", sa.Text, nullable=False),
        sa.Column("graphemes", sa.Integer, nullable=False),
        sa.Column("grapheme_limit", sa.Integer, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("model_version", sa.Text),
        sa.Column("normaliser_version", sa.Text, nullable=False),
        sa.Column("decided_by", sa.String(256), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.CheckConstraint("action IN ('allow', 'nudge', 'hold', 'reject')", name="decisions_action"),
    )
    dialect = op.get_context().dialect.name
    for statement in SQLITE_APPEND_ONLY if dialect == "sqlite" else POSTGRESQL_APPEND_ONLY:
        op.execute(statement)
