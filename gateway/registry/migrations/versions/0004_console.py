"""Uploaded files, and the indexes of the pages about people and payments."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# As in gateway.registry.tables; a query must say the same to be answered by it.
_NAME_WORDS = """
CREATE INDEX ix_beneficiaries_name_words ON beneficiaries USING gin (
array_to_tsvector(array_remove(string_to_array(
lower(beneficiaries.name || ' ' || beneficiaries.name_latin), ' '), '')))
"""
_INDEXES = {
    "beneficiaries": (
        ("district_id", "registration_no"),
        ("health_centre_id", "registration_no"),
        ("village_id", "registration_no"),
        ("status", "registration_no"),
    ),
    "payments": (("due_on", "pay_point_id", "status"),),
    "events": (("beneficiary_id", "at"),),
    "cases": (("beneficiary_id",),),
    "ussd_sessions": (("msisdn", "ended_at"),),
    "imports": (("created_at", "id"),),
}


def upgrade() -> None:
    _imports()
    _parts()
    for table, listed in _INDEXES.items():
        for columns in listed:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    if op.get_context().dialect.name == "postgresql":
        op.execute(_NAME_WORDS)


def _imports() -> None:
    counts = ("new", "changed", "unchanged", "kept", "faults")
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_expected", sa.Integer()),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("claim_id", sa.Uuid()),
        sa.Column("lease_until_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _references("imports", "district_id", "districts.id"),
        _references("imports", "staff_id", "staff_users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )


def _parts() -> None:
    op.create_table(
        "import_pieces",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _references("import_pieces", "import_id", "imports.id"),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_pieces")),
    )
    op.create_table(
        "import_lines",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        _references("import_lines", "import_id", "imports.id"),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_lines")),
    )


def _references(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
