"""What an SMS cost is an amount of a currency."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("messages", sa.Column("currency", sa.String(length=3)))
