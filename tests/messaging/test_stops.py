"""A provider that refuses or fails is left alone for a while, and somebody is told."""

from sqlalchemy import select

from gateway.messaging.stops import read_stop, release_provider
from gateway.messaging.tables import alerts
from tests.messaging.conftest import Office
from tests.messaging.post import accepting, failing
from tests.messaging.village import draft, queue, states


def test_a_provider_that_refuses_us_is_left_alone_and_a_person_is_alerted(office: Office):
    office.batch_size = 2
    office.post.answers = [failing("stop", "InsufficientBalance", 300)]
    queue(office.database, *(draft(index) for index in range(6)))

    office.send()
    assert len(office.post.calls) == 1
    assert states(office.database) == ["queued"] * 6
    assert _alerts(office) == [("InsufficientBalance", False)]

    office.later(seconds=299)
    office.send()
    assert len(office.post.calls) == 1

    office.later(seconds=2)
    office.send()
    assert set(states(office.database)) == {"accepted"}
    assert _alerts(office) == [("InsufficientBalance", True)]


def test_being_throttled_is_an_order_to_wait_and_no_alert(office: Office):
    office.post.answers = [failing("stop", "throttled", 5)]
    queue(office.database, draft(1))

    office.send()
    office.later(seconds=6)
    office.send()

    assert states(office.database) == ["accepted"]
    assert _alerts(office) == []


def test_the_third_failure_in_a_row_stops_the_provider_for_a_while(office: Office):
    office.batch_size = 1
    office.post.always = failing("unknown", "http_500")
    queue(office.database, *(draft(index) for index in range(5)))

    office.send()
    assert states(office.database).count("unknown") == 3

    office.later(seconds=6)
    office.send()
    assert states(office.database).count("unknown") == 4


def test_a_success_in_between_starts_the_count_anew(office: Office):
    office.batch_size = 1
    bad = failing("unknown", "http_500")
    office.post.answers = [bad, bad, accepting, bad, bad, accepting]
    queue(office.database, *(draft(index) for index in range(6)))

    office.send()

    assert len(office.post.calls) == 6


def test_staff_may_let_it_go_on_at_once(office: Office):
    office.post.answers = [failing("stop", "InsufficientBalance", 300)]
    queue(office.database, draft(1))
    office.send()

    with office.database.writing() as connection:
        release_provider(connection, office.post.name, office.now)
        assert read_stop(connection, office.post.name) is None
    assert _alerts(office) == [("InsufficientBalance", True)]


def test_a_stop_that_comes_again_alerts_once(office: Office):
    office.post.always = failing("stop", "RiskHold", 300)
    queue(office.database, draft(1))

    for _time in range(3):
        office.send()
        office.later(seconds=301)

    assert len(office.post.calls) == 3
    assert _alerts(office) == [("RiskHold", False)]


def _alerts(office: Office) -> list[tuple[str, bool]]:
    """The reason of each alert, and whether it is over."""
    with office.database.reading() as connection:
        rows = connection.execute(select(alerts)).all()
    return [(row.detail["reason"], row.resolved_at is not None) for row in rows]
