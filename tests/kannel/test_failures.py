"""Whatever breaks on the way to a handset: nobody is forgotten, nobody gets an SMS of ours twice.

One thing is Kannel's alone and not to be had otherwise: what an SMSC has taken while the answer
was lost with the bind is offered again. `max-pending-submits` bounds how many that can be.
"""

import re
from collections import Counter
from contextlib import contextmanager
from threading import Thread

import pytest

from tests.kannel.boxes import TEMPLATES
from tests.kannel.lines import ASK, DIAL
from tests.kannel.patience import until
from tests.kannel.post import PEOPLE, received_by, send_all
from tests.kannel.smsc import Answer

pytestmark = [pytest.mark.kannel, pytest.mark.chaos]

BREAKS_KANNEL = True
MANY = PEOPLE[:200]
SMS_GROUP = (TEMPLATES / "operators" / "unitel.conf").read_text().partition("unitel-ussd")[0]
(MOST_PENDING,) = map(int, re.findall(r"max-pending-submits = (\d+)", SMS_GROUP))


@contextmanager
def sending(gateway, provider):
    """Sends in the background while something breaks; over when nothing is queued any more."""
    failures: list[BaseException] = []

    def send() -> None:
        try:
            send_all(gateway, provider)
        except BaseException as error:
            failures.append(error)

    thread = Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    assert failures == []


def all_delivered(gateway):
    return until(gateway.states, lambda states: states == {"delivered": len(MANY)}, seconds=60)


def test_an_smsc_that_is_down_is_waited_for(gateway, unitel, smsc):
    smsc.stop()
    gateway.queue(MANY)
    send_all(gateway, unitel)
    assert gateway.states() == {"accepted": len(MANY)}
    smsc.start()
    all_delivered(gateway)
    assert received_by(smsc) == Counter(MANY)


def test_an_smsc_that_restarts_in_the_middle_gets_the_rest(gateway, unitel, smsc):
    gateway.queue(MANY)
    with sending(gateway, unitel):
        smsc.wait_for(len(MANY) // 4)
        smsc.stop()
    smsc.start()
    all_delivered(gateway)
    again = received_by(smsc) - Counter(MANY)
    assert set(received_by(smsc)) == set(MANY)
    assert again.total() <= MOST_PENDING


def test_a_bind_that_drops_in_the_middle_is_bound_again(gateway, unitel, smsc):
    gateway.queue(MANY)
    with sending(gateway, unitel):
        smsc.wait_for(len(MANY) // 4)
        smsc.drop_the_bind()
    all_delivered(gateway)
    again = received_by(smsc) - Counter(MANY)
    assert set(received_by(smsc)) == set(MANY)
    assert again.total() <= MOST_PENDING


def test_an_smsc_that_takes_and_says_nothing_before_the_bind_drops(gateway, unitel, smsc):
    """What Kannel offers again is what it had no answer for, and not one SMS more."""
    smsc.decide = lambda _submitted: Answer(silent=True)
    gateway.queue(MANY)
    send_all(gateway, unitel)
    unanswered = [one.destination for one in smsc.wait_for(MOST_PENDING)]
    assert len(smsc.submitted()) == MOST_PENDING
    smsc.reset()
    smsc.drop_the_bind()
    all_delivered(gateway)
    assert received_by(smsc) == Counter(MANY)
    assert {f"+{number}" for number in unanswered} <= set(received_by(smsc))


def test_a_killed_smsbox_leaves_nothing_sent_twice_and_nothing_forgotten(
    gateway, unitel, smsc, boxes
):
    gateway.queue(PEOPLE)
    with sending(gateway, unitel):
        until(lambda: gateway.states()["queued"], lambda queued: queued < len(PEOPLE) - 100)
        boxes.kill("smsbox")
        until(gateway.unsent, lambda count: count > 0)
        boxes.start_smsbox()
    in_flight = {"delivered", "accepted", "unknown"}
    most = len(PEOPLE) - 50
    until(gateway.states, lambda states: set(states) <= in_flight and states["delivered"] > most)
    received = received_by(smsc)
    assert received == Counter(set(received))
    assert {row.msisdn for row in gateway.rows() if row.state == "delivered"} <= set(received)
    # The receipts in smsbox's hands died with it; what it had not passed on was never sent.
    listed = {row.msisdn for row in gateway.rows() if row.state in {"accepted", "unknown"}}
    assert set(PEOPLE) - set(received) <= listed


def test_a_killed_bearerbox_forgets_nothing_it_had_accepted(gateway, unitel, smsc, boxes):
    smsc.stop()
    gateway.queue(MANY)
    send_all(gateway, unitel)
    boxes.kill("bearerbox")
    boxes.kill("smsbox")
    smsc.start()
    boxes.start()
    all_delivered(gateway)
    assert received_by(smsc) == Counter(MANY)


def test_receipts_that_are_still_to_come_survive_both_boxes(gateway, unitel, smsc, boxes):
    smsc.hold_receipts()
    gateway.queue(MANY)
    send_all(gateway, unitel)
    smsc.wait_for(len(MANY))
    until(lambda: len(gateway.receipts()), lambda count: count == len(MANY))
    boxes.kill("bearerbox")
    boxes.kill("smsbox")
    boxes.start()
    smsc.release_receipts()
    all_delivered(gateway)


def test_a_gateway_that_restarts_gets_every_receipt(gateway, unitel, smsc):
    smsc.hold_receipts()
    gateway.queue(MANY)
    send_all(gateway, unitel)
    smsc.wait_for(len(MANY))
    smsc.release_receipts()
    until(lambda: gateway.states()["delivered"], lambda count: count >= 50)
    gateway.stop()
    before = gateway.states()["delivered"]
    assert before < len(MANY)
    gateway.start()
    all_delivered(gateway)


def test_without_the_receipts_redis_sms_wait_and_ussd_goes_on(
    gateway, unitel, smsc, boxes, own_receipt_store
):
    own_receipt_store.stop()
    gateway.queue(MANY)
    send_all(gateway, unitel)
    page = smsc.exchange(PEOPLE[0], "*123#", op=DIAL, session=b"\x00\x01")
    assert page.op == ASK
    assert gateway.states()["delivered"] == 0
    own_receipt_store.start()
    all_delivered(gateway)
    sms = Counter(one.destination for one in smsc.submitted() if one.op is None)
    assert sms == Counter(number[1:] for number in MANY)
    assert boxes.printed().count("REDIS: Connection refused") > 0
