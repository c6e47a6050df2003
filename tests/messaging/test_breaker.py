"""A provider that refuses or fails is left alone for a while, and somebody is told."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.messaging.sending.breaker import read_stop, release_provider
from gateway.messaging.tables import alerts
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import accepting, failing
from tests.messaging.village import NOW, draft, number, queue, states


def test_a_provider_that_refuses_us_is_left_alone_and_a_person_is_alerted(office: Office):
    office.batch_size = 2
    office.provider.answers = [failing("stop", "InsufficientBalance", 300)]
    queue(office.database, *(draft(index) for index in range(6)))

    office.send()
    assert len(office.provider.calls) == 1
    assert states(office.database) == ["queued"] * 6
    assert _alerts(office) == [("InsufficientBalance", False)]

    office.later(seconds=299)
    assert not office.dispatcher().send_batch()

    office.later(seconds=2)
    office.send()
    assert set(states(office.database)) == {"accepted"}
    assert len(office.provider.calls[1][1]) == 1
    assert _alerts(office) == [("InsufficientBalance", True)]


def test_being_throttled_is_an_order_to_wait_and_no_alert(office: Office):
    office.provider.answers = [failing("stop", "throttled", 5)]
    queue(office.database, draft(1))

    office.send()
    office.later(seconds=6)
    office.send()

    assert states(office.database) == ["accepted"]
    assert _alerts(office) == []


def test_an_operator_that_is_gone_costs_five_calls_and_then_probes_of_one(office: Office):
    office.batch_size = 4
    office.provider.always = failing("unknown", "http_503")
    queue(office.database, *(draft(index) for index in range(40)))

    office.send()

    sizes = [len(numbers) for _body, numbers in office.provider.calls]
    assert sizes[:5] == [4] * 5
    assert set(sizes[5:]) == {1}
    assert states(office.database).count("unknown") == sum(sizes)


def test_two_minutes_of_503_are_at_most_twenty_probes_a_minute_and_one_alert(office: Office):
    office.batch_size = 4
    office.provider.always = failing("unknown", "http_503")
    queue(office.database, *(draft(index) for index in range(100)))
    office.send()
    before = len(office.provider.calls)

    for _second in range(120):
        office.later(seconds=1)
        office.send()

    assert 10 < len(office.provider.calls) - before <= 40
    assert _alerts(office) == [("http_503", False)]


def test_it_is_found_well_within_seconds_and_the_alert_is_over(office: Office):
    office.provider.always = failing("unknown", "http_503")
    office.batch_size = 10
    queue(office.database, *(draft(index) for index in range(120)))
    for _time in range(8):
        office.later(seconds=3)
        office.send()
    assert _alerts(office) == [("http_503", False)]
    well_at = office.now
    office.provider.always = accepting

    while "queued" in states(office.database):
        office.later(seconds=1)
        office.send()

    assert office.now - well_at <= timedelta(seconds=15)
    assert _alerts(office) == [("http_503", True)]
    with office.database.reading() as connection:
        health = read_stop(connection, office.provider.name)
    assert health is not None
    assert health.state == "well"


def test_an_operator_away_for_two_seconds_delays_replies_by_seconds(office: Office):
    """Sixty of them wait, from four lanes: no twenty failures at once, and nobody to wake."""
    office.lanes, office.batch_size = 4, 10
    back_at = office.now + timedelta(seconds=2)

    def away_at_first(body, recipients):
        fate = failing("retry", "connect_failed") if office.now < back_at else accepting
        return fate(body, recipients)

    office.provider.always = away_at_first
    replies = {"category": "reply", "template": "case_opened"}
    queue(
        office.database,
        *(draft(index, params={"case": str(index)}, **replies) for index in range(60)),
    )

    while "queued" in states(office.database):
        office.send()
        office.later(seconds=1)

    assert len(office.provider.calls) - 60 < 15
    assert office.now - back_at < timedelta(seconds=30)  # those that failed wait for fifteen
    assert sorted(set(office.provider.handsets)) == [number(index) for index in range(60)]
    assert _alerts(office) == []


def test_answers_elsewhere_keep_it_going(office: Office):
    """Three in a row fail now and then, others are answered: that is no stop."""
    office.batch_size = 1
    bad = failing("unknown", "http_503")
    office.provider.answers = [bad, bad, accepting, bad, bad, accepting] * 2
    queue(office.database, *(draft(index) for index in range(12)))

    office.send()

    assert len(office.provider.calls) == 12
    assert _alerts(office) == []


def test_it_is_said_in_the_log_when_it_slows_stops_and_is_well(
    office: Office, caplog: pytest.LogCaptureFixture
):
    office.batch_size = 1
    office.provider.answers = [failing("unknown", "http_503")] * 6
    queue(office.database, *(draft(index) for index in range(12)))

    with caplog.at_level(logging.WARNING):
        office.send()

    said = [one.getMessage() for one in caplog.records if one.name.endswith(".breaker")]
    assert said == [
        "post is slowed to one call at a time: http_503 (58% of its last calls failed)",
        "post is stopped but for probes: http_503 (76% of its last calls failed)",
        "post is slowed to one call at a time: http_503 (50% of its last calls failed)",
        "post is well again: http_503 (38% of its last calls failed)",
    ]


def test_a_worker_that_dies_with_the_probe_leaves_it_to_the_next(office: Office):
    office.batch_size = 1
    office.provider.answers = [failing("unknown", "http_503")] * 5
    queue(office.database, *(draft(index) for index in range(12)))
    dispatcher = office.dispatcher()
    while dispatcher.send_batch():
        office.later(seconds=1.5 if len(office.provider.calls) in {3, 4} else 0)
    office.later(seconds=1.5)

    class Killed(BaseException):
        pass

    def die(_body, _recipients):
        raise Killed

    office.provider.answers = [die]
    with pytest.raises(Killed):
        office.dispatcher().send_batch()
    assert not office.dispatcher().send_batch()

    office.later(seconds=16)
    office.send()
    assert states(office.database).count("accepted") == 6


def test_a_probe_risks_a_reminder_before_an_answer(office: Office):
    """Of a reminder that nothing is heard of another goes out; of an answer never."""
    office.batch_size = 4
    office.provider.always = failing("unknown", "http_503")
    queue(office.database, *(draft(index) for index in range(20)))
    office.send()
    queue(office.database, draft(90, category="reply"), draft(91), now=office.now)
    calls = len(office.provider.calls)

    office.later(seconds=9)
    office.dispatcher().send_batch()

    assert len(office.provider.calls) == calls + 1
    assert states(office.database)[-2:] == ["queued", "unknown"]


def test_a_probe_with_nothing_to_send_holds_nobody_up(office: Office):
    """The probe's message has expired: the next message is tried at once."""
    office.batch_size = 1
    office.provider.answers = [failing("unknown", "http_503")] * 5
    over = draft(90, expires_at=NOW + timedelta(seconds=3), not_before_at=NOW)
    queue(office.database, *(draft(index) for index in range(5)))
    office.send()
    queue(office.database, over, draft(91), now=office.now)
    office.later(seconds=5)

    office.send()

    assert states(office.database)[-2:] == ["expired", "accepted"]


def test_staff_may_let_it_go_on_at_once(office: Office):
    office.provider.answers = [failing("stop", "InsufficientBalance", 300)]
    queue(office.database, draft(1))
    office.send()

    with office.database.writing() as connection:
        release_provider(connection, office.provider.name, office.now)
        assert read_stop(connection, office.provider.name) is None
    assert _alerts(office) == [("InsufficientBalance", True)]


def test_a_stop_that_comes_again_alerts_once(office: Office):
    office.provider.always = failing("stop", "RiskHold", 300)
    queue(office.database, draft(1))

    for _time in range(3):
        office.send()
        office.later(seconds=301)

    assert len(office.provider.calls) == 3
    assert _alerts(office) == [("RiskHold", False)]


def _alerts(office: Office) -> list[tuple[str, bool]]:
    """The reason of each alert, and whether it is over."""
    with office.database.reading() as connection:
        rows = connection.execute(select(alerts)).all()
    return [(row.detail["reason"], row.resolved_at is not None) for row in rows]
