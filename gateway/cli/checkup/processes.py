"""Clock, workers, scheduler, what a restore holds: what the database and Redis know of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rq.command import PUBSUB_CHANNEL_TEMPLATE
from sqlalchemy import select

from gateway.backups.faults import BackupError
from gateway.backups.making import last_backup_at, path_of
from gateway.backups.tools import Tools
from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, fault, warning
from gateway.messaging.restored.holding import newest_restore
from gateway.messaging.tables import heartbeats
from gateway.redis_client import connect_patiently
from gateway.registry.clock import database_now, offset
from gateway.webhooks.readings import read_webhooks

APART = timedelta(seconds=5)  # then nothing is planned or sent
LATE = timedelta(minutes=15)
A_LITTLE_APART = timedelta(seconds=2)
SILENT = timedelta(seconds=60)  # a scheduler beats every five
A_NIGHT, THREE_NIGHTS = timedelta(hours=26), timedelta(hours=74)
_SYNCHRONISE = "Run chrony or systemd-timesyncd here and on the database's machine."


def clock(installation: Installation) -> Iterator[Finding]:
    """This machine's against the database's."""
    with installation.database.reading() as connection:
        connection.execute(select(1))  # what opening takes does not count
        apart = abs(offset(connection, installation.now))
    seconds = round(apart.total_seconds())
    if apart > APART:
        yield fault(
            f"This machine's clock is {seconds} s from the database's: workers and scheduler here "
            "plan and send nothing.",
            _SYNCHRONISE,
        )
    elif apart > A_LITTLE_APART:
        yield warning(f"This machine's clock is {seconds} s from the database's.", _SYNCHRONISE)


def workers(installation: Installation) -> Iterator[Finding]:
    """RQ's own list keeps the dead: whoever listens for commands is alive."""
    with connect_patiently(installation.settings.redis_url, seconds=2.0) as client:
        listening = client.pubsub_channels(PUBSUB_CHANNEL_TEMPLATE % "*")
    if all(b".webhooks." in name for name in listening):
        yield fault(
            "No worker listens: no SMS goes out, no file is imported.",
            "systemctl start gateway-worker@1 (python -m worker); look at its log.",
        )


def webhooks(installation: Installation) -> Iterator[Finding]:
    with installation.database.reading() as connection:
        told = read_webhooks(connection, database_now(connection))
    if told.overdue > LATE:
        yield fault(
            f"Webhooks have waited for {told.overdue // timedelta(minutes=1)} minutes.",
            "systemctl start gateway-webhooks (python -m worker webhooks); look at its log.",
        )
    if told.silent > LATE:
        yield warning(
            f"A receiver of webhooks has taken nothing for {told.silent // timedelta(minutes=1)} "
            "minutes.",
            "flask webhooks list says which and why; tell those who run it.",
        )
    if told.parked:
        yield warning(
            f"{told.parked} webhooks were given up after a day.",
            "flask webhooks list; once the receiver is well, flask webhooks send-again.",
        )


def scheduler(installation: Installation) -> Iterator[Finding]:
    with installation.database.reading() as connection:
        now = database_now(connection)
        beaten: datetime | None = connection.execute(select(heartbeats.c.at)).scalar()
    what = "reminders are not planned, lost messages are not found again"
    if beaten is None:
        yield fault(
            f"No scheduler has ever worked on this database: {what}.",
            "systemctl start gateway-scheduler (python -m worker cron).",
        )
    elif now - beaten > SILENT:
        minutes = (now - beaten) // timedelta(minutes=1)
        yield fault(
            f"The scheduler has done nothing for {minutes} minutes: {what}.",
            "systemctl restart gateway-scheduler; look at its log.",
        )


def held(installation: Installation) -> Iterator[Finding]:
    with installation.database.reading() as connection:
        restore = newest_restore(connection)
    if restore is not None and restore.held:
        yield warning(
            "The database was restored, and nothing but answers goes out.",
            "flask messages after-restore (docs/operating.md, After a restore).",
        )


def backup(installation: Installation) -> Iterator[Finding]:
    if installation.settings.demo:
        return
    with installation.database.reading() as connection:
        at, now = last_backup_at(connection), database_now(connection)
    if at is None:
        yield warning(
            "No backup was ever made by flask backup.",
            "systemctl enable --now gateway-backup.timer; with pgBackRest alone this stays.",
        )
    elif now - at > THREE_NIGHTS:
        yield fault(f"The last backup is {(now - at).days} days old.", _look_at_timer())
    elif now - at > A_NIGHT:
        hours = (now - at) // timedelta(hours=1)
        yield warning(f"The last backup is {hours} hours old.", _look_at_timer())


def _look_at_timer() -> str:
    return "systemctl status gateway-backup.timer gateway-backup; flask backup says why."


def tools(installation: Installation) -> Iterator[Finding]:
    """What a backup is made by."""
    url = installation.settings.direct_url
    if installation.settings.demo or path_of(url) is not None:
        return
    try:
        Tools(url).program("pg_dump")
    except BackupError:
        yield warning(
            "pg_dump is not on this machine: flask backup cannot work here.",
            "Install postgresql-client of the server's version, if backups are made here.",
        )
