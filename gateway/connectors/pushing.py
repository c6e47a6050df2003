"""A push: payments that staff marked as paid or missed, told to the system that pays.

Nothing is remembered of what was told: a marking is owed until the other system says the same, in
a pull. A sink takes the same twice, so a push that was killed is simply made again.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection as Sql
from sqlalchemy import func, insert, or_, select, tuple_, update

from gateway.connectors.driver import Ground
from gateway.connectors.file import Connection, ConnectionsError
from gateway.connectors.pulling import LEASE, MOST_FAULTS, Puller, new_run
from gateway.connectors.source import (
    PAGE_ROWS,
    Fault,
    Outcome,
    Pushed,
    RegistrySink,
    SourceError,
)
from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.core.texts import _
from gateway.logs import where
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments

LONGEST_AGO = timedelta(days=366)  # what is older was accounted for otherwise
REFUSED = _("The other system does not take it: %(said)s")
_OWED = (
    select(
        payments.c.id.label("payment_id"),
        func.coalesce(payments.c.came_as, beneficiaries.c.registration_no).label("registration_no"),
        payments.c.cycle,
        payments.c.due_on,
        payments.c.amount,
        (payments.c.status == "paid").label("paid"),
        payments.c.updated_at.label("at"),
    )
    .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
    .where(
        payments.c.status_before.is_not(None),
        payments.c.status.in_(("paid", "missed")),
        beneficiaries.c.erased_at.is_(None),
    )
    .order_by(payments.c.due_on, payments.c.id)
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Told:
    """How many outcomes were taken, and how many not; `fault` None: each was taken."""

    taken: int = 0
    refused: int = 0
    fault: Fault | None = None
    about: str = ""

    def plus(self, pushed: Pushed) -> "Told":
        refused = self.refused + len(pushed.refused)
        fault, about = (Fault.ROWS, f"payments: {refused}") if refused else (None, "")
        return Told(taken=self.taken + len(pushed.taken), refused=refused, fault=fault, about=about)


def push(puller: Puller, connection: Connection, ground: Ground) -> Told | None:
    """Tells what is owed; None where somebody is at the connection, or nobody has approved it.

    Raises ConnectionsError where the other system takes nothing.
    """
    sink = _sink_of(connection, ground)
    run_id = _begin(puller, connection.name)
    if run_id is None:
        return None
    told = Told()
    try:
        for batch in owed(puller.database, puller.today(puller.clock())):
            pushed = sink.push(batch, dry_run=False)
            with puller.database.writing() as sql:
                _note(sql, run_id, batch, pushed, told)
                _hold(sql, connection.name, puller.clock() + LEASE)
            told = told.plus(pushed)
    except SourceError as error:
        logger.warning("connection: %s", where(error))
        told = replace(told, fault=error.fault, about=error.about[:200])
    _end(puller, connection.name, run_id, told)
    return told


def rehearse(puller: Puller, connection: Connection, ground: Ground) -> Told:
    """What a push would tell. Raises SourceError, ConnectionsError."""
    sink, told = _sink_of(connection, ground), Told()
    for batch in owed(puller.database, puller.today(puller.clock())):
        told = told.plus(sink.push(batch, dry_run=True))
    return told


def owed(database: Database, today: date) -> Iterator[list[Outcome]]:
    """What staff marked and the paying side does not say yet, a page at a time, oldest first."""
    key = tuple_(payments.c.due_on, payments.c.id)
    due, which = today - LONGEST_AGO, UUID(int=0)
    while True:
        place = tuple_(due, which, types=[payments.c.due_on.type, payments.c.id.type])
        wanted = _OWED.where(payments.c.due_on >= due, key > place).limit(PAGE_ROWS)
        with database.reading() as sql:
            batch = [Outcome(**row._asdict()) for row in sql.execute(wanted)]
        if batch:
            yield batch
        if len(batch) < PAGE_ROWS:
            return
        due, which = batch[-1].due_on, batch[-1].payment_id


def _sink_of(connection: Connection, ground: Ground) -> RegistrySink:
    sink = connection.sink(ground)
    if sink is None:
        raise ConnectionsError(f"{connection.name}: {connection.driver.title} is only read.")
    return sink


def _begin(puller: Puller, name: str) -> UUID | None:
    now, row = puller.clock(), connections.c
    free = or_(row.lease_until_at.is_(None), row.lease_until_at <= now)
    with puller.database.writing() as sql:
        held = sql.execute(
            update(connections)
            .where(row.name == name, row.approved_at.is_not(None), free)
            .values(lease_until_at=now + LEASE)
        ).rowcount
        return new_run(sql, name, "push", now) if held else None


def _note(sql: Sql, run_id: UUID, batch: Sequence[Outcome], pushed: Pushed, before: Told) -> None:
    """Counts what was taken, and keeps what was not with the other system's words."""
    numbers = {one.payment_id: one.registration_no for one in batch}
    rows = [
        {
            "run_id": run_id,
            "number": number,
            "kind": "payments",
            "registration_no": numbers[payment_id],
            "column": "status",
            "reason": REFUSED,
            "params": {"said": said[:200]},
        }
        for number, (payment_id, said) in enumerate(pushed.refused.items(), before.refused + 1)
        if number <= MOST_FAULTS
    ]
    if rows:
        sql.execute(insert(connection_faults), rows)
    more = {"pages": connection_runs.c.pages + 1, "changed": before.taken + len(pushed.taken)}
    sql.execute(update(connection_runs).where(connection_runs.c.id == run_id).values(more))


def _end(puller: Puller, name: str, run_id: UUID, told: Told) -> None:
    fault = told.fault.value if told.fault else None
    with puller.database.writing() as sql:
        ended = {"ended_at": puller.clock(), "fault": fault, "fault_about": told.about or None}
        sql.execute(update(connection_runs).where(connection_runs.c.id == run_id).values(ended))
        _hold(sql, name, None)
        if fault and told.fault is not Fault.ROWS:  # what it does not take holds up no pull
            said = {"fault": fault, "fault_about": told.about or None}
            sql.execute(update(connections).where(connections.c.name == name).values(said))


def _hold(sql: Sql, name: str, until: datetime | None) -> None:
    sql.execute(update(connections).where(connections.c.name == name).values(lease_until_at=until))
