"""That SMS do not reach a number any more, and that they do again, learnt from what became of them.

What stands is what was learnt last: so it may run at any time, twice, and again after a kill.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select

from gateway.core.learnt import Learnt
from gateway.messaging.unreachable import failing_numbers
from gateway.registry.bulk import one_of
from gateway.registry.database import Database
from gateway.registry.learning import changes, learn_of
from gateway.registry.moments import first_id
from gateway.registry.tables import beneficiaries

_FAILED = (Learnt.MESSAGE_FAILED, Learnt.MESSAGE_EXPIRED, Learnt.MESSAGE_REFUSED)
_STANDS = (Learnt.NUMBER_UNREACHABLE, Learnt.NUMBER_REACHABLE, Learnt.NUMBER_CORRECTED)
_AT_ONCE = 500  # people
_before = changes.alias("before")


def learn_reach(
    database: Database, *, now: datetime, zone: ZoneInfo, since: datetime
) -> Iterator[int]:
    """Of whoever an SMS reached or failed to reach after `since`: yields how many were learnt,
    some people a step, each step a transaction."""
    with database.reading() as connection:
        ids = _concerned(connection, since)
    for start in range(0, len(ids), _AT_ONCE):
        with database.writing() as connection:
            yield _learn(connection, ids[start : start + _AT_ONCE], now, zone)


def _concerned(connection: Connection, since: datetime) -> Sequence[UUID]:
    """Who was not reached, and who was though she had not been."""
    lately = (changes.c.id >= first_id(since), changes.c.at >= since)
    was_not = (
        select(_before.c.id)
        .where(
            _before.c.beneficiary_id == changes.c.beneficiary_id,
            _before.c.kind == Learnt.NUMBER_UNREACHABLE.value,
        )
        .exists()
    )
    reached = (changes.c.kind == Learnt.MESSAGE_DELIVERED.value) & was_not
    wanted = select(changes.c.beneficiary_id).where(
        *lately, changes.c.beneficiary_id.is_not(None), _kind_in(_FAILED) | reached
    )
    return connection.execute(wanted.distinct()).scalars().all()


def _learn(connection: Connection, ids: Collection[UUID], now: datetime, zone: ZoneInfo) -> int:
    people = _people(connection, ids)
    numbers = {row.msisdn for row in people}
    failing = failing_numbers(connection, now=now, zone=zone, among=numbers) if numbers else set()
    standing = _standing(connection, ids)
    lost = [row.id for row in people if row.msisdn in failing and row.id not in standing]
    found = [row.id for row in people if row.msisdn not in failing and row.id in standing]
    learn_of(connection, Learnt.NUMBER_UNREACHABLE, lost, at=now)
    learn_of(connection, Learnt.NUMBER_REACHABLE, found, at=now)
    return len(lost) + len(found)


def _people(connection: Connection, ids: Collection[UUID]) -> Sequence[Any]:
    """Locked in one order: nobody else learns the same of them at once."""
    her = beneficiaries.c
    wanted = select(her.id, her.msisdn).where(
        one_of(connection, her.id, ids), her.msisdn.is_not(None), her.msisdn_disowned_at.is_(None)
    )
    return connection.execute(wanted.order_by(her.id).with_for_update()).all()


def _standing(connection: Connection, ids: Collection[UUID]) -> set[UUID]:
    """Those of whom it was learnt that they are not reached, and nothing else since."""
    wanted = select(changes.c.beneficiary_id, changes.c.kind).where(
        one_of(connection, changes.c.beneficiary_id, ids), _kind_in(_STANDS)
    )
    rows = connection.execute(wanted.order_by(changes.c.at, changes.c.id))
    last = {row.beneficiary_id: row.kind for row in rows}
    return {whose for whose, kind in last.items() if kind == Learnt.NUMBER_UNREACHABLE.value}


def _kind_in(kinds: Collection[Learnt]) -> ColumnElement[bool]:
    return changes.c.kind.in_([kind.value for kind in kinds])
