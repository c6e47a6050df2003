"""How much longer a text may become: on its fullest screen, in its slot, with the widest data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.text_cards.sightings import InSlot, Sighting
from gateway.ussd.check import PAGES_OF_NETWORKS
from gateway.ussd.check.room import Room, rooms
from gateway.ussd.check.texts import msgids
from gateway.ussd.drawing import Gettext
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree

_EVERYWHERE = "(every screen)"


@dataclass(frozen=True)
class Left:
    """`left` units (septets where `septets`) remain on a page of `page`; less than 0 is too much.

    `spare` pages beyond this one may still be filled; a text `in_slot` is bound by its value.
    """

    page: int
    left: int
    septets: bool
    spare: int = 0
    in_slot: bool = False


class Measured:
    """The room of every screen on the pages of the networks, measured once for all texts."""

    def __init__(self, tree: MenuTree, gettext: Mapping[str, Gettext], keys: Iterable[str]) -> None:
        self._gettext = gettext
        catalogues = {
            locale: {key: translate(key) for key in keys} for locale, translate in gettext.items()
        }
        self._states: dict[str, list[str]] = {}
        for state, key in msgids(tree):
            self._states.setdefault(key, []).append(state)
        self._rooms = {
            budget: {(one.state, one.locale): one for one in rooms(tree, catalogues, budget)}
            for budget in PAGES_OF_NETWORKS
        }

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

    def _least(self, budget: Budget, key: str, locale: str, states: Iterable[str]) -> Left:
        known = self._rooms[budget]
        wanted = {*states}
        found = [
            room
            for (state, language), room in known.items()
            if language == locale and (state in wanted or _EVERYWHERE in wanted)
        ]
        if not found:
            size = budget.measure(self._gettext[locale](key))
            return Left(size.of, size.of - size.used, size.septets)
        return _left(min(found, key=lambda room: room.tightness))

    @staticmethod
    def _slot(budget: Budget, slots: Sequence[InSlot]) -> Left:
        tightest = min(slots, key=lambda slot: slot.of - slot.used)
        left = tightest.of - tightest.used
        return Left(budget.ucs2_units, left, septets=False, in_slot=True)


def _left(room: Room) -> Left:
    return Left(room.of, room.left, room.septets, spare=room.pages - room.page)
