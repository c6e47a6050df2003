"""Everybody who wrote in a broadcast, and for how many phones it was approved."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_broadcasts = sa.table(
    "broadcasts",
    sa.column("id", sa.Uuid()),
    sa.column("created_by", sa.String()),
    sa.column("authors", sa.JSON()),
)
_audit_log = sa.table(
    "audit_log",
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("kind", sa.String()),
    sa.column("object_id", sa.String()),
    sa.column("action", sa.String()),
    sa.column("who", sa.String()),
    sa.column("staff_id", sa.Uuid()),
)
_WRITING = ("broadcast.write", "broadcast.edit", "broadcast.submit")


def upgrade() -> None:
    op.add_column(
        "broadcasts", sa.Column("authors", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "broadcasts", sa.Column("revision", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("broadcasts", sa.Column("approved_recipients", sa.Integer()))
    _remember_authors()


def _remember_authors() -> None:
    """From the row and the audit log; broadcasts are few."""
    bind = op.get_bind()
    written = bind.execute(sa.select(_broadcasts.c.id, _broadcasts.c.created_by))
    authors: dict[str, dict[str, str | None]] = {
        str(row.id): {row.created_by: None} for row in written
    }
    lines = sa.select(_audit_log.c.object_id, _audit_log.c.who, _audit_log.c.staff_id).where(
        _audit_log.c.kind == "broadcast", _audit_log.c.action.in_(_WRITING)
    )
    for line in bind.execute(lines.order_by(_audit_log.c.at)):
        if line.object_id in authors:
            authors[line.object_id][line.who] = str(line.staff_id) if line.staff_id else None
    for broadcast_id, names in authors.items():
        kept = [{"name": name, "id": staff_id} for name, staff_id in names.items()]
        bind.execute(
            sa.update(_broadcasts)
            .where(_broadcasts.c.id == UUID(broadcast_id))
            .values(authors=kept)
        )
