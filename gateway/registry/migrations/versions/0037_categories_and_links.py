"""People by category; that an account was linked to the sign-in service is told to its person."""

import sqlalchemy as sa
from alembic import op

from gateway.registry import online

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    online.create_index(
        op.f("ix_beneficiaries_category_registration_no"),
        "beneficiaries",
        ["category", "registration_no"],
    )
    op.add_column(
        "sign_in_alerts",
        sa.Column("linked", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("sign_in_alerts", "linked")
    op.drop_index(op.f("ix_beneficiaries_category_registration_no"), "beneficiaries")
