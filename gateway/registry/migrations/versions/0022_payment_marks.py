"""What staff have marked as paid or missed, and what the file said before."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("payments", sa.Column("status_before", sa.String(length=12)))
    op.create_table(
        "payment_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("pay_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("staff_id", sa.Uuid()),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pay_point_id"], ["pay_points.id"], name=op.f("fk_payment_lists_pay_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f("fk_payment_lists_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_lists")),
    )
    op.create_table(
        "payment_marks",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.String(length=12), nullable=False),
        sa.Column("was_before", sa.String(length=12)),
        sa.Column("became", sa.String(length=12), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        sa.Column("taken_back_by", sa.String(length=120)),
        sa.ForeignKeyConstraint(
            ["list_id"], ["payment_lists.id"], name=op.f("fk_payment_marks_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payment_marks_payment_id")
        ),
        sa.PrimaryKeyConstraint("list_id", "payment_id", name=op.f("pk_payment_marks")),
    )
    op.create_index(op.f("ix_payment_marks_payment_id"), "payment_marks", ["payment_id"])


def downgrade() -> None:
    op.drop_table("payment_marks")
    op.drop_table("payment_lists")
    op.drop_column("payments", "status_before")
