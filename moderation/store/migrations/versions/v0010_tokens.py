"""API tokens, and counters of how often something happened that all processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(43), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )
    op.create_index("api_tokens_digest", "api_tokens", ["digest"], unique=True)
    op.create_table(
        "limits",
        sa.Column("key", sa.String(43), primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("limits_ends", "limits", ["ends_at"])


def downgrade() -> None:
    op.drop_table("limits")
    op.drop_table("api_tokens")
