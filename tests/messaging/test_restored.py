"""A database that was restored: noticed, held, told, released. On one clock, by one provider."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from gateway.core.restores import HELD_KINDS, Choice, Sign
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.lifecycle import read_broadcast, resume_broadcast
from gateway.messaging.recovery.resolving import resolve_unknown
from gateway.messaging.restored.holding import Restore, hold, newest_restore, notice
from gateway.messaging.restored.releasing import ReleaseError, release, release_broadcast
from gateway.messaging.restored.report import broadcasts_so_far, held_counts, held_reminders
from gateway.messaging.restored.signs import Mark, Remembered, beat, read_mark, sign_of
from gateway.messaging.tables import alerts, heartbeats, messages
from gateway.registry.database import Database
from tests.messaging.broadcasting import started_broadcast
from tests.messaging.conftest import ALWAYS, Office
from tests.messaging.village import (
    NOW,
    PAYDAY,
    Village,
    draft,
    ledger,
    number,
    queue,
    states,
)  # fmt: skip

HOUR = timedelta(hours=1)


def _newest(connection) -> Restore:
    restore = newest_restore(connection)
    assert restore is not None
    return restore


def _noticed(connection, **given) -> Restore:
    restore = notice(connection, **given)
    assert restore is not None
    return restore


def restored(office: Office, **changes):
    """As `flask restore` leaves it: the dump is an hour old."""
    values = {"dump_at": office.now - HOUR, "last_at": None, "now": office.now} | changes
    with office.database.writing() as connection:
        return hold(connection, Sign.COMMAND, **values)


def released(office: Office, kind, choice: Choice) -> int:
    office.later(seconds=10)
    with office.database.writing() as connection:
        return release(connection, kind, choice, now=office.now)


def due(index: int, *, minutes: float = -30, category="health", **changes):
    times = {"not_before_at": NOW + timedelta(minutes=minutes), "expires_at": NOW + 48 * HOUR}
    return draft(index, category=category, **times | changes)


@pytest.fixture
def reminders(office: Office, village: Village):
    """Two reminders that were due between the dump and the restore, one for tomorrow."""
    village.women(range(1, 4))
    queue(office.database, due(1), due(2), due(3, minutes=24 * 60))


def test_what_was_due_before_a_restore_was_noticed_is_not_sent(office: Office, reminders):
    restored(office)
    office.send()
    office.later(hours=1)
    office.sweep()
    office.send()
    assert office.provider.calls == []
    assert Counter(states(office.database)) == {"unknown": 2, "queued": 1}
    assert {row.reason for row in ledger(office.database, "reason")} == {"restored", None}


def test_nothing_else_goes_out_either_until_it_is_released(office: Office, reminders):
    restored(office)
    office.later(days=2)
    office.send()
    assert office.provider.calls == []


def test_answers_go_out(office: Office, village: Village):
    restored(office)
    office.later(seconds=1)
    asked = draft(7, category="reply", not_before_at=office.now, expires_at=office.now + HOUR)
    queue(office.database, asked, now=office.now)
    office.send()
    assert office.provider.handsets == [number(7)]


def test_an_answer_that_the_dump_still_had_in_the_queue_does_not(office: Office):
    early = NOW - 2 * HOUR
    asked = draft(7, category="reply", not_before_at=early, expires_at=NOW + HOUR)
    queue(office.database, asked, now=early)
    restored(office)
    office.send()
    assert office.provider.calls == []


@pytest.mark.parametrize("state", ["claimed", "sending", "unknown"])
def test_what_was_under_way_in_the_dump_is_sent_again_by_no_wait(
    office: Office, reminders, state: str
):
    with office.database.writing() as connection:
        under_way = {"state": state, "category": "payment", "provider": office.provider.name,
                     "sent_at": NOW - HOUR, "lease_until_at": NOW - HOUR}  # fmt: skip
        connection.execute(
            update(messages).where(messages.c.not_before_at <= NOW).values(under_way)
        )
    restored(office)
    for _hour in range(3):
        office.later(hours=1)
        office.sweep()
        office.send()
    assert office.provider.calls == []
    assert Counter(states(office.database)) == {"unknown": 2, "queued": 1}


def test_staff_cannot_have_it_sent_before_it_is_released(office: Office, reminders):
    restored(office)
    ids = [row.id for row in ledger(office.database, "id")]
    with office.database.writing() as connection:
        assert resolve_unknown(connection, ids, "resend", now=office.now) == 0


def test_what_is_planned_only_afterwards_but_was_due_before_is_held_too(
    office: Office, village: Village
):
    """The service of before had planned it since the dump: under the same key, it is gone."""
    village.women(range(1, 3))
    restored(office)
    queue(office.database, due(1), now=office.now)
    assert released(office, "health", Choice.AS_SENT) == 1
    queue(office.database, due(2), now=office.now)
    office.send()
    assert office.provider.calls == []
    assert office.sweep()["set_aside"] == 1
    assert Counter(states(office.database)) == {"accepted": 2}


def test_as_sent_it_counts_as_with_the_operator_and_tomorrows_goes_out(office: Office, reminders):
    restored(office)
    assert released(office, "health", Choice.AS_SENT) == 2
    assert Counter(states(office.database)) == {"accepted": 2, "queued": 1}
    office.later(days=1)
    office.send()
    assert len(office.provider.calls) == 1


def test_of_a_payment_that_counts_as_told_a_change_is_corrected(office: Office, village: Village):
    payment = village.payment(village.woman(1))
    queue(office.database, due(1, category="payment", payment_id=payment))
    restored(office)
    released(office, "payment", Choice.AS_SENT)
    (row,) = ledger(office.database, "told")
    assert row.told == f"{PAYDAY}|{village.pay_point_id}"


def test_sent_after_all_each_goes_out_once(office: Office, reminders):
    restored(office)
    assert released(office, "health", Choice.SEND) == 2
    office.send()
    office.sweep()
    office.send()
    assert sorted(office.provider.handsets) == [number(1), number(2)]


def test_what_reads_the_same_still_travels_together_when_it_is_sent(office: Office, reminders):
    def fractions():
        rows = ledger(office.database, "not_before_at")
        return sorted(row.not_before_at.microsecond for row in rows)

    before = fractions()
    restored(office)
    released(office, "health", Choice.SEND)
    assert fractions() == before


def test_left_to_staff_they_are_settled_by_them_and_by_nothing_else(office: Office, reminders):
    restored(office)
    assert released(office, "health", Choice.TO_STAFF) == 2
    office.later(hours=1)
    office.sweep()
    assert Counter(states(office.database)) == {"unknown": 2, "queued": 1}
    ids = [row.id for row in ledger(office.database, "id")]
    with office.database.writing() as connection:
        assert resolve_unknown(connection, ids, "arrived", now=office.now) == 2


def test_a_kind_is_released_once(office: Office, reminders):
    restored(office)
    released(office, "health", Choice.AS_SENT)
    with pytest.raises(ReleaseError, match="health was released before: as_sent"):
        released(office, "health", Choice.SEND)


def test_without_a_restore_there_is_nothing_to_release(office: Office):
    with pytest.raises(ReleaseError, match="not restored"):
        released(office, "health", Choice.AS_SENT)


def test_the_alert_is_over_when_every_kind_is_released(office: Office):
    def open_alerts():
        with office.database.reading() as connection:
            asked = select(alerts.c.kind).where(alerts.c.resolved_at.is_(None))
            return list(connection.execute(asked).scalars())

    restored(office)
    for kind in HELD_KINDS:
        assert open_alerts() == ["restored"]
        released(office, kind, Choice.AS_SENT)
    assert open_alerts() == []


def test_a_broadcast_stands_still_and_is_told_to_go_on_by_nobody(office: Office, village: Village):
    broadcast_id = _broadcast(office, village)
    restored(office)
    with office.database.writing() as connection, pytest.raises(BroadcastError, match="restored"):
        resume_broadcast(connection, broadcast_id, now=office.now, hours=ALWAYS)
    office.send()
    assert office.provider.calls == []


def test_a_broadcast_that_counts_as_sent_is_done(office: Office, village: Village):
    broadcast_id = _broadcast(office, village)
    restored(office)
    with office.database.reading() as connection:
        (told,) = broadcasts_so_far(connection, _newest(connection))
    assert (told.id, told.sent, told.left) == (broadcast_id, 0, 3)
    with office.database.writing() as connection:
        assert release_broadcast(connection, broadcast_id, Choice.AS_SENT, now=office.now) == 3
    with office.database.reading() as connection:
        assert read_broadcast(connection, broadcast_id).state == "done"
    released(office, "broadcast", Choice.SEND)
    office.send()
    assert office.provider.calls == []


def test_a_broadcast_that_is_sent_goes_on(office: Office, village: Village):
    _broadcast(office, village)
    restored(office)
    assert released(office, "broadcast", Choice.SEND) == 3
    office.send()
    assert len(office.provider.handsets) == 3


def _broadcast(office: Office, village: Village):
    """Running, with a message for each of three women."""
    village.women(range(1, 4))
    broadcast_id = started_broadcast(
        office.database, now=NOW, audience={"village": [village.village_id]}
    )
    drafts = [due(one, category="broadcast", broadcast_id=broadcast_id) for one in (1, 2, 3)]
    queue(office.database, *drafts)
    return broadcast_id


def test_the_report_counts_by_kind_by_payday_and_village(office: Office, village: Village):
    women = village.women(range(1, 4))
    whose = zip(women, village.payments(women), strict=True)
    queue(
        office.database,
        *(
            due(index, category="payment", payment_id=payment, beneficiary_id=woman)
            for index, (woman, payment) in enumerate(whose, 1)
        ),
    )
    restored(office)
    with office.database.reading() as connection:
        assert held_counts(connection) == {"reply": 0, "payment": 3, "health": 0, "broadcast": 0}
        (row,) = held_reminders(connection, "payment", at_most=10)
    assert (row.due_on, row.village, row.number) == (PAYDAY, "Phonkeo", 3)


MARK = Mark(None, 7, NOW, copied=False, new_timeline=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "known", "later", "sign"),
    [
        ({}, None, 1, None),
        ({}, Remembered(7, NOW), 1, None),
        ({}, Remembered(8, NOW), 1, Sign.WENT_BACK),
        ({"copied": True}, None, 1, Sign.COPIED),
        ({"copied": True}, Remembered(7, NOW), 1, Sign.COPIED),
        # A standby has taken over: within minutes, or with all that Redis remembers.
        ({"new_timeline": True}, None, 1, None),
        ({"new_timeline": True}, Remembered(7, NOW), 60, None),
        ({"new_timeline": True}, None, 60, Sign.PROMOTED),
        ({"new_timeline": True}, Remembered(9, NOW + timedelta(minutes=1)), 2, Sign.WENT_BACK),
        # An asynchronous one lacks the last moments.
        ({"new_timeline": True}, Remembered(9, NOW + timedelta(seconds=10)), 1, None),
        # A night without the service is none.
        ({}, None, 600, None),
    ],
)
def test_what_tells_a_restored_database(changes, known, later, sign):
    mark = Mark(**{name: getattr(MARK, name) for name in Mark.__slots__} | changes)
    assert sign_of(mark, known, NOW + timedelta(minutes=later)) == sign


def test_rows_that_something_else_has_written_tell_once(postgresql: Database):
    with postgresql.writing() as connection:
        beat(connection, NOW)
    with postgresql.writing() as connection:
        row = connection.execute(select(heartbeats)).one()._asdict()
        assert notice(connection, now=NOW) is None
    with postgresql.writing() as connection:
        connection.execute(heartbeats.delete())
        connection.execute(insert(heartbeats).values(row))  # as a dump is loaded
    later = NOW + HOUR
    with postgresql.writing() as connection:
        restore = _noticed(connection, now=later)
        assert (restore.sign, restore.dump_at, restore.noticed_at) == (Sign.COPIED, NOW, later)
    with postgresql.writing() as connection:
        assert notice(connection, now=later + HOUR) == restore
        mark = read_mark(connection)
        assert mark is not None
        assert not mark.copied


def test_a_database_that_went_back_beats_on_above_what_redis_remembers(database: Database):
    with database.writing() as connection:
        beat(connection, NOW)
        known = Remembered(500, NOW + HOUR)
        restore = _noticed(connection, now=NOW + 2 * HOUR, known=known)
        assert (restore.sign, restore.dump_at, restore.last_at) == (
            Sign.WENT_BACK, NOW, NOW + HOUR,
        )  # fmt: skip
        mark = read_mark(connection)
        assert mark is not None
        assert mark.number == 501
        assert notice(connection, now=NOW + 3 * HOUR, known=known) == restore


def test_a_claim_notices_by_itself(postgresql: Database):
    """No scheduler has looked yet."""
    office = Office(postgresql)
    queue(postgresql, due(1))
    with postgresql.writing() as connection:
        beat(connection, NOW)
        connection.execute(heartbeats.update().values(written_by=1))
    office.send()
    assert office.provider.calls == []
    with postgresql.reading() as connection:
        assert _newest(connection).sign is Sign.COPIED
