"""What a call says to PostgreSQL: one statement in one round trip at its dial, nothing at a key."""

from collections.abc import Iterator

import pytest
from redis import Redis

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.settings import Settings
from tests.dialogue.screens import MOTHER, TWO_ON_ONE_PHONE, UNKNOWN
from tests.dialogue.test_hanging_database import RelayedService, handset, relayed_on
from tests.kept import once
from tests.keys import BACK, HELP, PAYDAY
from tests.messages import round_trips, statements
from tests.service import TODAY

UNTIL_PREPARED = 8  # dials: psycopg has what it sends for the sixth time prepared


@pytest.fixture
def relayed(postgresql_url: str, redis_client: Redis) -> Iterator[RelayedService]:
    """With the demo's registry, and a connection at rest."""
    registry = Database(postgresql_url)
    once(registry, "demo", lambda: load_demo(registry, peppers=Settings().peppers, on=TODAY))
    registry.dispose()
    with relayed_on(postgresql_url, redis_client, pause=0.0) as relayed:
        handset(relayed).dial()
        yield relayed


CALLERS = pytest.mark.parametrize("msisdn", [MOTHER, TWO_ON_ONE_PHONE, UNKNOWN])


@CALLERS
def test_a_dial_is_one_statement_and_no_transaction(relayed, msisdn):
    relayed.relay.heard.clear()
    assert handset(relayed, msisdn).dial().startswith("CON ")
    heard = bytes(relayed.relay.heard)
    [asked] = statements(heard)
    assert asked.startswith("SELECT")
    assert round_trips(heard) == 1


@CALLERS
def test_a_prepared_dial_is_one_round_trip_that_says_no_statement(relayed, msisdn):
    for _time in range(UNTIL_PREPARED):
        handset(relayed, msisdn).dial()
    relayed.relay.heard.clear()
    handset(relayed, msisdn).dial()
    heard = bytes(relayed.relay.heard)
    assert statements(heard) == []
    assert round_trips(heard) == 1


def test_keys_say_nothing(relayed):
    caller = handset(relayed)
    caller.dial()
    relayed.relay.heard.clear()
    for key in (PAYDAY, BACK, HELP, BACK):
        assert caller.press(key).startswith("CON ")
    assert not relayed.relay.heard
