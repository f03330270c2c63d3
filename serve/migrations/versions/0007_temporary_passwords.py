"""Passwords that somebody else made, which their people change first.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column("password_temporary", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("accounts", "password_temporary", server_default=None)


def downgrade() -> None:
    op.drop_column("accounts", "password_temporary")
