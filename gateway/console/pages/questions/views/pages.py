"""A question's page, its pictures, its files."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.charts import Series, svg_response
from gateway.console.kit.context import audit_look, current_staff
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.row_charts import row_chart
from gateway.console.kit.table_files import Form, table_response
from gateway.console.pages.questions import blueprint
from gateway.console.pages.questions.views.answers import QUESTIONS, question_or_404
from gateway.console.pages.questions.views.donors import months_over


@blueprint.get("/")
@needs("report.see")
def index() -> ResponseReturnValue:
    staff = current_staff()
    mine = {name: one for name, one in QUESTIONS.items() if staff.may(one.right)}
    return render_template("questions/index.html", questions=mine, months=months_over())


@blueprint.get("/<question>/")
@needs("report.see")
def show(question: str) -> ResponseReturnValue:
    asked = question_or_404(question)
    answered = asked.answer()
    return render_template("questions/show.html", name=question, question=asked, answered=answered)


@blueprint.get("/<question>/<table>.svg")
@needs("report.see")
def chart(question: str, table: str) -> ResponseReturnValue:
    found = [one for one in question_or_404(question).answer().tables if one.key == table]
    if not found or not found[0].drawn:
        abort(404)
    (one,) = found
    series = [
        Series(gettext(one.columns[at].title), [float(row[at] or 0) for row in one.rows])
        for at in one.drawn
    ]
    labels = [str(row[0]) for row in one.rows]
    shown = one.columns[one.drawn[0]].shown
    return svg_response(
        row_chart(
            labels, series, title=gettext(one.title), narrow="narrow" in request.args, shown=shown
        )
    )


@blueprint.get("/<question>.<any(csv, xlsx):form>")
@needs("report.see")
def file(question: str, form: Form) -> ResponseReturnValue:
    answered = question_or_404(question).answer()
    if not answered.tables:
        abort(404)
    audit_look(
        "question.export",
        kind="question",
        object_id=question,
        district_id=answered.chosen.district_id,
    )
    tables = sorted(answered.tables, key=lambda table: table.key != _OF_CSV.get(question))
    name = f"{question}-{answered.chosen.month:%Y-%m}"
    return table_response(form, name, [table.sheet() for table in tables])


# A workbook holds all tables; a CSV one: that by district, where another does not say more.
_OF_CSV = {
    "calls": "districts", "cases": "districts", "visits": "districts", "sms": "districts",
    "people": "districts", "villages": "villages",
}  # fmt: skip
