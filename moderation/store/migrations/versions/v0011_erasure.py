"""Erasure: decisions of a comment may go once its id stands in `erased`; and the days on which retention ran."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQLITE = (
    "DROP TRIGGER decisions_no_delete",
    """
    CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
    WHEN NOT EXISTS (SELECT 1 FROM erased WHERE comment_id = OLD.comment_id)
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
    """,
)

# OLD is not there in the trigger for TRUNCATE, so it is looked at only for DELETE.
POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM erased WHERE comment_id = OLD.comment_id) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'decisions are append-only';
    END $$
    """,
)


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("comment_id", sa.String(128), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "retention_runs",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    dialect = op.get_context().dialect.name
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            """
            CREATE OR REPLACE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$
            """
        )
    else:
        op.execute("DROP TRIGGER decisions_no_delete")
        op.execute(
            """
            CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
            BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
            """
        )
    op.drop_table("retention_runs")
    op.drop_table("erased")
