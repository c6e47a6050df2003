"""What staff set of a payday and of a status stays when an old file comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Columns with a constant default or none: PostgreSQL rewrites no row."""
    for name in ("due_on_set_here", "pay_point_set_here"):
        op.add_column(
            "payments", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("beneficiaries", sa.Column("status_before", sa.String(length=12)))
