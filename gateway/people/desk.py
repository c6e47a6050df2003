"""Who changes people, when, and what that needs to know."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, func, select

from gateway.core.keys import Peppers
from gateway.core.quiet_hours import SendingHours
from gateway.people.faults import BUSY, Fault, PersonError
from gateway.registry.imports.staging import IMPORTING
from gateway.staff.audit import Actor, Changes, record
from gateway.staff.confinement import conditions


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`hours` say when an SMS may go; `peppers` key the hashes of PINs."""

    actor: Actor
    now: datetime
    hours: SendingHours
    default_locale: str
    peppers: Peppers

    @property
    def today(self) -> date:
        return self.now.astimezone(self.hours.zone).date()

    def within(self, table: Table) -> list[ColumnElement[bool]]:
        """The rows of `table` that whoever acts may see; a command sees all."""
        return conditions(table, self.actor.staff) if self.actor.staff else []

    def record(
        self,
        connection: Connection,
        action: str,
        beneficiary_id: UUID,
        district_id: int,
        changes: Changes,
    ) -> None:
        """A line in the audit log."""
        record(
            connection,
            self.actor,
            action,
            now=self.now,
            kind="beneficiary",
            object_id=beneficiary_id,
            district_id=district_id,
            changes=changes,
        )


def beside_imports(connection: Connection) -> None:
    """Until the transaction's end no file is merged and no place changed; people may be.

    Raises PersonError where that is going on already.
    """
    if connection.dialect.name == "postgresql":  # on SQLite whoever writes is alone
        held = connection.execute(select(func.pg_try_advisory_xact_lock_shared(IMPORTING)))
        if not held.scalar_one():
            raise PersonError(Fault(BUSY))
