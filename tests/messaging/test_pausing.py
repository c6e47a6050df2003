"""A broadcast that is paused or ended while a worker holds some of it: no call begins any more."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from gateway.messaging.broadcasts.lifecycle import cancel_broadcast, pause_broadcast
from gateway.providers.base import Recipient, SendResult
from tests.messaging.broadcasting import BroadcastDesk
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import accepting
from tests.messaging.village import Village, ledger, number, states

WOMEN = 6


@pytest.fixture
def broadcast_id(office: Office, village: Village) -> UUID:
    """To six women, three of whom read English: two texts, so two calls of one claim."""
    for index in range(WOMEN):
        village.woman(index, locale="en" if index % 2 else "lo")
    return BroadcastDesk(office).running(texts={"lo": "ເຮືອຢຸດ", "en": "No ferry"})


def during_the_first_call(office: Office, change) -> None:
    """Sends; while the first call is under way a person says `change`."""

    def answer(body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        office.provider.always = accepting
        with office.database.writing() as connection:
            change(connection)
        return accepting(body, recipients)

    office.provider.always = answer
    office.dispatcher().send_batch()


def test_a_pause_holds_back_every_call_that_has_not_begun(office: Office, broadcast_id: UUID):
    during_the_first_call(office, lambda c: pause_broadcast(c, broadcast_id, now=office.now))

    assert len(office.provider.calls) == 1
    assert sorted(states(office.database)) == ["accepted"] * 3 + ["queued"] * 3
    assert {row.claim_id for row in ledger(office.database, "claim_id", "state")} >= {None}


def test_what_is_claimed_is_taken_back_at_once(office: Office, broadcast_id: UUID):
    seen: list[str] = []

    def pause(connection) -> None:
        pause_broadcast(connection, broadcast_id, now=office.now)

    def answer(body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        with office.database.writing() as connection:
            pause(connection)
        seen.extend(states(office.database))
        return accepting(body, recipients)

    office.provider.always = answer
    office.dispatcher().send_batch()

    assert sorted(seen) == ["queued"] * 3 + ["sending"] * 3
    assert len(office.provider.calls) == 1


def test_after_the_pause_each_gets_it_once(office: Office, broadcast_id: UUID):
    during_the_first_call(office, lambda c: pause_broadcast(c, broadcast_id, now=office.now))
    office.send()
    office.later(minutes=5)
    BroadcastDesk(office).resume(broadcast_id)

    office.send()

    assert sorted(office.provider.handsets) == [number(index) for index in range(WOMEN)]
    assert len(office.provider.calls) == 2


def test_what_is_ended_meanwhile_is_not_sent(office: Office, broadcast_id: UUID):
    during_the_first_call(office, lambda c: cancel_broadcast(c, broadcast_id, now=office.now))

    assert len(office.provider.calls) == 1
    assert sorted(states(office.database)) == ["accepted"] * 3 + ["cancelled"] * 3


def test_resumed_it_travels_by_language_again(office: Office, broadcast_id: UUID):
    office.batch_size = 3
    with office.database.writing() as connection:
        pause_broadcast(connection, broadcast_id, now=office.now)
    office.send()
    office.later(minutes=5)
    BroadcastDesk(office).resume(broadcast_id)

    office.send()

    assert sorted(body for body, _numbers in office.provider.calls) == ["No ferry", "ເຮືອຢຸດ"]
