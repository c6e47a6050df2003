"""Messages, receipts and broadcasts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _alerts()
    _broadcasts()
    _handset_days()
    _mo_messages()
    _provider_stops()
    _receipts()
    _messages()


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        op.f("ix_alerts_resolved_at_opened_at"),
        "alerts",
        ["resolved_at", "opened_at"],
        unique=False,
    )


def _broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("approved_by", sa.String(length=120), nullable=True),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expanded_to", sa.Uuid(), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index(
        op.f("ix_broadcasts_state_start_at"), "broadcasts", ["state", "start_at"], unique=False
    )


def _handset_days() -> None:
    op.create_table(
        "handset_days",
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("body_hash", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("msisdn", "day", "body_hash", name=op.f("pk_handset_days")),
    )
    op.create_index(op.f("ix_handset_days_day"), "handset_days", ["day"], unique=False)


def _mo_messages() -> None:
    op.create_table(
        "mo_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_key", sa.String(length=120), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("shortcode", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("handled_as", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mo_messages")),
        sa.UniqueConstraint("provider_key", name=op.f("uq_mo_messages_provider_key")),
    )
    op.create_index(
        op.f("ix_mo_messages_msisdn_received_at"),
        "mo_messages",
        ["msisdn", "received_at"],
        unique=False,
    )


def _provider_stops() -> None:
    op.create_table(
        "provider_stops",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("stopped_until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_stops")),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_ref", sa.String(length=80), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("msisdn", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
    )
    op.create_index(
        op.f("ix_receipts_msisdn"),
        "receipts",
        ["msisdn"],
        unique=False,
        postgresql_where=sa.text("NOT matched"),
        sqlite_where=sa.text("matched IS 0"),
    )
    op.create_index(op.f("ix_receipts_provider_ref"), "receipts", ["provider_ref"], unique=False)


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("broadcast_id", sa.Uuid(), nullable=True),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("told", sa.String(length=40), nullable=True),
        sa.Column("segments", sa.SmallInteger(), nullable=True),
        sa.Column("provider", sa.String(length=20), nullable=True),
        sa.Column("provider_ref", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("resends", sa.SmallInteger(), nullable=False),
        sa.Column("not_before_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("lease_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cost", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f("fk_messages_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_messages_broadcast_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_messages_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_messages_dedupe_key")),
    )
    op.create_index(
        op.f("ix_messages_beneficiary_id"),
        "messages",
        ["beneficiary_id"],
        unique=False,
        postgresql_where=sa.text("beneficiary_id IS NOT NULL"),
        sqlite_where=sa.text("beneficiary_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_messages_broadcast_id"),
        "messages",
        ["broadcast_id"],
        unique=False,
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
        sqlite_where=sa.text("broadcast_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_messages_lease_until_at"),
        "messages",
        ["lease_until_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('claimed', 'sending')"),
        sqlite_where=sa.text("state IN ('claimed', 'sending')"),
    )
    op.create_index(op.f("ix_messages_msisdn"), "messages", ["msisdn"], unique=False)
    op.create_index(
        op.f("ix_messages_payment_id"),
        "messages",
        ["payment_id"],
        unique=False,
        postgresql_where=sa.text("payment_id IS NOT NULL"),
        sqlite_where=sa.text("payment_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_messages_priority_not_before_at"),
        "messages",
        ["priority", "not_before_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        op.f("ix_messages_provider_ref"),
        "messages",
        ["provider_ref"],
        unique=False,
        postgresql_where=sa.text("provider_ref IS NOT NULL"),
        sqlite_where=sa.text("provider_ref IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_messages_sent_at"),
        "messages",
        ["sent_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('accepted', 'unknown')"),
        sqlite_where=sa.text("state IN ('accepted', 'unknown')"),
    )
