"""Cases that an agent holds, verdicts to undo, photos that can be compared, company accounts.

Indexes of the times that reports choose rows by.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_REPORTED = (("claims", "received_at"), ("orders", "created_at"), ("refunds", "created_at"))

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_held_cases("case_holds", ("taken_at", "held_until"))
    _create_held_cases("pending_verdicts", ("entered_at", "due_at"), with_verdict=True)
    op.add_column(
        "case_holds",
        sa.Column("appeal_read", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(op.f("ix_pending_verdicts_due_at"), "pending_verdicts", ["due_at"])
    op.add_column("claim_photos", sa.Column("embedding", sa.LargeBinary(), nullable=True))
    op.add_column("claim_photos", sa.Column("embedding_model", sa.String(), nullable=True))
    op.add_column("claim_photos", sa.Column("taken_at", _TIME, nullable=True))
    op.create_index(op.f("ix_claim_photos_embedding_model"), "claim_photos", ["embedding_model"])
    op.add_column("accounts", sa.Column("oidc_subject", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_accounts_oidc_subject"), "accounts", ["oidc_subject"])
    op.add_column("accounts", sa.Column("signed_in_at", _TIME, nullable=True))
    op.create_index(op.f("ix_photo_accesses_actor"), "photo_accesses", ["actor"])
    op.add_column("claims", sa.Column("appealed_at", _TIME, nullable=True))
    op.add_column(
        "claims", sa.Column("for_lead", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for table, column in _REPORTED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in _REPORTED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_column("claims", "appealed_at")
    op.drop_column("claims", "for_lead")
    op.drop_index(op.f("ix_photo_accesses_actor"), "photo_accesses")
    op.drop_column("accounts", "signed_in_at")
    op.drop_column("accounts", "oidc_subject")
    op.drop_column("claim_photos", "taken_at")
    op.drop_column("claim_photos", "embedding_model")
    op.drop_column("claim_photos", "embedding")
    op.drop_table("pending_verdicts")
    op.drop_table("case_holds")


def _create_held_cases(table: str, times: tuple[str, str], *, with_verdict: bool = False) -> None:
    verdict = [
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("appealed", sa.Boolean(), nullable=False),
    ]
    op.create_table(
        table,
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        *(verdict if with_verdict else []),
        *(sa.Column(name, _TIME, nullable=False) for name in times),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=f"fk_{table}_claim_id"),
        sa.ForeignKeyConstraint(["agent_id"], ["accounts.id"], name=f"fk_{table}_agent_id"),
        sa.PrimaryKeyConstraint("claim_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_agent_id", table, ["agent_id"])
