"""Confirming a card, and another wording: checked while it is typed, proposed, taken back."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.texts import actions, blueprint
from gateway.console.pages.texts.forms import ConfirmForm, ProposeForm, RejectForm
from gateway.console.pages.texts.queries.checking import checked
from gateway.console.pages.texts.queries.drawing import Drawing, card_or_404, drawing
from gateway.console.pages.texts.queries.readings import Reading, readings
from gateway.console.pages.texts.views.cards import address, card_page, next_address
from gateway.core.texts import _
from gateway.text_cards.placeholders import shown, stored
from gateway.wordings.faults import WordingError
from gateway.wordings.kinds import CAPACITIES
from gateway.wordings.proposals import Proposal, read_proposal

CONFIRMED = _("Confirmed: %(text)s")
UNCONFIRMED = _("It is not confirmed by you any more.")
PROPOSED = _("Proposed. A second person has to approve it.")
WITHDRAWN = _("The proposal is taken back.")
REJECTED = _("The proposal is turned down.")
LONGEST = 2000  # characters of what is checked while it is typed


@blueprint.post("/<locale>/<card_id>/confirm")
@needs("text.confirm")
def confirm(locale: str, card_id: str) -> ResponseReturnValue:
    """And on to the next card."""
    found, mine, listed = _opened(locale, card_id)
    form = ConfirmForm()
    form.choose()
    onwards = next_address(found, listed, locale, card_id)
    here = address(locale, card_id)
    if not form.validate():
        return redirect(here)
    try:
        actions.confirm(found, mine.text, stored(form.wording.data or ""), form.capacity.data)
    except WordingError as error:
        flash(error.tell(gettext), "warning")
        return redirect(here)
    flash(gettext(CONFIRMED, text=shown(mine.card.written.english)), "done")
    return redirect(onwards)


@blueprint.post("/<locale>/<card_id>/unconfirm")
@needs("text.confirm")
def unconfirm(locale: str, card_id: str) -> ResponseReturnValue:
    _found, mine, _listed = _opened(locale, card_id)
    capacity = next((one for one in CAPACITIES if one == request.form.get("capacity")), None)
    if capacity is not None:
        actions.unconfirm(mine.text, capacity)
        flash(gettext(UNCONFIRMED), "done")
    return redirect(address(locale, card_id))


@blueprint.get("/<locale>/<card_id>/check")
@needs("text.propose")
def check(locale: str, card_id: str) -> ResponseReturnValue:
    """What is wrong with the wording being typed, or the screens with it: a part of the page."""
    with reading() as connection:
        found = drawing(connection)
    card, text = card_or_404(found, locale, card_id)
    wording = stored(request.args.get("wording", "")[:LONGEST])
    return render_template(
        "texts/_checked.html", checked=checked(found.ground, card, text, wording), locale=locale
    )


@blueprint.post("/<locale>/<card_id>/propose")
@needs("text.propose")
def propose(locale: str, card_id: str) -> ResponseReturnValue:
    found, mine, _listed = _opened(locale, card_id)
    form = ProposeForm()
    if not form.validate():
        return card_page(locale, card_id, form)
    wording, note = stored(form.wording.data), form.note.data or ""
    try:
        if mine.proposal is not None:
            seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
            actions.rewrite(found, mine.proposal.id, wording, note, seen)
        else:
            actions.propose(found, mine.text, wording, note)
    except WordingError as error:
        sentences = [fault.tell(gettext) for fault in error.faults] or [error.tell(gettext)]
        faults = map(shown, sentences)
        form.wording.errors = [*form.wording.errors, *faults]
        return card_page(locale, card_id, form)
    flash(gettext(PROPOSED), "done")
    return redirect(address(locale, card_id))


@blueprint.post("/proposals/<uuid:proposal_id>/withdraw")
@needs("text.propose")
def withdraw(proposal_id: UUID) -> ResponseReturnValue:
    return decided(proposal_id, lambda _one: actions.withdraw(proposal_id), WITHDRAWN)


@blueprint.post("/proposals/<uuid:proposal_id>/reject")
@needs("text.approve")
def reject(proposal_id: UUID) -> ResponseReturnValue:
    form = RejectForm()
    reason = form.reason.data if form.validate() else ""
    return decided(proposal_id, lambda _one: actions.reject(proposal_id, reason), REJECTED)


def decided(
    proposal_id: UUID, decide: Callable[[Proposal], object], done: str
) -> ResponseReturnValue:
    """Does it, says so or why not, and goes back to the text's card."""
    with reading() as connection:
        found = drawing(connection)
        try:
            one = read_proposal(connection, proposal_id)
        except WordingError as error:
            flash(error.tell(gettext), "warning")
            return redirect(url_for(".index"))
    try:
        decide(one)
        flash(gettext(done), "done")
    except WordingError as error:
        flash(error.tell(gettext), "warning")
    card = next((card for card in found.cards if card.key == one.text.key), None)
    if card is None:
        return redirect(url_for(".index"))
    return redirect(url_for(".show", locale=one.text.locale, card_id=card.id))


def _opened(locale: str, card_id: str) -> tuple[Drawing, Reading, list[Reading]]:
    """The card, or 404, among all of its language."""
    with reading() as connection:
        found = drawing(connection)
        card, _text = card_or_404(found, locale, card_id)
        listed = readings(connection, found, locale)
    return found, next(one for one in listed if one.card is card), listed
