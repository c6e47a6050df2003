"""One week of one case, from Monday's first minute to the end of the last paying day."""

from dataclasses import dataclass, field
from random import Random

from tests.simulation.callers import Callers
from tests.simulation.case import DAY, Case
from tests.simulation.engine import Loop, Station
from tests.simulation.ledger import PRIORITIES, REMINDER, REPLY, Ledger
from tests.simulation.load import Wave, hours_of, paying_days, waves
from tests.simulation.sending import SWEEP, Sending

HOUR = 3600.0
REPLY_HOLDS = 12 * HOUR


@dataclass(frozen=True)
class Hour:
    """At the end of an hour: what waits, by priority, and the share of the hour that was worked."""

    number: int
    waiting: dict[int, int]
    receipts_due: int
    unknown: int
    busy: dict[str, float]


@dataclass
class Week:
    case: Case
    hours: list[Hour] = field(default_factory=list)

    def __post_init__(self) -> None:
        case, random = self.case, Random(self.case.seed)
        self.loop, self.ledger = Loop(), Ledger()
        self.web, self.database = Station(case.web), Station(case.database_cores)
        self.callers = Callers(case, self.loop, self.web, self.database, random, self._reply)
        self.sending = Sending(
            case, self.loop, self.ledger, hours_of(case), self.web, self.database, random,
            self.callers.may_dial,
        )  # fmt: skip
        self._worked = dict.fromkeys(self._busy(), 0.0)

    @property
    def ends(self) -> float:
        return (paying_days(self.case)[-1] + 1) * DAY

    def play(self) -> "Week":
        for wave in waves(self.case):
            self.loop.at(wave.due, self._queue, wave)
        self._sweep()
        self.loop.at(HOUR, self._note_hour)
        self.loop.run(self.ends)
        return self

    def play_at_once(self, count: int) -> float:
        """`count` reminders, all due now, and nothing else; seconds until the last is answered."""
        self._queue(Wave(REMINDER, count, 0.0, DAY))
        self._sweep()
        self.loop.run(HOUR)
        return self.sending.last_sent

    def _queue(self, wave: Wave) -> None:
        for _message in range(wave.size):
            self.ledger.add(wave.priority, self.loop.now, wave.expires)

    def _reply(self) -> None:
        self.ledger.add(REPLY, self.loop.now, self.loop.now + REPLY_HOLDS)
        if not self.case.redis_away.holds(self.loop.now):
            self.sending.wake()

    def _sweep(self) -> None:
        self.sending.wake()
        self.loop.at(self.loop.now + SWEEP, self._sweep)

    def _note_hour(self) -> None:
        busy = self._busy()
        share = {name: (busy[name] - self._worked[name]) / HOUR for name in busy}
        self._worked = busy
        waiting = {one: len(self.ledger.waiting[one]) for one in PRIORITIES}
        states, number = self.ledger.states, int(self.loop.now // HOUR) - 1
        self.hours.append(Hour(number, waiting, states["accepted"], states["unknown"], share))
        self.loop.at(self.loop.now + HOUR, self._note_hour)

    def _busy(self) -> dict[str, float]:
        """Seconds of work a server, of the three."""
        workers = self.sending.workers
        return {
            "web": self.web.busy / self.web.servers,
            "workers": sum(worker.busy for worker in workers) / len(workers),
            "database": self.database.busy / self.database.servers,
        }
