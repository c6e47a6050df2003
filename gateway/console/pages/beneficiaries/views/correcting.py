"""Correcting what the registry's file says of a person."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, writing
from gateway.console.kit.guards import needs
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.correcting import correct_form
from gateway.console.pages.beneficiaries.queries.desk import desk
from gateway.console.pages.beneficiaries.queries.people import locked, one_person
from gateway.console.pages.beneficiaries.queries.registering import (
    districts_served,
    places_with_hers,
)
from gateway.console.pages.beneficiaries.views.details import NOTHING_CHANGED, SAVED
from gateway.console.pages.beneficiaries.views.page import back_to
from gateway.people.correcting import correct
from gateway.people.faults import PersonError


@blueprint.route("/<uuid:beneficiary_id>/correct", methods=["GET", "POST"])
@needs("beneficiary.edit")
def correct_person(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        served = districts_served(connection)
        if request.args.get("district") == "other":
            back = url_for(".correct_person", beneficiary_id=beneficiary_id)
            return render_template("beneficiaries/register_where.html", served=served, back=back)
        chosen = request.args.get("district", "")
        district_id = int(chosen) if chosen in served else row.district_id
        form = correct_form(row, places_with_hers(connection, row, district_id))
    if form.validate_on_submit():
        try:
            with writing() as connection:
                fresh = locked(connection, beneficiary_id)
                if not form.is_stale(fresh.updated_at):
                    changes = correct(
                        connection, fresh, form.texts(fresh), form.places(),
                        reason=form.reason.data, desk=desk(),
                    )  # fmt: skip
                    return back_to(beneficiary_id, SAVED if changes else NOTHING_CHANGED)
        except PersonError as error:
            form.refuse(error.faults)
    return render_template(
        "beneficiaries/correct.html", form=form, person=row, district_id=district_id,
        served=served,
    )  # fmt: skip
