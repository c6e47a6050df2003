"""The list of broadcasts, and the page of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, select

from gateway.console.kit.context import current_staff, hours, now, reading, scope, settings
from gateway.console.kit.forms import ConsoleForm
from gateway.console.kit.guards import needs
from gateway.console.kit.listing import read_page
from gateway.console.kit.text_costs import all_counted
from gateway.console.kit.words import LOCALES, MESSAGE_STATES, REASONS
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.actions import count_now
from gateway.console.pages.broadcasts.forms.deciding import SendBackForm, TrialForm
from gateway.console.pages.broadcasts.forms.writing import SubmitForm
from gateway.console.pages.broadcasts.queries.broadcasts import author, in_words, one
from gateway.console.pages.broadcasts.queries.outcomes import Outcome, outcome
from gateway.console.pages.broadcasts.words import EXCLUDED, STATES
from gateway.core.quiet_hours import next_allowed_from
from gateway.messaging.broadcasts import lifecycle as life
from gateway.messaging.broadcasts.approval import grown_since, most_recipients, version_of
from gateway.messaging.broadcasts.estimate import through_at
from gateway.messaging.broadcasts.kept_preview import kept_preview
from gateway.messaging.broadcasts.trial import own_number
from gateway.messaging.broadcasts.windows import is_over, window_from
from gateway.messaging.tables import broadcasts
from gateway.staff.authors import is_author


@blueprint.get("/")
@needs("broadcast.see")
def index() -> ResponseReturnValue:
    state = request.args.get("state")
    statement = scope(select(broadcasts), broadcasts)
    if state in STATES:
        statement = statement.where(broadcasts.c.state == state)
    with reading() as connection:
        page = read_page(connection, statement, (broadcasts.c.id,), descending=True)
    return render_template("broadcasts/index.html", page=page, state=state, states=STATES)


@blueprint.get("/<uuid:broadcast_id>")
@needs("broadcast.see")
def show(broadcast_id: UUID) -> ResponseReturnValue:
    return page_of(opened(broadcast_id))


@blueprint.get("/<uuid:broadcast_id>/preview")
@needs("broadcast.see")
def preview(broadcast_id: UUID) -> ResponseReturnValue:
    """The part of the page that shows what it would do."""
    row = opened(broadcast_id)
    return render_template("broadcasts/_preview.html", **_previewed(row))


@blueprint.post("/<uuid:broadcast_id>/count")
@needs("broadcast.write")
def count(broadcast_id: UUID) -> ResponseReturnValue:
    """Counts it now, however long that takes."""
    opened(broadcast_id)
    count_now(broadcast_id)
    return redirect(url_for(".show", broadcast_id=broadcast_id))


def opened(broadcast_id: UUID) -> Row[Any]:
    """The broadcast, or 404."""
    with reading() as connection:
        return one(connection, broadcast_id)


def page_of(row: Row[Any], **sent: ConsoleForm) -> ResponseReturnValue:
    """Its page; `sent` are the forms that came back with a fault: submit, send_back, trial."""
    with reading() as connection:
        audience = in_words(connection, row.audience)
        grown = grown_since(connection, row)
        number = own_number(connection, current_staff().id)
    found = outcome(row)
    return render_template(
        "broadcasts/show.html",
        form=sent.get("submit") or SubmitForm(formdata=None),
        send_back=sent.get("send_back") or SendBackForm(formdata=None),
        trial=sent.get("trial") or _trial_form(row, number),
        audience=audience,
        grown=grown,
        through=_through(row, found),
        states=STATES,
        may=life.MAY,
        own=is_author(row.authors, author()),
        version=version_of(row),
        most=most_recipients,
        first_at=next_allowed_from(max(row.start_at or now(), now()), hours()),
        new_end=_offered_end(row),
        quiet=settings().quiet_hours,
        outcome=found,
        message_states=MESSAGE_STATES,
        message_reasons=REASONS,
        **_previewed(row),
    )


def _trial_form(row: Row[Any], number: str | None) -> TrialForm:
    """With the number that is kept with the account."""
    form = TrialForm(formdata=None)
    form.offer(row.texts)
    form.number.data = number or ""
    return form


def _through(row: Row[Any], found: Outcome | None) -> datetime | None:
    """When the last of it goes out about: of what is still waiting, once it has begun."""
    kept = kept_preview(row)
    if kept is None or not kept.preview.recipients or row.state in {"done", "cancelled", "paused"}:
        return None
    segments = kept.preview.segments
    if found is not None and found.counts:
        segments = round(segments * found.waiting / kept.preview.recipients)
    start = max(row.start_at or now(), now())
    rate = settings().sms_per_second
    return through_at(start, segments, per_second=rate, hours=hours()) if segments else None


def _offered_end(row: Row[Any]) -> datetime | None:
    """For one that is paused and has no time left."""
    starts_at = max(row.start_at or now(), now())
    if row.state != "paused" or not is_over(starts_at, row.expires_at, hours=hours()):
        return None
    return window_from(starts_at, None, hours=hours()).ends_at


def _previewed(row: Row[Any]) -> dict[str, Any]:
    return {
        "row": row,
        "kept": kept_preview(row),
        "counts": all_counted(row.texts),
        "locales": LOCALES,
        "reasons": EXCLUDED,
    }
