"""Another day or place for the payments of a village, and the SMS that say so."""

from typing import Any

from sqlalchemy import Connection, select, update

from gateway.console.kit.context import audit, hours, now, settings, today
from gateway.console.pages.payments.forms.change import ChangeForm
from gateway.console.pages.payments.queries.slices import Slice
from gateway.core.told import LastTold, Told
from gateway.figures.spans import day_start
from gateway.messaging.ledger import queue_messages
from gateway.messaging.planning.reminders import corrections
from gateway.messaging.told import last_told
from gateway.registry.bulk import one_of
from gateway.registry.tables import pay_points, payments


def change(connection: Connection, which: Slice, about: Any, form: ChangeForm) -> tuple[int, int]:
    """(payments changed, correction SMS queued), in the transaction of `connection`."""
    ids = connection.execute(which.planned().with_for_update(of=payments)).scalars().all()
    if not ids:
        return 0, 0
    told = last_told(connection, ids, today_from=day_start(today(), settings().zone))
    connection.execute(
        update(payments)
        .where(one_of(connection, payments.c.id, ids))
        .values(**_set_here(which, form), updated_at=now())
    )
    changed = connection.execute(select(payments).where(one_of(connection, payments.c.id, ids)))
    old = LastTold(told=Told(which.due_on, which.pay_point_id))
    owed = [
        (row, told.get(row.id, old)) for row in changed if row.id in told or form.tell.data == "all"
    ]
    drafts = corrections(
        connection, owed, hours=hours(), default_locale=settings().default_locale, now=now()
    )
    queued = queue_messages(connection, drafts, now=now())
    _record(connection, which, about, form, len(ids))
    return len(ids), queued


def _set_here(which: Slice, form: ChangeForm) -> dict[str, Any]:
    """Day and place; that of the two which is another one now, no import takes back."""
    marks = {
        "due_on_set_here": form.due_on.data != which.due_on,
        "pay_point_set_here": form.pay_point.data != which.pay_point_id,
    }
    values = {"due_on": form.due_on.data, "pay_point_id": form.pay_point.data}
    return {**values, **{name: True for name, moved in marks.items() if moved}}


def _record(connection: Connection, which: Slice, about: Any, form: ChangeForm, count: int) -> None:
    new_place = connection.execute(
        select(pay_points.c.name).where(pay_points.c.id == form.pay_point.data)
    ).scalar_one()
    changes = {
        "village": (about.village, about.village),
        "due_on": (which.due_on, form.due_on.data),
        "pay_point": (about.pay_point, new_place),
        "payments": (None, count),
        "reason": (None, form.reason.data),
    }
    audit(
        connection,
        "payment.change",
        kind="payment",
        object_id=f"{which.cycle} {which.village_id}",
        district_id=about.district_id,
        changes=changes,
    )
