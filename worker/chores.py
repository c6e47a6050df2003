"""What the scheduler does, and how often."""

import logging

from gateway.messaging.sweeper import sweep, wakeups_needed
from worker.assembly import Assembly
from worker.cron import Chore

logger = logging.getLogger(__name__)


def chores_of(assembly: Assembly) -> list[Chore]:
    """In the order in which they are done when they fall together."""
    return [Chore("sweep", assembly.settings.sweep_seconds, lambda: sweep_and_wake(assembly))]


def sweep_and_wake(assembly: Assembly) -> None:
    """One round of the sweeper, then as many wake-ups as there is work for."""
    now = assembly.clock()
    counts = sweep(assembly.database, assembly.patience(), now=now)
    moved = {name: count for name, count in counts.items() if count}
    if moved:
        logger.info("swept", extra=moved)
    wakeups = assembly.wakeups
    with assembly.database.reading() as connection:
        needed = wakeups_needed(
            connection,
            now=now,
            batch=assembly.settings.sms_batch_size,
            workers=wakeups.workers(),
        )
    wakeups.dispatch(at_most=needed)
