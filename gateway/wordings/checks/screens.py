"""Every screen and taught code holds with the wording on it, at every size of a page."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from gateway.core.encoding import septets, ucs2_units
from gateway.core.errors import MenuError
from gateway.core.texts import _
from gateway.core.villages import VILLAGE
from gateway.ussd.check.room import Misfit, misfits
from gateway.ussd.check.ways import astray
from gateway.ussd.pager import Budget
from gateway.wordings.checks.proposed import OF_SMS, Proposed
from gateway.wordings.faults import Fault

UNITS_OVER = _(
    "%(over)s too many of the %(of)s signs of page %(page)s of %(pages)s of the screen %(state)s, "
    "with the longest data."
)
SEPTETS_OVER = _(
    "%(over)s too many of the %(of)s Latin letters of page %(page)s of %(pages)s of the screen "
    "%(state)s, with the longest data."
)
UNCUTTABLE = _("The screen %(state)s does not hold its pages of %(of)s signs.")
ASTRAY = _(
    "The taught code %(code)s would lead elsewhere on pages of %(of)s signs. A taught code is what "
    "cards and texts tell people to dial: its keys must lead to the same screen in every language."
)
TOO_WIDE = _("It stands within other texts, which leave it %(most)s signs; it has %(used)s.")

# What is a whole answer: not in the menu, and within no other text.
ALONE = (
    _("Please dial again."),
    _("This service is for Lao mobile numbers."),
    _("The service is busy. Please dial again later."),
)


def check_screens(proposed: Proposed) -> Iterator[Fault]:
    """One fault a screen: where it is no worse than before, it is not this wording's."""
    told: set[str] = set()
    ground = proposed.ground
    for page in ground.pages:
        over = _worst(proposed, proposed.messages, page)
        if over.keys() - told:
            before = _worst(proposed, ground.texts[proposed.locale], page)
            for state, one in over.items():
                if state not in told and (state not in before or one.over > before[state].over):
                    told.add(state)
                    yield _fault(one, page, ground.number_of(state))


def _worst(proposed: Proposed, messages: Mapping[str, str], page: Budget) -> dict[str, Misfit]:
    ground, found = proposed.ground, dict[str, Misfit]()
    states = ground.states_of(proposed.text.key)
    for one in misfits(ground.tree, {proposed.locale: messages}, page, states):
        known = found.setdefault(one.room.state, one)
        if one.over > known.over:
            found[one.room.state] = one
    return found


def _fault(misfit: Misfit, page: Budget, number: str) -> Fault:
    room = misfit.room
    if misfit.unfit:
        return Fault(UNCUTTABLE, {"state": number, "of": page.ucs2_units}, room.notice)
    params: dict[str, str | int] = {
        "over": misfit.over,
        "of": room.of,
        "page": room.page,
        "pages": room.pages,
        "state": number,
    }
    return Fault(SEPTETS_OVER if room.septets else UNITS_OVER, params, room.notice)


def check_codes(proposed: Proposed) -> Iterator[Fault]:
    """A taught code goes over page keys: where a page ends is part of it."""
    ground, locale = proposed.ground, proposed.locale
    if ground.states_of(proposed.text.key) == frozenset():
        return
    after = {**ground.texts, locale: proposed.messages}
    pages = ground.pages
    for code in ground.tree.codes:
        with suppress(MenuError):  # a screen that cannot be drawn: check_screens says so
            missed = [page for _state, page in astray(ground.tree, code, locale, after, pages)]
            before = [
                page for _state, page in astray(ground.tree, code, locale, ground.texts, pages)
            ]
            for page in missed:
                if page not in before:
                    yield Fault(ASTRAY, {"code": f"*{code.keys}#", "of": page.ucs2_units})


def check_width(proposed: Proposed) -> Iterator[Fault]:
    """What stands within another text may be as wide as the catalogue's, or as what stands there:
    the screens and SMS around it were measured with that.
    """
    key, ground = proposed.text.key, proposed.ground
    if ground.states_of(key) != frozenset() or key in OF_SMS | {VILLAGE}:
        return
    used = _width(proposed.wording)
    if key in ALONE:
        most = min(page.ucs2_units if proposed.lao else page.septets for page in ground.pages)
    else:
        most = max(_width(proposed.base), _width(ground.texts[proposed.locale][key]))
    if used > most:
        yield Fault(TOO_WIDE, {"most": most, "used": used})


def _width(text: str) -> int:
    length = septets(text)
    return ucs2_units(text) if length is None else length
