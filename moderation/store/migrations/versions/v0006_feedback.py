"""Labels that come from outside, one row for what a client says of one comment."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("client", sa.String(256), primary_key=True),
        sa.Column("external", sa.String(1024), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("scores", sa.Text, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight > 0 AND weight <= 1", name="feedback_weight"),
    )
    op.create_index("feedback_at", "feedback", ["at"])


def downgrade() -> None:
    op.drop_table("feedback")
