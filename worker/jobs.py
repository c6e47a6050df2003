"""What RQ runs, found by dotted name. Arguments are ids; doing a job twice sends nothing twice."""

import os
import time
from uuid import UUID

from gateway.connectors.driver import Ground
from gateway.connectors.file import read_connections
from gateway.connectors.known import DRIVERS
from gateway.connectors.pulling import Puller
from gateway.connectors.pushing import push
from gateway.connectors.running import run
from gateway.messaging.broadcasts.expansion import expand_broadcast as expand
from gateway.messaging.broadcasts.kept_preview import keep_preview
from gateway.messaging.broadcasts.lifecycle import unexpanded
from gateway.uploads.running import Runner
from worker.assembly import Assembly, assembled
from worker.beat import notice_restore
from worker.partners import dci_desk

DRAIN_SECONDS = 20.0  # then the worker goes to whatever else is waiting
LOOK_SECONDS = 4.0  # without Redis


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


def look_into_ledger(assembly: Assembly) -> None:
    """Some seconds of what the jobs would do that a lost Redis takes along: sends what is due, goes
    on with the messages of broadcasts. Files and counts wait for Redis.
    """
    notice_restore(assembly)
    assembly.editions.refresh()
    dispatchers = assembly.dispatchers()
    for each in dispatchers:
        each.drain(seconds=LOOK_SECONDS / len(dispatchers))
    ends_at = time.monotonic() + LOOK_SECONDS
    with assembly.database.reading() as connection:
        to_expand = unexpanded(connection)
    for broadcast_id in to_expand:
        expand(
            assembly.database,
            broadcast_id,
            default_locale=assembly.settings.default_locale,
            now=assembly.now(),
            goes_on=lambda: time.monotonic() < ends_at,
        )


def deliver_webhooks() -> None:
    """Tells receivers what is due; where time runs out, another job goes on."""
    assembly = assembled("webhooks")
    if assembly.courier().deliver(seconds=DRAIN_SECONDS):
        assembly.wakeups.deliver_webhooks()


def look_for_webhooks(assembly: Assembly) -> None:
    """Some seconds of the same, without Redis."""
    assembly.courier().deliver(seconds=LOOK_SECONDS)


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


def run_connection(name: str) -> None:
    """Pulls from another system; where somebody is at it already, nothing."""
    assembly = assembled()
    settings = assembly.settings
    puller = Puller(
        database=assembly.database,
        peppers=settings.peppers,
        clock=assembly.now,
        today=lambda now: now.astimezone(settings.zone).date(),
    )
    for one in read_connections(settings.connections, DRIVERS):
        if one.name == name:
            ground = Ground(name=name, secrets=os.environ, zone=settings.zone, now=assembly.now)
            ran = run(puller, one, ground)
            if one.settings.push and ran and ran.kind == "pull" and ran.fault is None:
                push(puller, one, ground)


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


def work_on_dci() -> None:
    """Answers what partners asked by DCI, imports what they told, tells them of changes."""
    assembly = assembled()
    dci_desk(assembly).work()
