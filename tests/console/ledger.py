"""Messages, calls and broadcasts as the ledger would hold them, for the console to show.

For a page that only reads: any state, any age, at once. What a caller does is in `happenings`,
a broadcast that goes out in `broadcasting`.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from gateway.messaging.broadcasts import lifecycle as life
from gateway.messaging.broadcasts.kept_preview import keep_preview
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import beneficiaries, payments, ussd_sessions
from gateway.staff.authors import Author
from tests.console.happenings import MOTHER
from tests.messaging.conftest import ALWAYS
from tests.service import Service

_NUMBERS = count(1)
_VERSION_AND_VARIANT = 7 << 76 | 2 << 62


def id_at(at: datetime) -> UUID:
    """A UUIDv7 made at `at`."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | _VERSION_AND_VARIANT | next(_NUMBERS))


def put_message(service: Service, msisdn: str = MOTHER, **values: Any) -> UUID:
    """A message to the first beneficiary with this number, or to nobody known.

    `ago` is how long before the clock's moment it was queued and sent.
    """
    at = service.clock() - values.pop("ago", timedelta(0))
    person = values.pop("beneficiary_id", None) or _person(service, msisdn)
    message_id = id_at(at)
    row = {
        "id": message_id,
        "dedupe_key": f"test:{message_id}",
        "category": "payment",
        "priority": 1,
        "beneficiary_id": person,
        "msisdn": msisdn,
        "locale": "lo",
        "template": "payment_due",
        "params": {},
        "body": "ເງິນອຸດໜູນ 300.000 ກີບ",
        "segments": 1,
        "provider": "africastalking",
        "state": "delivered",
        "attempts": 1,
        "resends": 0,
        "not_before_at": at,
        "expires_at": at + timedelta(days=1),
        "created_at": at,
        "updated_at": at,
        "sent_at": at,
    } | values
    with service.database.writing() as connection:
        connection.execute(insert(messages).values(row))
    return message_id


def put_call(service: Service, msisdn: str = MOTHER, **values: Any) -> None:
    """A call that has ended, `ago` before the clock's moment."""
    at = service.clock() - values.pop("ago", timedelta(0))
    row = {
        "provider": "africastalking",
        "session_id": f"call-{next(_NUMBERS)}",
        "msisdn": msisdn,
        "service_code": "*123#",
        "network_code": "45703",
        "status": "success",
        "last_state": "payment_none",
        "trail": ["main", "payment_none"],
        "hops": 2,
        "duration_ms": 9000,
        "ended_at": at,
    } | values
    with service.database.writing() as connection:
        connection.execute(insert(ussd_sessions).values(row))


def put_broadcast(
    service: Service,
    *,
    author: str = "author@example.la",
    district_id: int | None = None,
    texts: dict[str, str] | None = None,
    audience: dict[str, Any] | None = None,
    submitted: bool = False,
) -> UUID:
    """A broadcast to everybody who is enrolled, counted, and where `submitted`, waiting."""
    with service.database.writing() as connection:
        broadcast_id = life.create_broadcast(
            connection,
            name="Flood",
            texts=texts or {"lo": "ນ້ຳຖ້ວມ", "en": "There is a flood"},
            audience=audience or {"status": ["enrolled"]},
            author=Author(author),
            default_locale="lo",
            district_id=district_id,
            now=service.clock(),
        )
    keep_preview(service.database, broadcast_id, default_locale="lo", now=service.clock())
    if submitted:
        with service.database.writing() as connection:
            life.submit_broadcast(
                connection,
                broadcast_id,
                start_at=None,
                by=Author(author),
                now=service.clock(),
                hours=ALWAYS,
            )
    return broadcast_id


def approve(reader: Any, broadcast_id: UUID) -> Any:
    """Presses Approve on the broadcast's page as it is now; the page that follows."""
    action = f"/console/broadcasts/{broadcast_id}/approve"
    fields = reader.get(f"broadcasts/{broadcast_id}").fields(action)
    return reader.submit(action, {"seen_at": fields["seen_at"]})


def broadcast_row(service: Service, broadcast_id: UUID) -> Any:
    with service.database.reading() as connection:
        return connection.execute(select(broadcasts).where(broadcasts.c.id == broadcast_id)).one()


def message_row(service: Service, message_id: UUID) -> Any:
    with service.database.reading() as connection:
        return connection.execute(select(messages).where(messages.c.id == message_id)).one()


def payment_of(service: Service, msisdn: str = MOTHER) -> UUID:
    """The scheduled payment of the first beneficiary with this number."""
    with service.database.reading() as connection:
        return connection.execute(
            select(payments.c.id).where(
                payments.c.beneficiary_id == _person(service, msisdn),
                payments.c.status == "scheduled",
            )
        ).scalar_one()


def change_person(service: Service, number: str, /, **values: Any) -> None:
    with service.database.writing() as connection:
        connection.execute(
            update(beneficiaries).where(beneficiaries.c.msisdn == number).values(**values)
        )


def _person(service: Service, msisdn: str) -> UUID | None:
    with service.database.reading() as connection:
        found = select(beneficiaries.c.id).where(beneficiaries.c.msisdn == msisdn)
        return connection.execute(found.order_by(beneficiaries.c.id)).scalars().first()
