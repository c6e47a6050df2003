"""The session store on a real Valkey: whoever read last may write, and a dead one costs little."""

import socket

import msgspec
import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from gateway.redis_client import connect
from gateway.sessions import (
    PAUSE_AFTER_FAILURE,
    SCHEMA,
    SessionStore,
    StoredSession,
    UnavailableError,
)
from gateway.ussd.session import Session

OWNER = "a1b2c3"


def session(turn, *, state="main", closes=False, schema=SCHEMA):
    return StoredSession(
        schema=schema, menu="m", msisdn="+8562055500001", owner=OWNER, started_at=0,
        session=Session(state=state, locale="lo"), closes=closes, facts=msgspec.Raw(b'{"a":1}'),
        facts_print="f", consumed=0, digest="d", turn=turn, reply=f"turn {turn}",
    )  # fmt: skip


@pytest.fixture
def store(redis_url):
    client = connect(redis_url)
    opened = SessionStore(client, ttl_seconds=240)
    yield opened
    opened.close()
    client.close()


def save(store, stored, held, session_id="s1"):
    return store.save("at", session_id, stored, held)


def test_what_was_saved_is_loaded(store):
    assert save(store, session(0), None) is None
    assert store.load("at", "s1") == session(0)


def test_a_session_nobody_saved_is_none(store):
    assert store.load("at", "s1") is None


def test_the_second_of_two_writers_gets_the_winners_session(store):
    save(store, session(0), None)
    assert save(store, session(1, state="first"), 0) is None
    assert save(store, session(1, state="second"), 0) == session(1, state="first")
    assert store.load("at", "s1") == session(1, state="first")


def test_two_dials_of_one_session_at_once_have_one_winner(store):
    save(store, session(0, state="first"), None)
    assert save(store, session(0, state="second"), None) == session(0, state="first")


def test_a_session_lost_in_mid_turn_is_not_written_over(store, redis_client):
    save(store, session(0), None)
    redis_client.flushall()
    assert save(store, session(1), 0) is None
    assert store.load("at", "s1") is None


def test_a_cut_off_session_is_found_by_its_owner(store):
    save(store, session(0), None)
    assert cut_off(store) == session(0)
    assert cut_off(store, "nobody") is None


def test_an_ended_session_is_not_cut_off(store):
    save(store, session(0), None)
    save(store, session(1, closes=True), 0)
    assert cut_off(store) is None


def test_a_dial_finds_its_session_and_the_one_that_was_cut_off_at_once(store):
    save(store, session(0), None)
    found, cut_off = store.load_at_dial("at", "s1", OWNER)
    assert found == session(0)
    assert store.load_cut_off(cut_off) == session(0)


def cut_off(store, owner: str = OWNER):
    _session, found = store.load_at_dial("at", "another", owner)
    return found and store.load_cut_off(found)


def test_sessions_outlive_the_offer_to_go_on_and_then_go(store, redis_client):
    save(store, session(0), None)
    assert 590 < redis_client.ttl("ussd:at:s1") <= 600


@pytest.mark.parametrize("value", [b"", b"junk", b"3|{", b"3|{}", b"|"])
def test_a_value_nobody_understands_is_no_session(store, redis_client, value):
    redis_client.set("ussd:at:s1", value)
    assert store.load("at", "s1") is None


def test_a_session_of_an_older_schema_is_no_session(store):
    save(store, session(0, schema=SCHEMA - 1), None)
    assert store.load("at", "s1") is None


def test_a_dead_redis_is_said_once_and_then_left_alone_for_a_while():
    now = [100.0]
    store = SessionStore(
        connect("redis://127.0.0.1:1/0"), ttl_seconds=240, monotonic=lambda: now[0]
    )
    with pytest.raises(UnavailableError) as first:
        store.load("at", "s1")
    assert first.value.__cause__ is not None
    with pytest.raises(UnavailableError) as second:
        store.load("at", "s1")
    assert second.value.__cause__ is None
    now[0] += PAUSE_AFTER_FAILURE
    with pytest.raises(UnavailableError) as third:
        store.load("at", "s1")
    assert third.value.__cause__ is not None


def test_a_hanging_redis_costs_one_short_timeout_and_not_one_a_hop():
    with socket.create_server(("127.0.0.1", 0)) as listens_and_never_answers:
        port = listens_and_never_answers.getsockname()[1]
        client = connect(f"redis://127.0.0.1:{port}/0")
        store = SessionStore(client, ttl_seconds=240)
        with pytest.raises(UnavailableError) as first:
            store.load("at", "s1")
        assert isinstance(first.value.__cause__, RedisTimeoutError)
        with pytest.raises(UnavailableError) as second:
            store.load("at", "s1")
        assert second.value.__cause__ is None
        store.close()
        client.close()
