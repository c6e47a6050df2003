"""The people of a village: who of them was told of a payday or a broadcast, and who was not."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.console.kit.context import audit_look, current_staff, reading, today
from gateway.console.kit.dates import read_day, read_month
from gateway.console.kit.filters import masked_name, place
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.table_files import Form, Sheet, table_response
from gateway.console.kit.words import OUTCOMES
from gateway.console.pages.questions import blueprint
from gateway.console.pages.questions.forms import WhoFilter
from gateway.console.pages.questions.queries import told
from gateway.console.pages.questions.views.answers import QUESTIONS
from gateway.console.pages.questions.words import LIST_COLUMNS
from gateway.registry.tables import beneficiaries, payments

ON_A_PAGE = 200


@blueprint.get("/villages/<int:village_id>")
@needs("report.see")
def village(village_id: int) -> ResponseReturnValue:
    form = WhoFilter()
    with reading() as connection:
        found = told.village_or_404(connection, village_id)
        about, name = _about(connection)
        statement = told.people(connection, found, about, all_of_them=form.all_of_them())
        key = [beneficiaries.c.registration_no]
        if about.broadcast_id is None:
            key.append(payments.c.due_on)
        page = read_page(connection, statement, key, size=ON_A_PAGE)
    audit_look(
        "question.village", kind="village", object_id=village_id, district_id=found.district_id
    )
    return render_template(
        "questions/village.html",
        village=found,
        about=about,
        name=name,
        question=QUESTIONS[about.question],
        form=form,
        page=page,
        outcomes=OUTCOMES,
        named=current_staff().may("beneficiary.unmask"),
        masked=masked_name,
    )


@blueprint.get("/villages/<int:village_id>.<any(csv, xlsx):form>")
@needs("beneficiary.export")
def village_file(village_id: int, form: Form) -> ResponseReturnValue:
    with reading() as connection:
        found = told.village_or_404(connection, village_id)
        about, _name = _about(connection)
        everybody = WhoFilter().all_of_them()
        statement = told.people(connection, found, about, all_of_them=everybody)
        rows = connection.execute(statement.order_by(beneficiaries.c.registration_no)).all()
    audit_look(
        "question.export", kind="village", object_id=village_id, district_id=found.district_id
    )
    heading = [gettext(title) for title in LIST_COLUMNS]
    sheet = Sheet(place(found), heading, list(_lines(place(found), rows)))
    return table_response(form, f"village-{village_id}", [sheet])


def _lines(village_name: str, rows: Any) -> Iterator[list[Any]]:
    for row in rows:
        due_on = row._mapping.get("due_on")
        yield [
            village_name,
            row.registration_no,
            row.name,
            due_on.isoformat() if due_on else None,
            gettext(OUTCOMES[row.outcome]),
        ]


def _about(connection: Connection) -> tuple[told.About, str | None]:
    """What the address asks about, and the name of the broadcast; 404 for none of the reader's."""
    month = read_month(request.args.get("month")) or today().replace(day=1)
    asked = request.args.get("broadcast")
    if asked is None:
        return told.About(month=month, on=read_day(request.args.get("on"))), None
    mine = {one.id: one.name for one in told.sent_broadcasts(connection)}
    try:
        broadcast_id = UUID(asked)
    except ValueError:
        abort(404)
    if broadcast_id not in mine or not current_staff().may("broadcast.see"):
        abort(404)
    return told.About(month=month, broadcast_id=broadcast_id), mine[broadcast_id]
