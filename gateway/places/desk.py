"""Who changes places, when, and with what the corrections are written that this may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from gateway.core.quiet_hours import SendingHours
from gateway.messaging.wordings import Gettext
from gateway.places.faults import BUSY, GONE, PlaceError
from gateway.places.records import Place, find_place
from gateway.registry.imports.staging import IMPORTING
from gateway.staff.audit import Actor, Changes, record


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`gettext` by locale is that of handsets; `hours` say when an SMS may go."""

    actor: Actor
    now: datetime
    hours: SendingHours
    default_locale: str
    gettext: Mapping[str, Gettext]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.hours.zone).date()

    def record(
        self, connection: Connection, action: str, place: Place, changes: Changes | None = None
    ) -> None:
        """A line in the audit log."""
        record(
            connection,
            self.actor,
            action,
            now=self.now,
            kind="place",
            object_id=place.key,
            district_id=place.district_id,
            changes=changes,
        )


def alone(connection: Connection, *places: Place) -> None:
    """Holds until the transaction's end that nothing is imported, and no other place changed.

    Raises PlaceError where that is so already, or one of `places` is not there any more. An import
    finds places by their names: none may change while it does.
    """
    if connection.dialect.name == "postgresql":  # on SQLite whoever writes is alone
        held = connection.execute(select(func.pg_try_advisory_xact_lock(IMPORTING)))
        if not held.scalar_one():
            raise PlaceError(BUSY)
    for place in places:
        if find_place(connection, place.kind, place.id) is None:
            raise PlaceError(GONE)
