"""People who may be one: the list, the two side by side, and what is decided about them."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from gateway.console.kit.context import audit_look, current_staff, now, reading, scope, writing
from gateway.console.kit.forms import CHANGED_MEANWHILE
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.places import names_of
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.duplicates import (
    DuplicatesFilter,
    SameAsForm,
    merge_form,
    state_of,
)
from gateway.console.pages.beneficiaries.queries.desk import desk
from gateway.console.pages.beneficiaries.queries.duplicates import (
    comparison_of,
    is_over,
    numbered_or_404,
    paid_twice_rows,
    pair_or_404,
    pairs_page,
)
from gateway.console.pages.beneficiaries.queries.people import one_person
from gateway.console.pages.beneficiaries.views.page import back_to
from gateway.console.pages.beneficiaries.words import CATEGORIES, MESSAGES_ABOUT, SHARED
from gateway.core.texts import _
from gateway.people.faults import Fault, PersonError
from gateway.people.merging import merge
from gateway.people.merging_faults import GONE
from gateway.people.paid_twice import settle
from gateway.people.pairs import pair_of, say_different
from gateway.people.registering import known_number
from gateway.registry.imports.cells import plain
from gateway.registry.tables import districts

MERGED = _("The two are one: everything of both is here.")
MERGED_PAID_TWICE = _(
    "The two are one: everything of both is here. Both numbers were paid for %(cycles)s: it stands "
    "in the list “Paid under two numbers” until somebody has seen to it."
)
OVER = _("These two are not compared any more: they are one by now, or one of them is gone.")
ONE_BY_NOW = _("The two were made one a moment ago: this is how she stands.")
SETTLED = _("It is remembered that somebody has seen to it.")
DIFFERENT = _("It is remembered that they are not the same.")
NOBODY = _("No beneficiary has this registration number.")
HERSELF = _("That is this woman herself.")


@blueprint.get("/duplicates/")
@needs("beneficiary.merge")
def duplicates() -> ResponseReturnValue:
    form = DuplicatesFilter()
    with reading() as connection:
        served = names_of(connection, scope(select(districts), districts).order_by("name_latin"))
        form.district.choices = {"": gettext(_("All"))} | served
        page = pairs_page(connection, form.given().get("district"))
        twice = paid_twice_rows(connection)
    return render_template(
        "beneficiaries/duplicates.html", form=form, page=page, one_district=len(served) < 2,
        shared=SHARED, named=current_staff().may("beneficiary.unmask"), twice=twice,
    )  # fmt: skip


@blueprint.post("/duplicates/paid-twice/<uuid:dropped_id>")
@needs("beneficiary.merge")
def settle_paid_twice(dropped_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        whose = settle(connection, dropped_id, desk())
    if whose is None:
        abort(404)
    flash(gettext(SETTLED), "done")
    return redirect(url_for(".duplicates"))


@blueprint.route("/duplicates/<uuid:pair_id>", methods=["GET", "POST"])
@needs("beneficiary.merge")
def pair(pair_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        over = is_over(connection, pair_id)
    if not over:
        return _compared(pair_id)
    flash(gettext(OVER), "warning")
    return redirect(url_for(".duplicates"))


def _compared(pair_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = pair_or_404(connection, pair_id)
        found = comparison_of(connection, row)
    form = merge_form(found)
    if not form.is_submitted():
        form.seen.data = state_of(found)
        for person in (found.one, found.other):
            audit_look(
                "beneficiary.see", kind="beneficiary", object_id=person.id,
                district_id=person.district_id,
            )  # fmt: skip
    if form.validate_on_submit() and form.is_sure():
        if form.seen.data != state_of(found):
            form.seen.data = state_of(found)
            form.form_errors.append(gettext(CHANGED_MEANWHILE))
        else:
            try:
                with writing() as connection:
                    kept = merge(
                        connection, found.one.id, found.other.id, keeps=form.keeps.data,
                        take=form.take(found), cycles=form.cycles(found), desk=desk(),
                    )  # fmt: skip
                if found.paid_twice:
                    told = {"cycles": ", ".join(found.paid_twice)}
                    return back_to(kept, MERGED_PAID_TWICE, tone="warning", **told)
                return back_to(kept, MERGED)
            except PersonError as error:
                if error.faults[0].reason == GONE:
                    return back_to(found.one.id, ONE_BY_NOW, tone="warning")
                form.refuse(error.faults)
    return render_template(
        "beneficiaries/pair.html", form=form, pair=row, found=found, shared=SHARED,
        statuses=STATUSES, categories=CATEGORIES,
        named=current_staff().may("beneficiary.unmask"), about=MESSAGES_ABOUT,
    )  # fmt: skip


@blueprint.post("/duplicates/<uuid:pair_id>/different")
@needs("beneficiary.merge")
def different(pair_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = pair_or_404(connection, pair_id)
    try:
        with writing() as connection:
            say_different(connection, pair_id, desk())
    except PersonError as error:
        return back_to(row.one_id, error.faults[0].reason, tone="warning")
    return back_to(row.one_id, DIFFERENT)


@blueprint.route("/<uuid:beneficiary_id>/same-as", methods=["GET", "POST"])
@needs("beneficiary.merge")
def same_as(beneficiary_id: UUID) -> ResponseReturnValue:
    """Two that nobody took for alike are compared all the same."""
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    form = SameAsForm()
    if form.validate_on_submit():
        with reading() as connection:
            other = known_number(connection, plain(form.other_number.data))
        if other is None or other == row.id:
            form.refuse([Fault(NOBODY if other is None else HERSELF, "other_number")])
        else:
            with writing() as connection:
                both = numbered_or_404(connection, beneficiary_id, other)
                pair_id = pair_of(connection, *both, now=now())
            return redirect(url_for(".pair", pair_id=pair_id))
    return render_template("beneficiaries/same_as.html", form=form, person=row)
