"""Another name for a place, and whom it is told."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, writing
from gateway.console.kit.filters import place as in_letters
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.places import blueprint
from gateway.console.pages.places.forms import RenameForm
from gateway.console.pages.places.queries import desk, may_change
from gateway.console.pages.places.views.looking import place_at
from gateway.console.pages.places.words import KINDS
from gateway.core.texts import _, plural
from gateway.places.faults import PlaceError
from gateway.places.naming import MOST, MOST_SHORT, Renaming, plan_rename, rename
from gateway.places.records import Place

RENAMED = _("The place is called %(place)s now.")
SMS_QUEUED = _("%(count)s correction SMS are on their way.")
ONE_QUEUED = _("1 correction SMS is on its way.")


@blueprint.route("/<kind>/<int:place_id>/rename", methods=["GET", "POST"])
@needs("place.change")
def rename_place(kind: str, place_id: int) -> ResponseReturnValue:
    with reading() as connection:
        about = place_at(connection, kind, place_id)
    if not may_change(about):
        abort(403)
    form, plan = RenameForm(), None
    form.open(about)
    if form.validate_on_submit() and not form.is_stale(about):
        try:
            plan = _plan(form, about)
            if not plan.told or form.is_confirmed():
                return _rename(form, about)
            form.seen()
        except PlaceError as error:
            form.refuse(error)
    return render_template(
        "places/rename.html",
        form=form,
        about=about,
        plan=plan,
        kinds=KINDS,
        most=MOST[about.kind],
        most_short=MOST_SHORT,
    )


def _plan(form: RenameForm, about: Place) -> Renaming:
    with reading() as connection:
        plan = plan_rename(connection, about, form.names(), desk())
    form.offer_telling(plan.otherwise)
    return plan


def _rename(form: RenameForm, about: Place) -> ResponseReturnValue:
    with writing() as connection:
        plan, sms = rename(connection, about, form.names(), tell=form.tells, desk=desk())
    flash(gettext(RENAMED, place=in_letters(plan.after)), "done")
    if sms:
        flash(gettext(plural(ONE_QUEUED, SMS_QUEUED, sms), count=sms), "done")
    return redirect(url_for(".show", kind=about.kind, place_id=about.id))
