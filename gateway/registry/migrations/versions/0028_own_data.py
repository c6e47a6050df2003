"""A person can be erased: who asked, who decided, and that nothing of her is left."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_TABLE = "erasures"
_ASKED = sa.text("state = 'asked'")


def upgrade() -> None:
    op.add_column("beneficiaries", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("counts", sa.JSON()),
        _references("beneficiary_id", "beneficiaries.id"),
        _references("asked_by", "staff_users.id"),
        _references("decided_by", "staff_users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    op.create_index(
        "uq_erasures_asked", _TABLE, ["beneficiary_id"], unique=True, postgresql_where=_ASKED,
        sqlite_where=_ASKED,
    )  # fmt: skip
    op.create_index(op.f(f"ix_{_TABLE}_state_asked_at"), _TABLE, ["state", "asked_at"])
    op.create_index(op.f(f"ix_{_TABLE}_beneficiary_id"), _TABLE, ["beneficiary_id"])


def _references(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{_TABLE}_{column}"))
