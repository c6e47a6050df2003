"""A woman registered by hand: her district, what is known of her, who may be the same, saved."""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import current_staff, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.registering import RegisterForm, register_form
from gateway.console.pages.beneficiaries.queries.desk import desk
from gateway.console.pages.beneficiaries.queries.registering import (
    districts_served,
    people_numbered,
    places_in,
)
from gateway.console.pages.beneficiaries.views.page import back_to
from gateway.console.pages.beneficiaries.words import SHARED
from gateway.core.texts import _
from gateway.people.faults import NUMBER_KNOWN, NUMBER_MERGED, PersonError
from gateway.people.registering import Registration, plan_registration, register
from gateway.registry.imports.cells import plain
from gateway.registry.numbers import number_now

REGISTERED = _("She is registered.")


@blueprint.route("/register", methods=["GET", "POST"])
@needs("beneficiary.register")
def register_person() -> ResponseReturnValue:
    with reading() as connection:
        served = districts_served(connection)
        district_id = _chosen(served)
        if district_id is None:
            return render_template("beneficiaries/register_where.html", served=served)
        form = register_form(places_in(connection, district_id))
    plan, known = None, None
    if form.validate_on_submit():
        try:
            plan = _plan(form)
            if form.is_confirmed() or not (plan.alike or plan.sharing):
                return _register(form)
            form.seen()
        except PersonError as error:
            form.refuse(error.faults)
            if any(fault.reason in {NUMBER_KNOWN, NUMBER_MERGED} for fault in error.faults):
                known = _whose(form)
    return render_template(
        "beneficiaries/register.html",
        form=form,
        served=served,
        district_id=district_id,
        plan=plan,
        alike=_alike(plan),
        known=known,
        shared=SHARED,
        statuses=STATUSES,
        named=current_staff().may("beneficiary.unmask"),
    )


def _chosen(served: dict[str, str]) -> int | None:
    """The district that the address names, or the only one there is; 404 for another's."""
    chosen = request.args.get("district") or (next(iter(served)) if len(served) == 1 else None)
    if chosen is not None and chosen not in served:
        abort(404)
    return None if chosen is None else int(chosen)


def _plan(form: RegisterForm) -> Registration:
    with reading() as connection:
        return plan_registration(connection, form.texts(), form.places(), desk())


def _register(form: RegisterForm) -> ResponseReturnValue:
    with writing() as connection:
        beneficiary_id = register(connection, form.texts(), form.places(), desk())
    return back_to(beneficiary_id, REGISTERED)


def _alike(plan: Registration | None) -> list[tuple[Any, tuple[str, ...]]]:
    """Each person who may be the same, and what they share."""
    if plan is None or not plan.alike:
        return []
    shared = {one.other: one.shared for one in plan.alike}
    with reading() as connection:
        rows = people_numbered(connection, list(shared))
    return [(row, shared[row.registration_no]) for row in rows]


def _whose(form: RegisterForm) -> Any:
    """Whose number it is, where the reader may see her."""
    with reading() as connection:
        now = number_now(connection, plain(form.registration_no.data))
        found = people_numbered(connection, [now])
    return found[0] if found else None
