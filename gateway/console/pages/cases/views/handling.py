"""What staff do about a case: show its number, say whose it is, assign, note, answer, close."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.casework import handling
from gateway.casework.mothers import AlreadyOpen, woman_numbered, women_of
from gateway.casework.reading import Case
from gateway.console.kit.context import audit_look, current_staff, reading, wakeups, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.cases import actions, blueprint
from gateway.console.pages.cases.forms import (
    NOBODY_THERE,
    AnswerForm,
    AssignForm,
    CloseForm,
    DueForm,
    NoteForm,
    WhoseForm,
)
from gateway.console.pages.cases.queries.beside import beside, stands_of
from gateway.console.pages.cases.views.page import (
    back_to,
    case_page,
    opened,
    people,
    women_offered,
)
from gateway.core.texts import _
from gateway.registry.tables import beneficiaries
from gateway.staff.confinement import conditions

ANOTHER_IS_OPEN = _("The same was asked again since, and that case is open: go on there.")
STANDS_OTHERWISE = _(
    "Her payments have changed since you opened the page, nothing was sent: read how they stand "
    "now and whether your answer is still true."
)
HERS_IS_OPEN = _("She has an open case of this kind already: go on there, and close this one.")


@blueprint.post("/<int:number>/number")
@needs("case.handle")
def unmask(number: int) -> ResponseReturnValue:
    case = opened(number)
    audit_look("case.unmask", kind="case", object_id=number, district_id=case.district_id)
    return case_page(case, unmasked=True)


@blueprint.post("/<int:number>/whose")
@needs("case.handle")
def whose(number: int) -> ResponseReturnValue:
    case, form = opened(number), WhoseForm()
    try:
        with writing() as connection:
            form.woman.choices = women_offered(beside(connection, case))
            chosen = _chosen(connection, case, form)
            if form.registration_no.data and chosen is None:
                form.registration_no.errors = (gettext(NOBODY_THERE),)
            else:
                actions.say_whose(connection, case, chosen)
    except AlreadyOpen:
        flash(gettext(HERS_IS_OPEN), "warning")
        return redirect(url_for(".show", number=number))
    return case_page(case, whose=form) if form.errors else back_to(case, "whose")


def _chosen(connection: Connection, case: Case, form: WhoseForm) -> UUID | None:
    """A registration number counts before a choice; only women whom the reader may see."""
    mine = conditions(beneficiaries, current_staff())
    if form.registration_no.data:
        found = woman_numbered(connection, form.registration_no.data, *mine)
        return found.id if found else None
    offered = {str(one.id): one.id for one in women_of(connection, case.msisdn, *mine)}
    return offered.get(form.woman.data)


@blueprint.post("/<int:number>/due")
@needs("case.handle")
def due(number: int) -> ResponseReturnValue:
    case, form = opened(number), DueForm()
    if not form.validate():
        return case_page(case, due=form)
    with writing() as connection:
        actions.set_due(connection, case, form.due_on.data)
    return back_to(case, "due")


@blueprint.post("/<int:number>/assign")
@needs("case.handle")
def assign(number: int) -> ResponseReturnValue:
    case, form = opened(number), AssignForm()
    form.staff.choices = people(case)
    if not form.validate():
        return case_page(case, assign=form)
    with writing() as connection:
        actions.assign(connection, case, form.chosen())
    return back_to(case, "assigned")


@blueprint.post("/<int:number>/note")
@needs("case.handle")
def note(number: int) -> ResponseReturnValue:
    case, form = opened(number), NoteForm()
    if not form.validate():
        return case_page(case, note=form)
    with writing() as connection:
        handling.note(connection, case, form.text.data, actions.desk())
    return back_to(case, "note")


@blueprint.post("/<int:number>/answer")
@needs("case.handle")
def answer(number: int) -> ResponseReturnValue:
    case, form = opened(number), AnswerForm()
    if not form.validate() or not case.may_be_answered:
        return case_page(case, answer=form)
    with reading() as connection:
        if form.stands.data and form.stands.data != stands_of(connection, case):
            form.answer.errors = (gettext(STANDS_OTHERWISE),)
    if form.errors:
        return case_page(case, answer=form)
    try:
        with writing() as connection:
            handling.answer(connection, case, form.answer.data, actions.desk())
    except handling.NotAnswered as refused:
        flash(gettext(refused.reason), "warning")
        return redirect(url_for(".show", number=number))
    wakeups().dispatch()
    return back_to(case, "answered")


@blueprint.post("/<int:number>/close")
@needs("case.handle")
def close(number: int) -> ResponseReturnValue:
    case, form = opened(number), CloseForm()
    if not form.validate():
        return case_page(case, close=form)
    with writing() as connection:
        done = handling.close(connection, case, form.outcome.data, actions.desk())
    return back_to(case, "closed" if done else None)


@blueprint.post("/<int:number>/reopen")
@needs("case.handle")
def reopen(number: int) -> ResponseReturnValue:
    case = opened(number)
    try:
        with writing() as connection:
            done = handling.reopen(connection, case, actions.desk())
    except handling.AnotherIsOpen:
        flash(gettext(ANOTHER_IS_OPEN), "warning")
        return redirect(url_for(".show", number=number))
    return back_to(case, "reopened" if done else None)
