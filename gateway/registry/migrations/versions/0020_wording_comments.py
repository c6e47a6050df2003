"""What readers say of a text without another wording of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_TABLE = "wording_comments"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("commented_by", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.Uuid()),
        sa.Column("commented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.String(length=120)),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f(f"fk_{_TABLE}_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
