"""What is held of a person: counted, on paper in Lao, and as JSON for a system."""

import json
from uuid import UUID

from flask import Response, abort, g, render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, current_staff, now, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.visit_names import visit_name
from gateway.console.kit.words import PAYMENT_STATES, STATUSES
from gateway.console.pages.own_data import blueprint
from gateway.console.pages.own_data.actions import take
from gateway.console.pages.own_data.forms import AskForm, EraseForm
from gateway.console.pages.own_data.queries import last_erasure, person_or_404
from gateway.console.pages.own_data.words import FATES, STATES
from gateway.own_data.erasing import survey
from gateway.own_data.holdings import HOLDINGS
from gateway.own_data.whose import whose


@blueprint.get("/<uuid:beneficiary_id>")
@needs("beneficiary.take_data")
def show(beneficiary_id: UUID) -> ResponseReturnValue:
    return own_data_page(beneficiary_id)


def own_data_page(beneficiary_id: UUID, **sent: AskForm | EraseForm) -> ResponseReturnValue:
    """`sent` is a form that came back with a fault."""
    with reading() as connection:
        row = person_or_404(connection, beneficiary_id)
        person = whose(connection, beneficiary_id)
        counted = survey(connection, person) if person else []
        erasure = last_erasure(connection, beneficiary_id)
    audit_look(
        "person_data.see", kind="beneficiary", object_id=beneficiary_id,
        district_id=row.district_id,
    )  # fmt: skip
    return render_template(
        "own_data/show.html",
        person=row,
        shares=person.shares if person else False,
        counted=counted,
        holdings=HOLDINGS,
        erasure=erasure,
        mine=erasure is not None and erasure.asked_by == current_staff().id,
        ask=sent.get("ask") or AskForm(formdata=None),
        erase=sent.get("erase") or EraseForm(formdata=None),
        fates=FATES,
        states=STATES,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.post("/<uuid:beneficiary_id>/paper")
@needs("beneficiary.take_data")
def paper(beneficiary_id: UUID) -> ResponseReturnValue:
    """In Lao, whatever the reader's language: it is for her."""
    g.language = "lo"
    with writing() as connection:
        row = person_or_404(connection, beneficiary_id)
        person = whose(connection, beneficiary_id) or abort(404)
        data = take(connection, person, row.district_id)
    return render_template(
        "own_data/paper.html",
        data=data,
        held=data["held"],
        her=data["held"]["beneficiaries"][0],
        holdings={one.name: one for one in HOLDINGS},
        made_at=now(),
        statuses=STATUSES,
        payment_states=PAYMENT_STATES,
        visit_name=visit_name,
    )


@blueprint.post("/<uuid:beneficiary_id>/data.json")
@needs("beneficiary.take_data")
def data_json(beneficiary_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        row = person_or_404(connection, beneficiary_id)
        person = whose(connection, beneficiary_id) or abort(404)
        data = take(connection, person, row.district_id)
    text = json.dumps(data, ensure_ascii=False, indent=2)
    response = Response(text, content_type="application/json; charset=utf-8")
    name = f"person-{row.registration_no}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
