"""The list of cards, and a card with the screens that it is on."""

from collections.abc import Sequence
from typing import Any, cast

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, today
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext, language
from gateway.console.pages.texts import blueprint
from gateway.console.pages.texts.forms import (
    CardFilter,
    CommentForm,
    ConfirmForm,
    ProposeForm,
    RejectForm,
)
from gateway.console.pages.texts.queries.drawing import Drawing, card_or_404, drawing
from gateway.console.pages.texts.queries.readings import Reading, readings
from gateway.console.pages.texts.queries.waiting import Waiting, turned_down, waiting_of
from gateway.console.pages.texts.words import CHANNELS, STATES, languages
from gateway.text_cards.lines import fact_lines, left_lines, remark_text, room_lines
from gateway.text_cards.placeholders import shown
from gateway.text_cards.results import by_screen
from gateway.text_cards.risks import RISKS
from gateway.wordings.confirmations import figures
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import CAPACITIES, PUBLICATION_KINDS
from gateway.wordings.twins import LAO, twin_of
from gateway.wordings.versions import history_of

LOCALE = "lo"  # is read first
# Of the list, while one goes from card to card.
_KEPT = ("state", "branch", "channel", "capacity")
CAPACITY = "texts_capacity"  # in the session: what its reader confirmed as last


@blueprint.get("/")
@needs("text.see")
def index() -> ResponseReturnValue:
    locale = request.args.get("locale", LOCALE)
    locale = locale if locale in languages() else LOCALE
    form = CardFilter()
    with reading() as connection:
        found = drawing(connection)
        titles = found.branches(language())
        chosen = form.choose(titles)
        listed = readings(connection, found, locale)
        counted = figures(connection, found.ground)
    return render_template(
        "texts/index.html",
        form=form,
        locale=locale,
        languages=languages(),
        listed=_matching(listed, chosen),
        kept=kept(),
        titles=titles,
        figures=counted,
        states=STATES,
        channels=CHANNELS,
        risks=RISKS,
    )


@blueprint.get("/<locale>/<card_id>")
@needs("text.see")
def show(locale: str, card_id: str) -> ResponseReturnValue:
    return card_page(locale, card_id)


def card_page(
    locale: str, card_id: str, propose: ProposeForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """The card; `propose` is the form that could not be taken."""
    with reading() as connection:
        found = drawing(connection)
        card, text = card_or_404(found, locale, card_id)
        listed = readings(connection, found, locale)
        versions = history_of(connection, text)
        tried = by_screen(connection, [one.state for one in card.screens])
        waiting = waiting_of(connection, found, text)
        refused = turned_down(connection, text)
    mine = next(one for one in listed if one.card is card)
    page = render_template(
        "texts/card.html",
        reading=mine,
        card=card,
        locale=locale,
        languages=languages(),
        standing=found.ground.standing(text),
        reworded=_reworded(found, card.key),
        titles=found.branches(language()),
        room={one: room_lines(card, one, gettext) for one in languages()},
        facts=list(fact_lines(card, today(), gettext)),
        remark=remark_text(card),
        risks=RISKS,
        channels=CHANNELS,
        capacities=CAPACITIES,
        states=STATES,
        publication_kinds=PUBLICATION_KINDS,
        versions=versions,
        tried=tried,
        kept=kept(),
        waiting=waiting,
        turned_down=refused,
        left_lines=left_lines,
        confirm=_confirm_form(found, mine),
        comment=_comment_form(),
        propose=propose or _propose_form(found, mine, waiting),
        reject=RejectForm(formdata=None),
        **_neighbours(_matching(listed, CardFilter().choose(found.branches(language()))), mine),
    )
    return page, status


def next_address(found: Drawing, listed: Sequence[Reading], locale: str, card_id: str) -> str:
    """The card behind this one in the list as it was chosen; the list behind the last."""
    ids = [card.id for card in found.cards]
    chosen = {one.card.id for one in _matching(listed, _chosen(found))}
    behind = (one for one in ids[ids.index(card_id) + 1 :] if one in chosen)
    following = next(behind, None)
    return address(locale, following)


def address(locale: str, card_id: str | None) -> str:
    """Of a card, None of the list, narrowed as it is."""
    if card_id is None:
        return url_for(".index", locale=locale, **cast("Any", kept()))
    return url_for(".show", locale=locale, card_id=card_id, **cast("Any", kept()))


def kept() -> dict[str, str]:
    """What the list was narrowed to, for the addresses of its cards."""
    return {name: request.args[name] for name in _KEPT if request.args.get(name)}


def _chosen(found: Drawing) -> dict[str, Any]:
    return CardFilter().choose(found.branches(language()))


def _matching(listed: Sequence[Reading], chosen: dict[str, Any]) -> list[Reading]:
    return [
        one
        for one in listed
        if ("state" not in chosen or one.is_in(chosen["state"], chosen.get("capacity")))
        and chosen.get("branch", one.card.branch) == one.card.branch
        and ("channel" not in chosen or chosen["channel"] in one.card.channels)
    ]


def _neighbours(listed: Sequence[Reading], mine: Reading) -> dict[str, Any]:
    """The cards before and behind this one; `place` of `count` is its own."""
    ids = [one.card.id for one in listed]
    if mine.card.id not in ids:
        return {"before": None, "behind": None, "place": None, "count": len(ids)}
    at = ids.index(mine.card.id)
    return {
        "before": ids[at - 1] if at else None,
        "behind": ids[at + 1] if at + 1 < len(ids) else None,
        "place": at + 1,
        "count": len(ids),
    }


def _reworded(found: Drawing, key: str) -> bool:
    """Whether the Lao is another than the catalogue's, of which translators write."""
    lao = TextId(LAO, key)
    return found.ground.standing(lao) != found.ground.base_text(lao)


def _shown(found: Drawing, mine: Reading) -> str:
    return shown(found.ground.standing(mine.text) or "")


def _confirm_form(found: Drawing, mine: Reading) -> ConfirmForm:
    form = ConfirmForm(formdata=None, wording=_shown(found, mine), capacity=session.get(CAPACITY))
    form.choose()
    return form


def _comment_form() -> CommentForm:
    form = CommentForm(formdata=None, said_as=session.get(CAPACITY))
    form.choose()
    return form


def _propose_form(found: Drawing, mine: Reading, waiting: Waiting | None) -> ProposeForm:
    """With what waits; else with what stands there."""
    twin = twin_of(mine.text) if mine.text.locale == LAO else None
    wordings = {mine.text: _shown(found, mine)}
    if twin:
        wordings[twin] = shown(found.ground.standing(twin) or "")
    parts = [one.proposal for one in waiting.parts] if waiting else []
    wordings |= {one.text: shown(one.wording) for one in parts}
    seen = {one.text: str(one.revision) for one in parts}
    return ProposeForm(
        formdata=None,
        wording=wordings[mine.text],
        latin=wordings[twin] if twin else "",
        note=parts[0].note if parts else "",
        seen=seen.get(mine.text, ""),
        seen_twin=seen.get(twin, "") if twin else "",
    )
