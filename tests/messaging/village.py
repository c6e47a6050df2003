"""A small registry for tests of messaging: one village, people in it, payments for them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, insert, select, update
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
    visits,
)

# A Tuesday, 10:00 in Vientiane: no holiday, no quiet hour.
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PAYDAY = date(2026, 11, 27)


def number(index: int) -> str:
    """A Lao mobile number of its own for every index below ten million."""
    return f"+856205{index:07d}"


class Village:
    """Writes rows as an import would have left them; `place` is the village's and pay point's."""

    def __init__(self, database: Database, name: str = "ໂພນແກ້ວ", latin: str = "Phonkeo") -> None:
        self.database = database
        with database.writing() as connection:
            self.district_id = _add(
                connection, districts, province="ອັດຕະປື", province_latin="Attapeu",
                name=f"ສະໜາມໄຊ {name}", name_latin="Sanamxai",
            )  # fmt: skip
            place = {"district_id": self.district_id, "name": name, "name_latin": latin}
            self.village_id = _add(connection, villages, **place)
            self.health_centre_id = _add(connection, health_centres, **place)
            self.pay_point_id = _add(connection, pay_points, **place)

    def woman(self, index: int = 1, **changes: Any) -> UUID:
        return self.women([index], **changes)[0]

    def women(self, indexes: Sequence[int], **changes: Any) -> list[UUID]:
        """Enrolled, with a child, agreeing to everything; each with a number of her own."""
        return self.people(dict.fromkeys(indexes, changes))

    def people(self, changes: Mapping[int, Mapping[str, Any]]) -> list[UUID]:
        """The same, each with changes of her own: {index: changes}."""
        rows = [{**self._woman(index), **hers} for index, hers in changes.items()]
        with self.database.writing() as connection:
            connection.execute(insert(beneficiaries), rows)
        return [row["id"] for row in rows]

    def _woman(self, index: int) -> dict[str, Any]:
        return {
            "id": uuid7(),
            "registration_no": f"{index:08d}",
            "name": "ນາງ ຄຳ",
            "name_latin": "Nang Kham",
            "msisdn": number(index),
            "locale": "lo",
            "status": "enrolled",
            "category": "child",
            "child_dob": date(2026, 7, 20),
            "district_id": self.district_id,
            "village_id": self.village_id,
            "health_centre_id": self.health_centre_id,
            "pay_point_id": self.pay_point_id,
            "consent_payment": True,
            "consent_health": True,
            "set_here": [],
            "created_at": NOW,
            "updated_at": NOW,
        }

    def payment(self, beneficiary_id: UUID, **changes: Any) -> UUID:
        return self.payments([beneficiary_id], **changes)[0]

    def payments(self, beneficiary_ids: Sequence[UUID], **changes: Any) -> list[UUID]:
        rows: list[dict[str, Any]] = [
            {
                "id": uuid7(),
                "beneficiary_id": whose,
                "cycle": "2026-11",
                "due_on": PAYDAY,
                "amount": 300_000,
                "pay_point_id": self.pay_point_id,
                "status": "scheduled",
                "updated_at": NOW,
            }
            | changes
            for whose in beneficiary_ids
        ]
        with self.database.writing() as connection:
            connection.execute(insert(payments), rows)
        return [row["id"] for row in rows]

    def visited(self, beneficiary_id: UUID, keys: Sequence[str], on: date | None = None) -> None:
        """The health worker records that the visits were made."""
        rows = [
            {
                "id": uuid7(),
                "beneficiary_id": beneficiary_id,
                "visit": key,
                "done_on": on or NOW.date(),
                "updated_at": NOW,
            }
            for key in keys
        ]
        with self.database.writing() as connection:
            connection.execute(insert(visits), rows)

    def change(self, table: Table, row_id: Any, **values: Any) -> None:
        with self.database.writing() as connection:
            connection.execute(update(table).where(table.c.id == row_id).values(**values))


def draft(index: int = 1, **changes: Any) -> Draft:
    """A payment reminder due at NOW that needs no registry."""
    fields: dict[str, Any] = {
        "dedupe_key": f"test:{index}",
        "category": "payment",
        "template": "payment_missed",
        "msisdn": number(index),
        "locale": "en",
        "params": {"due_on": "27/11"},
        "not_before_at": NOW,
        "expires_at": NOW + timedelta(days=1),
    }
    return Draft(**(fields | changes))


def queue(database: Database, *drafts: Draft, now: datetime = NOW) -> None:
    with database.writing() as connection:
        queue_messages(connection, drafts, now=now)


def queue_for_any_day(database: Database, *drafts: Draft) -> None:
    """Queues them for tests on the real clock: as urgent as replies, which go on holidays too."""
    queue(database, *drafts, now=datetime.now(UTC))
    with database.writing() as connection:
        connection.execute(update(messages).values(priority=0))


def ledger(database: Database, *names: str) -> list[Any]:
    """The named columns of every message, in the order in which they were queued."""
    with database.reading() as connection:
        columns = [messages.c[name] for name in names]
        return list(connection.execute(select(*columns).order_by(messages.c.id)).all())


def states(database: Database) -> list[str]:
    return [row.state for row in ledger(database, "state")]


def _add(connection: Connection, table: Table, **values: Any) -> int:
    key = next(iter(table.primary_key.columns))
    added: int = connection.execute(insert(table).values(**values).returning(key)).scalar_one()
    return added
