"""What RQ runs, found by dotted name. Arguments are ids; doing a job twice sends nothing twice."""

from worker.assembly import assembled

DRAIN_SECONDS = 20.0  # then the worker goes to whatever else is waiting


def dispatch() -> None:
    """Sends what is due; where time runs out, another job goes on."""
    assembly = assembled()
    if assembly.dispatcher().drain(seconds=DRAIN_SECONDS):
        assembly.wakeups.dispatch(at_most=assembly.wakeups.workers())
