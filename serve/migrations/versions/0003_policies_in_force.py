"""Policies by date, certificates, clocks, alerts, webhooks and recalls.

Revision ID: 0003
"""

from __future__ import annotations

import tomllib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _date_policies()
    _add_to_claims()
    _create_certificates()
    _create_alerts()
    _create_webhooks()
    _create_recalls()
    op.alter_column("ledger", "claim_id", nullable=True)


def downgrade() -> None:
    raise NotImplementedError("Decisions rest on these tables: restore a backup instead")


def _date_policies() -> None:
    """Every text says itself from when it holds; rows of this table are never changed again."""
    op.alter_column("policies", "first_used_at", new_column_name="published_at")
    op.add_column("policies", sa.Column("effective_from", _TIME, nullable=True))
    connection = op.get_bind()
    op.execute("ALTER TABLE policies DISABLE TRIGGER policies_only_grows")
    for sha256, text in connection.execute(sa.text("SELECT sha256, text FROM policies")).all():
        connection.execute(
            sa.text("UPDATE policies SET effective_from = :at WHERE sha256 = :sha256"),
            {"at": tomllib.loads(text)["effective_from"], "sha256": sha256},
        )
    op.execute("ALTER TABLE policies ENABLE TRIGGER policies_only_grows")
    op.alter_column("policies", "effective_from", nullable=False)
    op.create_index(op.f("ix_policies_effective_from"), "policies", ["effective_from"])


def _add_to_claims() -> None:
    """Claims made before keep the clocks that they were promised then."""
    op.add_column("claims", sa.Column("policy_sha256", sa.String(), nullable=True))
    times = ("acknowledged_at", "acknowledge_due_at", "answer_due_at", "resolve_due_at")
    for name in (*times, "escalated_at"):
        op.add_column("claims", sa.Column(name, _TIME, nullable=True))
    op.add_column("claims", sa.Column("follow_up_s", sa.Integer(), nullable=True))
    op.add_column("claims", sa.Column("batch", sa.String(), nullable=True))
    op.execute(
        """
        UPDATE claims SET
            policy_sha256 = COALESCE(
                (SELECT policy_sha256 FROM decisions WHERE claim_id = claims.id
                 ORDER BY decisions.id DESC LIMIT 1),
                (SELECT sha256 FROM policies ORDER BY published_at DESC LIMIT 1)),
            batch = (SELECT batch FROM orders WHERE orders.id = claims.order_id),
            acknowledged_at = received_at,
            acknowledge_due_at = received_at + interval '15 seconds',
            answer_due_at = received_at + interval '180 seconds',
            resolve_due_at = received_at + interval '1 day',
            follow_up_s = 259200
        """
    )
    for name in (*times, "follow_up_s"):
        op.alter_column("claims", name, nullable=False)
    op.create_index("ix_claims_batch", "claims", ["shop_id", "batch", "received_at"])
    op.create_index(
        "ix_claims_open",
        "claims",
        ["resolve_due_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_foreign_key(
        op.f("fk_claims_policy_sha256"), "claims", "policies", ["policy_sha256"], ["sha256"]
    )
    op.create_table(
        "missed_clocks",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("noticed_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_missed_clocks_claim_id")
        ),
        sa.PrimaryKeyConstraint("claim_id", "clock", "due_at", name=op.f("pk_missed_clocks")),
    )


def _create_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("loaded_at", _TIME, nullable=False),
        sa.Column("frozen_at", _TIME, nullable=True),
        sa.Column("frozen_because", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_certificates")),
    )
    op.create_table(
        "certificate_audits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_sha256", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("wrong", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_certificate_audits_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_sha256"],
            ["certificates.sha256"],
            name=op.f("fk_certificate_audits_certificate_sha256"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_audits")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_certificate_audits_claim_id")),
    )
    op.create_index(
        op.f("ix_certificate_audits_certificate_sha256"),
        "certificate_audits",
        ["certificate_sha256"],
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=True),
        sa.Column("raised_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_alerts_claim_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["accounts.id"], name=op.f("fk_alerts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _create_webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["accounts.id"], name=op.f("fk_webhook_endpoints_shop_id")
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("delivered_at", _TIME, nullable=True),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["accounts.id"], name=op.f("fk_webhook_messages_shop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
        sa.UniqueConstraint("subject", name=op.f("uq_webhook_messages_subject")),
    )
    op.create_index(op.f("ix_webhook_messages_shop_id"), "webhook_messages", ["shop_id"])


def _create_recalls() -> None:
    op.create_index("ix_orders_batch", "orders", ["shop_id", "batch", "created_at", "id"])
    op.create_table(
        "recalls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["accounts.id"], name=op.f("fk_recalls_shop_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_recalls_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
        sa.UniqueConstraint("shop_id", "batch", name=op.f("uq_recalls_shop_id")),
    )
