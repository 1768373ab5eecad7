"""Of whom and where a decision was made, so that the policy's exceptions can be replayed.

Decisions from before were made when no policy asked: their authors count as known, in no section.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("standing", sa.String(7), nullable=False, server_default="known"))
    op.add_column("decisions", sa.Column("section", sa.String(256)))
