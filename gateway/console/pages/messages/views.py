"""The ledger: every message and what became of it; those whose outcome is unknown are settled."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.console.kit.context import audit, audit_look, now, reading, wakeups, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.too_late import too_late
from gateway.console.kit.words import CATEGORIES, LOCALES, MESSAGE_STATES, REASONS
from gateway.console.pages.messages import blueprint
from gateway.console.pages.messages.actions import resolve_batch
from gateway.console.pages.messages.forms import MessageFilter, ResolveForm
from gateway.console.pages.messages.queries import held, messages
from gateway.console.pages.messages.words import HELD_REASONS, RESOLUTIONS
from gateway.core.texts import _, plural
from gateway.messaging.queries import receipts_of
from gateway.messaging.receiving.allowance import lift as lift_limit

SETTLED, ONE_SETTLED = _("%(count)s messages are settled."), _("1 message is settled.")
LIFTED = _("The number gets answers again.")
RECEIPT_CAME = _("A receipt came meanwhile: nothing was left to settle.")
WORDS = {
    "message_states": MESSAGE_STATES,
    "message_kinds": CATEGORIES,
    "locales": LOCALES,
    "reasons": REASONS,
    "resolutions": RESOLUTIONS,
}


@blueprint.get("/")
@needs("message.see")
def index() -> ResponseReturnValue:
    form = MessageFilter()
    given = form.choose()
    with reading() as connection:
        page = messages.page_of(connection, given)
        waiting = messages.unknown_waiting(connection)
    return render_template(
        "messages/index.html", form=form, page=page, given=given, unknown=waiting, **WORDS
    )


@blueprint.get("/unknown")
@needs("message.see")
def unknown() -> ResponseReturnValue:
    with reading() as connection:
        batches = messages.unknown_batches(connection)
    form = ResolveForm.drawn()
    return render_template("messages/unknown.html", batches=batches, form=form, **WORDS)


@blueprint.get("/held")
@needs("message.see")
def held_back() -> ResponseReturnValue:
    return _held_page()


@blueprint.post("/held/<uuid:held_id>/number")
@needs("case.handle")
def unmask_held(held_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        held.number_of(connection, held_id)
    audit_look("reply_limit.unmask", kind="reply_limit", object_id=held_id)
    return _held_page(unmasked=held_id)


@blueprint.post("/held/<uuid:held_id>/lift")
@needs("message.resolve")
def lift(held_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        held.number_of(connection, held_id)
    with writing() as connection:
        lift_limit(connection, held_id, now())
        audit(connection, "reply_limit.lift", kind="reply_limit", object_id=held_id)
    flash(gettext(LIFTED), "done")
    return redirect(url_for(".held_back"))


@blueprint.get("/<uuid:message_id>")
@needs("message.see")
def show(message_id: UUID) -> ResponseReturnValue:
    return _page(message_id, ResolveForm.drawn())


@blueprint.post("/<uuid:message_id>/resolve")
@needs("message.resolve")
def resolve(message_id: UUID) -> ResponseReturnValue:
    """This message; with `batch`, all unknown ones that went out in the same call."""
    with reading() as connection:
        message = messages.one(connection, message_id)
    form = ResolveForm.drawn()
    if not form.validate():
        return _page(message_id, form)
    with writing() as connection:
        ids = messages.unknown_beside(connection, message) if form.batch.data else [message_id]
        count = resolve_batch(connection, ids, form.outcome.data)
    if form.outcome.data == "resend":
        wakeups().dispatch()
    if count:
        flash(gettext(plural(ONE_SETTLED, SETTLED, count), count=count), "done")
    else:
        with reading() as connection:
            flash(gettext(_none_left(connection, message_id)), "warning")
    if request.form.get("next") == "unknown":
        return redirect(url_for(".unknown"))
    return redirect(url_for(".show", message_id=message_id))


def _none_left(connection: Connection, message_id: UUID) -> str:
    return too_late(
        connection, "message", message_id, actions=("message.resolve",), nobody=RECEIPT_CAME
    )


def _held_page(unmasked: UUID | None = None) -> ResponseReturnValue:
    with reading() as connection:
        page = held.page_of(connection)
    return render_template("messages/held.html", page=page, unmasked=unmasked, reasons=HELD_REASONS)


def _page(message_id: UUID, form: ResolveForm) -> ResponseReturnValue:
    with reading() as connection:
        message = messages.one(connection, message_id)
        receipts = receipts_of(connection, message)
        beside = len(messages.unknown_beside(connection, message))
        broadcast = messages.broadcast_name(connection, message)
    audit_look("message.see", kind="message", object_id=message_id, district_id=message.district_id)
    return render_template(
        "messages/show.html",
        row=message,
        receipts=receipts,
        beside=beside,
        broadcast=broadcast,
        form=form,
        **WORDS,
    )
