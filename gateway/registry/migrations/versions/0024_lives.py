"""What happened in a woman's life; the children of one birth, with visits each."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_TABLE = "life_events"
_ONE = "uq_visits_beneficiary_id_visit"
_EACH = "uq_visits_beneficiary_id_visit_child"


def upgrade() -> None:
    """Columns with a constant default or none: PostgreSQL rewrites no row."""
    op.add_column("beneficiaries", sa.Column("children", sa.JSON()))
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("child", sa.SmallInteger(), nullable=False, server_default="1"))
        visits.drop_constraint(_ONE, type_="unique")
        visits.create_unique_constraint(_EACH, ["beneficiary_id", "visit", "child"])
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f(f"fk_{_TABLE}_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_beneficiary_id_at"), _TABLE, ["beneficiary_id", "at"])
