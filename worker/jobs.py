"""What RQ runs, found by dotted name. Arguments are ids; doing a job twice sends nothing twice."""

from uuid import UUID

from gateway.messaging.broadcasts.expansion import expand_broadcast as expand
from gateway.messaging.broadcasts.kept_preview import keep_preview
from gateway.uploads.running import Runner
from worker.assembly import assembled
from worker.beat import notice_restore

DRAIN_SECONDS = 20.0  # then the worker goes to whatever else is waiting


def dispatch() -> None:
    """Sends what is due, in the words that are published now; where time runs out, another job
    goes on.
    """
    assembly = assembled()
    notice_restore(assembly)
    assembly.editions.refresh()
    dispatchers = assembly.dispatchers()
    more = [each.drain(seconds=DRAIN_SECONDS / len(dispatchers)) for each in dispatchers]
    if any(more):
        assembly.wakeups.dispatch(at_most=assembly.wakeups.workers())


def expand_broadcast(broadcast_id: str) -> None:
    """Queues the messages of a broadcast and has them sent."""
    assembly = assembled()
    expand(
        assembly.database,
        UUID(broadcast_id),
        default_locale=assembly.settings.default_locale,
        now=assembly.now(),
    )
    assembly.wakeups.dispatch(at_most=assembly.wakeups.workers())


def preview_broadcast(broadcast_id: str) -> None:
    """Counts what a broadcast would do, for its page to show."""
    assembly = assembled()
    keep_preview(
        assembly.database,
        UUID(broadcast_id),
        default_locale=assembly.settings.default_locale,
        now=assembly.now(),
    )


def run_import(import_id: str) -> None:
    """Checks or imports an uploaded file; one that is running or over is left alone."""
    assembly = assembled()
    runner = Runner(
        database=assembly.database,
        peppers=assembly.settings.peppers,
        zone=assembly.settings.zone,
        clock=assembly.now,
    )
    runner.run(UUID(import_id))
    waiting = runner.waiting()
    if waiting is not None:
        assembly.wakeups.run_import(waiting)
