"""One place merged into another: chosen, shown, confirmed."""

from collections import Counter
from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.console.kit.context import reading, writing
from gateway.console.kit.filters import place as in_letters
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.places import blueprint
from gateway.console.pages.places.forms import MergeForm
from gateway.console.pages.places.queries import desk, may_change, one, others
from gateway.console.pages.places.views.looking import place_at
from gateway.console.pages.places.views.renaming import ONE_QUEUED, SMS_QUEUED
from gateway.console.pages.places.words import KINDS
from gateway.core.texts import _, plural
from gateway.places.faults import PlaceError
from gateway.places.merging import Plan, merge, plan_merge
from gateway.places.records import Place

MERGED = _("%(away)s is merged into %(kept)s: everything that pointed at it has followed.")
IN_DISTRICT = _("%(place)s, %(district)s")


@blueprint.route("/<kind>/<int:place_id>/merge", methods=["GET", "POST"])
@needs("place.change")
def merge_place(kind: str, place_id: int) -> ResponseReturnValue:
    form, plan = MergeForm(), None
    with reading() as connection:
        about = place_at(connection, kind, place_id)
        if not may_change(about):
            abort(403)
        form.offer(_named(connection, about))
    if form.validate_on_submit():
        try:
            plan = _plan(form, about)
            if form.is_confirmed() and form.is_sure():
                return _merge(form, plan)
            form.seen()
        except PlaceError as error:
            form.refuse(error)
    return render_template("places/merge.html", form=form, about=about, plan=plan, kinds=KINDS)


def _named(connection: Connection, about: Place) -> Mapping[int, str]:
    """In the reader's letters; those that read alike there with their number."""
    rows = others(connection, about)
    often = Counter(in_letters(row) for row in rows)
    named = {}
    for row in rows:
        name = in_letters(row)
        if often[name] > 1 or name == in_letters(about):
            name = f"{name} [{row.id}]"
        if about.kind == "district":
            name = gettext(IN_DISTRICT, place=name, district=in_letters(row, "province"))
        named[row.id] = name
    return named


def _plan(form: MergeForm, about: Place) -> Plan:
    with reading() as connection:
        kept = one(connection, about.kind, form.into.data)
        plan = plan_merge(connection, about, kept, desk())
    form.offer_telling(plan.otherwise)
    return plan


def _merge(form: MergeForm, plan: Plan) -> ResponseReturnValue:
    with writing() as connection:
        done, sms = merge(connection, plan.away, plan.kept, tell=form.tells, desk=desk())
    names = {"away": in_letters(done.away), "kept": in_letters(done.kept)}
    flash(gettext(MERGED, **names), "done")
    if sms:
        flash(gettext(plural(ONE_QUEUED, SMS_QUEUED, sms), count=sms), "done")
    return redirect(url_for(".show", kind=done.kept.kind, place_id=done.kept.id))
