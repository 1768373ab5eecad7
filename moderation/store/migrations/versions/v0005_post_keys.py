"""Keys of posts, so that one that is sent again has no second effect."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_keys",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column(
            "comment_id",
            sa.String(128),
            sa.ForeignKey("comments.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("post_keys_age", "post_keys", ["at"])
    op.create_index("post_keys_comment", "post_keys", ["comment_id"])


def downgrade() -> None:
    op.drop_table("post_keys")
