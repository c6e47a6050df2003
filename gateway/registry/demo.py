"""Fills a database with the demo's people, through the same imports that a programme uses.

A second start keeps what is there. The fixed callers' dates move along with the day; the others'
payments do so once their day has passed.
"""

import csv
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection, select, update

from gateway.core.keys import Peppers
from gateway.core.programme import PROGRAMME
from gateway.core.programme_file import add_months
from gateway.registry.choices import set_consent
from gateway.registry.database import Database
from gateway.registry.demo_people import Person, fixed_callers, others
from gateway.registry.imports import (
    ImportReport,
    explain,
    import_beneficiaries,
    import_payments,
    import_visits,
)
from gateway.registry.tables import beneficiaries, payments

OPTED_OUT_OF_HEALTH = "+8562055500006"
_CATCHING_UP = timedelta(days=28)  # what opened longer ago is taken as done


def load_demo(database: Database, *, peppers: Peppers, on: date) -> None:
    """The demo as of the day `on`; raises RuntimeError where the demo's own data is refused."""
    now = datetime.combine(on, time(), UTC)
    fixed, more = fixed_callers(on), list(others(on))
    with database.reading() as connection:
        known = set(connection.execute(select(beneficiaries.c.registration_no)).scalars())
        dated = _with_payment_ahead(connection, on)
    moving = [*fixed, *(one for one in more if one.registration_no not in known)]
    due = [*fixed, *(one for one in more if one.registration_no not in dated)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.csv"
        _write(file, (one.row() for one in moving))
        _check(import_beneficiaries(database, file, now=now, today=on, peppers=peppers))
        _write(file, (row for one in due for row in _payments(one, on)))
        _check(import_payments(database, file, now=now, today=on))
        _write(file, (row for one in moving for row in _visits(one, on)))
        _check(import_visits(database, file, now=now, today=on))
    with database.writing() as connection:
        _date_enrolments(connection, moving)
        _opt_out(connection, now)
        _pay_what_was_due(connection, [*fixed, *more], on, now)


def _with_payment_ahead(connection: Connection, on: date) -> set[str]:
    ahead = (
        select(beneficiaries.c.registration_no)
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .where(payments.c.due_on >= on)
    )
    return set(connection.execute(ahead).scalars())


def _write(file: Path, rows: Iterable[dict[str, str]]) -> None:
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


def _check(report: ImportReport) -> None:
    if report.errors:
        raise RuntimeError("\n".join(explain(error, str) for error in report.errors))


def _date_enrolments(connection: Connection, people: Sequence[Person]) -> None:
    """The import dates them today; here it was three weeks after the birth."""
    for person in people:
        if person.status == "enrolled" and person.child_dob:
            connection.execute(
                update(beneficiaries)
                .where(beneficiaries.c.registration_no == person.registration_no)
                .values(enrolled_on=_enrolled_on(person.child_dob))
            )


def _enrolled_on(child_dob: date) -> date:
    return child_dob + timedelta(days=21)


def _opt_out(connection: Connection, now: datetime) -> None:
    """Once: whoever turns these reminders on again in the demo finds them on at the next start."""
    rows = connection.execute(
        select(beneficiaries.c.id, beneficiaries.c.set_here).where(
            beneficiaries.c.msisdn == OPTED_OUT_OF_HEALTH
        )
    )
    untouched = [row.id for row in rows if "consent_health" not in row.set_here]
    set_consent(connection, untouched, "health", False, now)


def _pay_what_was_due(
    connection: Connection, people: Sequence[Person], on: date, now: datetime
) -> None:
    """Payments of a start long ago, whose day has passed and was not moved along."""
    numbers = [person.registration_no for person in people]
    whose = select(beneficiaries.c.id).where(beneficiaries.c.registration_no.in_(numbers))
    connection.execute(
        update(payments)
        .where(
            payments.c.beneficiary_id.in_(whose),
            payments.c.status == "scheduled",
            payments.c.due_on < on,
        )
        .values(status="paid", updated_at=now)
    )


def _payments(person: Person, on: date) -> Iterable[dict[str, str]]:
    """The next payment, and the one before it where she was enrolled by then."""
    if person.due_in is None:
        return
    next_on = on + timedelta(days=person.due_in)
    last_on = add_months(next_on, -2)
    yield _payment(person, next_on, "scheduled")
    if person.child_dob and _enrolled_on(person.child_dob) <= last_on:
        yield _payment(person, last_on, person.last_status)


def _payment(person: Person, due_on: date, status: str) -> dict[str, str]:
    rules = PROGRAMME.rules_on(due_on)
    first_month = due_on.month - (due_on.month - 1) % rules.cycle_months
    return {
        "registration_no": person.registration_no,
        "cycle": f"{due_on.year}-{first_month:02}",
        "due_on": due_on.isoformat(),
        "amount": str(rules.cycle_amount),
        "pay_point": person.pay_point,
        "status": status,
    }


def _visits(person: Person, on: date) -> Iterable[dict[str, str]]:
    """Visits after birth, made when they opened, but for those of the last weeks."""
    if person.child_dob is None:
        return
    for rule in PROGRAMME.rules_on(on).visits:
        opened_on = rule.opens.after(person.child_dob)
        if rule.kind != "antenatal" and opened_on <= on - _CATCHING_UP:
            yield {
                "registration_no": person.registration_no,
                "visit": rule.key,
                "done_on": opened_on.isoformat(),
            }
