"""What the gateway has learnt, written in the transaction in which it is learnt.

`gateway.changes` numbers these rows and has them read. A row holds ids and words of closed
vocabularies, and is never written again but for its position.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Index,
    SmallInteger,
    String,
    Table,
    Uuid,
    func,
    insert,
    select,
    text,
)
from uuid_utils.compat import uuid7

from gateway.core.learnt import MEANINGS, Learnt
from gateway.registry.bulk import values_table
from gateway.registry.database import UtcDateTime
from gateway.registry.tables import MSISDN, beneficiaries, metadata

_UNNUMBERED = text("position IS NULL")
_NOBODYS = text("msisdn IS NOT NULL")

# No foreign keys: each would lock the woman's row for every SMS that reaches her.
changes = Table(
    "changes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("position", BigInteger),  # in the feed; NULL until it is numbered
    Column("kind", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # As it was then: whose row was merged since is found by the alias of her number.
    Column("beneficiary_id", Uuid),
    Column("msisdn", MSISDN),  # only where nobody is known whose it is
    Column("district_id", BigInteger),  # hers, then
    Column("data", JSON, nullable=False),
    Index("uq_changes_position", "position", unique=True),
    Index(
        "ix_changes_unnumbered", "id", postgresql_where=_UNNUMBERED, sqlite_where=_UNNUMBERED
    ),
    Index(None, "beneficiary_id"),
    Index(None, "msisdn", postgresql_where=_NOBODYS, sqlite_where=_NOBODYS),
)  # fmt: skip

# One row: the last position given. A row that was erased leaves its own to nobody.
change_positions = Table(
    "change_positions",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
)

NAMES = ("id", "kind", "at", "beneficiary_id", "msisdn", "district_id", "data")
Data = Mapping[str, Any]


def learn(
    connection: Connection,
    kind: Learnt,
    *,
    at: datetime,
    beneficiary_id: UUID | None = None,
    msisdn: str | None = None,
    district_id: int | None = None,
    data: Data | None = None,
) -> None:
    """Writes down one thing learnt: of her, else of a number that is nobody's.

    `data` has exactly the names of `MEANINGS[kind]`, else ValueError. The district is hers where
    none is given.
    """
    row = change(kind, at=at, beneficiary_id=beneficiary_id, msisdn=msisdn, data=data)
    learn_rows(connection, [row | {"district_id": district_id}])


def learn_of(
    connection: Connection,
    kind: Learnt,
    beneficiary_ids: Collection[UUID],
    *,
    at: datetime,
    data: Data | None = None,
) -> None:
    """The same of each of them, in one statement."""
    learn_rows(
        connection, [change(kind, at=at, beneficiary_id=one, data=data) for one in beneficiary_ids]
    )


def learn_of_number(
    connection: Connection, kind: Learnt, msisdn: str, *, at: datetime, data: Data | None = None
) -> None:
    """Of everyone whose number it is; of the number itself where it is nobody's."""
    mine = (beneficiaries.c.msisdn == msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
    known = connection.execute(select(beneficiaries.c.id).where(mine)).scalars().all()
    if known:
        learn_of(connection, kind, known, at=at, data=data)
    else:
        learn(connection, kind, at=at, msisdn=msisdn, data=data)


def learn_rows(connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
    """Rows that `change` has made, in one statement; nothing where there are none."""
    if not rows:
        return
    found = [{"district_id": None, **row} for row in rows]
    new = values_table(connection, found, [changes.c[name] for name in NAMES])
    hers = beneficiaries.c.district_id
    district = func.coalesce(new.c.district_id, hers).label("district_id")
    picked = [district if name == "district_id" else new.c[name] for name in NAMES]
    rows_of = select(*picked).outerjoin(beneficiaries, beneficiaries.c.id == new.c.beneficiary_id)
    connection.execute(insert(changes).from_select(list(NAMES), rows_of, include_defaults=False))


def change(
    kind: Learnt,
    *,
    at: datetime,
    beneficiary_id: UUID | None = None,
    msisdn: str | None = None,
    data: Data | None = None,
) -> dict[str, Any]:
    """A row, to be learnt with others; what is to be said of it: see `learn`."""
    data = data or {}
    if data.keys() != MEANINGS[kind].data.keys():
        raise ValueError(f"{kind} has {[*MEANINGS[kind].data]}, not {[*data]}")
    return {
        "id": uuid7(),
        "kind": kind.value,
        "at": at,
        "beneficiary_id": beneficiary_id,
        "msisdn": None if beneficiary_id else msisdn,
        "data": dict(data),
    }
