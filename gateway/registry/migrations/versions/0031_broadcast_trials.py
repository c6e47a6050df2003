"""Why a broadcast was sent back, and the number of a member of staff's own phone."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("sent_back_reason", sa.String(length=500)))
    op.add_column("broadcasts", sa.Column("sent_back_by", sa.String(length=120)))
    op.add_column("staff_users", sa.Column("msisdn", sa.String(length=16)))


def downgrade() -> None:
    op.drop_column("staff_users", "msisdn")
    op.drop_column("broadcasts", "sent_back_by")
    op.drop_column("broadcasts", "sent_back_reason")
