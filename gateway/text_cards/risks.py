"""What is read first: a text that is taken wrongly costs most where it stops or pays something."""

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from gateway.core.texts import _
from gateway.messaging.wordings import WORDINGS
from gateway.ussd.screens import Confirm, Menu, MenuTree, Screen, targets


class Risk(IntEnum):
    """The lower is read the earlier."""

    STOPS = 1
    MONEY = 2
    RIGHT = 3
    HEALTH = 4
    REST = 5


RISKS: Mapping[Risk, str] = {
    Risk.STOPS: _("stops something"),
    Risk.MONEY: _("about money"),
    Risk.RIGHT: _("who is entitled"),
    Risk.HEALTH: _("about health"),
    Risk.REST: _("finding the way"),
}
# Of a branch of the menu: what it is about.
_OF_SOURCES: Mapping[str, Risk] = {
    "menus/payment.py": Risk.MONEY,
    "menus/assistance.py": Risk.MONEY,  # "I was not paid"
    "menus/eligibility.py": Risk.RIGHT,
    "menus/registration.py": Risk.RIGHT,
    "menus/pin.py": Risk.RIGHT,
    "menus/health.py": Risk.HEALTH,
    "menus/reminders.py": Risk.HEALTH,
}
# Of an SMS: how its name begins.
_OF_TEMPLATES: tuple[tuple[str, Risk], ...] = (
    ("opted_", Risk.STOPS),
    ("wrong_number", Risk.STOPS),
    ("payment_", Risk.MONEY),
    ("payday_", Risk.MONEY),
    ("no_payment", Risk.MONEY),
    ("health_check", Risk.HEALTH),
    ("postnatal", Risk.HEALTH),
    ("vaccine", Risk.HEALTH),
)


def risk_of(key: str, places: Iterable[str], stopping: frozenset[str]) -> Risk:
    """The highest of all that `key` stands for; `stopping` as `stopping_texts` has them."""
    found = [Risk.REST, *(_OF_SOURCES.get(place, Risk.REST) for place in places)]
    found += _of_wordings(key)
    return Risk.STOPS if key in stopping else min(found)


def _of_wordings(key: str) -> Iterator[Risk]:
    for name, wording in WORDINGS.items():
        if key in wording.texts:
            yield from (risk for start, risk in _OF_TEMPLATES if name.startswith(start))


def stopping_texts(tree: MenuTree) -> frozenset[str]:
    """The keys of what asks whether to stop something, of what leads there, and of what says that
    it has been stopped.
    """
    asking = {state.name for state in tree.states if isinstance(state, Confirm)}
    found: set[str] = set()
    for state in tree.states:
        if not isinstance(state, Screen):
            continue
        stops = state.emits is not None and state.emits.kind in tree.stopping
        if stops or state.name in asking:
            found |= {state.heading, state.text}
        if isinstance(state, Menu):
            found |= {one.label for one in state.choices if asking & {*targets(one.to)}}
    return frozenset(found - {""})
