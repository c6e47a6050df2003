"""Another day or place for a village, and the SMS that says so."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import one_or_404, reading, writing
from gateway.console.kit.filters import day as in_words
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.actions import change
from gateway.console.pages.payments.forms.change import ChangeForm
from gateway.console.pages.payments.queries.slices import (
    Slice,
    affected,
    correction_texts,
    pay_points_of,
)
from gateway.console.pages.payments.views.days import day_or_404
from gateway.core.texts import _, plural

CHANGED = _("%(count)s payments are changed to %(day)s.")
ONE_CHANGED = _("1 payment is changed to %(day)s.")
SMS_QUEUED = _("%(count)s correction SMS are on their way.")
ONE_QUEUED = _("1 correction SMS is on its way.")
NO_SMS = _("No correction SMS was needed.")
GONE = _("Nothing is planned like this any more: see what is planned now.")


@blueprint.route(
    "/<day>/<cycle>/<int:village_id>/<int:pay_point_id>/change", methods=["GET", "POST"]
)
@needs("payment.change")
def change_slice(day: str, cycle: str, village_id: int, pay_point_id: int) -> ResponseReturnValue:
    which = Slice(day_or_404(day), cycle, village_id, pay_point_id)
    with reading() as connection:
        about = one_or_404(connection, which.about())
        counts = affected(connection, which)
        places = pay_points_of(connection, about.district_id)
    if not counts.planned:
        flash(gettext(GONE), "warning")
        return redirect(url_for(".day", day=day))
    form = ChangeForm()
    form.offer(which, places)
    texts = None
    if form.validate_on_submit():
        if form.is_confirmed():
            return _change(which, about, form)
        texts = correction_texts(form.due_on.data, form.chosen_place(places), about)
        form.seen()
    return render_template(
        "payments/change.html",
        form=form,
        which=which,
        about=about,
        counts=counts,
        texts=texts,
        locales=LOCALES,
    )


def _change(which: Slice, about: Any, form: ChangeForm) -> ResponseReturnValue:
    with writing() as connection:
        count, queued = change(connection, which, about, form)
    if not count:
        flash(gettext(GONE), "warning")
        return redirect(url_for(".day", day=which.due_on.isoformat()))
    flash(
        gettext(plural(ONE_CHANGED, CHANGED, count), count=count, day=in_words(form.due_on.data)),
        "done",
    )
    told = plural(ONE_QUEUED, SMS_QUEUED, queued) if queued else NO_SMS
    flash(gettext(told, count=queued), "done")
    return redirect(url_for(".day", day=form.due_on.data.isoformat()))
