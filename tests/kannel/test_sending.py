"""SMS from the ledger through Kannel to handsets, and their receipts back."""

from collections import Counter
from uuid import uuid4

import msgspec
import pytest

from gateway.providers.base import Recipient
from gateway.providers.kannel.settings import KannelSettings
from gateway.providers.kannel.sms import KannelSms
from gateway.settings import Settings
from tests.kannel.boxes import PASSWORD
from tests.kannel.conftest import CALLBACK_KEY
from tests.kannel.gateway import smsbox
from tests.kannel.patience import until
from tests.kannel.post import PEOPLE, received_by, send_all
from tests.kannel.smsc import INVALID_DESTINATION, OK, THROTTLED, Answer
from worker.assembly import assemble

pytestmark = pytest.mark.kannel


def told_by(receipts):
    """What of which message, however often."""
    return {(one.message_id, one.outcome) for one in receipts}


@pytest.mark.timeout(600)  # 2,000 callbacks of a busy machine
def test_a_thousand_sms_are_each_delivered_once(gateway, unitel, smsc):
    gateway.queue(PEOPLE[:1000])
    send_all(gateway, unitel)
    until(gateway.states, lambda states: states == {"delivered": 1000})
    assert received_by(smsc) == Counter(PEOPLE[:1000])
    # A busy gateway answers 503 and gets some again: each is told at least once.
    receipts = until(gateway.receipts, lambda receipts: len(told_by(receipts)) >= 2000)
    outcomes = Counter(outcome for _id, outcome in told_by(receipts))
    assert outcomes == {"in_flight": 1000, "delivered": 1000}
    assert all(one.matched for one in receipts)


def test_what_the_smsc_refuses_has_failed_with_its_reason(gateway, unitel, smsc):
    refused = PEOPLE[3]

    def decide(submitted):
        return Answer(INVALID_DESTINATION if submitted.destination == refused[1:] else OK)

    smsc.decide = decide
    gateway.queue(PEOPLE[:10])
    send_all(gateway, unitel)
    until(gateway.states, lambda states: states == {"delivered": 9, "failed": 1})
    (row,) = [row for row in gateway.rows() if row.state == "failed"]
    assert (row.msisdn, row.reason) == (refused, "0x0000000b/Invalid Destination Address")


@pytest.mark.parametrize(
    ("stat", "state"),
    [
        pytest.param("UNDELIV", "failed", id="not deliverable"),
        pytest.param("EXPIRED", "expired", id="out of reach for too long"),
        pytest.param("REJECTD", "failed", id="rejected"),
        pytest.param("DELETED", "failed", id="deleted"),
        pytest.param("ACCEPTD", "accepted", id="on its way"),
        pytest.param("ENROUTE", "accepted", id="still on its way"),
    ],
)
def test_every_final_word_of_an_smsc_reaches_the_ledger(gateway, unitel, smsc, stat, state):
    smsc.stat = stat
    gateway.queue(PEOPLE[:1])
    send_all(gateway, unitel)
    until(lambda: len(gateway.receipts()), lambda count: count >= 2)
    assert gateway.states() == {state: 1}


def test_what_is_throttled_is_offered_again_until_it_is_taken(gateway, unitel, smsc):
    """Three times five; Kannel waits ten seconds before each goes again."""
    left = Counter({number[1:]: 1 for number in PEOPLE[:5]})

    def decide(submitted):
        left[submitted.destination] -= 1
        return Answer(THROTTLED if left[submitted.destination] >= 0 else OK)

    smsc.decide = decide
    gateway.queue(PEOPLE[:20])
    send_all(gateway, unitel)
    until(gateway.states, lambda states: states == {"delivered": 20}, seconds=60)
    assert received_by(smsc) == Counter(PEOPLE[:20])
    assert len(smsc.submitted()) == 25


@pytest.fixture
def assembly(gateway, boxes, operators_file, redis_url):
    """The workers' own, as the environment would make it."""
    assembly = assemble(
        Settings(
            database_url=str(gateway.database.engine.url),
            redis_url=redis_url,
            callback_key=CALLBACK_KEY,
            sms_provider="kannel",
            of_providers=(
                KannelSettings(
                    kannel_sendsms_url=boxes.sendsms_url,
                    kannel_password=PASSWORD,
                    kannel_operators=str(operators_file),
                    kannel_gateway_url=gateway.url,
                ),
            ),
        )
    )
    yield assembly
    assembly.database.dispose()
    assembly.redis.close()
    assembly.quick_redis.close()


def test_the_workers_send_by_kannel(gateway, assembly, smsc):
    gateway.queue(PEOPLE[:10])
    for dispatcher in assembly.dispatchers():
        dispatcher.drain(seconds=5)
    until(gateway.states, lambda states: states == {"delivered": 10})
    assert received_by(smsc) == Counter(PEOPLE[:10])
    assert assembly.patience().reporting == {"kannel-unitel"}


@pytest.fixture
def elsewhere(boxes, gateway, operators):
    """An operator that kannel.conf has no bind for."""
    account = smsbox(boxes.sendsms_url, gateway.url, PASSWORD, CALLBACK_KEY)
    return KannelSms(msgspec.structs.replace(operators.by_name["unitel"], sms="nowhere"), account)


def test_a_bind_that_kannel_does_not_know_stops_the_operator_and_fails_nothing(
    gateway, elsewhere, smsc
):
    gateway.queue(PEOPLE[:10])
    gateway.dispatcher(elsewhere).drain(seconds=5)
    until(lambda: len(gateway.receipts()), lambda count: count >= 1)
    assert gateway.states() == {"queued": 10}
    assert {row.reason for row in gateway.rows()} == {"not_routable"}
    assert smsc.submitted() == []


def test_receipts_of_a_message_that_is_not_in_the_ledger_are_kept(gateway, unitel):
    nobodys = Recipient(uuid4(), PEOPLE[0])
    unitel.send("Hello", [nobodys])
    kept = until(lambda: gateway.receipts(nobodys.message_id), lambda receipts: len(receipts) >= 2)
    assert [one.matched for one in kept] == [False, False]
