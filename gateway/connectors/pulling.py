"""A pull: page after page on the way of files, each with its cursor in its own transaction.

Killed anywhere, the next pull begins behind the last page that stands; a page that was applied, and
is read once more, changes nothing. A page with one row that cannot be taken is not applied at all:
the pull ends there, and says which row and why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, select, update
from uuid_utils.compat import uuid7

from gateway.connectors.source import Fault, Page, RegistrySource, SourceError
from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.core.keys import Peppers
from gateway.registry.bulk import one_of
from gateway.registry.database import Database
from gateway.registry.imports.beneficiaries import BeneficiaryPlan
from gateway.registry.imports.payments import PaymentPlan
from gateway.registry.imports.report import ImportReport, RowError
from gateway.registry.imports.rows import import_rows
from gateway.registry.imports.staging import Plan, Watcher
from gateway.registry.imports.visits import VisitPlan
from gateway.registry.tables import beneficiaries, registration_aliases, visits

LEASE = timedelta(minutes=15)  # for a page; renewed with each
MOST_FAULTS = 50  # that are kept of a page
MOST_PREVIEWED = 20  # pages that a preview reads
# More of one page's keys than this share withdrawn at once is a mistake at the source, mostly.
MOST_WITHDRAWN, FEW = 0.5, 20


@dataclass(frozen=True, kw_only=True)
class Puller:
    """What a pull works with. `clock` gives the moment, `today` the programme's day of it."""

    database: Database
    peppers: Peppers
    clock: Callable[[], datetime]
    today: Callable[[datetime], date]

    def plan(self, page: Page) -> Plan:
        now = self.clock()
        today = self.today(now)
        if page.kind == "beneficiaries":
            return BeneficiaryPlan(now, today, self.peppers)
        return PaymentPlan(now, today) if page.kind == "payments" else VisitPlan(now, today)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What pages brought."""

    pages: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    withdrawn: int = 0

    def plus(self, report: ImportReport, withdrawn: int) -> "Counts":
        return Counts(
            pages=self.pages + 1,
            new=self.new + report.new,
            changed=self.changed + report.changed,
            unchanged=self.unchanged + report.unchanged,
            kept=self.kept + len(report.kept),
            withdrawn=self.withdrawn + withdrawn,
        )


class RowsError(SourceError):
    """A page with rows that cannot be taken."""

    def __init__(self, page: Page, errors: Sequence[RowError]) -> None:
        super().__init__(Fault.ROWS, f"{page.kind}: {len(errors)}")
        self.page, self.errors = page, errors


@dataclass
class _Keeper(Watcher):
    """Keeps the page's cursor with what the page brings, and takes out what is withdrawn."""

    name: str
    page: Page
    now: datetime
    withdrawn: int = 0

    def after_merge(self, connection: Connection, report: ImportReport) -> None:  # noqa: ARG002 - see Watcher
        self.withdrawn = _withdraw(connection, self.page, self.now)
        _keep_cursor(connection, self.name, self.page.cursor, self.now)


def pull(puller: Puller, name: str, source: RegistrySource, run_id: UUID) -> Counts:
    """Applies what has changed since the connection's cursor. Raises SourceError: what was applied
    before it stands."""
    counts = Counts()
    with puller.database.reading() as connection:
        cursor = connection.execute(
            select(connections.c.cursor).where(connections.c.name == name)
        ).scalar_one()
    for page in source.pages(cursor):
        counts = _apply(puller, name, page, counts)
        with puller.database.writing() as connection:
            note_counts(connection, run_id, counts)
    return counts


def preview(puller: Puller, source: RegistrySource) -> dict[str, Any]:
    """What the first pull would do, as far as MOST_PREVIEWED pages tell: counts, the first changes
    and faults. Changes nothing. Raises SourceError."""
    counts, faults = Counts(), list[dict[str, Any]]()
    pages = source.pages(None)
    for whole in islice(pages, MOST_PREVIEWED):
        page = _of_ours(puller.database, whole)
        report = import_rows(
            puller.database, puller.plan(page), page.rows, page.names, dry_run=True, each=True
        )
        counts = counts.plus(report, len(page.deleted))
        faults += [
            {"kind": page.kind, **told_fault(page, error)} for error in report.errors[:MOST_FAULTS]
        ]
    more = next(pages, None) is not None
    told = {name: getattr(counts, name) for name in counts.__dataclass_fields__}
    return {**told, "faults": faults[:MOST_FAULTS], "more": more}


def told_fault(page: Page, error: RowError) -> dict[str, Any]:
    """A fault of a row, by the row's registration number."""
    row = page.rows[error.line - 1] if 0 < error.line <= len(page.rows) else {}
    return {
        "registration_no": row.get("registration_no", "")[:40],
        "column": error.column[:40],
        "reason": error.reason,
        "params": {key: str(value)[:80] for key, value in error.params.items()},
    }


def note_counts(connection: Connection, run_id: UUID, counts: Counts) -> None:
    values = {name: getattr(counts, name) for name in counts.__dataclass_fields__}
    mine = connection_runs.c.id == run_id
    connection.execute(update(connection_runs).where(mine).values(values))


def note_faults(connection: Connection, run_id: UUID, error: RowsError) -> None:
    rows = [
        {"run_id": run_id, "number": number, "kind": error.page.kind, **told_fault(error.page, one)}
        for number, one in enumerate(error.errors[:MOST_FAULTS], start=1)
    ]
    connection.execute(connection_faults.insert(), rows)


def new_run(connection: Connection, name: str, kind: str, now: datetime) -> UUID:
    run_id = uuid7()
    nothing = dict.fromkeys(Counts.__dataclass_fields__, 0)
    connection.execute(
        connection_runs.insert().values(
            id=run_id, connection=name, kind=kind, begun_at=now, **nothing
        )
    )
    return run_id


def _apply(puller: Puller, name: str, page: Page, counts: Counts) -> Counts:
    page = _of_ours(puller.database, page)
    _check_withdrawn(page)
    now = puller.clock()
    keeper = _Keeper(name, page, now)
    if not page.rows:
        with puller.database.writing() as connection:
            keeper.after_merge(connection, ImportReport())
        return counts.plus(ImportReport(), keeper.withdrawn)
    report = import_rows(puller.database, puller.plan(page), page.rows, page.names, watcher=keeper)
    if report.errors:
        raise RowsError(page, report.errors)
    return counts.plus(report, keeper.withdrawn)


def _of_ours(database: Database, page: Page) -> Page:
    """The page without the rows of people whom nobody registered here, where those may pass."""
    if not page.strangers_pass:
        return page
    numbers = {one["registration_no"] for one in (*page.rows, *page.deleted)}
    with database.reading() as connection:
        known = _people(connection, numbers)
    return replace(
        page,
        rows=[one for one in page.rows if one["registration_no"] in known],
        deleted=[one for one in page.deleted if one["registration_no"] in known],
    )


def _keep_cursor(connection: Connection, name: str, cursor: str, now: datetime) -> None:
    mine = connections.c.name == name
    values = {"cursor": cursor, "lease_until_at": now + LEASE}
    connection.execute(update(connections).where(mine).values(values))


def _withdraw(connection: Connection, page: Page, now: datetime) -> int:
    """Visits that were not made; of payments and people drivers send the status instead."""
    if page.kind != "visits" or not page.deleted:
        return 0
    whose = _people(connection, {one["registration_no"] for one in page.deleted})
    keys = [
        {"hers": whose[one["registration_no"]], "which": one["visit"]}
        for one in page.deleted
        if one["registration_no"] in whose
    ]
    gone = visits.delete().where(
        visits.c.beneficiary_id == sa.bindparam("hers"), visits.c.visit == sa.bindparam("which")
    )
    touched = update(beneficiaries).where(one_of(connection, beneficiaries.c.id, whose.values()))
    connection.execute(touched.values(updated_at=now))
    return sum(connection.execute(gone, one).rowcount for one in keys)


def _people(connection: Connection, numbers: set[str]) -> dict[str, UUID]:
    """{registration number: id}; also by the other number of a woman who had two."""
    here, also = beneficiaries.c, registration_aliases.c
    mine = select(here.registration_no, here.id).where(
        one_of(connection, here.registration_no, numbers)
    )
    others = select(also.registration_no, also.beneficiary_id).where(
        one_of(connection, also.registration_no, numbers)
    )
    return {
        number: which
        for statement in (mine, others)
        for number, which in connection.execute(statement)
    }


def _check_withdrawn(page: Page) -> None:
    """Raises SourceError where a page would take out more than anybody withdraws at once."""
    all_of_it = len(page.rows) + len(page.deleted)
    if len(page.deleted) > FEW and len(page.deleted) > MOST_WITHDRAWN * all_of_it:
        raise SourceError(Fault.HELD, f"{page.kind}: {len(page.deleted)}")
