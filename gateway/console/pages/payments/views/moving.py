"""A payday moved for everybody, a district or several pay points, and the SMS that say so."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import current_staff, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.ids import asked_id
from gateway.console.kit.words import LOCALES, REASONS
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.forms.change import MoveForm
from gateway.console.pages.payments.queries.desk import desk
from gateway.console.pages.payments.queries.planned import (
    planned_cycles,
    planned_districts,
    planned_pay_points,
)
from gateway.console.pages.payments.queries.slices import correction_texts
from gateway.console.pages.payments.views.days import carry_out, day_or_404, say_gone
from gateway.paydays.moving import MOST_MOVED, affected
from gateway.paydays.untold import untold


@blueprint.route("/<day>/move", methods=["GET", "POST"])
@needs("payment.change")
def move_day(day: str) -> ResponseReturnValue:
    on = day_or_404(day)
    district = asked_id("district")
    form = MoveForm()
    with reading() as connection:
        districts = planned_districts(connection, on)
        places = planned_pay_points(connection, on, district)
        form.offer(on, districts, places.named(), planned_cycles(connection, on))
        valid = form.validate_on_submit()
        counts = affected(connection, form.which(), desk())
        unreached = untold(connection, form.which().conditions(desk())) if valid else []
    if not counts.planned:
        say_gone()
        return redirect(url_for(".day", day=day))
    texts = None
    if valid:
        if form.is_confirmed():
            return carry_out(form.order())
        texts = correction_texts(form.due_on.data, places.example(form.which()), None)
        form.seen()
    return render_template(
        "payments/move.html",
        on=on,
        form=form,
        district=district,
        places=places,
        counts=counts,
        unreached=unreached,
        reasons=REASONS,
        named=current_staff().may("beneficiary.unmask"),
        texts=texts,
        locales=LOCALES,
        most=MOST_MOVED,
    )
