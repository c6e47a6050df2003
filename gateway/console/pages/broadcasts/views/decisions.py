"""From a draft to its end: submitted, approved by somebody else, paused, resumed, cancelled."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Row

from gateway.console.kit.context import audit, hours, now, reading, wakeups, writing
from gateway.console.kit.dates import read_moment
from gateway.console.kit.filters import moment, number
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.actions import too_late_for
from gateway.console.pages.broadcasts.forms.deciding import SendBackForm
from gateway.console.pages.broadcasts.forms.writing import SubmitForm
from gateway.console.pages.broadcasts.queries.broadcasts import author, one
from gateway.console.pages.broadcasts.queries.outcomes import topic_of
from gateway.console.pages.broadcasts.views.overview import opened, page_of
from gateway.console.pages.broadcasts.words import DONE, FAULTS
from gateway.core.texts import plural
from gateway.figures.book import forget
from gateway.messaging.broadcasts import lifecycle as life
from gateway.messaging.broadcasts.approval import approve_broadcast
from gateway.messaging.broadcasts.faults import BroadcastError

Change = Callable[[Connection, UUID], bool | None]


@blueprint.post("/<uuid:broadcast_id>/submit")
@needs("broadcast.write")
def submit(broadcast_id: UUID) -> ResponseReturnValue:
    row = opened(broadcast_id)
    form = SubmitForm()
    if not form.validate():
        return page_of(row, submit=form)
    start_at = form.start_at()
    return _change(
        row,
        "submit",
        lambda connection, one_id: life.submit_broadcast(
            connection, one_id, start_at=start_at, by=author(), now=now(), hours=hours()
        ),
    )


@blueprint.post("/<uuid:broadcast_id>/withdraw")
@needs("broadcast.write")
def withdraw(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(opened(broadcast_id), "withdraw", _withdraw)


@blueprint.post("/<uuid:broadcast_id>/send-back")
@needs("broadcast.approve")
def send_back(broadcast_id: UUID) -> ResponseReturnValue:
    """For a reason, which its authors read on its page."""
    row = opened(broadcast_id)
    form = SendBackForm()
    if not form.validate():
        return page_of(row, send_back=form)
    return _change(
        row,
        "send_back",
        lambda connection, one_id: life.send_back_broadcast(
            connection, one_id, reason=form.reason.data, by=author(), now=now()
        ),
    )


@blueprint.post("/<uuid:broadcast_id>/approve")
@needs("broadcast.approve")
def approve(broadcast_id: UUID) -> ResponseReturnValue:
    """Agrees, and has it start as its author asked for."""
    row = opened(broadcast_id)
    return _change(row, "approve", _approve_and_start(request.form.get("seen_at", "")))


@blueprint.post("/<uuid:broadcast_id>/start")
@needs("broadcast.control")
def start(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(
        opened(broadcast_id),
        "start",
        lambda connection, one_id: life.start_broadcast(
            connection, one_id, now=now(), hours=hours()
        ),
    )


@blueprint.post("/<uuid:broadcast_id>/pause")
@needs("broadcast.control")
def pause(broadcast_id: UUID) -> ResponseReturnValue:
    """Says how many can no longer be called back."""
    under_way = 0

    def pausing(connection: Connection, one_id: UUID) -> None:
        nonlocal under_way
        under_way = life.pause_broadcast(connection, one_id, now=now())

    return _change(opened(broadcast_id), "pause", pausing, told=lambda: _paused(under_way))


def _paused(under_way: int) -> str:
    if not under_way:
        return gettext(DONE["pause"])
    sentence = plural(DONE["pause_one_under_way"], DONE["pause_under_way"], under_way)
    return gettext(sentence, count=number(under_way))


@blueprint.post("/<uuid:broadcast_id>/resume")
@needs("broadcast.control")
def resume(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(
        opened(broadcast_id),
        "resume",
        lambda connection, one_id: life.resume_broadcast(
            connection, one_id, now=now(), hours=hours(), expires_at=_new_end()
        ),
    )


def _new_end() -> datetime | None:
    """The end that the page offered, where the old one has passed."""
    return read_moment(request.form["until"]) if "until" in request.form else None


@blueprint.post("/<uuid:broadcast_id>/cancel")
@needs("broadcast.control")
def cancel(broadcast_id: UUID) -> ResponseReturnValue:
    return _change(opened(broadcast_id), "cancel", _cancel)


def _cancel(connection: Connection, broadcast_id: UUID) -> None:
    life.cancel_broadcast(connection, broadcast_id, now=now())


def _withdraw(connection: Connection, broadcast_id: UUID) -> None:
    life.withdraw_broadcast(connection, broadcast_id, now=now())


def _approve_and_start(seen: str) -> Change:
    """Refused where it is not what was on the approver's page any more."""

    def change(connection: Connection, broadcast_id: UUID) -> bool:
        approve_broadcast(connection, broadcast_id, by=author(), now=now(), seen=seen)
        return life.start_broadcast(connection, broadcast_id, now=now(), hours=hours())

    return change


def _change(
    row: Row[Any], verb: str, change: Change, told: Callable[[], str] | None = None
) -> ResponseReturnValue:
    """Does it, writes it into the audit log, and has workers go on where there is work.

    `told` is what is said once it is done.
    """
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
    except BroadcastError as error:
        flash(sentence(error, row.id), "warning")
        return back
    if at_once:
        wakeups().expand_broadcast(row.id)
    if verb == "resume":
        wakeups().dispatch()
    done = "approve_later" if verb == "approve" and not at_once else verb
    flash(told() if told else gettext(DONE[done]), "done")
    return back


def sentence(error: BroadcastError, broadcast_id: UUID) -> str:
    """For the reader: what was done meanwhile and by whom, or what is not possible at all."""
    params = {
        key: moment(value) if isinstance(value, datetime) else value
        for key, value in error.params.items()
    }
    if error.fault in FAULTS:
        return gettext(FAULTS[error.fault], **params)
    with reading() as connection:
        return gettext(too_late_for(connection, broadcast_id))
