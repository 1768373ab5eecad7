"""Sketches of comments, by which near copies are found, and an index for the comments of one author.

Comments from before have no sketch: copies are looked for over minutes or hours, so that they are soon too old to count.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("sketch", sa.String(96)))
    op.create_index("comments_author", "comments", ["author", "received_at"])
    op.create_table(
        "sketch_bands",
        sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("received_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column(
            "comment_id", sa.String(128), sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("sketch_bands_comment", "sketch_bands", ["comment_id"])


def downgrade() -> None:
    op.drop_table("sketch_bands")
    op.drop_index("comments_author", "comments")
    op.drop_column("comments", "sketch")
