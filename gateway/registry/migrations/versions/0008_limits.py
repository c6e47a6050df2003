"""One open case for each number, woman and kind; answers given and held back, by number."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_cases = sa.table(
    "cases",
    *(sa.column(name) for name in ("number", "msisdn", "kind", "beneficiary_id", "state", "text")),
    *(sa.column(name) for name in ("opened_at", "closed_at", "times", "again_at", "joined_to")),
)
_SAME = ("msisdn", "kind", "beneficiary_id")


def upgrade() -> None:
    _columns_of_cases()
    _join_open_cases()
    _one_open("of_woman", _SAME, "IS NOT NULL")
    _one_open("of_number", _SAME[:2], "IS NULL")
    _replies_given()
    _replies_held()


def _columns_of_cases() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("cases", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("cases", sa.Column("again_at", sa.DateTime(timezone=True)))
    op.add_column("cases", sa.Column("joined_to", serial))


def _join_open_cases() -> None:
    """The oldest of those about the same stays open, with what the others say; those are closed."""
    connection = op.get_bind()
    found: dict[tuple[Any, ...], list[sa.Row[Any]]] = defaultdict(list)
    opened = sa.select(_cases).where(_cases.c.state == "open").order_by(_cases.c.number)
    for row in connection.execute(opened):
        found[tuple(row._mapping[name] for name in _SAME)].append(row)
    for same in found.values():
        if len(same) > 1:
            _join(connection, same)


def _join(connection: sa.Connection, same: Sequence[sa.Row[Any]]) -> None:
    kept, *others = same
    texts = [row.text for row in same if row.text]
    last_at = max(row.opened_at for row in same)
    connection.execute(
        _cases.update()
        .where(_cases.c.number == kept.number)
        .values(text="\n".join(texts) or None, times=len(same), again_at=last_at)
    )
    connection.execute(
        _cases.update()
        .where(_cases.c.number.in_([row.number for row in others]))
        .values(state="closed", closed_at=last_at, joined_to=kept.number)
    )


def _one_open(name: str, columns: Sequence[str], woman: str) -> None:
    where = sa.text(f"state = 'open' AND beneficiary_id {woman}")
    op.create_index(
        f"uq_cases_open_{name}",
        "cases",
        list(columns),
        unique=True,
        postgresql_where=where,
        sqlite_where=where,
    )


def _replies_given() -> None:
    op.create_table(
        "replies_given",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_replies_given")),
    )
    op.create_index(op.f("ix_replies_given_msisdn_at"), "replies_given", ["msisdn", "at"])
    op.create_index(op.f("ix_replies_given_at"), "replies_given", ["at"])


def _replies_held() -> None:
    op.create_table(
        "replies_held",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert_id", sa.Uuid()),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies_held")),
        sa.UniqueConstraint("msisdn", "day", name=op.f("uq_replies_held_msisdn_day")),
    )
    op.create_index(op.f("ix_replies_held_last_at_id"), "replies_held", ["last_at", "id"])
