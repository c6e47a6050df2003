"""What test keys of the API asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.create_table(
        "api_test_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid()),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"],
            ["beneficiaries.id"],
            name=op.f("fk_api_test_messages_beneficiary_id_beneficiaries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_test_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_api_test_messages_dedupe_key")),
    )
    for columns in (("key_id", "id"), ("beneficiary_id",), ("msisdn",)):
        op.create_index(
            op.f(f"ix_api_test_messages_{'_'.join(columns)}"), "api_test_messages", [*columns]
        )


def downgrade() -> None:
    op.drop_table("api_test_messages")
