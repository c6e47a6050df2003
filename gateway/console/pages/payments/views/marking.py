"""The paying clerk's sheet: who was paid and who was not, ticked or typed, and taken back."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, current_staff, reading, today, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.ids import asked_id
from gateway.console.kit.language import gettext
from gateway.console.kit.words import PAYMENT_STATES
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.forms.marking import MarkForm
from gateway.console.pages.payments.queries.desk import desk
from gateway.console.pages.payments.queries.lists import list_or_404, mark_counts, missed_of
from gateway.console.pages.payments.queries.sheets import (
    of_village,
    sheet_of,
    sheet_or_404,
    villages_of,
)
from gateway.console.pages.payments.views.days import day_or_404
from gateway.console.pages.payments.words import NO_NOTICE
from gateway.core.texts import _, plural
from gateway.paydays.marking import Became, mark, take_back
from gateway.paydays.notices import MINUTES_LATER, notices
from gateway.paydays.untold import MOST_LISTED

NOT_YET = _("This payday has not come yet: nothing can be marked before.")
MARKED = _("Marked: %(paid)s as paid, %(missed)s as not paid.")
NOTHING = _("All of them are marked so already.")
BACK = _("%(count)s payments are again as they were before.")
ONE_BACK = _("1 payment is again as it was before.")
STAYED = _("%(count)s stay: they were changed again since.")
ONE_STAYED = _("1 stays: it was changed again since.")


@blueprint.route("/<day>/<int:pay_point_id>/mark", methods=["GET", "POST"])
@needs("payment.mark")
def mark_sheet(day: str, pay_point_id: int) -> ResponseReturnValue:
    on = day_or_404(day)
    with reading() as connection:
        where, women = sheet_or_404(connection, sheet_of(on, pay_point_id))
    if on > today():
        flash(gettext(NOT_YET), "warning")
        return redirect(url_for(".day", day=on.isoformat()))
    here = of_village(women, asked_id("village"))
    if not here:
        abort(404)
    form = MarkForm()
    form.offer()
    wanted: Mapping[UUID, Became] = {}
    if form.is_submitted():
        wanted = form.read(women, here)
        if wanted and form.is_confirmed(wanted):
            return _mark(on, pay_point_id, wanted)
        form.seen(wanted)
    else:
        _looked(on, where)
    shown = {"on": on, "where": where, "here": here, "villages": villages_of(women)}
    return _page(form, wanted, **shown)


def _looked(on: date, where: Any) -> None:
    audit_look(
        "payment.sheet",
        kind="payment",
        object_id=f"{on} pay_point {where.id}",
        district_id=where.district_id,
    )


def _page(form: MarkForm, wanted: Mapping[UUID, Became], **shown: Any) -> ResponseReturnValue:
    ahead = {name: sum(one == name for one in wanted.values()) for name in ("paid", "missed")}
    return render_template(
        "payments/mark.html",
        village=asked_id("village"),
        form=form,
        ticked=set(form.women.data or ()),
        wanted=ahead if wanted else None,
        states=PAYMENT_STATES,
        **shown,
    )


def _mark(on: date, pay_point_id: int, wanted: Mapping[UUID, Became]) -> ResponseReturnValue:
    with writing() as connection:
        marked = mark(connection, wanted, desk(), sheet=sheet_of(on, pay_point_id))
    if marked.list_id is None:
        flash(gettext(NOTHING), "warning")
        return redirect(url_for(".day", day=on.isoformat()))
    flash(gettext(MARKED, paid=marked.paid, missed=marked.missed), "done")
    return redirect(url_for(".marked_list", list_id=marked.list_id))


@blueprint.get("/lists/<uuid:list_id>")
@needs("payment.mark")
def marked_list(list_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one = list_or_404(connection, list_id)
        counts = mark_counts(connection, list_id)
        told = notices(connection, [missed_of(list_id)], desk()) if counts.missed else []
    return render_template(
        "payments/list.html",
        one=one,
        counts=counts,
        gone=sum(notice.gone for notice in told),
        going=Counter(notice.at for notice in told if notice.at and not notice.gone),
        silent=[notice for notice in told if notice.at is None and not notice.gone],
        minutes_later=MINUTES_LATER,
        most=MOST_LISTED,
        reasons=NO_NOTICE,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.post("/lists/<uuid:list_id>/take-back")
@needs("payment.mark")
def take_list_back(list_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        list_or_404(connection, list_id)
    with writing() as connection:
        taken = take_back(connection, list_id, desk())
    if taken.count:
        flash(gettext(plural(ONE_BACK, BACK, taken.count), count=taken.count), "done")
    if taken.left:
        flash(gettext(plural(ONE_STAYED, STAYED, taken.left), count=taken.left), "warning")
    return redirect(url_for(".marked_list", list_id=list_id))
