"""The course of a person: its end, and visits that were made."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, writing
from gateway.console.kit.guards import needs
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.actions import courses, visits
from gateway.console.pages.beneficiaries.forms.course import end_form, visit_form
from gateway.console.pages.beneficiaries.queries.people import locked, one_person, story_of
from gateway.console.pages.beneficiaries.views.page import back_to, person_page
from gateway.core.texts import _, plural

ENDED = _("From now on no health message is sent. %(count)s that were waiting will not go out.")
ENDED_ONE = _("From now on no health message is sent. 1 that was waiting will not go out.")
RESUMED = _("Health messages will be sent again.")
MARKED = _("The visit is on record.")
MARKED_BEFORE = _("This visit was on record already.")
UNMARKED = _("The visit is no longer on record.")
ENDED_BEFORE = _("This has been entered already: see below.")


@blueprint.route("/<uuid:beneficiary_id>/end", methods=["GET", "POST"])
@needs("course.end")
def end_course(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    form = end_form()
    if form.validate_on_submit():
        with writing() as connection:
            fresh = locked(connection, beneficiary_id)
            if fresh.course_ended_at is not None:
                return back_to(beneficiary_id, ENDED_BEFORE, tone="warning")
            count = courses.end(connection, fresh, form)
        return back_to(beneficiary_id, plural(ENDED_ONE, ENDED, count), count=count)
    return render_template("beneficiaries/end.html", form=form, person=row)


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
        added = visits.mark(connection, row, form.visit.data, form.done_on.data)
    return back_to(beneficiary_id, MARKED if added else MARKED_BEFORE)


@blueprint.post("/<uuid:beneficiary_id>/visits/remove")
@needs("visit.mark")
def unmark_visit(beneficiary_id: UUID) -> ResponseReturnValue:
    visit = request.form.get("visit", "")
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        done_on = story_of(connection, row).done.get(visit)
    with writing() as connection:
        visits.unmark(connection, row, visit, done_on)
    return back_to(beneficiary_id, UNMARKED)
