"""Another day or place for a village, and the SMS that says so."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import current_staff, one_or_404, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.words import LOCALES, REASONS
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.forms.change import ChangeForm
from gateway.console.pages.payments.queries.desk import desk
from gateway.console.pages.payments.queries.slices import (
    Slice,
    correction_texts,
    pay_points_of,
)
from gateway.console.pages.payments.views.days import carry_out, day_or_404, say_gone
from gateway.paydays.moving import affected
from gateway.paydays.untold import untold


@blueprint.route(
    "/<day>/<cycle>/<int:village_id>/<int:pay_point_id>/change", methods=["GET", "POST"]
)
@needs("payment.change")
def change_slice(day: str, cycle: str, village_id: int, pay_point_id: int) -> ResponseReturnValue:
    which = Slice(day_or_404(day), cycle, village_id, pay_point_id)
    with reading() as connection:
        about = one_or_404(connection, which.about())
        counts = affected(connection, which.which(), desk())
        unreached = untold(connection, which.which().conditions(desk()))
        places = pay_points_of(connection, about.district_id)
    if not counts.planned:
        say_gone()
        return redirect(url_for(".day", day=day))
    form = ChangeForm()
    form.offer(which, places)
    texts = None
    if form.validate_on_submit():
        if form.is_confirmed():
            return carry_out(form.order())
        texts = correction_texts(form.due_on.data, form.chosen_place(places), about)
        form.seen()
    return render_template(
        "payments/change.html",
        form=form,
        which=which,
        about=about,
        counts=counts,
        unreached=unreached,
        reasons=REASONS,
        named=current_staff().may("beneficiary.unmask"),
        texts=texts,
        locales=LOCALES,
    )
