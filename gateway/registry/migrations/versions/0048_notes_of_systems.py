"""Another system may note something about a case."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    with op.batch_alter_table("case_notes") as table:
        table.add_column(sa.Column("who", sa.String(length=120)))
        table.alter_column("staff_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM case_notes WHERE staff_id IS NULL")
    with op.batch_alter_table("case_notes") as table:
        table.alter_column("staff_id", existing_type=sa.Uuid(), nullable=False)
        table.drop_column("who")
