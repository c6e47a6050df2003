"""What has changed lately of people and payments is found by an index."""

from alembic import op

from gateway.registry import online

revision = "0039"
down_revision = "0038"

_TABLES = ("beneficiaries", "payments")


def upgrade() -> None:
    for table in _TABLES:
        online.create_index(op.f(f"ix_{table}_updated_at"), table, ["updated_at"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(op.f(f"ix_{table}_updated_at"), table_name=table)
