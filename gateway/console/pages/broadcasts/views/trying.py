"""A broadcast's text on one's own phone, before anybody else reads it."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit, current_staff, now, wakeups, writing
from gateway.console.kit.forms import msisdn_of
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.forms.deciding import TrialForm
from gateway.console.pages.broadcasts.views.decisions import sentence
from gateway.console.pages.broadcasts.views.overview import opened, page_of
from gateway.console.pages.broadcasts.words import DONE
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.trial import TRIED, send_trial


@blueprint.post("/<uuid:broadcast_id>/try")
@needs("broadcast.control")
def try_it(broadcast_id: UUID) -> ResponseReturnValue:
    row = opened(broadcast_id)
    form = TrialForm()
    form.offer(row.texts)
    number = msisdn_of(form.number) if form.validate() else None
    if number is None:
        return page_of(row, trial=form)
    back = redirect(url_for(".show", broadcast_id=row.id))
    try:
        with writing() as connection:
            send_trial(
                connection,
                row,
                form.locale.data,
                to=number,
                staff_id=current_staff().id,
                now=now(),
            )
            audit(
                connection,
                TRIED,
                kind="broadcast",
                object_id=row.id,
                district_id=row.district_id,
                changes={"locale": (None, form.locale.data)},
            )
    except BroadcastError as error:
        flash(sentence(error, row.id), "warning")
        return back
    wakeups().dispatch()
    flash(gettext(DONE["try"]), "done")
    return back
