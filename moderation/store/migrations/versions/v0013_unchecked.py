"""Comments that are held because a check could not run, so that they are found without a look at all others."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unchecked",
        sa.Column(
            "comment_id", sa.String(128), sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("tried", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("unchecked_due", "unchecked", ["due_at"])
    op.execute(
        "INSERT INTO unchecked (comment_id, tried, due_at) "
        "SELECT comments.id, 0, comments.received_at FROM comments "
        "JOIN decisions ON decisions.comment_id = comments.id AND decisions.number = comments.decisions "
        "WHERE comments.status = 'held' AND decisions.decided_by = 'policy' "
        "AND decisions.action = 'hold' AND decisions.rule LIKE 'skipped.%'"
    )


def downgrade() -> None:
    op.drop_table("unchecked")
