"""Which request an SMS answers, so that the log tells one from dial to receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.add_column("messages", sa.Column("request_id", sa.String(length=36)))


def downgrade() -> None:
    op.drop_column("messages", "request_id")
