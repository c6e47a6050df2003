"""Fills registry and ledger with reminders to send: what a wave of payment reminders looks like."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, insert, text, update
from uuid_utils.compat import uuid7

from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    payments,
    villages,
)

PEOPLE = 20_000
A_VILLAGE = 100
DUE_ON = date(2030, 1, 1)
AT_ONCE = 2_000


def number(index: int) -> str:
    return f"+856205{index:07d}"


def settle_people(database: Database) -> list[tuple[UUID, UUID]]:
    """20,000 women in 200 villages, each with a payment ahead; ids of woman and payment."""
    now = datetime.now(UTC)
    pairs = []
    with database.writing() as connection:
        district = add(
            connection, districts, province="A", province_latin="A", name="S", name_latin="S"
        )
        for start in range(0, PEOPLE, A_VILLAGE):
            place = {"district_id": district, "name": f"v{start}", "name_latin": f"v{start}"}
            homes = {
                "district_id": district,
                "village_id": add(connection, villages, **place),
                "health_centre_id": add(connection, health_centres, **place),
                "pay_point_id": add(connection, pay_points, **place),
            }
            women = [woman(index, homes, now) for index in range(start, start + A_VILLAGE)]
            due = [payment(one, DUE_ON, now) for one in women]
            connection.execute(insert(beneficiaries), women)
            connection.execute(insert(payments), due)
            pairs += [(one["id"], owed["id"]) for one, owed in zip(women, due, strict=True)]
    return pairs


def stock(database: Database, pairs: list[tuple[UUID, UUID]], count: int) -> None:
    """`count` reminders due now, from the first woman on and round again."""
    now = datetime.now(UTC)

    def drafts() -> Iterator[Draft]:
        for index in range(count):
            whom, owed = pairs[index % len(pairs)]
            yield Draft(
                dedupe_key=f"bench:{index}",
                category="payment",
                template="payment_due",
                msisdn=number(index % len(pairs)),
                locale="lo",
                params={"due_on": DUE_ON.isoformat()},
                beneficiary_id=whom,
                payment_id=owed,
                not_before_at=now,
                expires_at=now + timedelta(days=2),
            )

    with database.writing() as connection:
        queue_messages(connection, drafts(), now=now)
        # Replies go out on holidays as well, and a benchmark may be run on one.
        connection.execute(update(messages).values(priority=0))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def empty_ledger(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(
            text("truncate messages, receipts, handset_days, provider_stops cascade")
        )


def woman(index: int, homes: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "registration_no": f"{index:08d}",
        "name": "x",
        "name_latin": "x",
        "msisdn": number(index),
        "locale": "lo",
        "status": "enrolled",
        "category": "child",
        "consent_payment": True,
        "consent_health": True,
        "set_here": [],
        "created_at": now,
        "updated_at": now,
        **homes,
    }


def payment(whose: dict[str, Any], due_on: date, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "beneficiary_id": whose["id"],
        "cycle": f"{due_on:%Y-%m}",
        "due_on": due_on,
        "amount": 300_000,
        "pay_point_id": whose["pay_point_id"],
        "status": "scheduled",
        "updated_at": now,
    }


def add(connection: Connection, table: Table, **values: Any) -> int:
    key = next(iter(table.primary_key.columns))
    added: int = connection.execute(insert(table).values(**values).returning(key)).scalar_one()
    return added
