"""What is marked on the evidence picture of a photo.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim_photos", sa.Column("marks", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("claim_photos", "marks")
