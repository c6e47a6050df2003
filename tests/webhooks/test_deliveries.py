"""Who is told of what, and what people do about it."""

from sqlalchemy import insert

from gateway.registry.tables import districts
from gateway.webhooks import deliveries, endpoints
from gateway.webhooks.deliveries import Counts
from tests.webhooks.conftest import Desk

URL = "https://registry.example.la/hook"


def _district(desk: Desk, name: str) -> int:
    row = {"province": "A", "province_latin": "A", "name": name, "name_latin": name}
    with desk.database.writing() as connection:
        made = connection.execute(insert(districts).values(row).returning(districts.c.id))
        return made.scalar_one()


def test_each_endpoint_is_told_what_it_asked_for(desk: Desk):
    every, some = desk.endpoint(URL), desk.endpoint(URL, "case.opened", "case.closed")

    desk.learn("case.opened")
    desk.learn("language.chosen")

    told = {(every, "case.opened"), (some, "case.opened"), (every, "language.chosen")}
    assert set(desk.states("endpoint_id", "event")) == told


def test_an_endpoint_of_a_district_is_told_of_no_other_and_of_nobodys(desk: Desk):
    ours, theirs = _district(desk, "ours"), _district(desk, "theirs")
    desk.endpoint(URL, district_id=ours)

    for district in (ours, theirs, None):
        desk.learn("case.opened", district_id=district)

    assert len(desk.states()) == 1


def test_what_was_learnt_before_is_not_told(desk: Desk):
    desk.learn("case.opened")
    desk.endpoint(URL)

    assert desk.states() == []


def test_a_paused_endpoint_misses_nothing_for_a_day(desk: Desk):
    endpoint = desk.endpoint(URL)
    with desk.database.writing() as connection:
        endpoints.pause(connection, endpoint, "asked", now=desk.now)
    desk.learn("case.opened")
    desk.deliver()
    assert desk.states() == ["waiting"]

    desk.move(hours=24)
    with desk.database.writing() as connection:
        assert deliveries.park_overdue(connection, now=desk.now) == 1

    assert desk.states() == ["parked"]


def test_what_nobody_has_tried_yet_is_not_parked_the_delay_is_ours(desk: Desk):
    desk.endpoint(URL)
    desk.learn("case.opened")
    desk.move(days=3)

    with desk.database.writing() as connection:
        assert deliveries.park_overdue(connection, now=desk.now) == 0


def test_the_parked_ones_are_sent_again_or_one_that_somebody_names(desk: Desk):
    endpoint = desk.endpoint(URL)
    desk.learn("case.opened", times=3)
    with desk.database.writing() as connection:
        endpoints.pause(connection, endpoint, "asked", now=desk.now)
        deliveries.park_overdue(connection, now=desk.now.replace(day=26))
        (first, _second, _third) = sorted(desk.states("id"))
        assert deliveries.send_again(connection, endpoint, now=desk.now, only=[first]) == 1
        assert deliveries.counts_of(connection, [endpoint]) == {
            endpoint: Counts(waiting=1, parked=2)
        }
        assert deliveries.send_again(connection, endpoint, now=desk.now) == 2
        assert deliveries.send_again(connection, endpoint, now=desk.now, only=[2**63 - 1]) == 0

    assert desk.states() == ["waiting"] * 3


def test_the_newest_first_page_by_page(desk: Desk):
    endpoint = desk.endpoint(URL)
    desk.learn("case.opened", times=3)
    numbers = desk.states("id")

    with desk.database.reading() as connection:
        first = deliveries.page_of(connection, endpoint, at_most=2)
        rest = deliveries.page_of(connection, endpoint, before=first[-1].id, state="waiting")

    assert [row.id for row in [*first, *rest]] == numbers[::-1]


def test_what_was_delivered_is_forgotten_after_a_month_what_is_parked_is_not(desk: Desk):
    endpoint = desk.endpoint(URL)
    desk.learn("case.opened")
    desk.told.clear()
    desk.deliver()
    desk.learn("case.closed")
    with desk.database.writing() as connection:
        endpoints.pause(connection, endpoint, "asked", now=desk.now)
        desk.move(days=31)
        deliveries.park_overdue(connection, now=desk.now)
        assert deliveries.forget(connection, now=desk.now, at_most=10) == 1

    assert desk.states() == ["parked"]


def test_an_endpoint_goes_with_all_that_waits_for_it(desk: Desk):
    endpoint = desk.endpoint(URL)
    desk.learn("case.opened")

    with desk.database.writing() as connection:
        endpoints.remove(connection, endpoint)

    assert desk.states() == []
