"""Accounts, sessions and one-time sign-in links."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("role", sa.String(13), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("preferences", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("issuer", sa.String(512)),
        sa.Column("subject", sa.String(255)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True)),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role IN ('moderator', 'lead', 'editor', 'administrator')", name="accounts_role"),
    )
    op.create_index("accounts_subject", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(43), primary_key=True),
        _owner(),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sessions_account", "sessions", ["account"])
    op.create_table(
        "sign_in_links",
        sa.Column("digest", sa.String(43), primary_key=True),
        _owner(),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sign_in_links_account", "sign_in_links", ["account"])


def _owner() -> sa.Column[str]:
    return sa.Column(
        "account", sa.String(64), sa.ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    for table in ("sign_in_links", "sessions", "accounts"):
        op.drop_table(table)
