"""A place that nobody new, and no new payment, comes to: a pay point that is closed, a village
that was given up. It keeps its past, and may be taken back into use."""

from datetime import datetime

from sqlalchemy import Connection, update

from gateway.places.dependants import dependants
from gateway.places.desk import Desk, alone
from gateway.places.faults import ANOTHER_KIND, STILL_USED, PlaceError
from gateway.places.records import Place, table_of


def retire(connection: Connection, place: Place, *, desk: Desk) -> None:
    """Raises PlaceError while people, payments to come, accounts or broadcasts point at it."""
    alone(connection, place)
    if dependants(connection, place, desk).in_the_way:
        raise PlaceError(STILL_USED)
    _write(connection, place, desk.now)
    desk.record(connection, "place.retire", place)


def reopen(connection: Connection, place: Place, *, desk: Desk) -> None:
    """Takes it back into use."""
    alone(connection, place)
    _write(connection, place, None)
    desk.record(connection, "place.reopen", place)


def _write(connection: Connection, place: Place, at: datetime | None) -> None:
    if place.kind == "province":  # has no row of its own: its districts are retired
        raise PlaceError(ANOTHER_KIND)
    table = table_of(place.kind)
    connection.execute(update(table).where(table.c.id == place.id).values(retired_at=at))
