"""Endpoints of webhooks and their deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_endpoints()
    op.create_table(
        "webhook_events",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_events_endpoint_id"),
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "event", name=op.f("pk_webhook_events")),
    )
    _make_deliveries()


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_events")
    op.drop_table("webhook_endpoints")


def _make_endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", _SERIAL),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_before", sa.Text()),
        sa.Column("secret_before_until_at", _MOMENT),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("paused_why", sa.String(length=8)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("claim_id", sa.Uuid()),
        sa.Column("lease_until_at", _MOMENT),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", _MOMENT),
        sa.Column("failed_at", _MOMENT),
        sa.Column("fault", sa.String(length=20)),
        sa.Column("status", sa.SmallInteger()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_webhook_endpoints_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )


def _make_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid()),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("give_up_at", _MOMENT, nullable=False),
        sa.Column("fault", sa.String(length=20)),
        sa.Column("status", sa.SmallInteger()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_deliveries_endpoint_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint(
            "endpoint_id", "change_id", name=op.f("uq_webhook_deliveries_endpoint_id_change_id")
        ),
    )
    op.create_index(
        op.f("ix_webhook_deliveries_endpoint_id_id"), "webhook_deliveries", ["endpoint_id", "id"]
    )
    op.create_index(op.f("ix_webhook_deliveries_updated_at"), "webhook_deliveries", ["updated_at"])
    for state, column in (("waiting", "next_at"), ("parked", "id")):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_webhook_deliveries_{state}",
            "webhook_deliveries",
            ["endpoint_id", column],
            postgresql_where=where,
            sqlite_where=where,
        )
