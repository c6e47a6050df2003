"""What partners sent by DCI and have still to be answered, and what they subscribed to."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    op.create_table(
        "dci_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=99), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("transaction_id", sa.String(length=99), nullable=False),
        sa.Column("reference_ids", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reply_to", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("counts", sa.JSON()),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dci_messages")),
        sa.UniqueConstraint(
            "partner", "message_id", name=op.f("uq_dci_messages_partner_message_id")
        ),
    )
    for columns in (["due_at"], ["partner", "transaction_id"], ["received_at"]):
        name = f"ix_dci_messages_{'_'.join(columns)}"
        op.create_index(op.f(name), "dci_messages", columns)
    op.create_table(
        "dci_subscriptions",
        sa.Column("code", sa.Uuid(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("filter_type", sa.String(length=16), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dci_subscriptions")),
    )
    op.create_index(
        op.f("ix_dci_subscriptions_partner_ended_at"), "dci_subscriptions", ["partner", "ended_at"]
    )


def downgrade() -> None:
    op.drop_table("dci_subscriptions")
    op.drop_table("dci_messages")
