"""The list of broadcasts, and the page of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, select

from gateway.console.kit.context import hours, now, reading, scope, settings
from gateway.console.kit.guards import needs
from gateway.console.kit.listing import read_page
from gateway.console.kit.text_costs import all_counted
from gateway.console.kit.words import LOCALES, MESSAGE_STATES, REASONS
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.actions import count_now
from gateway.console.pages.broadcasts.forms import SubmitForm
from gateway.console.pages.broadcasts.queries.broadcasts import author, in_words, one
from gateway.console.pages.broadcasts.queries.outcomes import outcome
from gateway.console.pages.broadcasts.words import EXCLUDED, STATES
from gateway.core.quiet_hours import next_allowed_from
from gateway.messaging.broadcasts import lifecycle as life
from gateway.messaging.broadcasts.approval import most_recipients, version_of
from gateway.messaging.broadcasts.kept_preview import kept_preview
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
    return page_of(opened(broadcast_id), SubmitForm(formdata=None))


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


def page_of(row: Row[Any], form: SubmitForm) -> ResponseReturnValue:
    """Its page; `form` is the one that asks for approval."""
    with reading() as connection:
        audience = in_words(connection, row.audience)
    return render_template(
        "broadcasts/show.html",
        form=form,
        audience=audience,
        states=STATES,
        may=life.MAY,
        own=is_author(row.authors, author()),
        version=version_of(row),
        most=most_recipients,
        first_at=next_allowed_from(max(row.start_at or now(), now()), hours()),
        new_end=_offered_end(row),
        quiet=settings().quiet_hours,
        outcome=outcome(row),
        message_states=MESSAGE_STATES,
        message_reasons=REASONS,
        **_previewed(row),
    )


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
