"""One person's page and everything that can be done there."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.actions import unmasking
from gateway.console.pages.beneficiaries.actions.records import record
from gateway.console.pages.beneficiaries.forms.person import UnmaskForm
from gateway.console.pages.beneficiaries.queries.people import one_person
from gateway.console.pages.beneficiaries.views.page import back_to, person_page


@blueprint.get("/<uuid:beneficiary_id>")
@needs("beneficiary.see")
def show(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    audit_look(
        "beneficiary.see",
        kind="beneficiary",
        object_id=beneficiary_id,
        district_id=row.district_id,
    )
    return person_page(row)


@blueprint.post("/<uuid:beneficiary_id>/unmask")
@needs("beneficiary.unmask")
def unmask(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
    form = UnmaskForm()
    if not form.validate():
        return person_page(row, unmask=form)
    with writing() as connection:
        changes = {"reason": (None, form.why.data)}
        record(connection, "beneficiary.unmask", row, changes)
    unmasking.unmask(beneficiary_id)
    return back_to(beneficiary_id)


@blueprint.post("/<uuid:beneficiary_id>/hide")
@needs("beneficiary.unmask")
def hide(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one_person(connection, beneficiary_id)
    unmasking.hide(beneficiary_id)
    return back_to(beneficiary_id)
