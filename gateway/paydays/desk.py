"""Who sees to paydays, when, and what they may see at all."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from gateway.core.quiet_hours import SendingHours
from gateway.registry.tables import beneficiaries
from gateway.staff.audit import Actor, Changes, record
from gateway.staff.confinement import conditions


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`hours` say when an SMS may go."""

    actor: Actor
    now: datetime
    hours: SendingHours
    default_locale: str

    @property
    def today(self) -> date:
        return self.now.astimezone(self.hours.zone).date()

    def hers(self) -> list[ColumnElement[bool]]:
        """Conditions on `beneficiaries`: those whom the actor may see; a command sees all."""
        staff = self.actor.staff
        return [] if staff is None else conditions(beneficiaries, staff)

    def record(
        self,
        connection: Connection,
        action: str,
        object_id: object,
        *,
        district_id: int | None = None,
        changes: Changes | None = None,
        kind: str = "payment",
    ) -> None:
        """A line in the audit log; `changes` name nobody."""
        values: dict[str, Any] = {"kind": kind, "object_id": object_id, "district_id": district_id}
        record(connection, self.actor, action, now=self.now, changes=changes, **values)
