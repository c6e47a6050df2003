"""PIN tries about one number over all phones; an audit log that loses nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ON_POSTGRESQL = (
    """
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()
""",
    """
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()
""",
)
_ON_SQLITE = (
    """
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
""",
)
_CLOSES = sa.text("outcome = 'closes'")


def upgrade() -> None:
    op.add_column("pin_attempts", sa.Column("pin_mark", sa.String(length=22)))
    op.create_index(
        op.f("ix_pin_attempts_registration_no_at"), "pin_attempts", ["registration_no", "at"]
    )
    op.create_index(
        op.f("ix_pin_attempts_at"),
        "pin_attempts",
        ["at"],
        postgresql_where=_CLOSES,
        sqlite_where=_CLOSES,
    )
    on_postgresql = op.get_context().dialect.name == "postgresql"
    for statement in _ON_POSTGRESQL if on_postgresql else _ON_SQLITE:
        op.execute(statement)
