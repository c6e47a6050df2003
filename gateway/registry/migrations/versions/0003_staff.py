"""Staff accounts, the audit log, and what staff did about a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
"""
_ON_POSTGRESQL = """
CREATE TRIGGER audit_log_append_only BEFORE UPDATE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only()
"""
_ON_SQLITE = """
CREATE TRIGGER audit_log_append_only BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""


def upgrade() -> None:
    _staff_users()
    _audit_log()
    _cases()
    if op.get_context().dialect.name == "postgresql":
        op.execute(_REFUSE_ON_POSTGRESQL)
        op.execute(_ON_POSTGRESQL)
    else:
        op.execute(_ON_SQLITE)


def _staff_users() -> None:
    op.create_table(
        "staff_users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("health_centre_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("uniquifier", sa.String(length=32), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("demo_password", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("failed_sign_ins", sa.SmallInteger(), nullable=False),
        sa.Column("locked_until_at", sa.DateTime(timezone=True)),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _references("staff_users", "district_id", "districts.id"),
        _references("staff_users", "health_centre_id", "health_centres.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_users")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_users_email")),
        sa.UniqueConstraint("uniquifier", name=op.f("uq_staff_users_uniquifier")),
    )


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid()),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24)),
        sa.Column("object_id", sa.String(length=64)),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=45)),
        _references("audit_log", "staff_id", "staff_users.id"),
        _references("audit_log", "district_id", "districts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    for columns in (("at", "id"), ("who", "at"), ("action", "at"), ("kind", "object_id", "at")):
        _index("audit_log", *columns)


def _cases() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_assignments",
        sa.Column("case_number", number, nullable=False, autoincrement=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        _references("case_assignments", "case_number", "cases.number", "CASCADE"),
        _references("case_assignments", "staff_id", "staff_users.id"),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_case_assignments")),
    )
    _index("case_assignments", "staff_id")
    op.create_table(
        "case_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_number", number, nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("message_id", sa.Uuid()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _references("case_notes", "case_number", "cases.number", "CASCADE"),
        _references("case_notes", "staff_id", "staff_users.id"),
        _references("case_notes", "message_id", "messages.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    _index("case_notes", "case_number", "at")
    _index("case_notes", "message_id")


def _references(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
