"""What staff marked is told to the system that pays, until it says so itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.connectors.driver import Driver, Ground
from gateway.connectors.file import Connection, ConnectionsError, connections_of
from gateway.connectors.pulling import Puller
from gateway.connectors.pushing import Told, owed, push, rehearse
from gateway.connectors.running import know
from gateway.connectors.source import Fault, Outcome, Pushed, SourceError
from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.registry.database import Database
from gateway.registry.tables import payments
from gateway.settings import Settings
from tests.connectors.scripted_source import ScriptedSettings, ScriptedSource, driver_of
from tests.messaging.village import Village

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@dataclass
class Payer:
    """A sink that keeps what it is told, and takes nothing of `unwilling` numbers."""

    told: dict[UUID, Outcome] = field(default_factory=dict)
    unwilling: set[str] = field(default_factory=set)
    fault: SourceError | None = None

    def push(self, outcomes: Sequence[Outcome], *, dry_run: bool) -> Pushed:
        if self.fault:
            raise self.fault
        refused = {
            one.payment_id: "BEN-26: is closed"
            for one in outcomes
            if one.registration_no in self.unwilling
        }
        taken = [one for one in outcomes if one.payment_id not in refused]
        if not dry_run:
            self.told |= {one.payment_id: one for one in taken}
        return Pushed(taken=tuple(one.payment_id for one in taken), refused=refused)


@dataclass
class Office:
    """A programme whose payments are made by another system."""

    database: Database
    payer: Payer = field(default_factory=Payer)

    @property
    def connection(self) -> Connection:
        driver = Driver(
            name="scripted", title="Scripted", settings=ScriptedSettings,
            make=lambda _settings, _ground: ScriptedSource(()),
            sink=lambda _settings, _ground: self.payer,
        )  # fmt: skip
        table = {"connections": {"payer": {"driver": "scripted", "push": True}}}
        return connections_of(table, [driver])[0]

    @property
    def puller(self) -> Puller:
        return Puller(
            database=self.database,
            peppers=Settings().peppers,
            clock=lambda: NOW,
            today=lambda now: now.date(),
        )

    def push(self) -> Told | None:
        return push(self.puller, self.connection, ground())

    def rows(self, table):
        with self.database.reading() as sql:
            return sql.execute(select(table)).all()


def ground() -> Ground:
    return Ground(name="payer", secrets={}, zone=Settings().zone, now=lambda: NOW)


@pytest.fixture
def office(database: Database) -> Office:
    """Three women: one was marked as paid, one as missed, of one the payer said it itself."""
    village = Village(database)
    for index, values in enumerate(
        (
            {"status": "paid", "status_before": "scheduled"},
            {"status": "missed", "status_before": "paid"},
            {"status": "paid"},
        ),
        start=1,
    ):
        payment = village.payment(village.woman(index), due_on=NOW.date() - timedelta(days=3))
        with database.writing() as sql:
            sql.execute(payments.update().where(payments.c.id == payment).values(values))
    office = Office(database)
    with database.writing() as sql:
        know(sql, [office.connection])
        sql.execute(connections.update().values(approved_at=NOW))
    return office


def test_only_what_staff_marked_is_told(office: Office):
    assert office.push() == Told(taken=2)

    told = {(one.registration_no, one.paid) for one in office.payer.told.values()}
    assert told == {("00000001", True), ("00000002", False)}
    (run,) = office.rows(connection_runs)
    assert (run.kind, run.changed, run.fault, run.ended_at) == ("push", 2, None, NOW)


def test_it_is_told_until_the_other_system_says_so_itself(office: Office):
    assert office.push() == office.push() == Told(taken=2)

    with office.database.writing() as sql:
        sql.execute(payments.update().values(status_before=None))

    assert office.push() == Told()


def test_what_it_does_not_take_is_kept_with_its_words(office: Office):
    office.payer.unwilling = {"00000002"}

    told = office.push()

    assert told == Told(taken=1, refused=1, fault=Fault.ROWS, about="payments: 1")
    (fault,) = office.rows(connection_faults)
    assert (fault.registration_no, fault.kind) == ("00000002", "payments")
    assert fault.params == {"said": "BEN-26: is closed"}
    assert office.rows(connection_runs)[0].fault == "rows"
    assert office.rows(connections)[0].fault is None  # it holds up nothing


def test_a_rehearsal_tells_nothing(office: Office):
    assert rehearse(office.puller, office.connection, ground()) == Told(taken=2)
    assert office.payer.told == {}
    assert office.rows(connection_runs) == []


def test_one_that_does_not_answer_is_told_the_next_time(office: Office):
    office.payer.fault = SourceError(Fault.UNREACHABLE, "ReadTimeout")
    assert office.push() == Told(fault=Fault.UNREACHABLE, about="ReadTimeout")

    office.payer.fault = None

    assert office.push() == Told(taken=2)


@pytest.mark.parametrize(
    "values", [{"approved_at": None}, {"lease_until_at": NOW + timedelta(minutes=1)}]
)
def test_nothing_is_told_where_nobody_approved_or_somebody_is_at_it(office: Office, values):
    with office.database.writing() as sql:
        sql.execute(connections.update().values(values))

    assert office.push() is None
    assert office.payer.told == {}


def test_more_than_a_page_comes_in_pages(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gateway.connectors.pushing.PAGE_ROWS", 1)

    batches = list(owed(office.database, NOW.date()))

    assert [len(one) for one in batches] == [1, 1]
    assert len({one[0].payment_id for one in batches}) == 2


def test_what_is_older_than_a_year_is_not_told(office: Office):
    assert list(owed(office.database, NOW.date() + timedelta(days=400))) == []


def test_a_system_that_is_only_read_cannot_be_told():
    table = {"connections": {"a": {"driver": "scripted", "push": True}}}
    with pytest.raises(ConnectionsError, match="push=True: Scripted is only read"):
        connections_of(table, [driver_of(ScriptedSource(()))])
