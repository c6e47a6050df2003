"""Counted figures; what a broadcast's page needs; the ledger's index of what ended badly."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ENDED_BADLY = "state IN ('unknown', 'failed', 'expired', 'refused', 'suppressed', 'cancelled')"
# SQLite cannot add a constraint, but a column that comes with one.
_DISTRICT = (
    "ALTER TABLE broadcasts ADD COLUMN district_id {integer} "
    "CONSTRAINT fk_broadcasts_district_id REFERENCES districts (id)"
)


def upgrade() -> None:
    _figures()
    integer = "BIGINT" if op.get_context().dialect.name == "postgresql" else "INTEGER"
    op.execute(_DISTRICT.format(integer=integer))
    op.add_column("broadcasts", sa.Column("submitted_at", sa.DateTime(timezone=True)))
    op.add_column("broadcasts", sa.Column("preview", sa.JSON()))
    for column in ("broadcast_id", "beneficiary_id"):
        op.drop_index(op.f(f"ix_messages_{column}"), table_name="messages")
    _partial_index(("broadcast_id", "state", "reason"), "broadcast_id IS NOT NULL")
    _partial_index(("state", "id", "category"), _ENDED_BADLY)
    _partial_index(("category", "id", "state"), "category IN ('reply', 'broadcast')")
    _partial_index(("beneficiary_id", "id", "state", "category"), "beneficiary_id IS NOT NULL")


def _figures() -> None:
    op.create_table(
        "figures",
        sa.Column("topic", sa.String(length=48), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "topic", "period_on", "district_id", "kind", name=op.f("pk_figures")
        ),
    )
    op.create_table(
        "figure_topics",
        sa.Column("topic", sa.String(length=48), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_figure_topics")),
    )


def _partial_index(columns: tuple[str, ...], where: str) -> None:
    op.create_index(
        op.f(f"ix_messages_{'_'.join(columns)}"),
        "messages",
        list(columns),
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )
