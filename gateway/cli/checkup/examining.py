"""Checks are run side by side, each within a deadline of its own."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from gateway.core.findings import Finding, Level, unknown, worst
from gateway.providers.provider import Provider
from gateway.registry.clock import Clock, utc_now
from gateway.registry.database import Database, reason_of
from gateway.registry.deadlines import PROBE, within
from gateway.settings import Settings

SECONDS = 5.0
_SPARE = 0.5  # a check that asks the database gives up before it is given up


@dataclass(frozen=True)
class Installation:
    """What is looked at. `port` is that of this machine's web server, `now` its clock;
    `menu_faults` proves menu and texts at the installation's page, `texts_missing` names those
    without a translation.
    """

    settings: Settings
    environ: Mapping[str, str]
    database: Database
    providers: Sequence[Provider] = ()
    port: int = 8000
    now: Clock = utc_now
    menu_faults: Callable[[], Iterable[str]] = list
    texts_missing: Callable[[], Iterable[str]] = list


@dataclass(frozen=True)
class Check:
    """`about` says what is looked at; `needs` is the check without which it cannot look."""

    name: str
    about: str
    look: Callable[[Installation], Iterable[Finding]]
    needs: str = ""
    seconds: float = SECONDS


@dataclass(frozen=True)
class Result:
    check: str
    findings: tuple[Finding, ...] = field(default=())

    @property
    def level(self) -> Level:
        return worst(finding.level for finding in self.findings)


def examine(checks: Sequence[Check], installation: Installation) -> list[Result]:
    """In the order of `checks`. What needs another is not looked at where that has a fault."""
    results: dict[str, Result] = {}
    broken: set[str] = set()
    names = {check.name for check in checks}
    while left := [check for check in checks if check.name not in results]:
        ready = [one for one in left if one.needs in results or one.needs not in names]
        for one in ready:
            if one.needs in broken:
                broken.add(one.name)
                why = unknown(f"Not looked at: first mend what is said of {one.needs}.")
                results[one.name] = Result(one.name, (why,))
        results |= _run([one for one in ready if one.needs not in broken], installation)
        broken |= {name for name, result in results.items() if result.level is Level.FAULT}
    return [results[check.name] for check in checks]


def _run(checks: Sequence[Check], installation: Installation) -> dict[str, Result]:
    running = [_Look(check, installation) for check in checks]
    for look in running:
        look.start()
    return {look.check.name: look.result() for look in running}


class _Look(Thread):
    """One that hangs is left behind: it holds nobody up, and ends with the process."""

    def __init__(self, check: Check, installation: Installation) -> None:
        super().__init__(name=check.name, daemon=True)
        self.check = check
        self._installation = installation
        self._ends_at = time.monotonic() + check.seconds
        self._found: tuple[Finding, ...] | None = None

    def run(self) -> None:
        try:
            with within(self.check.seconds - _SPARE, PROBE):
                self._found = tuple(self.check.look(self._installation))
        except SQLAlchemyError as error:
            self._found = (unknown(f"The database does not say: {reason_of(error)}."),)
        except RedisError as error:
            self._found = (unknown(f"Redis does not say: {type(error).__name__}."),)
        except Exception as error:  # a check that stumbles must not hide what the others found
            self._found = (unknown(f"The check itself failed: {type(error).__name__}."),)

    def result(self) -> Result:
        self.join(max(self._ends_at - time.monotonic(), 0.0))
        late = unknown(f"There was no answer within {self.check.seconds:g} s.")
        return Result(self.check.name, (late,) if self._found is None else self._found)
