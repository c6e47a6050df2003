"""Erasures: the list, asked for, taken back, decided by somebody else."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.console.kit.context import actor, current_staff, now, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.pages.own_data import blueprint
from gateway.console.pages.own_data.forms import AskForm, EraseForm
from gateway.console.pages.own_data.queries import listed, person_or_404
from gateway.console.pages.own_data.views.taking import own_data_page
from gateway.console.pages.own_data.words import STATES
from gateway.core.texts import _
from gateway.own_data import erasing
from gateway.own_data.tables import erasures

ASKED = _("It is asked for: somebody else has to decide.")
TAKEN_BACK = _("It is taken back: nothing is erased.")
ERASED = _("It is done. What was erased, and what stays, stands below.")


@blueprint.get("/")
@needs("beneficiary.take_data")
def index() -> ResponseReturnValue:
    with reading() as connection:
        page = read_page(connection, listed(), (erasures.c.id,), descending=True)
    return render_template(
        "own_data/index.html",
        page=page,
        states=STATES,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.post("/<uuid:beneficiary_id>/ask")
@needs("beneficiary.ask_erasure")
def ask(beneficiary_id: UUID) -> ResponseReturnValue:
    form = AskForm()
    if not form.validate():
        return own_data_page(beneficiary_id, ask=form)

    def asked(connection: Connection) -> None:
        erasing.ask(connection, beneficiary_id, form.reason.data, actor=actor(), now=now())

    return _done(beneficiary_id, asked, ASKED)


@blueprint.post("/<uuid:beneficiary_id>/withdraw")
@needs("beneficiary.ask_erasure")
def withdraw(beneficiary_id: UUID) -> ResponseReturnValue:
    def withdrawn(connection: Connection) -> None:
        erasing.withdraw(connection, beneficiary_id, actor=actor(), now=now())

    return _done(beneficiary_id, withdrawn, TAKEN_BACK)


@blueprint.post("/<uuid:beneficiary_id>/erase")
@needs("beneficiary.erase")
def erase(beneficiary_id: UUID) -> ResponseReturnValue:
    form = EraseForm()
    if not form.validate():
        return own_data_page(beneficiary_id, erase=form)

    def erased(connection: Connection) -> None:
        number = form.registration_no.data
        erasing.erase(connection, beneficiary_id, number, actor=actor(), now=now())

    return _done(beneficiary_id, erased, ERASED)


def _done(
    beneficiary_id: UUID, act: Callable[[Connection], None], sentence: str
) -> ResponseReturnValue:
    """Does it, or says why not; nothing is done then."""
    try:
        with writing() as connection:
            person_or_404(connection, beneficiary_id)
            act(connection)
    except erasing.ErasureError as error:
        flash(gettext(erasing.SENTENCES[error.fault]), "error")
    else:
        flash(gettext(sentence), "done")
    return redirect(url_for(".show", beneficiary_id=beneficiary_id))
