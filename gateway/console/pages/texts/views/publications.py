"""What waits for a second person, what was published, what an upgrade has got into the way of."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.texts import actions, blueprint
from gateway.console.pages.texts.queries.drawing import drawing
from gateway.console.pages.texts.queries.publications import (
    conflict_or_404,
    open_conflicts,
    published,
)
from gateway.console.pages.texts.queries.waiting import all_waiting
from gateway.console.pages.texts.views.wording import decided
from gateway.console.pages.texts.words import languages
from gateway.core.texts import _
from gateway.text_cards.lines import left_lines
from gateway.wordings.faults import WordingError
from gateway.wordings.kinds import CONFLICTS, PROPOSAL_STATES, PUBLICATION_KINDS
from gateway.wordings.proposals import Proposal

PUBLISHED = _("Published. Every phone has it within a minute.")
ROLLED_BACK = _("The former wording stands again. Every phone has it within a minute.")
SETTLED = _("The conflict is gone.")


@blueprint.get("/publications")
@needs("text.see")
def publications() -> ResponseReturnValue:
    with reading() as connection:
        found = drawing(connection)
        return render_template(
            "texts/publications.html",
            waiting=all_waiting(connection, found),
            published=published(connection, found),
            conflicts=open_conflicts(connection, found),
            languages=languages(),
            proposal_states=PROPOSAL_STATES,
            publication_kinds=PUBLICATION_KINDS,
            conflict_kinds=CONFLICTS,
            left_lines=left_lines,
        )


@blueprint.post("/proposals/<uuid:proposal_id>/approve")
@needs("text.approve")
def approve(proposal_id: UUID) -> ResponseReturnValue:
    """With the text's other script; what stands there since is given up where that was read."""
    form = request.form
    names = ("seen", "seen_twin")
    given = [form.get(name, "") for name in names]
    seen = [int(one) if one.isascii() and one.isdecimal() else 0 for one in given]
    agreed = form.get("moved", "").split() if form.get("all_the_same") else []

    def agree(both: Sequence[Proposal]) -> None:
        actions.publish({one.id: of_it for one, of_it in zip(both, seen, strict=False)}, agreed)

    return decided(proposal_id, agree, PUBLISHED)


@blueprint.post("/publications/<int:number>/roll-back")
@needs("text.approve")
def roll_back(number: int) -> ResponseReturnValue:
    return _done(lambda: actions.roll_back(number), ROLLED_BACK)


@blueprint.post("/conflicts/<locale>/<text_id>/keep")
@needs("text.approve")
def keep(locale: str, text_id: str) -> ResponseReturnValue:
    """The published wording stays."""
    with reading() as connection:
        text = conflict_or_404(connection, locale, text_id)
    return _done(lambda: actions.keep(text), SETTLED)


@blueprint.post("/conflicts/<locale>/<text_id>/drop")
@needs("text.approve")
def drop(locale: str, text_id: str) -> ResponseReturnValue:
    """The catalogue's wording stands there."""
    with reading() as connection:
        text = conflict_or_404(connection, locale, text_id)
    return _done(lambda: actions.drop(text), SETTLED)


def _done(act: Callable[[], object], said: str) -> ResponseReturnValue:
    try:
        act()
        flash(gettext(said), "done")
    except WordingError as error:
        flash(error.tell(gettext), "warning")
    return redirect(url_for(".publications"))
