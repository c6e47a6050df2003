"""What has changed lately of people and payments is found by an index."""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    for table in ("beneficiaries", "payments"):
        op.create_index(op.f(f"ix_{table}_updated_at"), table, ["updated_at"])


def downgrade() -> None:
    for table in ("beneficiaries", "payments"):
        op.drop_index(op.f(f"ix_{table}_updated_at"), table_name=table)
