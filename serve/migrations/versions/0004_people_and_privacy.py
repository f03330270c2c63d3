"""People who sign in, keys in use, the log of looks at photos, and erasure.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _extend_accounts()
    _create_sign_ins()
    _create_photo_accesses()
    op.add_column("claims", sa.Column("salt", sa.String(), nullable=True))
    op.add_column("claims", sa.Column("erased_at", _TIME, nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Accounts rest on these tables: restore a backup instead")


def _extend_accounts() -> None:
    op.add_column("accounts", sa.Column("password_hash", sa.String(), nullable=True))
    op.add_column("accounts", sa.Column("disabled_at", _TIME, nullable=True))
    op.add_column("api_keys", sa.Column("last_used_at", _TIME, nullable=True))
    op.drop_constraint("role", "accounts", type_="check")
    op.create_check_constraint("role", "accounts", "role IN ('shop', 'agent', 'lead', 'admin')")
    op.create_index(
        "uq_accounts_login",
        "accounts",
        [sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("password_hash IS NOT NULL"),
    )


def _create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"])
    op.create_index(op.f("ix_sign_ins_expires_at"), "sign_ins", ["expires_at"])
    op.create_table(
        "login_failures",
        sa.Column("subject_sha256", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.Column("blocked_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("subject_sha256", name=op.f("pk_login_failures")),
    )
    op.create_index(op.f("ix_login_failures_last_at"), "login_failures", ["last_at"])


def _create_photo_accesses() -> None:
    op.create_table(
        "photo_accesses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_photo_accesses_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_accesses")),
    )
    op.create_index(op.f("ix_photo_accesses_claim_id"), "photo_accesses", ["claim_id"])
    op.execute(
        "CREATE TRIGGER photo_accesses_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON photo_accesses FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
