"""One phone against a gateway played by a function: what it sends, and what it shows."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from gateway.simulator import wire
from gateway.simulator.callbacks import NoAnswerError, Reply
from gateway.simulator.handset import Handset
from gateway.simulator.network import INVALID_CODE, Network

MOTHER = "+8562055500001"
Played = str | Reply | NoAnswerError


class Gateway:
    """Answers the hops with `replies` in order; keeps what it was sent, and when events came."""

    def __init__(self, *replies: Played) -> None:
        self.replies = iter(replies)
        self.hops: list[tuple[dict[str, str], dict[str, str]]] = []
        self.events: list[dict[str, str]] = []
        self.now = 1000.0

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        if path == wire.USSD_EVENTS:
            self.events.append(dict(form))
            return plain("")
        assert path == wire.USSD
        self.hops.append((dict(form), dict(headers)))
        self.now += 0.25
        reply = next(self.replies)
        if isinstance(reply, NoAnswerError):
            raise reply
        return plain(reply) if isinstance(reply, str) else reply

    def clock(self) -> float:
        return self.now

    def handset(self, **habits: object) -> Handset:
        network = Network(**habits)  # type: ignore[arg-type]
        return Handset(MOTHER, self.post, network=network, clock=self.clock)

    def texts(self) -> list[str]:
        return [form["text"] for form, _ in self.hops]


def plain(body: str, metadata: str = "") -> Reply:
    return Reply(200, "text/plain", body.encode(), metadata)


def played(gateway: Gateway, keys: Iterable[str]) -> list[str]:
    handset = gateway.handset()
    return [handset.dial().body] + [handset.press(key).body for key in keys]


def test_a_dial_says_who_calls_what():
    gateway = Gateway("CON Welcome")
    screen = gateway.handset().dial()

    ((form, headers),) = gateway.hops
    assert re.fullmatch(r"ATUid_[0-9a-f]{32}", form.pop("sessionId"))
    assert form == {
        "phoneNumber": MOTHER,
        "networkCode": "45701",
        "serviceCode": "*123#",
        "text": "",
    }
    assert headers == {}
    assert (screen.text, screen.body, screen.open, screen.fault) == (
        "Welcome",
        "CON Welcome",
        True,
        "",
    )


def test_text_accumulates_and_never_shrinks():
    gateway = Gateway(*["CON Welcome"] * 4)
    played(gateway, ["1", "0", "1*2"])
    assert gateway.texts() == ["", "1", "1*0", "1*0*1*2"]


def test_on_some_networks_text_is_the_newest_input():
    gateway = Gateway(*["CON Welcome"] * 3)
    handset = gateway.handset(accumulates=False)
    handset.dial()
    handset.press("1")
    handset.press("0")
    assert gateway.texts() == ["", "1", "0"]


def test_a_deep_dial_arrives_with_its_first_inputs():
    gateway = Gateway("CON Welcome", "END Bye")
    handset = gateway.handset()
    handset.dial("*123*2*1#")
    handset.press("4")
    assert gateway.texts() == ["2*1", "2*1*4"]


def test_all_hops_of_a_dial_share_a_session_and_dials_do_not():
    gateway = Gateway("CON Welcome", "END Bye", "CON Welcome")
    handset = gateway.handset()
    handset.dial()
    handset.press("1")
    handset.dial()
    first, second, third = (form["sessionId"] for form, _ in gateway.hops)
    assert first == second != third


def test_the_hop_metadata_of_a_reply_is_echoed_on_the_next_hop_only():
    gateway = Gateway(plain("CON One", "turn-1"), "CON Two", plain("CON Three", "turn-3"))
    handset = gateway.handset()
    handset.dial()
    handset.press("1")
    handset.press("2")
    echoes = [headers.get(wire.HOP_METADATA) for _, headers in gateway.hops]
    assert echoes == [None, "turn-1", None]
    handset.hang_up()
    assert gateway.events[0]["hopsMetadata"] == "turn-1||turn-3"


def test_a_retry_is_the_last_hop_again_byte_for_byte():
    gateway = Gateway(plain("CON One", "m"), "CON Two", "CON Two", "CON Three")
    handset = gateway.handset()
    handset.dial()
    handset.press("1")
    assert handset.retry().body == "CON Two"
    assert gateway.hops[1] == gateway.hops[2]
    handset.press("2")
    assert gateway.texts() == ["", "1", "1", "1*2"]


def test_a_retry_after_the_end_ends_nothing_twice():
    gateway = Gateway("END Bye", "END Bye")
    handset = gateway.handset()
    handset.dial()
    assert handset.retry().body == "END Bye"
    assert [event["status"] for event in gateway.events] == ["Success"]


def test_an_end_closes_the_session_with_an_event_that_tells_it_all():
    gateway = Gateway(plain("CON One", "a"), plain("END Bye", "b"))
    handset = gateway.handset()
    handset.dial()
    screen = handset.press("7")

    assert (screen.text, screen.open, handset.in_session) == ("Bye", False, False)
    (event,) = gateway.events
    date = datetime.strptime(event.pop("date"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - date) < timedelta(minutes=1)
    assert event == {
        "sessionId": gateway.hops[0][0]["sessionId"],
        "serviceCode": "*123#",
        "networkCode": "45701",
        "phoneNumber": MOTHER,
        "status": "Success",
        "cost": "USD 0.0010",
        "durationInMillis": "500",
        "hopsCount": "2",
        "hopsMetadata": "a|b",
        "input": "7",
        "lastAppResponse": "END Bye",
    }


def hang_up(handset: Handset, _gateway: Gateway) -> None:
    handset.hang_up()


def dial_again(handset: Handset, _gateway: Gateway) -> None:
    handset.dial()


def wait_too_long(handset: Handset, gateway: Gateway) -> None:
    gateway.now += 180
    handset.expire()


def answer_too_late(handset: Handset, gateway: Gateway) -> None:
    gateway.now += 180
    assert handset.press("1").fault == "expired"


@pytest.mark.parametrize("leave", [hang_up, dial_again, wait_too_long, answer_too_late])
def test_a_session_left_while_input_was_expected_is_incomplete(
    leave: Callable[[Handset, Gateway], None],
):
    gateway = Gateway("CON One", "CON Two")
    handset = gateway.handset()
    handset.dial()
    leave(handset, gateway)
    (event,) = gateway.events
    assert (event["status"], event["lastAppResponse"]) == ("Incomplete", "CON One")


def test_a_session_ends_once():
    gateway = Gateway("CON One")
    handset = gateway.handset()
    handset.dial()
    for _ in range(2):
        handset.hang_up()
    wait_too_long(handset, gateway)
    assert len(gateway.events) == 1


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        pytest.param(Reply(500, "text/plain", b"CON Hi"), "status", id="500"),
        pytest.param(Reply(200, "text/html", b"CON Hi"), "content_type", id="HTML"),
        pytest.param("Hello", "prefix", id="no prefix"),
        pytest.param("CON " + "ກ" * 81, "too_long", id="too long a page"),
        pytest.param(NoAnswerError(timed_out=True), "timed_out", id="a slow gateway"),
        pytest.param(NoAnswerError(timed_out=False), "unreachable", id="no gateway"),
    ],
)
def test_a_reply_no_network_would_show_is_the_network_s_error_and_the_end(reply, fault):
    gateway = Gateway("CON One", reply)
    handset = gateway.handset()
    handset.dial()
    screen = handset.press("1")
    assert (screen.text, screen.open, screen.fault) == (INVALID_CODE, False, fault)
    (event,) = gateway.events
    assert (event["status"], event["errorMessage"]) == ("Failed", fault)
    assert handset.press("2").fault == "no_session"


def test_an_unknown_code_never_reaches_the_gateway():
    gateway = Gateway()
    assert gateway.handset().dial("*999#").fault == "no_such_code"
    assert (gateway.hops, gateway.events) == ([], [])


@pytest.mark.parametrize("verb", [lambda handset: handset.press("1"), Handset.retry])
def test_without_a_session_there_is_nothing_to_answer(verb):
    gateway = Gateway()
    assert verb(gateway.handset()).fault == "no_session"
    assert gateway.hops == []


@pytest.mark.parametrize(
    ("seconds", "expired", "left"),
    [
        pytest.param(0, False, 180, id="at once"),
        pytest.param(179, False, 1, id="in the last second"),
        pytest.param(180, True, 0, id="when the time is over"),
    ],
)
def test_a_session_lives_as_long_as_the_network_lets_it(seconds, expired, left):
    gateway = Gateway("CON One", "CON One")
    handset = gateway.handset(session_seconds=180.25)
    handset.dial()
    gateway.now += seconds
    assert handset.expire() is expired
    if not expired:
        gateway.now -= 0.25
        assert handset.retry().seconds_left == left


def test_a_screen_says_how_much_of_its_page_is_used():
    screen = Gateway("CON ເງິນແມ່").handset().dial()
    assert (screen.encoding, screen.units, screen.budget, screen.octets) == ("UCS-2", 7, 80, 14)
    assert (screen.hop, screen.took_ms, screen.sent) == (1, 250, "")
