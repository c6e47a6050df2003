"""Staff say until when a case should be done with."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("cases", sa.Column("due_on", sa.Date()))
