"""The cards as files, for a reader without an account."""

from io import BytesIO

from flask import Response, send_file
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, today
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext, language
from gateway.console.pages.texts import blueprint
from gateway.console.pages.texts.queries.drawing import drawing
from gateway.text_cards.sheets import cards_page, trial_page
from gateway.text_cards.trial import keys
from gateway.text_cards.workbook import write_workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/cards.xlsx")
@needs("text.see")
def workbook() -> ResponseReturnValue:
    with reading() as connection:
        found = drawing(connection)
    file = BytesIO()
    write_workbook(found.cards, file, found.branches(language()), gettext)
    file.seek(0)
    return send_file(file, _XLSX, as_attachment=True, download_name=f"texts-{today()}.xlsx")


@blueprint.get("/cards.html")
@needs("text.see")
def printable() -> ResponseReturnValue:
    with reading() as connection:
        found = drawing(connection)
    page = cards_page(
        found.cards, found.branches(language()), gettext, locale=language(), on=today()
    )
    return _page(page, "texts")


@blueprint.get("/trial.html")
@needs("text.see")
def trial_sheet() -> ResponseReturnValue:
    with reading() as connection:
        service = drawing(connection).service
    found = keys(service.tree, service.gettext, service.budget, service.on)
    page = trial_page(
        found, gettext, locale=language(), on=today(), service_code=service.service_code
    )
    return _page(page, "trial")


def _page(page: str, name: str) -> Response:
    """A file to be opened and printed: its style is in it, which no page of ours may have."""
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today()}.html"'
    return answer
