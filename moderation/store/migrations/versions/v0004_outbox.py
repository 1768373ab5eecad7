"""Webhooks: endpoints, messages, and the way of each message to each endpoint."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("texts", sa.Boolean, nullable=False),
        sa.Column("secrets", sa.Text, nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.Column("disabled_why", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("rests_until", _TIME),
        sa.Column("leased_by", sa.String(128)),
        sa.Column("leased_until", _TIME),
    )
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("webhook_messages_at", "webhook_messages", ["at"])
    op.create_table(
        "webhook_deliveries",
        sa.Column(
            "endpoint_id",
            sa.String(128),
            sa.ForeignKey("webhook_endpoints.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "message_id",
            sa.String(128),
            sa.ForeignKey("webhook_messages.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_fault", sa.Text),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'dead')", name="webhook_deliveries_state"),
    )
    op.create_index("webhook_deliveries_due", "webhook_deliveries", ["endpoint_id", "state", "due_at"])
    op.create_index("webhook_deliveries_dead", "webhook_deliveries", ["state", "message_id"])
    op.create_index("webhook_deliveries_message", "webhook_deliveries", ["message_id"])
    op.create_table(
        "webhook_announced",
        sa.Column("part", sa.String(16), primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("webhook_announced", "webhook_deliveries", "webhook_messages", "webhook_endpoints"):
        op.drop_table(table)
