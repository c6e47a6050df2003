"""Which payments were moved together, by whom and why."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "payment_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("becomes_on", sa.Date(), nullable=False),
        sa.Column("pay_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pay_point_id"], ["pay_points.id"], name=op.f("fk_payment_moves_pay_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_moves")),
    )
    op.create_table(
        "moved_payments",
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["move_id"], ["payment_moves.id"], name=op.f("fk_moved_payments_move_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_moved_payments_payment_id")
        ),
        sa.PrimaryKeyConstraint("move_id", "payment_id", name=op.f("pk_moved_payments")),
    )
    op.create_index(op.f("ix_moved_payments_payment_id"), "moved_payments", ["payment_id"])


def downgrade() -> None:
    op.drop_table("moved_payments")
    op.drop_table("payment_moves")
