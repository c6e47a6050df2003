"""Cases: what callers asked of a person. List, assign, note, answer by SMS, close."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit, audit_look, current_staff, reading, wakeups, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.words import CASE_KINDS, LOCALES, MESSAGE_STATES
from gateway.console.pages.cases import actions, blueprint
from gateway.console.pages.cases.forms import (
    AnswerForm,
    AssignForm,
    CaseFilter,
    CloseForm,
    NoteForm,
)
from gateway.console.pages.cases.queries import Case, listed, notes_of, open_case, people_for
from gateway.core.texts import _
from gateway.registry.tables import cases

ANOTHER_IS_OPEN = _("The same was asked again since, and that case is open: go on there.")
DONE: dict[str, str] = {
    "note": _("Your note is kept."),
    "assigned": _("The case is assigned."),
    "answered": _("Your answer is on its way."),
    "closed": _("The case is closed."),
    "reopened": _("The case is open again."),
}


@blueprint.get("/")
@needs("case.see")
def index() -> ResponseReturnValue:
    form = CaseFilter()
    given = form.choose()
    with reading() as connection:
        # Open ones: who has waited longest comes first.
        page = read_page(
            connection, listed(given), (cases.c.number,), descending=given["state"] != "open"
        )
    return render_template(
        "cases/index.html",
        form=form,
        page=page,
        case_kinds=CASE_KINDS,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.get("/<int:number>")
@needs("case.see")
def show(number: int) -> ResponseReturnValue:
    case = _opened(number)
    audit_look("case.see", kind="case", object_id=number, district_id=case.district_id)
    return _page(case)


@blueprint.post("/<int:number>/number")
@needs("case.handle")
def unmask(number: int) -> ResponseReturnValue:
    case = _opened(number)
    audit_look("case.unmask", kind="case", object_id=number, district_id=case.district_id)
    return _page(case, unmasked=True)


@blueprint.post("/<int:number>/assign")
@needs("case.handle")
def assign(number: int) -> ResponseReturnValue:
    case = _opened(number)
    form = AssignForm()
    form.staff.choices = _people(case)
    if not form.validate():
        return _page(case, assign=form)
    with writing() as connection:
        actions.assign(connection, case, form.chosen())
    return _done(case, "assigned")


@blueprint.post("/<int:number>/note")
@needs("case.handle")
def note(number: int) -> ResponseReturnValue:
    case = _opened(number)
    form = NoteForm()
    if not form.validate():
        return _page(case, note=form)
    with writing() as connection:
        actions.add_note(connection, case, "note", form.text.data)
        audit(connection, "case.note", kind="case", object_id=number, district_id=case.district_id)
    return _done(case, "note")


@blueprint.post("/<int:number>/answer")
@needs("case.handle")
def answer(number: int) -> ResponseReturnValue:
    case = _opened(number)
    form = AnswerForm()
    if not form.validate() or not case.may_be_answered:
        return _page(case, answer=form)
    with writing() as connection:
        actions.answer(connection, case, form.answer.data)
    wakeups().dispatch()
    return _done(case, "answered")


@blueprint.post("/<int:number>/close")
@needs("case.handle")
def close(number: int) -> ResponseReturnValue:
    case = _opened(number)
    form = CloseForm()
    if not form.validate():
        return _page(case, close=form)
    with writing() as connection:
        done = actions.close(connection, case, form.outcome.data)
    return _done(case, "closed" if done else None)


@blueprint.post("/<int:number>/reopen")
@needs("case.handle")
def reopen(number: int) -> ResponseReturnValue:
    case = _opened(number)
    try:
        with writing() as connection:
            done = actions.reopen(connection, case)
    except actions.AnotherIsOpen:
        flash(gettext(ANOTHER_IS_OPEN), "warning")
        return redirect(url_for(".show", number=number))
    return _done(case, "reopened" if done else None)


def _opened(number: int) -> Case:
    with reading() as connection:
        return open_case(connection, number)


def _people(case: Case) -> dict[str, str]:
    with reading() as connection:
        return {"": gettext(_("Nobody"))} | people_for(connection, case)


def _done(case: Case, what: str | None) -> ResponseReturnValue:
    if what is None:
        with reading() as connection:
            flash(gettext(actions.too_late_for(connection, case.number)), "warning")
    else:
        flash(gettext(DONE[what]), "done")
    return redirect(url_for(".show", number=case.number))


def _page(case: Case, *, unmasked: bool = False, **sent: object) -> ResponseReturnValue:
    """The case with its forms; `sent` are those that came back with a fault."""
    forms = {"assign": AssignForm, "note": NoteForm, "answer": AnswerForm, "close": CloseForm}
    drawn = {name: sent.get(name) or form(formdata=None) for name, form in forms.items()}
    if "assign" not in sent:
        drawn["assign"].staff.choices = _people(case)  # type: ignore[attr-defined]
        drawn["assign"].staff.data = str(case.assigned_to or "")  # type: ignore[attr-defined]
    with reading() as connection:
        notes = notes_of(connection, case.number)
    return render_template(
        "cases/show.html",
        case=case,
        notes=notes,
        forms=drawn,
        unmasked=unmasked,
        mine=str(current_staff().id),
        case_kinds=CASE_KINDS,
        message_states=MESSAGE_STATES,
        locales=LOCALES,
    )
