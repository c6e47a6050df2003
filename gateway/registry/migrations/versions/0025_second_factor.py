"""Second factors, their recovery codes, the roles that need one, and resets by two people."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column(
        "staff_sessions",
        sa.Column("owes_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _factors()
    _recovery_codes()
    op.create_table(
        "second_factor_roles",
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_second_factor_roles")),
    )
    _resets()


def _factors() -> None:
    table = "staff_factors"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("credential_id", sa.String(length=1400)),
        sa.Column("public_key", sa.Text()),
        sa.Column("sign_count", sa.BigInteger()),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f(f"fk_{table}_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("credential_id", name=op.f(f"uq_{table}_credential_id")),
    )
    op.create_index(op.f(f"ix_{table}_staff_id"), table, ["staff_id"])


def _recovery_codes() -> None:
    table = "recovery_codes"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f(f"fk_{table}_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_staff_id"), table, ["staff_id"])


def _resets() -> None:
    table = "account_resets"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("factors", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_by_id", sa.Uuid()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("code_hash", sa.String(length=64)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f(f"fk_{table}_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff_users.id"], name=op.f(f"fk_{table}_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_staff_id_asked_at"), table, ["staff_id", "asked_at"])
