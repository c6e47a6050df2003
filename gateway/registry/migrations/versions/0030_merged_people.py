"""People who may be one, and the other number of a woman who had two."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_ALIASES, _PAIRS = "registration_aliases", "people_pairs"


def upgrade() -> None:
    op.add_column("payments", sa.Column("came_as", sa.String(length=8)))
    _aliases()
    _pairs()


def _aliases() -> None:
    op.create_table(
        _ALIASES,
        sa.Column("registration_no", sa.String(length=8), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("was_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f(f"fk_{_ALIASES}_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("registration_no", name=op.f(f"pk_{_ALIASES}")),
    )
    for column in ("beneficiary_id", "was_id"):
        op.create_index(op.f(f"ix_{_ALIASES}_{column}"), _ALIASES, [column])


def _pairs() -> None:
    op.create_table(
        _PAIRS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.String(length=120)),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{_PAIRS}_{column}")
            )
            for column, table in (
                ("one_id", "beneficiaries"), ("other_id", "beneficiaries"),
                ("district_id", "districts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_PAIRS}")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f(f"uq_{_PAIRS}_one_id_other_id")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{_PAIRS}_other_id"), _PAIRS, ["other_id"])
    for columns in (["score", "id"], ["district_id", "score", "id"]):
        op.create_index(
            op.f(f"ix_{_PAIRS}_{'_'.join(columns)}"),
            _PAIRS,
            columns,
            postgresql_where=sa.text("decided_at IS NULL"),
            sqlite_where=sa.text("decided_at IS NULL"),
        )
