"""The sheet of a pay point, to print and to be signed."""

from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, current_staff, now, reading
from gateway.console.kit.guards import needs
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.queries.sheets import sheet_of, sheet_or_404
from gateway.console.pages.payments.views.days import day_or_404


@blueprint.get("/<day>/<int:pay_point_id>/sheet")
@needs("payment.see")
def sheet(day: str, pay_point_id: int) -> ResponseReturnValue:
    on = day_or_404(day)
    with reading() as connection:
        where, women = sheet_or_404(connection, sheet_of(on, pay_point_id))
    audit_look(
        "payment.sheet",
        kind="payment",
        object_id=f"{on} pay_point {pay_point_id}",
        district_id=where.district_id,
    )
    by_village = [list(group) for _id, group in groupby(women, key=lambda one: one.village_id)]
    return render_template(
        "payments/sheet.html",
        on=on,
        where=where,
        by_village=by_village,
        count=len(women),
        total=sum(one.amount for one in women),
        now=now(),
        named=current_staff().may("beneficiary.unmask"),
    )
