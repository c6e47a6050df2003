"""What the scheduler does, and how often. Each of them may be done twice, by two, at once."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

from gateway.changes.numbering import Hook, number_all
from gateway.changes.reach import learn_reach
from gateway.connectors.file import read_connections
from gateway.connectors.known import DRIVERS
from gateway.connectors.running import due
from gateway.connectors.staleness import tell_stale
from gateway.core.breaker import admission
from gateway.dci.working import is_due
from gateway.figures.counting import counting_of
from gateway.figures.questions import QUESTIONS_SECONDS, count_questions
from gateway.figures.schedule import FIGURES_SECONDS, count_ahead
from gateway.messaging.broadcasts.lifecycle import finish_broadcasts, start_scheduled, uncounted
from gateway.messaging.planning.reminders import (
    REMINDERS_EVERY,
    reminder_steps,
    run_corrections,
)
from gateway.messaging.recovery.retention import newest_message_at, purge_steps
from gateway.messaging.recovery.sweeper import sweep, wakeups_needed
from gateway.messaging.sending.breaker import read_stops
from gateway.messaging.sending.claims import count_due
from gateway.paydays import large_moves
from gateway.people.pairs import find_pairs
from gateway.uploads.store import forget_old, next_waiting
from gateway.webhooks.deliveries import forget, park_overdue, tell_of
from gateway.webhooks.endpoints import seal_anew
from gateway.webhooks.sealing import Seal
from gateway.webhooks.turns import is_any_due
from gateway.wordings.publishing import put_back
from worker.assembly import Assembly
from worker.beat import BEAT_SECONDS, keep_beat
from worker.cron import Chore, LongChore

CORRECTIONS_SECONDS = 60
# Between looks at all only what has changed is looked at. So long after a change that is not yet
# committed, an import's mostly, the next look at all has come.
ALL_CORRECTIONS_EVERY = 30
LATEST_COMMIT = timedelta(seconds=CORRECTIONS_SECONDS * ALL_CORRECTIONS_EVERY)
PURGE_SECONDS = 86400
DCI_SECONDS = 15
PROBE_SECONDS = 1
CHANGES_SECONDS = 1
REACH_SECONDS = 3600
_REACH_LOOKS_BACK = timedelta(seconds=2 * REACH_SECONDS)
_REACH_ANEW = timedelta(days=3)  # after a start: nobody may have looked for as long
WEBHOOKS_SECONDS = 1
FORGOTTEN_AT_ONCE = 5_000
DUPLICATES_SECONDS = 86400
CONNECTIONS_SECONDS = 60
TEXTS_SECONDS = 3600  # what matters is the first, after an upgrade or with a smaller page
LONGEST_SILENCE = timedelta(days=31)

# What is made once of everything learnt, as it is numbered.
HOOKS: tuple[Hook, ...] = (tell_of,)

logger = logging.getLogger(__name__)


def chores_of(assembly: Assembly) -> list[Chore]:
    """In the order in which they are done when they fall together.

    While the clock is in doubt leases are still taken back, and replies go out.
    """
    sweep_seconds = assembly.settings.sweep_seconds
    rounds, looks = count(), count()
    reminders = LongChore(
        lambda: plan_reminders(assembly, anew=next(rounds) == 0),
        every_seconds=REMINDERS_EVERY.total_seconds(),
    )
    duplicates = LongChore(
        lambda: find_pairs(assembly.database, now=assembly.now()), every_seconds=DUPLICATES_SECONDS
    )
    questions = LongChore(lambda: count_answers(assembly), every_seconds=QUESTIONS_SECONDS)
    purging = LongChore(lambda: purge_old(assembly), every_seconds=PURGE_SECONDS)
    paydays = LongChore(lambda: move_paydays(assembly), every_seconds=sweep_seconds)
    return [
        Chore("beat", BEAT_SECONDS, lambda: keep_beat(assembly), lambda: keep_beat(assembly)),
        Chore("reminders", 1, reminders),
        Chore(
            "corrections",
            CORRECTIONS_SECONDS,
            lambda: plan_corrections(assembly, of_all=next(looks) % ALL_CORRECTIONS_EVERY == 0),
        ),
        Chore("paydays", 1, paydays),
        Chore("broadcasts", sweep_seconds, lambda: drive_broadcasts(assembly)),
        Chore("imports", sweep_seconds, lambda: drive_imports(assembly)),
        Chore(
            "sweep",
            sweep_seconds,
            lambda: sweep_and_wake(assembly),
            in_doubt=lambda: sweep_and_wake(assembly, to_the_end=False),
        ),
        Chore(
            "probes",
            PROBE_SECONDS,
            lambda: wake_for_probes(assembly),
            in_doubt=lambda: wake_for_probes(assembly),
        ),
        *_of_other_systems(assembly),
        Chore("figures", FIGURES_SECONDS, lambda: count_figures(assembly)),
        Chore("questions", 1, questions),
        Chore("duplicates", 1, duplicates),
        Chore("texts", TEXTS_SECONDS, lambda: put_back_texts(assembly)),
        Chore("purge", 1, purging),
    ]


def _of_other_systems(assembly: Assembly) -> list[Chore]:
    """What they are told, and what they are asked."""
    rounds = count()
    reach = LongChore(
        lambda: learn_of_reach(assembly, anew=next(rounds) == 0), every_seconds=REACH_SECONDS
    )
    return [
        Chore(
            "changes",
            CHANGES_SECONDS,
            lambda: number_all(assembly.database, HOOKS),
            in_doubt=lambda: number_all(assembly.database, HOOKS),
        ),
        Chore("dci", DCI_SECONDS, lambda: wake_for_partners(assembly)),
        Chore("connections", CONNECTIONS_SECONDS, lambda: drive_connections(assembly)),
        Chore("reach", 1, reach),
        Chore("webhooks", WEBHOOKS_SECONDS, lambda: wake_for_webhooks(assembly)),
        Chore("old webhooks", assembly.settings.sweep_seconds, lambda: tidy_webhooks(assembly)),
    ]


def plan_reminders(assembly: Assembly, *, anew: bool) -> Iterator[int]:
    """Today's, some people a step. `anew` after a start: another release may plan otherwise."""
    now = assembly.now()
    return reminder_steps(
        assembly.database,
        on=now.astimezone(assembly.settings.zone).date(),
        hours=assembly.hours,
        default_locale=assembly.settings.default_locale,
        now=now,
        anew=anew,
    )


def plan_corrections(assembly: Assembly, *, of_all: bool) -> None:
    """Of payments that have changed lately; `of_all` also where a district goes on, a consent is
    back, a message has failed.
    """
    now = assembly.now()
    run_corrections(
        assembly.database,
        hours=assembly.hours,
        default_locale=assembly.settings.default_locale,
        now=now,
        changed_since=None if of_all else now - LATEST_COMMIT,
    )


def move_paydays(assembly: Assembly) -> Iterator[int]:
    """Those of more people than one transaction moves, a district a step."""
    return large_moves.steps(
        assembly.database,
        clock=assembly.now,
        hours=assembly.hours,
        default_locale=assembly.settings.default_locale,
    )


def drive_broadcasts(assembly: Assembly) -> None:
    """Starts what is scheduled, has expansions that were interrupted go on, closes the finished,
    counts what waits for approval and is not counted.
    """
    now = assembly.now()
    with assembly.database.writing() as connection:
        to_expand = start_scheduled(connection, now=now)
        finish_broadcasts(connection, now=now)
        to_count = uncounted(connection)
    for broadcast_id in to_expand:
        assembly.wakeups.expand_broadcast(broadcast_id)
    for broadcast_id in to_count:
        assembly.wakeups.preview_broadcast(broadcast_id)


def wake_for_partners(assembly: Assembly) -> None:
    """Has workers look at what partners sent, where a job was lost or an answer is due again."""
    if not assembly.settings.connections:
        return
    with assembly.database.reading() as connection:
        due = is_due(connection, assembly.now())
    if due:
        assembly.wakeups.work_on_dci()


def drive_imports(assembly: Assembly) -> None:
    """Has a file go on whose job was lost; drops files that nobody confirmed."""
    now = assembly.now()
    with assembly.database.writing() as connection:
        forget_old(connection, now=now, retention_days=assembly.settings.retention_days)
        waiting = next_waiting(connection, now=now)
    if waiting is not None:
        assembly.wakeups.run_import(waiting)


def drive_connections(assembly: Assembly) -> None:
    """Has the connections pulled whose time has come. One that two workers are given runs once.
    Those that have brought nothing for too long are told.
    """
    known = read_connections(assembly.settings.connections, DRIVERS)
    now = assembly.now()
    with assembly.database.writing() as connection:
        waiting = due(connection, known, now) if known else []
        tell_stale(connection, known, now)
    for one in waiting:
        assembly.wakeups.run_connection(one.name)


def purge_old(assembly: Assembly) -> Iterator[None]:
    """A bounded number of rows a step. Nothing where a month has left no message: that is a service
    at rest, or a clock that is years ahead, and where the machine's is the only clock nothing else
    tells.
    """
    now = assembly.now()
    with assembly.database.reading() as connection:
        last = newest_message_at(connection)
    if last is not None and abs(now - last) > LONGEST_SILENCE:
        logger.warning("not purged: the newest message is of %s", last.date())
        return
    gone = Counter[str]()
    for name, number in purge_steps(
        assembly.database, now=now, days=assembly.settings.retention_days
    ):
        gone[name] += number
        yield
    logger.info("purged", extra={name: number for name, number in gone.items() if number})


def sweep_and_wake(assembly: Assembly, *, to_the_end: bool = True) -> None:
    """One round of the sweeper, then as many wake-ups as there is work for."""
    now = assembly.now()
    counts = sweep(assembly.database, assembly.patience(), now=now, to_the_end=to_the_end)
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


def wake_for_webhooks(assembly: Assembly) -> None:
    """Wakes whoever tells receivers what is learnt."""
    with assembly.database.reading() as connection:
        due = is_any_due(connection, now=assembly.clock(connection)())
    if due:
        assembly.wakeups.deliver_webhooks()


def tidy_webhooks(assembly: Assembly) -> None:
    """Parks what has failed for a day, forgets what was delivered long ago, and has secrets under
    the newest key.
    """
    now = assembly.now()
    with assembly.database.writing() as connection:
        park_overdue(connection, now=now)
        forget(connection, now=now, at_most=FORGOTTEN_AT_ONCE)
        seal_anew(connection, Seal(assembly.settings.keeping_keys("webhooks")))


def wake_for_probes(assembly: Assembly) -> None:
    """A provider that is not well may be called again now: somebody has to try it."""
    with assembly.database.reading() as connection:
        stops = read_stops(connection)
        if not stops:
            return
        now = assembly.clock(connection)()
        waiting = any(admission(one, now) in {"probe", "alone"} for one in stops.values())
        due = waiting and count_due(connection, now=now, replies_only=False, at_most=1)
    if due:
        assembly.wakeups.dispatch()


def learn_of_reach(assembly: Assembly, *, anew: bool) -> Iterator[int]:
    """Which numbers SMS do not reach any more, or again."""
    now = assembly.now()
    since = now - (_REACH_ANEW if anew else _REACH_LOOKS_BACK)
    return learn_reach(assembly.database, now=now, zone=assembly.settings.zone, since=since)


def put_back_texts(assembly: Assembly) -> None:
    """Published texts that do not fit the menu or its pages any more."""
    texts = put_back(assembly.database, assembly.repository, now=assembly.now())
    if texts:
        logger.warning("published texts put back", extra={"texts": len(texts)})


def count_figures(assembly: Assembly) -> None:
    """What the console's first page and its report show."""
    count_ahead(assembly.database, now=assembly.now(), zone=assembly.settings.zone)


def count_answers(assembly: Assembly) -> Iterator[str]:
    """What the console's questions are answered from, a topic a step."""
    counting = counting_of(assembly.settings, assembly.repository.tree, now=assembly.now())
    return count_questions(assembly.database, counting)
