"""Indexes of what is open at the desk: appeals, second looks, leases, and copies among what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("appeals_settled", "appeals")
    op.drop_index("second_looks_waiting", "second_looks")
    _partial("appeals_open", "appeals", ["filed_at", "id"], "settled_at IS NULL")
    looks = ["chosen_at", "comment_id", "number"]
    _partial("second_looks_open", "second_looks", looks, "second_at IS NULL")
    _partial("waiting_copies", "comments", ["fingerprint", "waits"], "waits IS NOT NULL")
    op.create_index("claims_until", "claims", ["until"])


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_index("claims_until", "claims")
    op.drop_index("waiting_copies", "comments")
    op.drop_index("second_looks_open", "second_looks")
    op.drop_index("appeals_open", "appeals")
    op.create_index("second_looks_waiting", "second_looks", ["second_at", "chosen_at", "comment_id"])
    op.create_index("appeals_settled", "appeals", ["settled_at", "filed_at", "id"])
