"""One payment's page: marked singly, taken back, and "I was not paid" with its answer ready."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import (
    audit_look,
    current_staff,
    dependencies,
    reading,
    settings,
    today,
    writing,
)
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.words import MESSAGE_STATES, PAYMENT_STATES
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.queries.desk import desk
from gateway.console.pages.payments.queries.payment import payment_or_404, story_of
from gateway.console.pages.payments.words import NO_NOTICE, TEMPLATES
from gateway.core.texts import _
from gateway.paydays.answers import payments_stand, ready_answer
from gateway.paydays.marking import BECAME, lock_status, mark, take_back
from gateway.paydays.notices import MINUTES_LATER, notices
from gateway.registry.tables import payments

MARKED_ONE = _("The payment is marked.")
NOT_MARKED = _("Nothing was marked: see how the payment stands now.")
CHANGED_SINCE = _(
    "It was changed after you opened its page: nothing was marked. See how it stands now."
)
TAKEN_BACK = _("The payment is again as it was before.")
NOT_TAKEN_BACK = _("It was changed again since, and stays as it is.")


@blueprint.get("/payment/<uuid:payment_id>")
@needs("payment.see")
def payment(payment_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = payment_or_404(connection, payment_id)
        story = story_of(connection, payment_id)
        stands = payments_stand(connection, row.beneficiary_id)
        told = notices(connection, [payments.c.id == payment_id], desk())
    audit_look("payment.see", kind="payment", object_id=payment_id, district_id=row.district_id)
    ready = {
        case.number: ready_answer(
            row.due_on,
            "" if row.course_ended_reason == "mother_died" else row.status,
            case.number,
            locale=case.locale,
            hotline=settings().hotline,
            gettext=dependencies().gettext[case.locale],
        )
        for case in story.complaints
    }
    staff = current_staff()
    return render_template(
        "payments/payment.html",
        row=row,
        story=story,
        ready=ready,
        stands=stands,
        notice=told[0] if told else None,
        minutes_later=MINUTES_LATER,
        reasons=NO_NOTICE,
        named=staff.may("beneficiary.unmask"),
        today=today(),
        states=PAYMENT_STATES,
        message_states=MESSAGE_STATES,
        templates=TEMPLATES,
    )


@blueprint.post("/payment/<uuid:payment_id>/mark")
@needs("payment.mark")
def mark_payment(payment_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        payment_or_404(connection, payment_id)
    became = next((one for one in BECAME if one == request.form.get("became")), None)
    if became is None:
        abort(400)
    with writing() as connection:
        now_is = lock_status(connection, payment_id)
        if request.form.get("was", now_is) != now_is:
            return _said(payment_id, False, MARKED_ONE, CHANGED_SINCE)
        marked = mark(connection, {payment_id: became}, desk())
    return _said(payment_id, marked.list_id is not None, MARKED_ONE, NOT_MARKED)


@blueprint.post("/payment/<uuid:payment_id>/take-back/<uuid:list_id>")
@needs("payment.mark")
def take_mark_back(payment_id: UUID, list_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        payment_or_404(connection, payment_id)
    with writing() as connection:
        taken = take_back(connection, list_id, desk(), payment_id=payment_id)
    return _said(payment_id, taken.count > 0, TAKEN_BACK, NOT_TAKEN_BACK)


def _said(payment_id: UUID, done: bool, good: str, late: str) -> ResponseReturnValue:
    flash(gettext(good if done else late), "done" if done else "warning")
    return redirect(url_for(".payment", payment_id=payment_id))
