"""What the sweeper puts right, on a clock: leases, silence, time that has passed."""

from datetime import timedelta

import pytest

from gateway.messaging.recovery.sweeper import wakeups_needed
from gateway.messaging.sending.claims import Sending, Verdict, claim_due, mark_sending, settle
from gateway.registry.database import Database
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import accepting, failing
from tests.messaging.test_receipts import report
from tests.messaging.village import NOW, draft, ledger, queue, states

LEASE = timedelta(seconds=60)


def claim(office: Office):
    """A worker claims everything and dies."""
    with office.database.writing() as connection:
        return claim_due(connection, now=office.now, lease=LEASE, replies_only=False, at_most=100)


def begin(office: Office, held):
    """A worker writes down that the call begins, and dies."""
    with office.database.writing() as connection:
        return mark_sending(
            connection, held, held.message_ids, Sending("body", None, 1),
            provider=office.provider.name, now=office.now,
        )  # fmt: skip


def test_a_claim_whose_worker_died_comes_back_when_its_lease_is_over(office: Office):
    queue(office.database, draft(1))
    claim(office)

    office.later(seconds=60)
    assert office.sweep()["claims_returned"] == 0

    office.later(seconds=1)
    assert office.sweep()["claims_returned"] == 1
    office.send()
    assert states(office.database) == ["accepted"]


def test_a_call_whose_worker_died_is_unknown_and_not_made_again(office: Office):
    queue(office.database, draft(1, category="broadcast"))
    begin(office, claim(office))

    office.later(seconds=61)
    assert office.sweep()["turned_unknown"] == 1
    office.later(days=1)
    office.sweep()
    office.send()

    assert ledger(office.database, "state", "reason") == [("unknown", "no_answer")]
    assert not office.provider.calls


def test_a_worker_that_was_only_slow_may_not_begin_what_was_taken_from_it(office: Office):
    queue(office.database, draft(1))
    held = claim(office)
    office.later(seconds=61)
    office.sweep()

    assert begin(office, held) == set()
    assert states(office.database) == ["queued"]


def test_an_answer_that_comes_after_the_lease_is_taken(office: Office):
    queue(office.database, draft(1))
    held = claim(office)
    begin(office, held)
    office.later(seconds=61)
    office.sweep()

    verdict = Verdict(message_id=held.message_ids[0], state="accepted", provider_ref="x")
    with office.database.writing() as connection:
        settle(connection, held, [verdict], now=office.now)

    assert ledger(office.database, "state", "provider_ref") == [("accepted", "x")]


def test_an_answer_that_comes_after_it_was_sent_again_is_of_no_use(office: Office):
    queue(office.database, draft(1))
    held = claim(office)
    begin(office, held)
    office.later(minutes=16)
    office.sweep()
    assert states(office.database) == ["queued"]

    late = Verdict(message_id=held.message_ids[0], state="refused", reason="InvalidPhoneNumber")
    with office.database.writing() as connection:
        settle(connection, held, [late], now=office.now)

    assert states(office.database) == ["queued"]


def unknown(office: Office, **changes) -> None:
    office.provider.answers = [failing("unknown", "http_500")]
    queue(office.database, draft(1, **changes))
    office.send()


def test_a_payment_reminder_nobody_reports_on_is_sent_again_once_and_counted(office: Office):
    unknown(office)
    office.provider.answers = [failing("unknown", "http_500")]

    office.later(minutes=15)
    assert office.sweep()["resent"] == 0
    office.later(seconds=1)
    assert office.sweep()["resent"] == 1
    office.send()
    assert ledger(office.database, "state", "resends") == [("unknown", 1)]

    office.later(hours=1)
    assert office.sweep()["resent"] == 0
    assert len(office.provider.calls) == 2


@pytest.mark.parametrize("category", ["health", "broadcast", "reply"])
def test_other_messages_wait_for_staff(office: Office, category: str):
    unknown(office, category=category)

    office.later(hours=2)

    assert office.sweep()["resent"] == 0
    assert states(office.database) == ["unknown"]


def test_the_silence_of_a_provider_that_does_not_report_says_nothing(office: Office):
    office.provider.reports_reliably = False
    unknown(office)

    office.later(hours=2)

    assert office.sweep()["resent"] == 0


def test_where_a_parked_receipt_might_be_its_own_staff_decide(office: Office):
    unknown(office)
    report(office, "Success", ref="x")
    report(office, "Success", ref="y")

    office.later(hours=1)

    assert office.sweep()["resent"] == 0


def test_what_is_too_late_is_not_sent_again(office: Office):
    unknown(office, expires_at=NOW + timedelta(minutes=10))

    office.later(hours=1)

    assert office.sweep()["resent"] == 0


def test_three_days_of_silence_close_an_accepted_message(office: Office):
    queue(office.database, draft(1))
    office.send()

    office.later(hours=72)
    assert office.sweep()["silent"] == 0
    office.later(seconds=1)
    assert office.sweep()["silent"] == 1
    assert ledger(office.database, "state", "reason") == [("expired", "no_receipt")]

    report(office, "Success")
    assert states(office.database) == ["delivered"]


def test_what_waited_too_long_in_the_queue_expires(office: Office):
    queue(office.database, draft(1), draft(2, expires_at=NOW + timedelta(hours=1)))

    office.later(hours=1)

    assert office.sweep()["expired"] == 1
    assert states(office.database) == ["queued", "expired"]


def test_the_same_text_of_days_ago_is_forgotten(office: Office):
    queue(office.database, draft(1))
    office.send()

    office.later(days=3)

    assert office.sweep()["days_forgotten"] == 1


def test_a_sweep_with_nothing_to_do_does_nothing(office: Office):
    queue(office.database, draft(1), draft(2))
    office.provider.answers = [accepting]
    office.send()

    assert set(office.sweep().values()) == {0}


@pytest.mark.parametrize(
    ("due", "workers", "wakeups"),
    [(0, 4, 0), (1, 4, 1), (100, 4, 1), (101, 4, 2), (1000, 4, 4), (1000, 40, 8)],
)
def test_workers_are_woken_for_what_there_is(database: Database, due, workers, wakeups):
    queue(database, *(draft(index) for index in range(due)))

    with database.reading() as connection:
        needed = wakeups_needed(connection, now=NOW, batch=100, workers=workers)

    assert needed == wakeups


def test_nobody_is_woken_for_tomorrow(database: Database):
    queue(database, draft(1, not_before_at=NOW + timedelta(days=1)))

    with database.reading() as connection:
        assert wakeups_needed(connection, now=NOW, batch=100, workers=4) == 0
