"""Answers of the staff's own that stand ready: one page, to list, add, change and retire them."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.text_costs import all_counted
from gateway.console.kit.words import LOCALES
from gateway.console.pages.cases import actions, blueprint
from gateway.console.pages.cases.forms import ReadyAnswerForm
from gateway.console.pages.cases.queries.ready import kept_answers, kept_or_404
from gateway.core.texts import _

ADDED = _("The answer stands ready from now on.")
CHANGED = _("The answer is changed.")
RETIRED = _("The answer is offered no more.")


@blueprint.route("/answers", methods=["GET", "POST"])
@needs("case.word")
def answers() -> ResponseReturnValue:
    form = ReadyAnswerForm()
    if form.validate_on_submit():
        with writing() as connection:
            actions.add_ready(connection, form.texts())
        return _done(ADDED)
    with reading() as connection:
        rows = kept_answers(connection)
    counts = {row.id: all_counted(row.texts) for row in rows}
    return render_template(
        "cases/answers.html", form=form, rows=rows, counts=counts, locales=LOCALES
    )


@blueprint.route("/answers/<uuid:answer_id>", methods=["GET", "POST"])
@needs("case.word")
def change_answer(answer_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = kept_or_404(connection, answer_id)
    form = ReadyAnswerForm(data=row.texts)
    if not form.is_submitted():
        form.open(row.updated_at)
    elif form.validate() and not form.is_stale(row.updated_at):
        with writing() as connection:
            actions.change_ready(connection, row, form.texts())
        return _done(CHANGED)
    return render_template("cases/answer.html", form=form, row=row, locales=LOCALES)


@blueprint.post("/answers/<uuid:answer_id>/retire")
@needs("case.word")
def retire_answer(answer_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        actions.retire_ready(connection, kept_or_404(connection, answer_id))
    return _done(RETIRED)


def _done(what: str) -> ResponseReturnValue:
    flash(gettext(what), "done")
    return redirect(url_for(".answers"))
