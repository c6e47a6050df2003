"""Women who dial: a call of three screens, dialled again where it is refused."""

from array import array
from collections import Counter
from collections.abc import Callable
from random import Random

from tests.simulation.case import Case
from tests.simulation.costs import cost
from tests.simulation.engine import Loop, Station

MOST_DIALS = 3
KEYS = 2


class Callers:
    """`ask_for_sms` is told of every caller who wants her next payment by SMS."""

    def __init__(
        self, case: Case, loop: Loop, web: Station, database: Station,
        random: Random, ask_for_sms: Callable[[], None],
    ) -> None:  # fmt: skip
        self._case, self._loop, self._web, self._database = case, loop, web, database
        self._random, self._ask_for_sms = random, ask_for_sms
        self.waits = array("d")
        self.dials = Counter[int]()  # by hour
        self.ended = Counter[str]()  # how calls ended: done, cut, given up; and dials refused
        self.women = 0

    def may_dial(self) -> None:
        """Told by an SMS; half of those told dial within two hours."""
        if self._random.random() < cost("women who dial"):
            self.women += 1
            self._loop.at(self._loop.now + self._random.uniform(0, 7200), self._dial, 1)

    def _dial(self, attempt: int) -> None:
        self.dials[int(self._loop.now // 3600)] += 1
        if self._answered("dial"):
            self._think(KEYS)
        elif attempt < MOST_DIALS:
            self.ended["refused"] += 1
            self._loop.at(
                self._loop.now + cost("seconds to the next dial"), self._dial, attempt + 1
            )
        else:
            self.ended["refused"] += 1
            self.ended["given up"] += 1

    def _think(self, keys_left: int) -> None:
        pause = self._random.expovariate(1 / cost("seconds between keys"))
        self._loop.at(self._loop.now + pause, self._press, keys_left)

    def _press(self, keys_left: int) -> None:
        if not self._answered("key press"):
            self.ended["cut"] += 1
        elif keys_left > 1:
            self._think(keys_left - 1)
        else:
            self.ended["done"] += 1
            if self._random.random() < cost("callers who ask for an SMS"):
                self._ask_for_sms()

    def _answered(self, what: str) -> bool:
        """A session needs Redis, a dial PostgreSQL as well; both are told of at once."""
        now = self._loop.now
        is_dial = what == "dial"
        if self._case.redis_away.holds(now) or (is_dial and self._case.database_away.holds(now)):
            return False
        asked = self._database.serve(now, cost("dial, database")) - now if is_dial else 0.0
        wait = self._web.serve(now, cost(f"{what}, web") + asked) - now
        self.waits.append(wait)
        return wait < cost("network's patience")
