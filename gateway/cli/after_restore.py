"""`flask messages after-restore`: what may have gone out before a restore, and its release."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection

from gateway.cli.context import ports
from gateway.cli.messaging import wake_workers
from gateway.core.consent import MessageCategory
from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import parse
from gateway.core.restores import HELD_KINDS, Choice, Sign
from gateway.messaging.restored.holding import Restore, hold_due, notice
from gateway.messaging.restored.releasing import ReleaseError, release, release_broadcast
from gateway.messaging.restored.report import broadcasts_so_far, held_counts, held_reminders
from gateway.registry.clock import database_now
from gateway.staff.audit import Actor, record

MOST_LINES = 200
SIGNS = {
    Sign.COMMAND: "flask restore loaded a dump",
    Sign.COPIED: "its rows were loaded from a dump",
    Sign.WENT_BACK: "Redis remembers a later moment of it",
    Sign.PROMOTED: "it was promoted long after its last beat, and Redis remembers nothing",
}
MEANS = {
    Choice.AS_SENT: "They count as with the operator, and are not sent.",
    Choice.SEND: "They go out now. Whoever had one before gets another.",
    Choice.TO_STAFF: "They stay unknown: staff settle them on the console's page of messages with "
    "unknown outcome.",
}
ALL = "all"


@click.command("after-restore")
@click.option("--release", "kind", type=click.Choice([*HELD_KINDS, ALL]))
@click.option("--broadcast", "broadcast_id", type=click.UUID, help="Settle this one broadcast.")
@click.option("--as-sent", "choice", flag_value="as_sent", help=MEANS[Choice.AS_SENT])
@click.option("--send", "choice", flag_value="send", help=MEANS[Choice.SEND])
@click.option("--to-staff", "choice", flag_value="to_staff", help=MEANS[Choice.TO_STAFF])
@click.option(
    "--except",
    "listed",
    type=click.File(encoding="utf-8-sig"),
    help="With --send: a file of numbers, one a line, that the operator's list shows. They count "
    "as sent.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def after_restore(
    kind: str | None, broadcast_id: UUID | None, choice: str | None, listed: TextIO | None, *,
    yes: bool,
) -> None:  # fmt: skip
    """What may have gone out before the database was restored; --release lets a kind go on.

    Until then answers alone go out. Without --release it changes nothing but to look whether the
    database was restored.
    """
    if kind is None and broadcast_id is None:
        if choice is not None:
            raise click.UsageError("name what to release: --release KIND, or --broadcast ID")
        _show()
        return
    if kind is not None and broadcast_id is not None:
        raise click.UsageError("--release and --broadcast are two things: say one")
    if choice is None:
        raise click.UsageError("say what becomes of it: --as-sent, --send or --to-staff")
    if listed is not None and (choice != Choice.SEND or kind is None):
        raise click.UsageError("--except goes with --release KIND --send")
    sent_to = _numbers(listed) if listed else ()
    _release(kind, broadcast_id, Choice(choice), sent_to, yes=yes)


def _numbers(listed: TextIO) -> Collection[str]:
    """Raises UsageError for a line that is no number: a list half read would be sent twice."""
    found = set()
    for line, raw in enumerate(listed, 1):
        try:
            if raw.strip():
                found.add(parse(raw.strip()).e164)
        except InvalidMsisdn as error:
            raise click.UsageError(f"line {line} is no number: {error.reason}") from None
    return found


def _release(
    kind: str | None, broadcast_id: UUID | None, choice: Choice, sent_to: Collection[str], *,
    yes: bool,
) -> None:  # fmt: skip
    what = f"broadcast {broadcast_id}" if broadcast_id else str(kind)
    if not yes:
        click.confirm(f"{what}: {MEANS[choice]} Go on?", abort=True)
    with ports().database.writing() as connection:
        now = database_now(connection)
        restore = notice(connection, now=now)
        for one in _kinds(restore, kind):
            wanted = _Wanted(one, choice, broadcast_id, sent_to)
            click.echo(_released(connection, wanted, now))
    wake_workers()


def _kinds(restore: Restore | None, kind: str | None) -> Sequence[MessageCategory]:
    if restore is None:
        raise click.ClickException("the database was not restored")
    if kind == ALL and not restore.held:
        raise click.ClickException("everything was released before")
    wanted = kind or "broadcast"
    return [one for one in HELD_KINDS if one == wanted or (wanted == ALL and one in restore.held)]


@dataclass(frozen=True)
class _Wanted:
    kind: MessageCategory
    choice: Choice
    broadcast_id: UUID | None
    sent_to: Collection[str]


def _released(connection: Connection, wanted: _Wanted, now: datetime) -> str:
    kind, choice, broadcast_id = wanted.kind, wanted.choice, wanted.broadcast_id
    try:
        if broadcast_id is None:
            count = release(connection, kind, choice, now=now, sent_to=wanted.sent_to)
        else:
            count = release_broadcast(connection, broadcast_id, choice, now=now)
    except ReleaseError as error:
        raise click.ClickException(str(error)) from None
    record(
        connection, Actor("flask messages after-restore"), "message.after_restore", now=now,
        kind="broadcast" if broadcast_id else "message", object_id=broadcast_id,
        changes={"kind": (None, kind), "outcome": (None, choice.value), "sms": (None, count)},
    )  # fmt: skip
    return f"{kind}: {count} messages, {choice.value.replace('_', ' ')}."


def _show() -> None:
    with ports().database.writing() as connection:
        now = database_now(connection)
        restore = notice(connection, now=now)
        if restore is None:
            click.echo("The database was not restored: nothing is held.")
            return
        hold_due(connection, restore, now)
        for line in _told(connection, restore):
            click.echo(line)


def _told(connection: Connection, restore: Restore) -> list[str]:
    since, until = _moment(restore.dump_at), _moment(restore.last_at or restore.noticed_at)
    lines = [
        f"The database was restored ({SIGNS[restore.sign]}).",
        f"It was noticed {_moment(restore.noticed_at)}.",
        f"It knows nothing from {since} to {until}:",
        "  opt-outs (STOP), languages, complaints and cases of that time are missing, as are what",
        "  staff did, files imported and receipts. What the operator keeps of that time tells the",
        "  rest: its list of messages sent says which went out, its list of messages received who",
        "  sent STOP. Africa's Talking: SMS outbox and inbox. Kannel: bearerbox's access log.",
        "",
    ]
    counts = held_counts(connection)
    for kind in HELD_KINDS:
        lines += _told_of(connection, restore, kind, counts[kind])
    if restore.held:
        lines += [
            "",
            "Release with --release KIND and one of --as-sent, --send, --to-staff.",
            "Where they were most likely sent: --as-sent. Nobody gets anything twice that way.",
        ]
    return lines


def _told_of(
    connection: Connection, restore: Restore, kind: MessageCategory, count: int
) -> list[str]:
    if kind in restore.choices:
        return [f"{kind:<10} released: {restore.choices[kind].value.replace('_', ' ')}"]
    lines = [f"{kind:<10} held: {count} may have gone out"]
    if kind in ("payment", "health"):
        found = held_reminders(connection, kind, at_most=MOST_LINES + 1)
        lines += [
            f"    {row.due_on or '':<10}  {row.village or '':<24}{row.number:>7}"
            for row in found[:MOST_LINES]
        ]
        if len(found) > MOST_LINES:
            lines.append("    and more")
    if kind == "broadcast":
        lines += [
            f"    {one.id}  {one.state:<9}  sent {one.sent}, left {one.left}, recipients "
            f"{'not counted' if one.recipients is None else one.recipients}  {one.name}"
            for one in broadcasts_so_far(connection, restore)
        ]
    return lines


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(ports().settings.zone):%Y-%m-%d %H:%M:%S}"
