"""Spellings of places that people have said, and places that are retired."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_RETIRED = ("districts", "villages", "health_centres", "pay_points")


def upgrade() -> None:
    """New columns may be empty: PostgreSQL rewrites no row."""
    for table in _RETIRED:
        op.add_column(table, sa.Column("retired_at", sa.DateTime(timezone=True)))
    op.create_table(
        "place_aliases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("province", sa.String(length=64)),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("place_id", sa.BigInteger()),
        sa.Column("was_id", sa.BigInteger()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_place_aliases_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_aliases")),
    )
    for kind, columns in (("province", ["name"]), ("district", ["province", "name"])):
        where = sa.text(f"kind = '{kind}'")
        op.create_index(
            f"uq_place_aliases_{kind}", "place_aliases", columns, unique=True,
            postgresql_where=where, sqlite_where=where,
        )  # fmt: skip
    op.create_index(
        "uq_place_aliases_in_district",
        "place_aliases",
        ["district_id", "kind", "name"],
        unique=True,
    )
    op.create_index(op.f("ix_place_aliases_kind_place_id"), "place_aliases", ["kind", "place_id"])


def downgrade() -> None:
    op.drop_table("place_aliases")
    for table in _RETIRED:
        op.drop_column(table, "retired_at")
