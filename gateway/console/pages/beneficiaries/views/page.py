"""A person's page as it is drawn, and the way back to it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.audit_words import ACTIONS
from gateway.console.kit.context import current_staff, now, reading, today
from gateway.console.kit.forms import ConsoleForm
from gateway.console.kit.language import gettext
from gateway.console.kit.words import (
    CASE_KINDS,
    CATEGORIES,
    LOCALES,
    MESSAGE_STATES,
    PAYMENT_STATES,
    STATUSES,
)
from gateway.console.pages.beneficiaries import words
from gateway.console.pages.beneficiaries.actions import unmasking
from gateway.console.pages.beneficiaries.forms.course import visit_form
from gateway.console.pages.beneficiaries.forms.person import UnmaskForm
from gateway.console.pages.beneficiaries.queries.people import Story, story_of
from gateway.console.pages.beneficiaries.queries.timeline import timeline
from gateway.core.children import living
from gateway.people.births import is_pregnant
from gateway.people.endings import endings_of
from gateway.people.events import may_be_taken_back


def person_page(row: Any, **sent: ConsoleForm) -> ResponseReturnValue:
    """The person's page; `sent` are the forms that came back with a fault."""
    with reading() as connection:
        story = story_of(connection, row)
        stretch = timeline(connection, row, request.args.get("before"))
    forms = {
        "unmask": sent.get("unmask") or UnmaskForm(formdata=None),
        "visit": sent.get("visit") or visit_form(row, dict(story.done)),
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
        pregnant=is_pregnant(row)
        and (row.course_ended_at is None or row.course_ended_reason == "asked"),
        ends=endings_of(row),
        twins=len(living(row.category, row.children)) > 1,
        undoable=_undoable(story),
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


def _undoable(story: Story) -> Any:
    """What was entered last, where it can still be taken back."""
    standing = [one for one in story.events if one.taken_back_at is None]
    return standing[0] if standing and may_be_taken_back(standing[0], today()) else None


def back_to(
    beneficiary_id: UUID, message: str | None = None, tone: str = "done", **params: Any
) -> ResponseReturnValue:
    """To the person's page, where `message` (a msgid with `params`) is said."""
    if message:
        flash(gettext(message, **params), tone)
    return redirect(url_for(".show", beneficiary_id=beneficiary_id))
