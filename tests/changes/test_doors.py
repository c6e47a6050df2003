"""Every kind of change is learnt where it happens; a kind that nobody tests fails here."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from gateway.core.learnt import MEANINGS, Learnt
from gateway.registry.learning import changes
from tests.changes.doors import DOORS, World
from tests.console.people import person
from tests.service import Service

CASES = [
    pytest.param(kind, door, id=f"{kind}: {name}")
    for kind, doors in DOORS.items()
    for name, door in doors.items()
]


def test_no_kind_is_left_out():
    assert {*DOORS} == {*Learnt}


@pytest.mark.parametrize(("kind", "door"), CASES)
def test_it_is_learnt_where_it_happens(
    service: Service, kind: Learnt, door: Callable[[World], object]
):
    world = World(service)
    before = {row.id for row in world.learnt(kind)}
    her = person(service)

    door(world)

    rows = [row for row in world.learnt(kind) if row.id not in before]
    assert rows
    assert {*rows[-1].data} == {*MEANINGS[kind].data}
    assert (rows[-1].beneficiary_id is None) == (rows[-1].msisdn is not None)
    if rows[-1].beneficiary_id is not None:
        assert (rows[-1].beneficiary_id, rows[-1].district_id) == (her.id, her.district_id)


def test_an_answer_or_a_broadcast_that_arrived_is_no_news(service: Service):
    world = World(service)
    with service.database.reading() as connection:
        before = len(connection.execute(select(changes.c.id)).all())

    for category in ("reply", "broadcast"):
        world.receipt("Success", category=category)

    assert len(world.learnt(Learnt.MESSAGE_DELIVERED)) == 0
    with service.database.reading() as connection:
        assert len(connection.execute(select(changes.c.id)).all()) == before


def test_what_changes_nothing_is_not_learnt(service: Service):
    world = World(service)
    world.sms("STOP")
    first = len(world.learnt(Learnt.OPTOUT_STARTED))
    world.sms("STOP")

    assert len(world.learnt(Learnt.OPTOUT_STARTED)) == first


def test_who_is_not_reached_is_told_of_once(service: Service):
    world = World(service)
    DOORS[Learnt.NUMBER_UNREACHABLE]["three days of failures"](world)
    world.look_for_the_unreached()

    assert len(world.learnt(Learnt.NUMBER_UNREACHABLE)) == 1
