"""Workers, a sweeper, receipts and staff on the same rows at the same time."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.msisdn import Msisdn
from gateway.messaging.receiving.receipts import record_receipt
from gateway.messaging.recovery.sweeper import Patience, sweep
from gateway.messaging.sending.claims import Sending, claim_due, mark_sending
from gateway.messaging.sending.dispatcher import SendingSettings
from gateway.providers.base import DeliveryReceipt
from gateway.registry.database import Database
from tests.messaging.conftest import ALWAYS, Office
from tests.messaging.scripted_provider import accepting
from tests.messaging.village import draft, number, queue, states

MESSAGES = 200
PATIENCE = Patience(unknown_wait=timedelta(hours=1), reporting=frozenset({"post"}))


def now() -> datetime:
    return datetime.now(UTC)


def fresh(count: int, **changes):
    at = now()
    times = {"not_before_at": at, "expires_at": at + timedelta(hours=1)}
    return [draft(index, **times, **changes) for index in range(count)]


@contextmanager
def meanwhile(*jobs: Callable[[], object]) -> Iterator[None]:
    """Repeats each of `jobs` in a thread of its own; what they raise fails the test."""
    over = threading.Event()
    errors: list[BaseException] = []

    def repeat(job: Callable[[], object]) -> None:
        try:
            while not over.is_set():
                job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=repeat, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert not errors, errors


def worker(office: Office, lease: timedelta):
    settings = SendingSettings(batch_size=20, lease=lease, hours=ALWAYS)
    return office.dispatcher(clock=lambda _connection: now, settings=settings)


@pytest.mark.parametrize("lease", [timedelta(seconds=60), timedelta(milliseconds=40)])
def test_two_workers_and_a_sweeper_send_each_message_once(database: Database, lease: timedelta):
    """Also where the lease is shorter than a batch takes: then claims come back all the time, but
    not for ever, since on a busy machine none would ever be long enough."""
    office = Office(database)
    queue(database, *fresh(MESSAGES), now=now())
    returned: list[int] = []

    def drained() -> bool:
        return not set(states(database)) & {"queued", "claimed", "sending"}

    def work() -> None:
        enough = sum(returned) >= 3 * MESSAGES
        worker(office, timedelta(seconds=60) if enough else lease).drain(seconds=0.2)

    def recover() -> None:
        returned.append(sweep(database, PATIENCE, now=now())["claims_returned"])

    with meanwhile(work, work, recover):
        _wait(drained)

    assert Counter(office.provider.handsets) == Counter(number(index) for index in range(MESSAGES))
    assert set(states(database)) == {"accepted"}


@pytest.mark.long
def test_receipts_that_race_with_the_answers_lose_nothing(database: Database):
    office = Office(database)
    queue(database, *fresh(MESSAGES), now=now())
    waiting: list[str] = []

    def accept(body, recipients):
        waiting.extend(one.msisdn for one in recipients)
        return accepting(body, recipients)

    office.provider.always = accept

    def report() -> None:
        if not waiting:
            return
        msisdn = waiting.pop(0)
        receipt = DeliveryReceipt(
            "post", f"ref-{msisdn}", None, Msisdn(msisdn), "Success", "delivered", None
        )
        with database.writing() as connection:
            record_receipt(connection, receipt, now=now())

    minute = timedelta(seconds=60)
    with meanwhile(
        lambda: worker(office, minute).drain(seconds=0.2),
        lambda: worker(office, minute).drain(seconds=0.2),
        lambda: sweep(database, PATIENCE, now=now()),
        report,
        report,
    ):
        _wait(lambda: set(states(database)) == {"delivered"})


def test_two_that_claim_at_once_get_different_messages(database: Database):
    queue(database, *fresh(200), now=now())
    claimed: list = []

    def claim() -> None:
        with database.writing() as connection:
            held = claim_due(
                connection,
                now=now(),
                lease=timedelta(seconds=60),
                replies_only=False,
                at_most=7,
            )
        claimed.extend(held.message_ids)

    with meanwhile(claim, claim, claim):
        _wait(lambda: len(claimed) >= 200)

    assert len(claimed) == len(set(claimed)) == 200


def test_the_same_text_to_one_handset_from_two_claims_goes_once(database: Database):
    """A hundred women on one phone, and two workers who hold half of them each."""
    office = Office(database)
    queue(database, *fresh(100, msisdn=number(1)), now=now())

    def send() -> None:
        settings = SendingSettings(batch_size=5, lease=timedelta(seconds=60), hours=ALWAYS)
        office.dispatcher(clock=lambda _connection: now, settings=settings).drain(seconds=0.2)

    with meanwhile(send, send):
        _wait(lambda: not set(states(database)) & {"queued", "claimed", "sending"})

    assert office.provider.handsets == [number(1)]
    assert Counter(states(database)) == {"accepted": 1, "suppressed": 99}


def test_marking_again_after_a_commit_whose_answer_was_lost_counts_one_attempt(database: Database):
    queue(database, *fresh(1), now=now())
    with database.writing() as connection:
        held = claim_due(connection, now=now(), lease=timedelta(60), replies_only=False, at_most=1)

    for _time in range(2):
        with database.writing() as connection:
            marked = mark_sending(
                connection, held, held.message_ids, Sending("x", None, 1),
                provider="post", now=now(),
            )  # fmt: skip
        assert marked == set(held.message_ids)


def _wait(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    pause = threading.Event()
    give_up_at = now() + timedelta(seconds=seconds)
    while not holds():
        assert now() < give_up_at
        pause.wait(0.05)
