"""What a person decides about a file after its check."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Columns with a constant default or none: PostgreSQL rewrites no row."""
    op.add_column(
        "imports", sa.Column("checked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("imports", sa.Column("decisions", sa.JSON()))
    op.add_column(
        "imports", sa.Column("unconfirmed", sa.Integer(), nullable=False, server_default="0")
    )
    # What was checked before is rows; its places were listed, and whoever confirms has seen them.
    op.execute("UPDATE imports SET checked = true WHERE state IN ('ready', 'importing')")


def downgrade() -> None:
    for name in ("unconfirmed", "decisions", "checked"):
        op.drop_column("imports", name)
