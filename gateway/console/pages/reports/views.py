"""Reports: a month by district, and whom no reminder reaches before the next payday."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, reading, today
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.dates import read_month
from gateway.console.kit.filters import masked_name
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.pages.reports import blueprint
from gateway.console.pages.reports.forms import UnreachedFilter
from gateway.console.pages.reports.queries import monthly, unreached
from gateway.console.pages.reports.words import MONTH_COLUMNS, NOT_REACHED_COLUMNS, WHY
from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.figures.months import KINDS
from gateway.registry.tables import beneficiaries

ON_A_PAGE = 200


@blueprint.get("/")
@needs("report.see")
def index() -> ResponseReturnValue:
    month = _month()
    counted_at = monthly.count(month)
    with reading() as connection:
        rows = monthly.by_district(connection, month)
    return render_template(
        "reports/index.html",
        month=month,
        before=add_months(month, -1),
        after=add_months(month, 1) if month < _this_month() else None,
        rows=rows,
        total={kind: sum(row.counts[kind] for row in rows) for kind in KINDS},
        kinds=KINDS,
        columns=MONTH_COLUMNS,
        counted_at=counted_at,
    )


@blueprint.get("/month.csv")
@needs("report.see")
def month_csv() -> ResponseReturnValue:
    month = _month()
    monthly.count(month)
    with reading() as connection:
        rows = monthly.by_district(connection, month)
    titles = (_("Month"), _("District"), *(MONTH_COLUMNS[kind] for kind in KINDS))
    heading = [gettext(title) for title in titles]
    lines = [[f"{month:%Y-%m}", row.name(), *(row.counts[kind] for kind in KINDS)] for row in rows]
    return csv_response(f"report-{month:%Y-%m}", heading, lines)


@blueprint.get("/not-reached")
@needs("report.see")
def not_reached() -> ResponseReturnValue:
    form = UnreachedFilter()
    with reading() as connection:
        chosen = form.choose(connection)
        page = read_page(
            connection,
            unreached.listed(connection, chosen),
            (beneficiaries.c.village_id, beneficiaries.c.registration_no),
            size=ON_A_PAGE,
        )
    audit_look("report.not_reached", kind="report", district_id=chosen.district_id)
    return render_template(
        "reports/not_reached.html",
        form=form,
        page=page,
        chosen=chosen,
        why=WHY,
        named=unreached.may_name(),
        masked=masked_name,
    )


@blueprint.get("/not-reached.csv")
@needs("beneficiary.export")
def not_reached_csv() -> ResponseReturnValue:
    form = UnreachedFilter()
    with reading() as connection:
        chosen = form.choose(connection)
    audit_look("report.export", kind="report", district_id=chosen.district_id)
    heading = [gettext(text) for text in NOT_REACHED_COLUMNS]
    return csv_response("not-reached", heading, unreached.lines(chosen))


def _month() -> date:
    """The month asked for, never one to come."""
    asked = read_month(request.args.get("month"))
    return min(asked, _this_month()) if asked else _this_month()


def _this_month() -> date:
    return today().replace(day=1)
