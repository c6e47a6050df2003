"""A file may come from a system, by its key; lists by change are found by an index."""

from alembic import op

from gateway.registry import online

revision = "0050"
down_revision = "0049"

_WITHOUT_ID = ("beneficiaries", "payments")
_TABLES = ("beneficiaries", "payments", "visits")


def upgrade() -> None:
    with op.batch_alter_table("imports") as imports:
        imports.alter_column("staff_id", nullable=True)
    for table in _TABLES:
        online.create_index(op.f(f"ix_{table}_updated_at_id"), table, ["updated_at", "id"])
    for table in _WITHOUT_ID:
        online.drop_index(op.f(f"ix_{table}_updated_at"), table)


def downgrade() -> None:
    for table in _WITHOUT_ID:
        online.create_index(op.f(f"ix_{table}_updated_at"), table, ["updated_at"])
    for table in _TABLES:
        op.drop_index(op.f(f"ix_{table}_updated_at_id"), table_name=table)
    with op.batch_alter_table("imports") as imports:
        imports.alter_column("staff_id", nullable=False)
