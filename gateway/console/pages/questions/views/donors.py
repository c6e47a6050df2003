"""The file for donors: of a month that is over, without anybody in it."""

from datetime import date

from flask import abort
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, current_staff, now, reading, settings, today
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.dates import read_month
from gateway.console.kit.guards import needs
from gateway.console.pages.questions import blueprint
from gateway.console.pages.questions.queries import donors
from gateway.console.pages.questions.queries.counted import count
from gateway.core.programme_file import add_months
from gateway.figures.questions import MONTHS_KEPT_READY, settled_at


def months_over() -> list[date]:
    """Those of which there is a file, the newest first: nothing about them changes any more.

    A file of a month that goes on would tell, beside a later one, what each leaves out.
    """
    this = today().replace(day=1)
    months = [add_months(this, -back) for back in range(1, MONTHS_KEPT_READY)]
    return [month for month in months if settled_at(month, settings().zone) <= now()]


@blueprint.get("/donors/<month>.csv")
@needs("donor_file.take")
def donor_file(month: str) -> ResponseReturnValue:
    asked = read_month(month)
    if asked is None or asked not in months_over():
        abort(404)
    for question in donors.QUESTIONS:
        count(question, asked)
    with reading() as connection:
        rows = list(donors.lines(connection, asked))
    audit_look(
        "donor_file.take",
        kind="month",
        object_id=f"{asked:%Y-%m}",
        district_id=current_staff().district_id,
    )
    return csv_response(f"donors-{asked:%Y-%m}", donors.COLUMNS, rows)
