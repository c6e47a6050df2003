"""A worker says that it is alive, also while the process it has forked is at a job."""

from itertools import count

from gateway.health.processes import Kind
from gateway.health.pulse import Pulse
from worker.assembly import Assembly


class Alive:
    """Of the parent: it keeps no connection open that a fork would share."""

    def __init__(self, assembly: Assembly, kind: Kind = "worker") -> None:
        self._database = assembly.database
        self._pulse = Pulse(assembly.database, kind)
        # By its name `flask doctor` knows it from those that send SMS.
        self._mark = "" if kind == "worker" else f".{kind}"
        self._numbers = count()

    def name(self) -> str:
        """Another each time, since RQ knows the last one; by its beginning the row is found."""
        return f"{self._pulse.id.hex}{self._mark}.{next(self._numbers)}"

    def say(self, *, busy_seconds: float | None = None) -> None:
        """As often as you like: see `Pulse.beat`."""
        if self._pulse.beat(busy_seconds=busy_seconds):
            self._database.dispose()

    def end(self) -> None:
        self._pulse.end()
