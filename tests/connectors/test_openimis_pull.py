"""What openIMIS says arrives in the registry: people, then what they are paid, whole pages only."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from gateway.connectors.pulling import Counts, Puller, RowsError, new_run, pull
from gateway.connectors.running import know
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments
from gateway.settings import Settings
from tests.connectors.openimis_server import Openimis, served
from tests.connectors.test_openimis import connection_of, full, moment, source_of

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def pulled(database: Database, openimis: Openimis) -> Counts:
    puller = Puller(
        database=database,
        peppers=Settings().peppers,
        clock=lambda: NOW,
        today=lambda now: now.date(),
    )
    with database.writing() as sql:
        know(sql, [connection_of("http://127.0.0.1:1")])
        run_id = new_run(sql, "registry", "pull", NOW)
    with served(openimis) as url:
        return pull(puller, "registry", source_of(url), run_id)


def paid(database: Database) -> list[tuple[str, int, str]]:
    with database.reading() as sql:
        joined = payments.join(beneficiaries, payments.c.beneficiary_id == beneficiaries.c.id)
        rows = sql.execute(
            select(beneficiaries.c.registration_no, payments.c.amount, payments.c.status)
            .select_from(joined)
            .order_by(beneficiaries.c.registration_no)
        )
        return [tuple(row) for row in rows]


def test_people_and_payments_arrive_and_come_once(database: Database):
    openimis = full(12)
    first = pulled(database, openimis)
    assert first.new == 24
    assert paid(database)[0] == ("26000000", 300000, "scheduled")
    again = pulled(database, openimis)
    assert (again.new, again.changed) == (0, 0)


@pytest.mark.parametrize(
    ("change", "column"),
    [({"amount": "300000.50"}, "amount"), ({"status": "ON_HOLD"}, "status"),
     ({"dateDue": None}, "due_on")],
)  # fmt: skip
def test_money_that_is_not_sure_stops_at_its_page(
    change: dict[str, str], column: str, database: Database
):
    openimis = full(12)
    list(openimis.links.values())[11]["benefit"] |= change
    with pytest.raises(RowsError) as raised:
        pulled(database, openimis)
    assert {error.column for error in raised.value.errors} == {column}
    assert len(paid(database)) == 10


def test_two_payments_of_a_cycle_that_differ_are_refused(database: Database):
    openimis = full(3)
    (woman, *_), (payroll,) = openimis.people.values(), openimis.payrolls.values()
    openimis.pay(woman, payroll, moment(2), amount="600000.00")
    with pytest.raises(RowsError):
        pulled(database, openimis)
    assert paid(database) == []
