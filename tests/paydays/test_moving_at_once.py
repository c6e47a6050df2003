"""Two who move or mark the same payments at once wait for one another, and never both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from gateway.paydays.marking import mark
from gateway.paydays.moving import Becomes, Order, Which, move
from gateway.registry.database import Database
from gateway.registry.tables import payments
from tests.paydays.conftest import AHEAD, PAST, Office, open_office
from tests.paydays.test_moving import LATER, days
from tests.worker.processes import until

_WAITING = text("select count(*) from pg_locks where not granted")
Work = Callable[[Connection], int]


@pytest.fixture
def office(postgresql: Database, tmp_path: Path) -> Office:
    return open_office(postgresql, tmp_path)


def both_at_once(office: Office, on: object, works: list[Work]) -> list[int]:
    """Begins them while the first payment of the day, by its id, is somebody else's; until she lets
    go of it, neither may hold another one."""
    database = office.database
    of_day = select(payments.c.id).where(payments.c.due_on == on).order_by(payments.c.id)
    with database.writing() as connection:
        first, *others = connection.execute(of_day).scalars().all()
        # Its newest version lies behind all others, where a plan without an order comes last.
        touch = update(payments).where(payments.c.id == first).values(amount=payments.c.amount)
        connection.execute(touch)

    def run(work: Work) -> int:
        with database.writing() as connection:
            return work(connection)

    with ThreadPoolExecutor(len(works)) as pool:
        with database.writing() as held:
            held.execute(of_day.where(payments.c.id == first).with_for_update())
            going = [pool.submit(run, work) for work in works]
            with database.reading() as looking:
                until(lambda: looking.execute(_WAITING).scalar_one() == len(works))
                free = of_day.where(payments.c.id != first).with_for_update(skip_locked=True)
                assert set(looking.execute(free).scalars()) == set(others)
        return [one.result() for one in going]


def test_two_moves_that_overlap(office: Office):
    wide = Order(which=Which(due_on=AHEAD), becomes=Becomes(LATER), tell="all", reason="Flood")
    narrow = Order(
        which=Which(due_on=AHEAD, district_ids=(1, 2)), becomes=Becomes(LATER), tell="all",
        reason="Flood",
    )  # fmt: skip

    moved = both_at_once(
        office,
        AHEAD,
        [
            lambda connection: move(connection, wide, office.desk).payments,
            lambda connection: move(connection, narrow, office.desk).payments,
        ],
    )

    assert sorted(moved) == [0, 4]
    assert set(days(office).values()) == {LATER}


def test_two_lists_that_overlap(office: Office):
    numbers = ("26000001", "26000002", "26000003", "26000013")
    ids = [office.payment(number).id for number in numbers]
    half = {one: "missed" if place % 2 else "paid" for place, one in enumerate(ids)}
    other = {one: "paid" if place % 2 else "missed" for place, one in enumerate(ids)}

    def marked(connection: Connection, wanted: dict) -> int:
        done = mark(connection, wanted, office.desk)
        return done.paid + done.missed

    counts = both_at_once(
        office,
        PAST,
        [lambda connection: marked(connection, half), lambda connection: marked(connection, other)],
    )

    assert counts == [4, 4]
