"""The staff's own answers that stand ready."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, or_, select, true

from gateway.casework.answers import Ready
from gateway.console.kit.context import current_staff, one_or_404, scope
from gateway.console.kit.places import name_columns
from gateway.console.kit.text_costs import counted
from gateway.registry.tables import districts
from gateway.staff.confinement import conditions
from gateway.staff.tables import ready_answers

_FOR_ALL = ready_answers.c.district_id.is_(None)


def kept_answers(connection: Connection) -> list[Row[Any]]:
    """Those for all districts, and those that the reader may change; oldest first."""
    own = conditions(ready_answers, current_staff())
    return list(connection.execute(_in_use().where(or_(_FOR_ALL, and_(true(), *own)))))


def kept_for(connection: Connection, district_id: int | None, locale: str) -> list[Ready]:
    """In `locale`, those for a case of that district; None: of none."""
    theirs = or_(_FOR_ALL, ready_answers.c.district_id == district_id)
    found = []
    for row in connection.execute(_in_use().where(theirs)):
        text = counted(row.texts[locale], locale)
        found.append(Ready(name=str(row.id), text=text.sent, segments=text.segments))
    return found


def kept_or_404(connection: Connection, answer_id: UUID) -> Row[Any]:
    """One that the reader may change: whoever is confined, those of the own district."""
    wanted = select(ready_answers).where(
        ready_answers.c.id == answer_id, ready_answers.c.retired_at.is_(None)
    )
    return one_or_404(connection, scope(wanted, ready_answers))


def _in_use() -> Select[Any]:
    return (
        select(ready_answers, *name_columns(district=districts))
        .outerjoin(districts, districts.c.id == ready_answers.c.district_id)
        .where(ready_answers.c.retired_at.is_(None))
        .order_by(ready_answers.c.id)
    )
