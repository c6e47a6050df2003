"""Confirming a card, and another wording: checked while it is typed, proposed, taken back."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from gateway.console.kit.context import reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext, language
from gateway.console.pages.texts import actions, blueprint
from gateway.console.pages.texts.forms import CommentForm, ConfirmForm, ProposeForm, RejectForm
from gateway.console.pages.texts.queries.checking import checked
from gateway.console.pages.texts.queries.drawing import Drawing, card_or_404, drawing
from gateway.console.pages.texts.queries.readings import Reading, readings
from gateway.console.pages.texts.views.cards import CAPACITY, address, card_page, next_address
from gateway.core.texts import _
from gateway.text_cards.lines import grown_line, left_lines
from gateway.text_cards.placeholders import shown, stored
from gateway.wordings.faults import WordingError
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import CAPACITIES
from gateway.wordings.pairs import partner
from gateway.wordings.proposals import Proposal, open_proposals, read_proposal
from gateway.wordings.twins import LAO, twin_of

CONFIRMED = _("Confirmed: %(text)s")
UNCONFIRMED = _("It is not confirmed by you any more.")
PROPOSED = _("Proposed. A second person has to approve it.")
WITHDRAWN = _("The proposal is taken back.")
REJECTED = _("The proposal is turned down.")
COMMENTED = _("Kept with the text.")
SAY_IT = _("Say in a few words what is not right.")
SETTLED = _("Seen to.")
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
    session[CAPACITY] = form.capacity.data
    flash(gettext(CONFIRMED, text=shown(mine.card.texts[language()])), "done")
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
        twin = twin_of(text)
        other = next((one for one in open_proposals(connection) if one.text == twin), None)
    wording = stored(request.args.get("wording", "")[:LONGEST])
    return render_template(
        "texts/_checked.html",
        checked=checked(found, card, text, wording, other),
        locale=locale,
        grown_line=grown_line,
        left_lines=left_lines,
    )


@blueprint.post("/<locale>/<card_id>/propose")
@needs("text.propose")
def propose(locale: str, card_id: str) -> ResponseReturnValue:
    """A Lao wording with its Latin letters: those that were typed, else as it is read."""
    found, mine, _listed = _opened(locale, card_id)
    form = ProposeForm()
    if not form.validate():
        return card_page(locale, card_id, form)
    twin = twin_of(mine.text) if mine.text.locale == LAO else None
    wordings = {mine.text: stored(form.wording.data)}
    latin = stored(form.latin.data or "")
    if twin and latin and latin != _prefilled(found, twin):
        wordings[twin] = latin
    seen = {mine.text: _revision(form.seen)} | ({twin: _revision(form.seen_twin)} if twin else {})
    try:
        actions.word(found, wordings, form.note.data or "", seen)
    except WordingError as error:
        _mark(form, error, mine.text)
        return card_page(locale, card_id, form)
    flash(gettext(PROPOSED), "done")
    return redirect(address(locale, card_id))


def _prefilled(found: Drawing, twin: TextId) -> str:
    """The Latin letters that the form came with: as long as nobody touches them they follow."""
    with reading() as connection:
        waiting = [one.wording for one in open_proposals(connection) if one.text == twin]
    return waiting[0] if waiting else found.ground.standing(twin) or ""


def _revision(field: HiddenField) -> int:
    given = field.data or ""
    return int(given) if given.isascii() and given.isdecimal() else 0


def _mark(form: ProposeForm, error: WordingError, text: TextId) -> None:
    """Each sentence at the field that it is of."""
    of_latin = [fault for one, faults in error.of.items() if one != text for fault in faults]
    of_text = [fault for fault in error.faults if fault not in of_latin or fault in error.of[text]]
    plain = [] if error.faults else [error.tell(gettext)]
    for field, faults in ((form.wording, of_text), (form.latin, of_latin)):
        field.errors = [*field.errors, *(shown(fault.tell(gettext)) for fault in faults)]
    form.wording.errors = [*form.wording.errors, *plain]


@blueprint.post("/<locale>/<card_id>/comment")
@needs("text.confirm")
def comment(locale: str, card_id: str) -> ResponseReturnValue:
    """What is not right, of whoever has no better word."""
    found, mine, _listed = _opened(locale, card_id)
    form = CommentForm()
    form.choose()
    if not form.validate():
        flash(gettext(SAY_IT), "warning")
        return redirect(address(locale, card_id))
    session[CAPACITY] = form.said_as.data
    actions.comment(found, mine.text, form.comment.data, form.said_as.data)
    flash(gettext(COMMENTED), "done")
    return redirect(address(locale, card_id))


@blueprint.post("/<locale>/<card_id>/comments/<uuid:comment_id>/settle")
@needs("text.confirm")
def settle(locale: str, card_id: str, comment_id: UUID) -> ResponseReturnValue:
    _opened(locale, card_id)
    try:
        actions.settle(comment_id)
        flash(gettext(SETTLED), "done")
    except WordingError as error:
        flash(error.tell(gettext), "warning")
    return redirect(address(locale, card_id))


@blueprint.post("/proposals/<uuid:proposal_id>/withdraw")
@needs("text.propose")
def withdraw(proposal_id: UUID) -> ResponseReturnValue:
    return decided(proposal_id, actions.withdraw, WITHDRAWN)


@blueprint.post("/proposals/<uuid:proposal_id>/reject")
@needs("text.approve")
def reject(proposal_id: UUID) -> ResponseReturnValue:
    form = RejectForm()
    reason = form.reason.data if form.validate() else ""
    return decided(proposal_id, lambda both: actions.reject(both, reason), REJECTED)


def decided(
    proposal_id: UUID, decide: Callable[[Sequence[Proposal]], object], done: str
) -> ResponseReturnValue:
    """Does it with what waits of the text in either script, says so or why not, and goes back to
    the text's card.
    """
    with reading() as connection:
        found = drawing(connection)
        try:
            one = read_proposal(connection, proposal_id)
        except WordingError as error:
            flash(error.tell(gettext), "warning")
            return redirect(url_for(".index"))
        other = partner(connection, one)
    try:
        decide([one, other] if other else [one])
        flash(gettext(done), "done")
    except WordingError as error:
        flash(shown(error.tell(gettext)), "warning")
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
