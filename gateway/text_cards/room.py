"""How much longer a text may become: on its fullest screen, in its slot, with the widest data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.text_cards.sightings import InSlot, Sighting
from gateway.ussd.check import PAGES_OF_NETWORKS
from gateway.ussd.check.room import Room, rooms
from gateway.ussd.check.texts import EVERY_SCREEN, msgids
from gateway.ussd.drawing import Gettext
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree


@dataclass(frozen=True)
class Left:
    """`left` units (septets where `septets`) remain on a page of `page`; less than 0 is too much.

    `spare` pages beyond this one may still be filled; a text `in_slot` is bound by its value.
    `until_break` more, and a screen as it is drawn takes a page more; None: it does not before.
    """

    page: int
    left: int
    septets: bool
    spare: int = 0
    in_slot: bool = False
    until_break: int | None = None


class Measured:
    """The room of screens on the pages of the networks, each measured once, when it is asked."""

    def __init__(self, tree: MenuTree, gettext: Mapping[str, Gettext], keys: Iterable[str]) -> None:
        self._tree, self._gettext = tree, gettext
        self._catalogues = {
            locale: {key: translate(key) for key in keys} for locale, translate in gettext.items()
        }
        self._states: dict[str, list[str]] = {}
        for state, key in msgids(tree):
            self._states.setdefault(key, []).append(state)
        self._known: dict[tuple[Budget, str], list[Room]] = {}

    def left(self, key: str, seen: Sequence[Sighting]) -> dict[str, tuple[Left, ...]]:
        """{locale: what is left on each network's page}, on the screen that has least."""
        states = {*self._states.get(key, ()), *(one.state for one in seen)}
        slots = [one.slots[key] for one in seen if key in one.slots]
        return {
            locale: tuple(
                self._slot(budget, slots) if slots and locale == "lo"
                else self._least(budget, key, locale, states)
                for budget in PAGES_OF_NETWORKS
            )
            for locale in self._gettext
        }  # fmt: skip

    def _least(self, budget: Budget, key: str, locale: str, states: set[str]) -> Left:
        wanted = self._tree.by_name if EVERY_SCREEN in states else states
        found = [
            room for state in wanted for room in self._rooms(budget, state) if room.locale == locale
        ]
        if not found:
            size = budget.measure(self._gettext[locale](key))
            return Left(size.of, size.of - size.used, size.septets)
        return _left(min(found, key=lambda room: room.tightness))

    def _rooms(self, budget: Budget, state: str) -> list[Room]:
        place = (budget, state)
        if place not in self._known:
            self._known[place] = rooms(self._tree, self._catalogues, budget, {state})
        return self._known[place]

    @staticmethod
    def _slot(budget: Budget, slots: Sequence[InSlot]) -> Left:
        tightest = min(slots, key=lambda slot: slot.of - slot.used)
        left = tightest.of - tightest.used
        return Left(budget.ucs2_units, left, septets=False, in_slot=True)


def _left(room: Room) -> Left:
    return Left(room.of, room.left, room.septets, spare=room.pages - room.page)
