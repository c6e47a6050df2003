"""Other systems that are asked by the gateway: where each is read from, and its runs."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "connections",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("driver", sa.String(length=20), nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("approved_at", moment),
        sa.Column("approved_by", sa.String(length=120)),
        sa.Column("preview", sa.JSON()),
        sa.Column("asked_at", moment),
        sa.Column("due_at", moment),
        sa.Column("lease_until_at", moment),
        sa.Column("last_ok_at", moment),
        sa.Column("fault", sa.String(length=20)),
        sa.Column("fault_about", sa.String(length=200)),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_connections")),
    )
    counts = ("pages", "new", "changed", "unchanged", "kept", "withdrawn")
    op.create_table(
        "connection_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("fault", sa.String(length=20)),
        sa.Column("fault_about", sa.String(length=200)),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name=op.f("fk_connection_runs_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_runs")),
    )
    op.create_index(
        op.f("ix_connection_runs_connection_begun_at"),
        "connection_runs",
        ["connection", "begun_at"],
    )
    op.create_table(
        "connection_faults",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("registration_no", sa.String(length=40), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["connection_runs.id"], name=op.f("fk_connection_faults_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_connection_faults")),
    )
    op.create_index(
        op.f("ix_connection_faults_registration_no"), "connection_faults", ["registration_no"]
    )


def downgrade() -> None:
    op.drop_table("connection_faults")
    op.drop_table("connection_runs")
    op.drop_table("connections")
