"""A filled workbook comes back: all of it, or nothing and every fault by its line."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, signed_in
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.texts import actions, blueprint
from gateway.console.pages.texts.forms import TakeForm
from gateway.console.pages.texts.queries.drawing import drawing
from gateway.text_cards.filled import FaultyFile, read_lines

LARGEST = 5 * 1024 * 1024  # bytes; all cards filled in are a hundredth of it


@blueprint.before_app_request
def _set_size() -> None:
    """Before anything reads the form: only who may propose may send a file."""
    if request.endpoint == "console.texts.take":
        staff = signed_in()
        allowed = staff is not None and staff.may("text.propose")
        request.max_content_length = LARGEST if allowed else 64 * 1024


@blueprint.route("/take", methods=["GET", "POST"])
@needs("text.propose")
def take() -> ResponseReturnValue:
    form = TakeForm()
    form.choose()
    faults: tuple[str, ...] = ()
    if form.validate_on_submit():
        try:
            lines = read_lines(form.file.data.stream)
            with reading() as connection:
                found = drawing(connection)
            taken = actions.take(found, lines, form.capacity.data)
        except FaultyFile as error:
            faults = tuple(fault.tell(gettext) for fault in error.faults)
        else:
            flash(taken.tell(gettext), "done")
            return redirect(url_for(".publications"))
    return render_template("texts/take.html", form=form, faults=faults)
