"""The course of a person: a birth, its end, and visits that were made."""

from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.actions import courses
from gateway.console.pages.beneficiaries.forms.course import birth_form, end_form, visit_form
from gateway.console.pages.beneficiaries.queries.desk import desk
from gateway.console.pages.beneficiaries.queries.people import (
    locked,
    one_person,
    story_of,
    visits_of_others,
)
from gateway.console.pages.beneficiaries.views.page import back_to, person_page
from gateway.core.texts import _, plural
from gateway.people import births, endings, events, visits
from gateway.people.faults import PersonError

BORN = _("The birth is on record: from now on messages are about the child.")
HELD = _("%(count)s SMS that were waiting will not go out.")
HELD_ONE = _("1 SMS that was waiting will not go out.")
ENDED = _("This is on record.")
NOTHING_FOLLOWS = _("Nothing more can be entered of her: see below what is on record.")
TAKEN_BACK = _("It is taken back: all is as it was before.")
THEY_STAY = _(
    "%(count)s visits of another child stay on record: take them back below where they are wrong."
)
ONE_STAYS = _("1 visit of another child stays on record: take it back below where it is wrong.")
RESUMED = _("Health messages will be sent again.")
MARKED = _("The visit is on record.")
MARKED_BEFORE = _("This visit was on record already.")
UNMARKED = _("The visit is no longer on record.")


@blueprint.route("/<uuid:beneficiary_id>/birth", methods=["GET", "POST"])
@needs("course.end")
def enter_birth(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    why_not = births.no_birth(row)
    if why_not is not None and request.method == "GET":
        return back_to(beneficiary_id, why_not, tone="warning")
    form = birth_form()
    if form.validate_on_submit():
        try:
            with writing() as connection:
                fresh = locked(connection, beneficiary_id)
                held = births.enter_birth(
                    connection, fresh, form.born_on.data, form.children.data, desk()
                )
            return _entered(beneficiary_id, BORN, held)
        except PersonError as error:
            form.refuse(error.faults)
    days = births.plausible_days(row.edd) if row.edd else None
    return render_template("beneficiaries/birth.html", form=form, person=row, days=days)


@blueprint.route("/<uuid:beneficiary_id>/end", methods=["GET", "POST"])
@needs("course.end")
def end_course(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    if not endings.endings_of(row) and request.method == "GET":
        return back_to(beneficiary_id, NOTHING_FOLLOWS, tone="warning")
    form = end_form(row)
    if form.validate_on_submit():
        grant_ends = "grant_ends" in form and bool(form.grant_ends.data)
        try:
            with writing() as connection:
                fresh = locked(connection, beneficiary_id)
                held = endings.end(
                    connection, fresh, form.what, child=form.child, grant_ends=grant_ends,
                    note=form.note.data, desk=desk(),
                )  # fmt: skip
            return _entered(beneficiary_id, ENDED, held)
        except PersonError as error:
            form.refuse(error.faults)
    return render_template("beneficiaries/end.html", form=form, person=row)


def _entered(beneficiary_id: UUID, message: str, held: int) -> ResponseReturnValue:
    """To her page, where it is said what was entered, and what does not go out any more."""
    answer = back_to(beneficiary_id, message)
    if held:
        flash(gettext(plural(HELD_ONE, HELD, held), count=held), "done")
    return answer


@blueprint.post("/<uuid:beneficiary_id>/take-back")
@needs("course.end")
def take_back(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one_person(connection, beneficiary_id)
    try:
        with writing() as connection:
            events.take_back(connection, locked(connection, beneficiary_id), desk())
            others = visits_of_others(connection, locked(connection, beneficiary_id))
    except PersonError as error:
        return back_to(beneficiary_id, error.faults[0].reason, tone="warning")
    if others:
        flash(gettext(plural(ONE_STAYS, THEY_STAY, others), count=others), "warning")
    return back_to(beneficiary_id, TAKEN_BACK)


@blueprint.post("/<uuid:beneficiary_id>/resume")
@needs("course.end")
def resume_course(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one_person(connection, beneficiary_id)
    with writing() as connection:
        fresh = locked(connection, beneficiary_id)
        if fresh.course_ended_at is not None:
            courses.resume(connection, fresh)
    return back_to(beneficiary_id, RESUMED)


@blueprint.post("/<uuid:beneficiary_id>/visits")
@needs("visit.mark")
def mark_visit(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        story = story_of(connection, row)
    form = visit_form(row, dict(story.done))
    if not form.validate():
        if form.visit.data in story.done:
            return back_to(beneficiary_id, MARKED_BEFORE, tone="warning")
        return person_page(row, visit=form)
    with writing() as connection:
        added = visits.mark(
            connection, row, form.visit.data, form.done_on.data,
            children=form.numbers(), desk=desk(),
        )  # fmt: skip
    return back_to(beneficiary_id, MARKED if added else MARKED_BEFORE)


@blueprint.post("/<uuid:beneficiary_id>/visits/remove")
@needs("visit.mark")
def unmark_visit(beneficiary_id: UUID) -> ResponseReturnValue:
    visit, child = request.form.get("visit", ""), request.form.get("child", type=int)
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        found = [
            one
            for one in story_of(connection, row).visits
            if one.visit == visit and child in {one.child, None}
        ]
    if found:
        with writing() as connection:
            visits.unmark(
                connection, row, visit, found[-1].done_on,
                children=[one.child for one in found], desk=desk(),
            )  # fmt: skip
    return back_to(beneficiary_id, UNMARKED)
