"""One person's page and everything that can be done there."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import StringField

from gateway.console.kit.audit_words import ACTIONS
from gateway.console.kit.context import (
    audit,
    audit_look,
    current_staff,
    now,
    reading,
    today,
    writing,
)
from gateway.console.kit.forms import ConsoleForm, at_most, required, stripped
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.words import (
    CASE_KINDS,
    CATEGORIES,
    LOCALES,
    MESSAGE_STATES,
    PAYMENT_STATES,
    STATUSES,
)
from gateway.console.pages.beneficiaries import blueprint, words
from gateway.console.pages.beneficiaries.actions import courses, editing, unmasking, visits
from gateway.console.pages.beneficiaries.queries.people import one_person, story_of
from gateway.console.pages.beneficiaries.queries.timeline import timeline
from gateway.core.texts import _
from gateway.registry.tables import beneficiaries

SAVED = _("Saved.")
NOTHING_CHANGED = _("Nothing was changed.")
ENDED = _("From now on no health message is sent. %(count)s that were waiting will not go out.")
RESUMED = _("Health messages will be sent again.")
MARKED = _("The visit is on record.")
MARKED_BEFORE = _("This visit was on record already.")
UNMARKED = _("The visit is no longer on record.")
ENDED_BEFORE = _("Somebody has entered this already: see below.")


class UnmaskForm(ConsoleForm):
    why = StringField(_("Why you need the numbers"), [required(), at_most(200)], filters=[stripped])


@blueprint.get("/<uuid:beneficiary_id>")
@needs("beneficiary.see")
def show(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    audit_look(
        "beneficiary.see",
        kind="beneficiary",
        object_id=beneficiary_id,
        district_id=row.district_id,
    )
    return _page(row)


@blueprint.post("/<uuid:beneficiary_id>/unmask")
@needs("beneficiary.unmask")
def unmask(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    form = UnmaskForm()
    if not form.validate():
        return _page(row, unmask=form)
    with writing() as connection:
        changes = {"reason": (None, form.why.data)}
        _record(connection, "beneficiary.unmask", row, changes)
    unmasking.unmask(beneficiary_id)
    return _back(beneficiary_id)


@blueprint.post("/<uuid:beneficiary_id>/hide")
@needs("beneficiary.unmask")
def hide(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one_person(connection, beneficiary_id)
    unmasking.hide(beneficiary_id)
    return _back(beneficiary_id)


@blueprint.route("/<uuid:beneficiary_id>/edit", methods=["GET", "POST"])
@needs("beneficiary.edit")
def edit(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        locale = story_of(connection, row).locale
    form = editing.form_for(row, locale)
    if form.validate_on_submit():
        with writing() as connection:
            fresh = _locked(connection, beneficiary_id)
            if not form.is_stale(fresh.updated_at):
                saved = editing.save(connection, fresh, locale, form)
                return _back(beneficiary_id, SAVED if saved else NOTHING_CHANGED)
    stored = _stored(row, locale) if form.form_errors else ()
    return render_template("beneficiaries/edit.html", form=form, person=row, stored=stored)


@blueprint.route("/<uuid:beneficiary_id>/end", methods=["GET", "POST"])
@needs("course.end")
def end_course(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    form = courses.end_form()
    if form.validate_on_submit():
        with writing() as connection:
            fresh = _locked(connection, beneficiary_id)
            if fresh.course_ended_at is not None:
                return _back(beneficiary_id, ENDED_BEFORE, tone="warning")
            count = courses.end(connection, fresh, form)
        return _back(beneficiary_id, ENDED, count=count)
    return render_template("beneficiaries/end.html", form=form, person=row)


@blueprint.post("/<uuid:beneficiary_id>/resume")
@needs("course.end")
def resume_course(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one_person(connection, beneficiary_id)
    with writing() as connection:
        fresh = _locked(connection, beneficiary_id)
        if fresh.course_ended_at is not None:
            courses.resume(connection, fresh)
    return _back(beneficiary_id, RESUMED)


@blueprint.post("/<uuid:beneficiary_id>/visits")
@needs("visit.mark")
def mark_visit(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        story = story_of(connection, row)
    form = visits.visit_form(row, dict(story.done))
    if not form.validate():
        if form.visit.data in story.done:
            return _back(beneficiary_id, MARKED_BEFORE, tone="warning")
        return _page(row, visit=form)
    with writing() as connection:
        added = visits.mark(connection, row, form.visit.data, form.done_on.data)
    return _back(beneficiary_id, MARKED if added else MARKED_BEFORE)


@blueprint.post("/<uuid:beneficiary_id>/visits/remove")
@needs("visit.mark")
def unmark_visit(beneficiary_id: UUID) -> ResponseReturnValue:
    visit = request.form.get("visit", "")
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        done_on = story_of(connection, row).done.get(visit)
    with writing() as connection:
        visits.unmark(connection, row, visit, done_on)
    return _back(beneficiary_id, UNMARKED)


def _page(row: Any, **sent: ConsoleForm) -> ResponseReturnValue:
    """The person's page; `sent` are the forms that came back with a fault."""
    with reading() as connection:
        story = story_of(connection, row)
        stretch = timeline(connection, row, request.args.get("before"))
    forms = {
        "unmask": sent.get("unmask") or UnmaskForm(formdata=None),
        "visit": sent.get("visit") or visits.visit_form(row, dict(story.done)),
    }
    return render_template(
        "beneficiaries/show.html",
        person=row,
        story=story,
        stretch=stretch,
        forms=forms,
        until=unmasking.unmasked_until(row.id),
        named=current_staff().may("beneficiary.unmask"),
        today=today(),
        now=now(),
        words=words,
        actions=ACTIONS,
        changes=words.change_lines,
        statuses=STATUSES,
        locales=LOCALES,
        message_states=MESSAGE_STATES,
        message_kinds=CATEGORIES,
        case_kinds=CASE_KINDS,
        payment_states=PAYMENT_STATES,
    )


def _stored(row: Any, locale: str | None) -> list[tuple[str, str]]:
    """What is stored now, for whoever typed something else meanwhile."""
    return [
        (gettext(_("Language")), gettext(LOCALES[locale]) if locale else ""),
        (gettext(_("Status")), gettext(STATUSES[row.status][0])),
        (gettext(_("Wants messages about payments")), _yes_no(row.consent_payment)),
        (gettext(_("Wants messages about health visits")), _yes_no(row.consent_health)),
    ]


def _yes_no(value: bool) -> str:
    return gettext(_("yes") if value else _("no"))


def _locked(connection: Any, beneficiary_id: UUID) -> Any:
    """The row as it is now, and nobody else's until the end of the transaction."""
    wanted = select(beneficiaries).where(beneficiaries.c.id == beneficiary_id)
    return connection.execute(wanted.with_for_update()).one()


def _record(connection: Any, action: str, row: Any, changes: Any) -> None:
    audit(
        connection,
        action,
        kind="beneficiary",
        object_id=row.id,
        district_id=row.district_id,
        changes=changes,
    )


def _back(
    beneficiary_id: UUID, message: str | None = None, tone: str = "done", **params: Any
) -> ResponseReturnValue:
    if message:
        flash(gettext(message, **params), tone)
    return redirect(url_for(".show", beneficiary_id=beneficiary_id))
