"""Planning, correcting and being paid, for tests of what an SMS says of a payment."""

from datetime import date, datetime

from gateway.messaging.planning.reminders import run_corrections, run_reminders
from gateway.registry.database import Database
from tests.messaging.conftest import ALWAYS, Office
from tests.messaging.village import NOW, Village, ledger

TODAY = date(2026, 11, 24)  # three days before PAYDAY


def run(database: Database, on: date = TODAY) -> int:
    return run_reminders(database, on=on, hours=ALWAYS, default_locale="lo", now=NOW)


def correct(office: Office, changed_since: datetime | None = None) -> int:
    return run_corrections(
        office.database,
        hours=ALWAYS,
        default_locale="lo",
        now=office.now,
        changed_since=changed_since,
    )


def kinds(database: Database) -> list[str]:
    return [row.template for row in ledger(database, "template")]


def paid(village: Village, index: int = 1, **woman):
    whose = village.woman(index, child_dob=None, **woman)
    return whose, village.payment(whose)


def told(office: Office, village: Village):
    """A woman who has been told of her payment; the payment's id."""
    _whose, payment = paid(village)
    run(office.database)
    office.send()
    assert len(office.provider.calls) == 1
    office.later(hours=1)
    return payment
