"""The PIN of a person: set anew, removed, its lock lifted."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import now, reading, wakeups, writing
from gateway.console.kit.guards import needs
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.pins import pin_form
from gateway.console.pages.beneficiaries.queries.desk import desk
from gateway.console.pages.beneficiaries.queries.people import locked, one_person, sharing
from gateway.console.pages.beneficiaries.views.page import back_to
from gateway.core.texts import _
from gateway.people.faults import PersonError
from gateway.people.pins import change_pin
from gateway.registry.pins import locks_of

DONE_AND_TOLD = _("Done. She is told by SMS.")
DONE_NOT_TOLD = _("Done. No SMS tells her: there is no number that is hers.")


@blueprint.route("/<uuid:beneficiary_id>/pin", methods=["GET", "POST"])
@needs("beneficiary.pin")
def pin(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        locks = locks_of(connection, row.registration_no, now=now())
        others = sharing(connection, row)
    form = pin_form(row, locks)
    if form.validate_on_submit():
        try:
            with writing() as connection:
                told = change_pin(
                    connection, locked(connection, beneficiary_id), form.change,
                    pin=form.pin.data or "", reason=form.reason.data, desk=desk(),
                )  # fmt: skip
        except PersonError as error:
            form.refuse(error.faults)
        else:
            if told:
                wakeups().dispatch()
            return back_to(beneficiary_id, DONE_AND_TOLD if told else DONE_NOT_TOLD)
    return render_template(
        "beneficiaries/pin.html", form=form, person=row, locks=locks, others=others
    )
