"""`python -m worker` runs an RQ worker, `python -m worker webhooks` one that tells receivers of
webhooks, `python -m worker cron` the scheduler.
"""

import signal
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType

import worker.jobs  # noqa: F401 - before the fork: a job would import it anew every time
from gateway.health.pulse import Pulse
from gateway.logs import configure_logs
from gateway.settings import SettingsError
from worker.assembly import Assembly, Role, assembled
from worker.chores import chores_of
from worker.clock_watch import ClockWatch
from worker.cron import run
from worker.listening import WEBHOOKS, work
from worker.turn import Turn


def schedule(assembly: Assembly) -> None:
    stop = Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    watch = ClockWatch(assembly.database)
    turn = Turn(assembly.database)
    pulse = Pulse(assembly.database, "scheduler")
    run(
        chores_of(assembly),
        turn,
        stop,
        clock_is_right=watch.is_right,
        says_alive=pulse.beat,
    )
    pulse.end()


def tell(assembly: Assembly) -> None:
    work(assembly, WEBHOOKS)


def main(arguments: list[str]) -> int:
    """Exit 2 for anything but no argument, `webhooks` or `cron`; 1 with a sentence for a wrong
    setting.
    """
    roles: dict[tuple[str, ...], tuple[Role, Callable[[Assembly], None]]] = {
        (): ("worker", work),
        ("webhooks",): ("webhooks", tell),
        ("cron",): ("scheduler", schedule),
    }
    found = roles.get(tuple(arguments))
    if found is None:
        sys.stderr.write("usage: python -m worker [webhooks|cron]\n")
        return 2
    name, role = found
    configure_logs()
    try:  # jobs ask for the worker's as they are run
        # As jobs ask for it: what is kept is kept by how it was asked for.
        assembly = assembled() if name == "worker" else assembled(name)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    role(assembly)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
