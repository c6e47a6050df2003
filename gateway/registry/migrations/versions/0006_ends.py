"""Ends of sessions that an operator dated ahead of us: no page could show the last of them.

Found by the index on `ended_at`; the day the operator meant is not known any more.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from gateway.registry.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sessions = sa.table("ussd_sessions", sa.column("ended_at", UtcDateTime()))
    now = datetime.now(UTC)
    op.execute(
        sa.update(sessions)
        .where(sessions.c.ended_at > now + timedelta(days=1))
        .values(ended_at=now)
    )


def downgrade() -> None:
    """Nothing of the schema changed."""
