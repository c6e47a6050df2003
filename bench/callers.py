"""A registry for a call: the demo's people many times over, each copy with a phone of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select
from uuid_utils.compat import uuid7

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.registry.tables import beneficiaries, payments, visits
from gateway.settings import Settings

COPIES = 30
_FIRST_COPY = 80_000_000  # registration numbers of the demo are lower


def fill(url: str) -> list[str]:
    """Fills an empty database; the numbers of those who are paid, one on each."""
    upgrade(url)
    database = Database(url)
    load_demo(
        database,
        peppers=Settings().peppers,
        on=datetime.now(UTC).astimezone(Settings().zone).date(),
    )
    with database.writing() as connection:
        phones = _copy(connection)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
            own.exec_driver_sql("VACUUM ANALYZE")
    database.dispose()
    return phones


def _copy(connection: Connection) -> list[str]:
    paid = beneficiaries.c.id.in_(select(payments.c.beneficiary_id))
    alone = (
        select(beneficiaries.c.msisdn)
        .group_by(beneficiaries.c.msisdn)
        .having(func.count() == 1, beneficiaries.c.msisdn.is_not(None))
    )
    people = connection.execute(
        select(beneficiaries).where(beneficiaries.c.msisdn.in_(alone), paid)
    ).mappings()
    originals = [dict(one) for one in people]
    of_them = {table: _rows_of(connection, table) for table in (payments, visits)}
    phones: list[str] = []
    for number, one in enumerate(originals * COPIES):
        copy = uuid7()
        phone = f"+85620770{number:05}"
        registration_no = str(_FIRST_COPY + number)
        changed = {"id": copy, "registration_no": registration_no, "msisdn": phone}
        connection.execute(insert(beneficiaries), {**one, **changed})
        for table, rows in of_them.items():
            hers = [
                {**row, "id": uuid7(), "beneficiary_id": copy} for row in rows.get(one["id"], ())
            ]
            if hers:
                connection.execute(insert(table), hers)
        phones.append(phone)
    return phones


def _rows_of(connection: Connection, table: Table) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in connection.execute(select(table)).mappings():
        found.setdefault(row["beneficiary_id"], []).append(dict(row))
    return found


def in_turn(phones: list[str]) -> Iterator[str]:
    """`phones`, for ever."""
    while True:
        yield from phones
