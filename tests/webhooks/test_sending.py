"""Deliveries on their way: nothing is lost, and no receiver holds up another."""

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from gateway.webhooks import deliveries, endpoints, turns
from gateway.webhooks.calling import Answer as Said
from gateway.webhooks.calling import Calls
from gateway.webhooks.sealing import Seal
from gateway.webhooks.signing import secret_of
from tests.providers.upstream import Answer, Asked
from tests.webhooks.conftest import NOW, SECRET, Desk, Receiver


def _signed(asked: Asked, secret: str) -> bool:
    """By the public library, at the moment of the test's clock."""
    webhook = Webhook(secret)
    headers = {name.lower(): value for name, value in asked.headers.items()}
    ours = webhook.sign(headers["webhook-id"], NOW, asked.body)
    return ours in headers["webhook-signature"].split(" ")


def test_an_event_arrives_signed_as_json(desk: Desk, receiver: Receiver):
    endpoint = desk.endpoint(receiver.url)
    (change,) = desk.learn("case.opened")

    assert not desk.deliver()

    (asked,) = receiver.asked
    assert asked.headers["webhook-id"] == f"evt_{change.hex}"
    assert asked.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert asked.headers["Content-Type"] == "application/json"
    assert _signed(asked, SECRET)
    assert desk.states("state", "attempts", "status") == [("delivered", 1, 200)]
    assert desk.row(endpoint).delivered_at == NOW


def test_two_secrets_sign_until_the_older_ones_day_is_over(desk: Desk, receiver: Receiver):
    endpoint, new = desk.endpoint(receiver.url), secret_of(b"n" * 32)
    with desk.database.writing() as connection:
        endpoints.rotate(connection, endpoint, desk.seal.close(new), now=NOW)
    desk.learn("case.opened")
    desk.deliver()
    (asked,) = receiver.asked
    assert _signed(asked, new)
    assert _signed(asked, SECRET)

    desk.move(hours=24)
    desk.learn("case.opened")
    desk.deliver()

    assert " " not in receiver.asked[1].headers["webhook-signature"]


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        (Answer(500), ("status", 500)),
        (Answer(302, headers=(("Location", "http://127.0.0.1/"),)), ("redirect", 302)),
        (Answer(hangs=True), ("no_answer", None)),
        (Answer(drops=True), ("cut_off", None)),
    ],
)
def test_what_fails_waits_for_its_next_attempt(
    desk: Desk, receiver: Receiver, says: Answer, fault: tuple[str, int | None]
):
    receiver.says = says
    endpoint = desk.endpoint(receiver.url)
    desk.learn("case.opened")

    desk.deliver()
    desk.deliver()

    (row,) = desk.states("state", "attempts", "next_at", "fault", "status")
    assert row == ("waiting", 1, NOW + timedelta(seconds=5), *fault)
    assert (desk.row(endpoint).failures, desk.row(endpoint).fault) == (1, fault[0])


def test_a_receiver_that_comes_back_after_an_hour_has_everything_once_it_is_tried(
    desk: Desk, receiver: Receiver
):
    receiver.says = Answer(503)
    endpoint = desk.endpoint(receiver.url)
    early = desk.learn("case.opened", times=5)
    for _minute in range(60):
        desk.move(minutes=1)
        desk.deliver()
    assert set(desk.states()) == {"waiting"}
    calls = len(receiver.asked)

    receiver.says = Answer()
    receiver.asked.clear()
    late = desk.learn("case.closed")
    desk.move(minutes=5)
    desk.deliver()

    assert calls < 60
    assert sorted(receiver.ids) == sorted(f"evt_{one.hex}" for one in [*early, *late])
    assert set(desk.states()) == {"delivered"}
    assert desk.row(endpoint).failures == 0


def test_after_a_day_it_is_parked_and_goes_out_when_somebody_sends_it_again(
    desk: Desk, receiver: Receiver
):
    receiver.says = Answer(500)
    endpoint = desk.endpoint(receiver.url)
    desk.learn("case.opened")
    for _quarter in range(4 * 25):
        desk.deliver()
        desk.move(minutes=15)
    assert desk.states() == ["parked"]
    asked = len(receiver.asked)

    receiver.says = Answer()
    desk.deliver()
    with desk.database.writing() as connection:
        deliveries.send_again(connection, endpoint, now=desk.now)
    desk.deliver()

    assert len(receiver.asked) == asked + 1
    assert len(set(receiver.ids)) == 1
    assert desk.states("state", "attempts") == [("delivered", 1)]


def test_retry_after_is_kept_for_the_whole_receiver(desk: Desk, receiver: Receiver):
    receiver.says = Answer(429, headers=(("Retry-After", "600"),))
    desk.endpoint(receiver.url)
    desk.learn("case.opened", times=2)

    desk.deliver()
    desk.move(minutes=9)
    desk.deliver()
    assert len(receiver.asked) == 1

    receiver.says = Answer()
    desk.move(minutes=1)
    desk.deliver()
    assert desk.states() == ["delivered", "delivered"]


def test_gone_pauses_the_endpoint_and_keeps_what_it_has_not_taken(desk: Desk, receiver: Receiver):
    receiver.says = Answer(410)
    endpoint = desk.endpoint(receiver.url)
    desk.learn("case.opened", times=2)

    desk.deliver()
    desk.move(hours=1)
    desk.deliver()

    assert (desk.row(endpoint).state, desk.row(endpoint).paused_why) == ("paused", "gone")
    assert len(receiver.asked) == 1
    assert desk.states() == ["waiting", "waiting"]


def test_what_is_erased_is_not_told_the_delivery_ends(desk: Desk, receiver: Receiver):
    desk.endpoint(receiver.url)
    (erased, _kept) = desk.learn("case.opened", times=2)
    del desk.told[erased]

    desk.deliver()

    assert desk.states() == ["ended", "delivered"]
    assert len(receiver.asked) == 1


def test_a_receiver_that_hangs_holds_up_no_other(desk: Desk, receiver: Receiver, other: Receiver):
    desk.endpoint(receiver.url)
    desk.endpoint(other.url)
    receiver.says = Answer(hangs=True)

    def take(_asked: Asked) -> Answer:
        if len(other.asked) == 9:
            receiver.released.set()
        return Answer()

    other.answer = take
    desk.calls = Calls(private=True, seconds=5)
    desk.learn("case.opened", times=9)

    desk.deliver()

    # It was let go only when the other one had everything.
    assert len(other.asked) == 9
    assert len(receiver.asked) == 3  # then it is slowed


def test_a_receiver_is_called_by_one_worker_at_a_time(desk: Desk, receiver: Receiver):
    endpoint = desk.endpoint(receiver.url)
    desk.learn("case.opened")
    with desk.database.writing() as connection:
        turn = turns.take(connection, now=NOW)
        assert turn is not None
        assert turns.take(connection, now=NOW) is None

    desk.deliver()
    assert receiver.asked == []

    with desk.database.writing() as connection:
        turns.give_back(connection, turn)
    desk.deliver()
    assert desk.row(endpoint).claim_id is None
    assert desk.states() == ["delivered"]


def test_a_worker_that_is_killed_before_or_after_the_call_leaves_it_waiting(
    desk: Desk, receiver: Receiver
):
    desk.endpoint(receiver.url)
    desk.learn("case.opened")
    with desk.database.writing() as connection:
        turns.take(connection, now=NOW)  # and nothing more is heard of it

    desk.move(seconds=59)
    desk.deliver()
    assert desk.states() == ["waiting"]
    desk.move(seconds=1)
    desk.deliver()

    assert desk.states() == ["delivered"]


def test_a_late_answer_of_a_lost_turn_still_counts(desk: Desk, receiver: Receiver):
    desk.endpoint(receiver.url)
    desk.learn("case.opened")
    with desk.database.writing() as connection:
        turn = turns.take(connection, now=NOW)
        assert turn is not None
        delivery = turns.next_due(connection, turn, now=NOW)
        assert delivery is not None
    desk.move(seconds=61)
    with desk.database.writing() as connection:
        assert turns.take(connection, now=desk.now) is not None
        assert turns.next_due(connection, turn, now=desk.now) is None
        turns.settle(connection, turn, delivery, Said(None, 200), chance=0, now=desk.now)

    assert desk.states() == ["delivered"]


def test_a_test_says_that_it_is_one(desk: Desk, receiver: Receiver):
    endpoint = desk.endpoint(receiver.url, "case.opened")
    with desk.database.writing() as connection:
        number = deliveries.add_test(connection, endpoint, now=NOW)

    desk.deliver()

    assert receiver.ids == [f"test_{number}"]
    assert '"type":"webhook.test"' in receiver.bodies[0]


def test_an_inner_address_is_not_called_where_the_setting_was_taken_back(
    desk: Desk, receiver: Receiver
):
    desk.endpoint(receiver.url)
    desk.calls = Calls(private=False)
    desk.learn("case.opened")

    desk.deliver()

    assert desk.states("state", "fault") == [("waiting", "private_address")]
    assert receiver.asked == []


def test_a_secret_under_a_lost_key_is_said_to_be(desk: Desk, receiver: Receiver):
    desk.endpoint(receiver.url)
    desk.seal = Seal([b"x" * 32])
    desk.learn("case.opened")

    desk.deliver()

    assert desk.states("state", "fault") == [("waiting", "no_secret")]
