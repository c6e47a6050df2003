"""Behind Debian's PgBouncer in transaction mode: after a commit the session is anybody's."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from gateway.registry.database import Database
from gateway.registry.deadlines import HOP, DeadlineError, within
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from tests.hanging import relay_to
from tests.messages import round_trips, statements
from tests.pooler import pooled as through_pooler
from tests.registry.files import beneficiary
from tests.registry.importer import Importer, counts
from tests.service import TODAY, Clock, composed

OFTEN = 8  # dials: psycopg prepares what it sends for the sixth time, where it may


@pytest.fixture(scope="module")
def pooler(_migrated_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """PostgreSQL's URL through it, with one connection: everybody gets the same."""
    with through_pooler(_migrated_postgresql, tmp_path_factory.mktemp("pgbouncer")) as url:
        yield url


@pytest.fixture
def pooled(pooler: str, postgresql_url: str) -> Iterator[Database]:
    database = Database(pooler, prepared=False)
    yield database
    database.dispose()


@pytest.fixture
def importer(pooled: Database, tmp_path: Path) -> Importer:
    return Importer(pooled, tmp_path)


def test_one_import_after_the_other(importer: Importer):
    first, second = beneficiary(), beneficiary(registration_no="26000002", name="ນາງ ຄຳ")
    assert counts(importer.beneficiaries(first)) == (1, 0, 0)
    assert counts(importer.beneficiaries(first, dry_run=True)) == (0, 0, 1)
    assert counts(importer.beneficiaries(first, second)) == (1, 0, 1)
    assert importer.count(beneficiaries) == 2


def test_an_import_with_faults_leaves_no_table_behind(importer: Importer):
    assert importer.beneficiaries(beneficiary(status="nobody knows")).errors
    assert counts(importer.beneficiaries(beneficiary())) == (1, 0, 0)


def test_what_is_asked_time_and_again_is_not_kept_under_a_name(pooler: str):
    """A prepared statement's name is unknown on a connection that another client had before."""
    several = [Database(pooler, prepared=False) for _ in range(3)]
    for number in range(30):
        with several[number % 3].reading() as connection:
            assert (
                connection.execute(text("select :n + 1"), {"n": number}).scalar_one() == number + 1
            )
            kept = connection.execute(text("select count(*) from pg_prepared_statements"))
            assert kept.scalar_one() == 0
    for database in several:
        database.dispose()


def test_no_connection_needs_what_a_pooler_refuses_and_a_deadline_holds(
    pooled: Database, postgresql: Database
):
    with postgresql.writing() as connection:
        connection.exec_driver_sql("lock table beneficiaries")
        with pytest.raises(DeadlineError), within(1.0, HOP), pooled.reading() as waiting:
            waiting.execute(select(beneficiaries.c.id))
    # The one connection to the server is free again: the query was cancelled through the pooler.
    with pooled.reading() as connection:
        assert connection.execute(select(1)).scalar_one() == 1


def test_migrating_through_it_changes_nothing_that_is_new_enough(pooler: str):
    for _time in range(2):
        upgrade(pooler, prepared=False)


def test_a_dial_through_it_is_one_statement_in_one_round_trip(
    pooler: str, pooled: Database, redis_url: str
):
    load_demo(pooled, peppers=Settings().peppers, on=TODAY)
    with relay_to(pooler) as relay:
        settings = Settings(database_url=relay.url, database_prepared="off", redis_url=redis_url)
        with composed(settings, Clock(), console=False) as app:
            for number in range(OFTEN):
                relay.heard.clear()
                assert _dial(app, number).startswith("CON ")
            heard = bytes(relay.heard)
    [asked] = statements(heard)
    assert asked.startswith("SELECT")
    assert round_trips(heard) == 1


@pytest.mark.long
def test_a_dial_is_answered_through_it_by_several_processes(pooled: Database, redis_url: str):
    load_demo(pooled, peppers=Settings().peppers, on=TODAY)
    url = pooled.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = Settings(database_url=url, database_prepared="off", redis_url=redis_url)
    with ExitStack() as stack:
        apps = [
            stack.enter_context(composed(settings, Clock(), console=False)) for _process in range(3)
        ]
        for number in range(30):
            assert _dial(apps[number % 3], number).startswith("CON ")


def _dial(app: Flask, number: int) -> str:
    form = {"sessionId": f"pooled{number}", "phoneNumber": f"+85620555000{number:02}",
            "networkCode": "45703", "serviceCode": "*123#", "text": ""}  # fmt: skip
    path = "/callbacks/africastalking/ussd?key=demo"
    return app.test_client().post(path, data=form).text
