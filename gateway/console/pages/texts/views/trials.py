"""What mothers pressed: entered from the sheet, one mother at a time, without a name."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, today
from gateway.console.kit.filters import number
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.texts import actions, blueprint
from gateway.console.pages.texts.forms import TrialForm, task_fields
from gateway.console.pages.texts.queries.drawing import drawing
from gateway.core.texts import _
from gateway.text_cards.results import by_task, entries
from gateway.text_cards.trial import keys

KEPT = _("Kept: %(count)s tasks of one mother.")
TAKEN_OUT = _("Taken out. Enter it anew where it was wrong.")
NOTHING = _("Write what she pressed in one task at least.")


@blueprint.get("/trials")
@needs("text.see")
def trials() -> ResponseReturnValue:
    form = TrialForm(formdata=None, tried_on=today())
    return _page(form)


@blueprint.post("/trials")
@needs("text.confirm")
def enter_trial() -> ResponseReturnValue:
    form = TrialForm()
    if not form.validate():
        return _page(form)
    pressed = {name: form[field].data or "" for name, field in task_fields().items()}
    with reading() as connection:
        service = drawing(connection).service
    count = actions.keep_trial(service, pressed, form.tried_on.data)
    if not count:
        form.form_errors.append(gettext(NOTHING))
        return _page(form)
    flash(gettext(KEPT, count=number(count)), "done")
    return redirect(url_for(".trials"))


@blueprint.post("/trials/<uuid:entry_id>/take-out")
@needs("text.confirm")
def take_out_trial(entry_id: UUID) -> ResponseReturnValue:
    """Pressed twice it is gone all the same."""
    actions.take_out_trial(entry_id)
    flash(gettext(TAKEN_OUT), "done")
    return redirect(url_for(".trials"))


def _page(form: TrialForm) -> ResponseReturnValue:
    with reading() as connection:
        service = drawing(connection).service
        results, entered = by_task(connection), entries(connection)
    ways = keys(service.tree, service.gettext, service.budget, service.on)
    return render_template(
        "texts/trials.html",
        form=form,
        ways=ways,
        results=results,
        entered=entered,
        fields=task_fields(),
    )
