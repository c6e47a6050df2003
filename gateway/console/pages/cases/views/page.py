"""A case as it is drawn, and the way back to it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.casework.due import due_day
from gateway.casework.reading import Case
from gateway.console.kit.context import audit_look, current_staff, reading, settings, today
from gateway.console.kit.filters import masked_name, masked_registration, place
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.visit_names import visit_name
from gateway.console.kit.words import CASE_KINDS, LOCALES, MESSAGE_STATES, PAYMENT_STATES, STATUSES
from gateway.console.pages.cases import actions, blueprint
from gateway.console.pages.cases.forms import (
    AnswerForm,
    AssignForm,
    CloseForm,
    DueForm,
    NoteForm,
    WhoseForm,
)
from gateway.console.pages.cases.queries.beside import Beside, answers_for, beside
from gateway.console.pages.cases.queries.cases import notes_of, open_case, people_for
from gateway.core.texts import _
from gateway.paydays.answers import payments_stand

DONE: dict[str, str] = {
    "note": _("Your note is kept."),
    "assigned": _("The case is assigned."),
    "answered": _("Your answer is on its way."),
    "closed": _("The case is closed."),
    "reopened": _("The case is open again."),
    "due": _("The day is kept."),
    "whose": _("It is kept whose case this is."),
}
FORMS = {
    "assign": AssignForm,
    "note": NoteForm,
    "answer": AnswerForm,
    "close": CloseForm,
    "due": DueForm,
    "whose": WhoseForm,
}


@blueprint.get("/<int:number>")
@needs("case.see")
def show(number: int) -> ResponseReturnValue:
    case = opened(number)
    audit_look("case.see", kind="case", object_id=number, district_id=case.district_id)
    return case_page(case)


def opened(number: int) -> Case:
    with reading() as connection:
        return open_case(connection, number)


def people(case: Case) -> dict[str, str]:
    """Whom it can be given to, {id: name}."""
    with reading() as connection:
        return {"": gettext(_("Nobody"))} | people_for(connection, case)


def women_offered(found: Beside) -> dict[str, str]:
    """{id: as the reader may see her} of those whose number it is."""
    named = current_staff().may("beneficiary.unmask")
    return {
        str(one.id): ", ".join(
            (
                place(one) if named else masked_name(place(one)),
                masked_registration(one.registration_no),
                place(one, "village"),
                gettext(STATUSES[one.status][0]),
            )
        )
        for one in found.women
    }


def back_to(case: Case, what: str | None) -> ResponseReturnValue:
    """To the case, where what was done is said; None: somebody was faster."""
    if what is None:
        with reading() as connection:
            flash(gettext(actions.too_late_for(connection, case.number)), "warning")
    else:
        flash(gettext(DONE[what]), "done")
    return redirect(url_for(".show", number=case.number))


def case_page(case: Case, *, unmasked: bool = False, **sent: Any) -> ResponseReturnValue:
    """The case with its forms; `sent` are those that came back with a fault."""
    drawn = {name: sent.get(name) or form(formdata=None) for name, form in FORMS.items()}
    if "assign" not in sent:
        drawn["assign"].staff.choices = people(case)
        drawn["assign"].staff.data = str(case.assigned_to or "")
    if "due" not in sent:
        drawn["due"].due_on.data = case.due_on
    with reading() as connection:
        notes = notes_of(connection, case.number)
        found = beside(connection, case)
        if "whose" not in sent:
            drawn["whose"].woman.choices = women_offered(found)
            drawn["whose"].woman.data = str(found.woman.id) if found.woman else ""
        drawn["answer"].stands.data = payments_stand(
            connection, found.woman.id if found.woman else None
        )
        ready = _ready(connection, case, found, drawn["answer"], fresh="answer" not in sent)
    return render_template(
        "cases/show.html",
        case=case,
        notes=notes,
        beside=found,
        ready=ready,
        forms=drawn,
        unmasked=unmasked,
        mine=str(current_staff().id),
        due_day=due_day(case.opened_at, case.due_on, settings().zone),
        today=today(),
        named=current_staff().may("beneficiary.unmask"),
        case_kinds=CASE_KINDS,
        message_states=MESSAGE_STATES,
        payment_states=PAYMENT_STATES,
        statuses=STATUSES,
        visit_name=visit_name,
        locales=LOCALES,
    )


def _ready(
    connection: Connection, case: Case, found: Beside, form: AnswerForm, *, fresh: bool
) -> dict[str, Any]:
    """The answers that stand ready in the language asked for, the caller's at first; the one that
    was chosen stands in the form."""
    asked = request.args.get("in", case.locale or settings().default_locale)
    locale = asked if asked in LOCALES else settings().default_locale
    answers = answers_for(connection, case, found.woman, locale)
    chosen = next((one for one in answers if one.name == request.args.get("ready")), None)
    if chosen is not None and fresh:
        form.answer.data = chosen.text
    return {"answers": answers, "locale": locale, "chosen": chosen}
