"""Places are merged quickly: whoever is paid at one is found by an index, and the audit log keeps
the number of a district that was merged into another."""

from alembic import op

from gateway.registry import online

revision = "0018"
down_revision = "0017"

# They go with the table that SQLite makes anew.
_TRIGGERS = """
CREATE TRIGGER audit_log_{name} BEFORE {what} ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""


def upgrade() -> None:
    for table in ("beneficiaries", "payments"):
        online.create_index(op.f(f"ix_{table}_pay_point_id"), table, ["pay_point_id"])
    _let_districts_go()


def _let_districts_go() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("fk_audit_log_district_id", "audit_log", type_="foreignkey")
        return
    with op.batch_alter_table("audit_log", recreate="always") as audit_log:
        audit_log.drop_constraint("fk_audit_log_district_id", type_="foreignkey")
    for name, what in (("append_only", "UPDATE"), ("no_delete", "DELETE")):
        op.execute(_TRIGGERS.format(name=name, what=what))


def downgrade() -> None:
    """The release before does without the foreign key."""
    for table in ("beneficiaries", "payments"):
        op.drop_index(op.f(f"ix_{table}_pay_point_id"), table)
