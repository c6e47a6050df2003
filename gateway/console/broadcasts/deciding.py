"""From a draft to its end: submitted, approved by somebody else, paused, resumed, cancelled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Row, select

from gateway.console.broadcasts.blueprint import blueprint
from gateway.console.broadcasts.counting import all_counted
from gateway.console.broadcasts.forms import SubmitForm
from gateway.console.broadcasts.looking import in_words, one
from gateway.console.broadcasts.previews import count_now
from gateway.console.broadcasts.results import outcome, topic_of
from gateway.console.broadcasts.words import DONE, EXCLUDED, NOT_NOW, NOT_YOUR_OWN, STATES
from gateway.console.context import audit, current_staff, now, ports, reading, settings, writing
from gateway.console.guards import needs
from gateway.console.language import gettext
from gateway.console.words import LOCALES, MESSAGE_STATES, REASONS
from gateway.figures.book import forget
from gateway.messaging import broadcasts as life
from gateway.messaging.previewing import kept_preview
from gateway.messaging.tables import broadcasts
from gateway.messaging.wakeups import Wakeups

Change = Callable[[Connection, UUID], bool | None]


@blueprint.get("/<uuid:broadcast_id>")
@needs("broadcast.see")
def show(broadcast_id: UUID) -> ResponseReturnValue:
    return _page(_opened(broadcast_id), SubmitForm(formdata=None))


@blueprint.get("/<uuid:broadcast_id>/preview")
@needs("broadcast.see")
def preview(broadcast_id: UUID) -> ResponseReturnValue:
    """The part of the page that shows what it would do."""
    row = _opened(broadcast_id)
    return render_template("broadcasts/_preview.html", **_previewed(row))


@blueprint.post("/<uuid:broadcast_id>/count")
@needs("broadcast.write")
def count(broadcast_id: UUID) -> ResponseReturnValue:
    """Counts it now, however long that takes."""
    _opened(broadcast_id)
    count_now(broadcast_id)
    return redirect(url_for(".show", broadcast_id=broadcast_id))


@blueprint.post("/<uuid:broadcast_id>/submit")
@needs("broadcast.write")
def submit(broadcast_id: UUID) -> ResponseReturnValue:
    row = _opened(broadcast_id)
    form = SubmitForm()
    if not form.validate():
        return _page(row, form)
    start_at = form.start_at()
    return _change(
        row,
        "submit",
        lambda connection, one_id: life.submit_broadcast(
            connection, one_id, start_at=start_at, now=now()
        ),
    )


@blueprint.post("/<uuid:broadcast_id>/withdraw")
@needs("broadcast.write")
def withdraw(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(_opened(broadcast_id), "withdraw", _withdraw)


@blueprint.post("/<uuid:broadcast_id>/send-back")
@needs("broadcast.approve")
def send_back(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(_opened(broadcast_id), "send_back", _withdraw)


@blueprint.post("/<uuid:broadcast_id>/approve")
@needs("broadcast.approve")
def approve(broadcast_id: UUID) -> ResponseReturnValue:
    """Agrees, and has it start as its author asked for."""
    row = _opened(broadcast_id)
    if row.created_by.casefold() == current_staff().email.casefold():
        flash(gettext(NOT_YOUR_OWN), "error")
        return redirect(url_for(".show", broadcast_id=broadcast_id))
    return _change(row, "approve", _approve_and_start(row, request.form.get("seen_at", "")))


@blueprint.post("/<uuid:broadcast_id>/start")
@needs("broadcast.control")
def start(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(
        _opened(broadcast_id),
        "start",
        lambda connection, one_id: life.start_broadcast(connection, one_id, now=now()),
    )


@blueprint.post("/<uuid:broadcast_id>/pause")
@needs("broadcast.control")
def pause(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(
        _opened(broadcast_id),
        "pause",
        lambda connection, one_id: life.pause_broadcast(connection, one_id, now=now()),
    )


@blueprint.post("/<uuid:broadcast_id>/resume")
@needs("broadcast.control")
def resume(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(
        _opened(broadcast_id),
        "resume",
        lambda connection, one_id: life.resume_broadcast(connection, one_id, now=now()),
    )


@blueprint.post("/<uuid:broadcast_id>/cancel")
@needs("broadcast.control")
def cancel(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(_opened(broadcast_id), "cancel", _cancel)


def _cancel(connection: Connection, broadcast_id: UUID) -> None:
    life.cancel_broadcast(connection, broadcast_id, now=now())


def _withdraw(connection: Connection, broadcast_id: UUID) -> None:
    life.withdraw_broadcast(connection, broadcast_id, now=now())


def _approve_and_start(row: Row[Any], seen_at: str) -> Change:
    """Refused where the text is not the one any more that was on the approver's page."""

    def change(connection: Connection, broadcast_id: UUID) -> bool:
        locked = select(broadcasts.c.updated_at).where(broadcasts.c.id == broadcast_id)
        updated_at = connection.execute(locked.with_for_update()).scalar_one()
        if updated_at.isoformat() != seen_at:
            raise life.BroadcastError("it was changed meanwhile")
        life.approve_broadcast(connection, broadcast_id, by=current_staff().email, now=now())
        return life.start_broadcast(connection, broadcast_id, now=now(), start_at=row.start_at)

    return change


def _opened(broadcast_id: UUID) -> Row[Any]:
    with reading() as connection:
        return one(connection, broadcast_id)


def _change(row: Row[Any], verb: str, change: Change) -> ResponseReturnValue:
    """Does it, writes it into the audit log, and has workers go on where there is work."""
    back = redirect(url_for(".show", broadcast_id=row.id))
    try:
        with writing() as connection:
            at_once = change(connection, row.id)
            state = one(connection, row.id).state
            forget(connection, topic_of(row.id))
            audit(
                connection,
                f"broadcast.{verb}",
                kind="broadcast",
                object_id=row.id,
                district_id=row.district_id,
                changes={"state": (row.state, state)},
            )
    except life.BroadcastError:
        flash(gettext(NOT_NOW), "warning")
        return back
    wakeups = Wakeups(ports().redis)
    if at_once:
        wakeups.expand_broadcast(row.id)
    if verb == "resume":
        wakeups.dispatch()
    told = "approve_later" if verb == "approve" and not at_once else verb
    flash(gettext(DONE[told]), "done")
    return back


def _page(row: Row[Any], form: SubmitForm) -> ResponseReturnValue:
    with reading() as connection:
        audience = in_words(connection, row.audience)
    return render_template(
        "broadcasts/show.html",
        form=form,
        audience=audience,
        states=STATES,
        may=life.MAY,
        own=row.created_by.casefold() == current_staff().email.casefold(),
        quiet=settings().quiet_hours,
        outcome=outcome(row),
        message_states=MESSAGE_STATES,
        message_reasons=REASONS,
        **_previewed(row),
    )


def _previewed(row: Row[Any]) -> dict[str, Any]:
    return {
        "row": row,
        "kept": kept_preview(row),
        "counts": all_counted(row.texts),
        "locales": LOCALES,
        "reasons": EXCLUDED,
    }
