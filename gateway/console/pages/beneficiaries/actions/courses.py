"""The end of a course: a loss, a death, a move. Every health message stops at once."""

from typing import Any

from sqlalchemy import Connection, update
from wtforms import RadioField, StringField

from gateway.console.kit.context import audit, now
from gateway.console.kit.forms import ConsoleForm, at_most, stripped
from gateway.console.kit.language import gettext
from gateway.console.pages.beneficiaries.words import COURSE_ENDS, ENTERED_BY_STAFF
from gateway.core.texts import _
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import messages
from gateway.registry.choices import end_course, resume_course


class EndForm(ConsoleForm):
    course_end = RadioField(_("What happened"))
    note = StringField(_("Note"), [at_most(200)], filters=[stripped])


def end_form() -> EndForm:
    form = EndForm()
    form.course_end.choices = [(one, gettext(COURSE_ENDS[one])) for one in ENTERED_BY_STAFF]
    return form


def end(connection: Connection, person: Any, form: EndForm) -> int:
    """Ends the course; how many health messages were waiting and will not be sent."""
    end_course(connection, person.id, form.course_end.data, now())
    held_back = connection.execute(
        update(messages)
        .where(
            messages.c.beneficiary_id == person.id,
            messages.c.category == "health",
            state_is("queued"),
        )
        .values(state="suppressed", reason="course_ended", updated_at=now())
    ).rowcount
    changes = {"course": (None, form.course_end.data)}
    if form.note.data:
        changes["reason"] = (None, form.note.data)
    _record(connection, "beneficiary.end_course", person, changes)
    return held_back


def resume(connection: Connection, person: Any) -> None:
    """Takes it back: entered by mistake, or a new pregnancy."""
    resume_course(connection, person.id, now())
    changes = {"course": (person.course_ended_reason, None)}
    _record(connection, "beneficiary.resume_course", person, changes)


def _record(connection: Connection, action: str, person: Any, changes: Any) -> None:
    audit(
        connection,
        action,
        kind="beneficiary",
        object_id=person.id,
        district_id=person.district_id,
        changes=changes,
    )
