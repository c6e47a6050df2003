"""What waits for a second person, what was published, what an upgrade has got into the way of."""

from collections.abc import Callable
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
    waiting,
)
from gateway.console.pages.texts.views.wording import decided
from gateway.console.pages.texts.words import languages
from gateway.core.texts import _
from gateway.wordings.faults import WordingError
from gateway.wordings.kinds import CONFLICTS, PROPOSAL_STATES, PUBLICATION_KINDS

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
            waiting=waiting(connection, found),
            published=published(connection, found),
            conflicts=open_conflicts(connection, found),
            languages=languages(),
            proposal_states=PROPOSAL_STATES,
            publication_kinds=PUBLICATION_KINDS,
            conflict_kinds=CONFLICTS,
        )


@blueprint.post("/proposals/<uuid:proposal_id>/approve")
@needs("text.approve")
def approve(proposal_id: UUID) -> ResponseReturnValue:
    given = request.form.get("seen", "")
    seen = int(given) if given.isdecimal() else 0
    return decided(proposal_id, lambda _one: actions.publish(proposal_id, seen), PUBLISHED)


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
