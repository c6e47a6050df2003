"""Pages of another system: previewed, approved, applied one by one, never twice, never half."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from gateway.connectors.driver import Ground
from gateway.connectors.file import connections_of
from gateway.connectors.pulling import Puller
from gateway.connectors.running import Ran, approve, due, is_stale, run
from gateway.connectors.source import Fault, Page, SourceError
from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, registration_aliases, visits
from gateway.settings import Settings
from gateway.staff.audit import Actor
from tests.connectors.scripted_source import ScriptedSource, driver_of
from tests.messaging.village import Village

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
BY = Actor("operator")
VISITS = frozenset({"registration_no", "visit", "done_on"})


def visits_page(cursor: int, *numbers: str, done_on: str = "2026-11-20", **more) -> Page:
    rows = [{"registration_no": one, "visit": "anc2", "done_on": done_on} for one in numbers]
    return Page(kind="visits", names=VISITS, rows=rows, cursor=str(cursor), **more)


@dataclass
class Ministry:
    """The gateway with one connection, to a source in memory."""

    database: Database
    source: ScriptedSource = field(default_factory=lambda: ScriptedSource(()))
    now: datetime = NOW

    @property
    def connection(self):
        table = {"connections": {"registry": {"driver": "scripted"}}}
        return connections_of(table, [driver_of(self.source)])[0]

    def run(self) -> Ran | None:
        puller = Puller(
            database=self.database,
            peppers=Settings().peppers,
            clock=lambda: self.now,
            today=lambda now: now.date(),
        )
        settings = Settings()
        ground = Ground(name="registry", secrets={}, zone=settings.zone, now=lambda: self.now)
        return run(puller, self.connection, ground)

    def approved(self) -> "Ministry":
        self.run()
        with self.database.writing() as sql:
            assert approve(sql, "registry", by=BY, now=self.now)
        return self

    def rows(self, table):
        with self.database.reading() as sql:
            return sql.execute(select(table)).all()

    def due(self) -> list[str]:
        with self.database.writing() as sql:
            return [one.name for one in due(sql, [self.connection], self.now)]

    @property
    def row(self):
        (row,) = self.rows(connections)
        return row


@pytest.fixture
def ministry(database: Database) -> Ministry:
    village = Village(database)
    for number in range(1, 5):
        village.woman(number, category="pregnant", edd=NOW.date() + timedelta(days=60))
    return Ministry(database)


def numbers(ministry: Ministry) -> list[str]:
    with ministry.database.reading() as sql:
        return sorted(sql.execute(select(beneficiaries.c.registration_no)).scalars())


def test_the_first_run_says_what_it_would_do_and_changes_nothing(ministry: Ministry):
    one, two, *_ = numbers(ministry)
    ministry.source.script = [visits_page(1, one, two), visits_page(2, "99999999")]

    assert ministry.run() == Ran(kind="preview", counts=None)

    assert ministry.rows(visits) == []
    told = ministry.row.preview
    assert (told["new"], told["pages"], told["more"]) == (2, 2, False)
    assert told["faults"][0]["registration_no"] == "99999999"


def test_it_is_applied_once_somebody_has_approved_it(ministry: Ministry):
    one, two, *_ = numbers(ministry)
    ministry.source.script = [visits_page(1, one), visits_page(2, two)]
    ministry.approved()

    ran = ministry.run()

    assert ran is not None
    assert ran.counts is not None
    assert (ran.counts.new, ran.counts.pages) == (2, 2)
    assert len(ministry.rows(visits)) == 2
    assert (ministry.row.cursor, ministry.row.last_ok_at) == ("2", NOW)


def test_the_next_pull_goes_on_behind_the_last_page_that_stands(ministry: Ministry):
    one, two, *_ = numbers(ministry)
    ministry.source.script = [visits_page(1, one), visits_page(2, two)]
    ministry.source.fails_after = 1
    ministry.source.fault = SourceError(Fault.THROTTLED, "429", retry_after=60)
    ministry.source.script = ministry.source.script
    ministry.run()
    with ministry.database.writing() as sql:
        sql.execute(connections.update().values(preview={}, approved_at=NOW))

    ran = ministry.run()
    assert ran is not None
    assert ran.fault == Fault.THROTTLED
    assert (ministry.row.cursor, ministry.row.due_at) == ("1", NOW + timedelta(seconds=60))

    ministry.source.fails_after = None
    ministry.run()
    assert ministry.source.read[-1] == "1"
    assert len(ministry.rows(visits)) == 2


def test_a_page_with_a_row_that_cannot_be_taken_is_not_applied_at_all(ministry: Ministry):
    one, two, *_ = numbers(ministry)
    ministry.source.script = [visits_page(1, one), visits_page(2, two, "99999999")]
    ministry.approved()

    ran = ministry.run()

    assert ran is not None
    assert (ran.fault, ran.about) == (Fault.ROWS, "visits: 1")
    assert len(ministry.rows(visits)) == 1
    (fault,) = ministry.rows(connection_faults)
    assert (fault.registration_no, fault.column) == ("99999999", "registration_no")
    assert ministry.rows(connection_runs)[-1].fault == "rows"


def test_a_visit_that_was_not_made_after_all_is_taken_out(ministry: Ministry):
    one, two, *_ = numbers(ministry)
    gone = ({"registration_no": one, "visit": "anc2"},)
    ministry.source.script = [visits_page(1, one, two), visits_page(2, deleted=gone)]
    ministry.approved().run()

    assert len(ministry.rows(visits)) == 1
    assert ministry.rows(connection_runs)[-1].withdrawn == 1


def test_more_than_anybody_withdraws_is_held_for_a_person(ministry: Ministry):
    gone = tuple({"registration_no": str(n), "visit": "anc2"} for n in range(40))
    ministry.source.script = [visits_page(1, deleted=gone)]

    ran = ministry.approved().run()

    assert ran is not None
    assert ran.fault == Fault.HELD


def test_who_is_at_it_keeps_others_out_until_the_lease_is_over(ministry: Ministry):
    ministry.run()
    with ministry.database.writing() as sql:
        sql.execute(connections.update().values(lease_until_at=NOW + timedelta(minutes=15)))

    assert ministry.run() is None
    ministry.now += timedelta(minutes=15)
    assert ministry.run() is not None


def test_it_is_due_by_its_file_and_at_once_where_somebody_asks(ministry: Ministry):
    assert ministry.due() == ["registry"]
    ministry.run()
    ministry.now += timedelta(days=1)
    assert ministry.due() == []  # what it would do waits for somebody
    ministry.approved()
    assert ministry.due() == ["registry"]
    ministry.run()
    assert ministry.due() == []
    ministry.now += timedelta(minutes=60)
    assert ministry.due() == ["registry"]


def test_what_was_pulled_gets_stale(ministry: Ministry):
    assert is_stale(ministry.connection, None, NOW)
    assert not is_stale(ministry.connection, NOW, NOW + timedelta(hours=24))
    assert is_stale(ministry.connection, NOW, NOW + timedelta(hours=25))


def test_a_visit_is_withdrawn_by_the_other_number_of_a_woman_who_had_two(ministry: Ministry):
    one, *_ = numbers(ministry)
    with ministry.database.writing() as sql:
        whose = sql.execute(
            select(beneficiaries.c.id).where(beneficiaries.c.registration_no == one)
        ).scalar_one()
        other = {"registration_no": "77777777", "beneficiary_id": whose, "was_id": uuid7()}
        sql.execute(insert(registration_aliases).values(at=NOW, **other))
    gone = ({"registration_no": "77777777", "visit": "anc2"},)
    more = visits_page(2, deleted=gone, strangers_pass=True)
    ministry.source.script = [visits_page(1, one), more]

    ministry.approved().run()

    assert ministry.rows(visits) == []


class Killed(BaseException):
    """What no `except Exception` sees, as a kill."""


def test_a_pull_that_was_killed_goes_on_when_its_lease_is_over(ministry: Ministry):
    one, two, *_ = numbers(ministry)
    ministry.source.script = [visits_page(1, one), visits_page(2, two)]
    ministry.approved()
    ministry.source.fails_after, ministry.source.fault = 1, Killed()  # type: ignore[assignment]
    with pytest.raises(Killed):
        ministry.run()
    assert (len(ministry.rows(visits)), ministry.row.cursor) == (1, "1")
    assert ministry.run() is None

    ministry.source.fails_after = None
    ministry.now += timedelta(minutes=15)
    ran = ministry.run()

    assert ran is not None
    assert ran.counts is not None
    assert (ran.counts.new, ran.counts.pages) == (1, 1)
    assert len(ministry.rows(visits)) == 2
