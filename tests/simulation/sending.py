"""Workers' lanes and the operator: claims, the rate, calls, receipts, and the breaker of core."""

from array import array
from collections import Counter
from collections.abc import Callable
from random import Random

from gateway.core import breaker
from gateway.core.quiet_hours import SendingHours, is_allowed
from tests.simulation.case import Case
from tests.simulation.costs import cost
from tests.simulation.engine import Loop, Station
from tests.simulation.ledger import PRIORITIES, REPLY, Ledger
from tests.simulation.load import moment

LEASE, SWEEP, UNKNOWN_WAIT = 60.0, 30.0, 900.0  # settings' defaults
NEVER_COMES = 1e9


class Sending:
    """`arrived` is told of every message that reached its handset."""

    def __init__(
        self, case: Case, loop: Loop, ledger: Ledger, hours: SendingHours, web: Station,
        database: Station, random: Random, arrived: Callable[[], None],
    ) -> None:  # fmt: skip
        self._case, self._loop, self._ledger, self._hours = case, loop, ledger, hours
        self._web, self._database, self._random, self._arrived = web, database, random, arrived
        self.workers = [Station(1) for _worker in range(case.workers)]
        self._idle = set(range(case.workers * case.lanes))
        self._rate_free = 0.0
        self._health = breaker.Health(next_at=moment(0))
        self.delays: dict[tuple[int, int], array[float]] = {}  # by hour and priority
        self.count = Counter[str]()
        self.last_sent = 0.0
        self.longest_receipt = 0.0

    def wake(self) -> None:
        """What the scheduler does every 30 s, and whoever queues a reply, by Redis."""
        lanes, self._idle = sorted(self._idle), set()
        for lane in lanes:
            self._loop.at(self._loop.now, self._look, lane)

    def _look(self, lane: int) -> None:
        now = self._loop.now
        if self._is_dead(lane, now):
            self._idle.add(lane)
        elif self._case.database_away.holds(now):
            self._loop.at(self._case.database_away.end, self._look, lane)
        elif (room_at := self._rate_free) > now:
            self._loop.at(room_at, self._look, lane)
        elif (admitted := breaker.admission(self._health, moment(now))) == "none":
            wait = (self._health.next_at - moment(now)).total_seconds()
            self._loop.at(now + max(wait, 1.0), self._look, lane)
        elif batch := self._claim(now, admitted):
            if admitted != "all":
                self._health = breaker.taken(self._health, moment(now))
            self._call(lane, batch, admitted)
        else:
            self._idle.add(lane)

    def _claim(self, now: float, admitted: breaker.Admission) -> list[int]:
        most = int(cost("recipients of a call"))
        if self._case.rate:
            most = min(most, max(1, int(self._case.rate / cost("segments of a reminder"))))
        allowed = is_allowed(moment(now), self._hours)
        which = PRIORITIES if allowed else (REPLY,)
        if admitted == "probe":
            return self._ledger.claim(now, 1, sorted(which, key=lambda one: one == REPLY))
        return self._ledger.claim(now, most, which)

    def _call(self, lane: int, batch: list[int], admitted: breaker.Admission) -> None:
        now, work = self._loop.now, cost("SMS, worker and database") * len(batch)
        share = cost("SMS, database's share")
        if self._case.rate:
            segments = cost("segments of a reminder") * len(batch)
            self._rate_free = max(now, self._rate_free) + segments / self._case.rate
        in_database = self._database.serve(now, work * share)
        begun = self.workers[lane // self._case.lanes].serve(in_database, work * (1 - share))
        for index in batch:
            self._ledger.move(index, "sending")
        self.count["calls"] += 1
        self._loop.at(begun, self._operator, lane, batch, admitted)

    def _operator(self, lane: int, batch: list[int], admitted: breaker.Admission) -> None:
        """Takes the call where it is well. Whoever died in it gets no answer, only receipts."""
        now = self._loop.now
        takes = not self._case.operator_down.holds(now)
        answers_at = now + cost("operator's answer")
        if takes:
            for index in batch:
                self._note_sent(index, now)
                self._loop.at(answers_at + self._receipt_after(), self._receipt, index)
        if self._is_dead(lane, answers_at):
            self._loop.at(now + LEASE, self._unanswered, batch)
            self._idle.add(lane)
        else:
            self._loop.at(answers_at, self._answer, lane, batch, admitted, takes)

    def _note_sent(self, index: int, now: float) -> None:
        priority, due = self._ledger.priority[index], self._ledger.due[index]
        if self._ledger.arrived[index]:
            self.count["twice"] += 1
            return
        self._ledger.arrived[index] = 1
        if priority != REPLY:
            self.last_sent, self.count["calls so far"] = now, self.count["calls"]
            self._arrived()
            self.count["in quiet hours"] += not is_allowed(moment(now), self._hours)
        self.delays.setdefault((int(due // 3600), priority), array("d")).append(now - due)

    def _answer(self, lane: int, batch: list[int], admitted: breaker.Admission, took: bool) -> None:
        if self._case.database_away.holds(self._loop.now):
            self._loop.at(self._case.database_away.end, self._answer, lane, batch, admitted, took)
            return
        now, only_call = moment(self._loop.now), admitted != "all"
        for index in batch:
            if self._ledger.state[index] == "sending":  # no receipt was faster
                self._ledger.move(index, "accepted" if took else "unknown")
        if took:
            self._health = breaker.after_answer(self._health, only_call=only_call, now=now)
        else:
            self._wait_for_receipts(batch)
            self._health = breaker.after_failure(
                self._health, reason="503", only_call=only_call, now=now
            )
        self._look(lane)

    def _unanswered(self, batch: list[int]) -> None:
        """Its worker died, and the lease is over."""
        for index in batch:
            if self._ledger.state[index] == "sending":
                self._ledger.move(index, "unknown")
        self._wait_for_receipts(batch)

    def _wait_for_receipts(self, batch: list[int]) -> None:
        self.count["unknown"] += sum(self._ledger.state[index] == "unknown" for index in batch)
        for index in batch:
            self._loop.at(self._loop.now + UNKNOWN_WAIT, self._ledger.queue_again, index)

    def _receipt_after(self) -> float:
        """Seconds; a receipt that never comes is one of after the week."""
        kind = self._random.random()
        if kind < cost("receipts never sent"):
            return NEVER_COMES
        late = kind < cost("receipts never sent") + cost("receipts of phones that were off")
        return self._random.expovariate(1 / (3 * 3600 if late else cost("receipts at once")))

    def _receipt(self, index: int) -> None:
        now = self._loop.now
        if self._case.database_away.holds(now):
            self.count["receipts repeated"] += 1
            self._loop.at(now + cost("receipt's repetition"), self._receipt, index)
            return
        asked = self._database.serve(now, cost("receipt, database")) - now
        wait = self._web.serve(now, cost("receipt, web") + asked) - now
        self.longest_receipt = max(self.longest_receipt, wait)
        self.count["receipts"] += self._ledger.receive(index, "delivered")

    def _is_dead(self, lane: int, now: float) -> bool:
        """The host of every second worker."""
        return lane // self._case.lanes % 2 == 0 and self._case.host_dead.holds(now)
