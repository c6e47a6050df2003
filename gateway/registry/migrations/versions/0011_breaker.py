"""The share of a provider's calls that fail, and what that allows.

Constant defaults: nothing is rewritten, and a worker of the release before goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column(
        "provider_stops",
        sa.Column("state", sa.String(length=8), nullable=False, server_default="refusing"),
    )
    op.add_column(
        "provider_stops", sa.Column("share", sa.Float(), nullable=False, server_default="0")
    )
    op.execute("UPDATE provider_stops SET state = 'off' WHERE reason = 'switched_off'")
