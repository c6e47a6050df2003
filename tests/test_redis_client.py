"""A client by sentinels, on real ones: it finds the primary, and finds the next."""

import logging
import socket

import msgspec
import pytest
from redis import Redis
from redis.exceptions import RedisError

from gateway.redis_client import connect, connect_patiently
from gateway.sessions import SCHEMA, SessionStore, StoredSession, UnavailableError
from gateway.ussd.session import Session
from tests.ports import free_port
from tests.sentinels import PASSWORD, SENTINEL_PASSWORD, Sentinels
from tests.worker.processes import until

pytestmark = pytest.mark.long


def answers(client: Redis) -> bool:
    try:
        return bool(client.set("kept", "yes"))
    except RedisError:
        return False


def session(turn: int) -> StoredSession:
    return StoredSession(
        schema=SCHEMA, menu="m", msisdn="+8562055500001", owner="o", started_at=0,
        session=Session(state="main", locale="lo"), facts=msgspec.Raw(b"{}"), facts_print="f",
        consumed=0, digest="d", turn=turn, reply=f"turn {turn}",
    )  # fmt: skip


def test_every_client_goes_to_the_next_primary_by_itself(sentinels: Sentinels):
    quick, patient = connect(sentinels.url), connect_patiently(sentinels.url, seconds=5)
    store = SessionStore(quick, ttl_seconds=60)
    assert answers(quick)
    assert answers(patient)
    assert store.save("at", "s1", session(0), None) is None
    first = sentinels.kill_primary()

    until(lambda: answers(quick) and answers(patient))
    assert sentinels.primary() != first

    def goes_on() -> bool:
        try:
            return store.save("at", "s2", session(0), None) is None
        except UnavailableError:
            return False

    until(goes_on)
    assert store.load("at", "s2") == session(0)
    sentinels.revive(first)
    until(sentinels.is_whole)
    assert answers(quick)
    store.close()
    quick.close()
    patient.close()


def test_one_that_is_no_primary_any_more_is_left(sentinels: Sentinels):
    """Its connections live on: a failover that somebody asks for kills nobody."""
    client = connect(sentinels.url)
    store = SessionStore(client, ttl_seconds=60)
    store.save("at", "s1", session(0), None)
    first = sentinels.primary()
    with Redis(port=sentinels.asked[0], password=SENTINEL_PASSWORD) as one:
        one.execute_command("SENTINEL", "FAILOVER", "mymaster")
    until(lambda: sentinels.primary() != first)
    with sentinels.client(first) as old:
        until(lambda: old.info("replication")["role"] == "slave")

    until(lambda: answers(client))
    until(lambda: _saved(store))
    store.close()
    client.close()


def _saved(store: SessionStore) -> bool:
    try:
        store.save("at", "s3", session(0), None)
    except UnavailableError:
        return False
    return True


def test_a_sentinel_that_is_dead_or_silent_is_passed_over(sentinels: Sentinels):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        first = (free_port(), silent.getsockname()[1])
        client = connect(sentinels.url_of(*first, sentinels.asked[2]))
        assert answers(client)
        client.close()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("/mymaster", "/another"), "no sentinel knows a primary 'another'"),
        (("sentinels-own", "wrong"), "no sentinel knows a primary 'mymaster'"),
        (("p%2Fw", "other"), "invalid username-password pair"),
    ],
    ids=["name", "password of the sentinels", "password of Redis"],
)
def test_what_is_wrong_is_said_without_a_password(sentinels: Sentinels, change, says, caplog):
    client = connect(sentinels.url.replace(*change))
    with caplog.at_level(logging.DEBUG), pytest.raises(RedisError, match=says) as refused:
        client.ping()

    for secret in (PASSWORD, SENTINEL_PASSWORD, "p%2Fw"):
        assert secret not in f"{refused.value!r} {client!r} {caplog.text}"
    client.close()
