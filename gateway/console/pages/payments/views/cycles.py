"""A cycle's page: its figures by district and village, and the list behind each."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, current_staff, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.ids import asked_id
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.table_files import Form, Sheet, table_response
from gateway.console.kit.words import PAYMENT_STATES
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.queries import cycles
from gateway.console.pages.payments.words import CYCLE_FIGURES, PEOPLE_COLUMNS
from gateway.core.texts import _
from gateway.registry.tables import beneficiaries

PLACE = _("Place")
ALL = _("All")


@blueprint.get("/cycles/")
@needs("payment.see")
def cycle_index() -> ResponseReturnValue:
    with reading() as connection:
        known = cycles.known_cycles(connection)
    return render_template("payments/cycles.html", cycles=known)


@blueprint.get("/cycles/<cycle>")
@needs("payment.see")
def cycle(cycle: str) -> ResponseReturnValue:
    cycle = cycles.cycle_or_404(cycle)
    with reading() as connection:
        district = cycles.district_or_404(connection, asked_id("district"))
    counted_at = cycles.count(cycle)
    with reading() as connection:
        lines = cycles.lines(connection, cycle, district.id if district else None)
    return render_template(
        "payments/cycle.html",
        cycle=cycle,
        district=district,
        confined=current_staff().district_id is not None,
        lines=lines,
        total=cycles.total(lines),
        figures=CYCLE_FIGURES,
        counted_at=counted_at,
    )


@blueprint.get("/cycles/<cycle>.<any(csv, xlsx):form>")
@needs("payment.see")
def cycle_file(cycle: str, form: Form) -> ResponseReturnValue:
    cycle = cycles.cycle_or_404(cycle)
    cycles.count(cycle)
    with reading() as connection:
        district = cycles.district_or_404(connection, asked_id("district"))
        lines = cycles.lines(connection, cycle, district.id if district else None)
    audit_look(
        "payment.export",
        kind="payment",
        object_id=f"cycle {cycle}",
        district_id=district.id if district else None,
    )
    total = cycles.total(lines)
    rows = [[one.name, *(one.counts.get(name, 0) for name in CYCLE_FIGURES)] for one in lines]
    rows.append([gettext(ALL), *(total[name] for name in CYCLE_FIGURES)])
    heading = [gettext(PLACE), *(gettext(words) for words in CYCLE_FIGURES.values())]
    return table_response(form, f"cycle-{cycle}", [Sheet(cycle, heading, rows)])


@blueprint.get("/cycles/<cycle>/<figure>")
@needs("payment.see")
def cycle_people(cycle: str, figure: str) -> ResponseReturnValue:
    cycle = cycles.cycle_or_404(cycle)
    village_id = asked_id("village")
    with reading() as connection:
        district = cycles.district_or_404(connection, asked_id("district"))
        if district is None:
            return redirect(url_for(".cycle", cycle=cycle))
        found = cycles.people(connection, cycle, figure, district.id, village_id)
        page = read_page(connection, found, (beneficiaries.c.registration_no,))
    return render_template(
        "payments/cycle_people.html",
        cycle=cycle,
        figure=figure,
        district=district,
        village_id=village_id,
        page=page,
        figures=CYCLE_FIGURES,
        states=PAYMENT_STATES,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.get("/cycles/<cycle>/<figure>.<any(csv, xlsx):form>")
@needs("beneficiary.export")
def cycle_people_file(cycle: str, figure: str, form: Form) -> ResponseReturnValue:
    cycle = cycles.cycle_or_404(cycle)
    village_id = asked_id("village")
    with reading() as connection:
        district = cycles.district_or_404(connection, asked_id("district"))
    if district is None or figure not in CYCLE_FIGURES:
        abort(404)
    audit_look(
        "payment.export",
        kind="payment",
        object_id=f"cycle {cycle} {figure}",
        district_id=district.id,
    )
    rows = cycles.people_lines(cycle, figure, district.id, village_id)
    heading = [gettext(words) for words in PEOPLE_COLUMNS]
    return table_response(form, f"{figure}-{cycle}", [Sheet(cycle, heading, rows)])
