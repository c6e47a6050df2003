"""What happened in a woman's life; the children of one birth, with visits each."""

import sqlalchemy as sa
from alembic import op

from gateway.registry import online

revision = "0024"
down_revision = "0023"

_TABLE = "life_events"
_ONE = "uq_visits_beneficiary_id_visit"
_EACH = "uq_visits_beneficiary_id_visit_child"
_COLUMNS = ("beneficiary_id", "visit", "child")


def upgrade() -> None:
    """Columns with a constant default or none: PostgreSQL rewrites no row."""
    child = sa.Column("child", sa.SmallInteger(), nullable=False, server_default="1")
    if op.get_context().dialect.name == "postgresql":
        online.add_column("visits", child)
        online.create_index(_EACH, "visits", _COLUMNS, unique=True)
        op.drop_constraint(_ONE, "visits", type_="unique")
        op.execute(f"ALTER TABLE visits ADD CONSTRAINT {_EACH} UNIQUE USING INDEX {_EACH}")
    else:
        with op.batch_alter_table("visits") as visits:
            visits.add_column(child)
            visits.drop_constraint(_ONE, type_="unique")
            visits.create_unique_constraint(_EACH, list(_COLUMNS))
    op.add_column("beneficiaries", sa.Column("children", sa.JSON()))
    _life_events()


def _life_events() -> None:
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
