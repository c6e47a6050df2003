"""Redis fails over, is cut off, is gone: calls and SMS go on, and nothing is lost or doubled.

The seconds are printed, not asserted: what is asserted is that it ends, and well.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
import requests
from redis import Redis
from redis.exceptions import RedisError
from rq.command import PUBSUB_CHANNEL_TEMPLATE

from gateway.dialogue.host import DIAL_AGAIN
from gateway.messaging.broadcasts.lifecycle import read_broadcast
from gateway.messaging.tables import messages
from gateway.messaging.wakeups import Wakeups
from gateway.redis_client import connect
from gateway.registry.database import Database
from tests.dialogue.screens import GETTEXT
from tests.hanging import relay_to_redis
from tests.keys import BACK, PAYDAY
from tests.messaging.broadcasting import started_broadcast
from tests.messaging.village import Village, draft, number, queue_for_any_day, states
from tests.sentinels import Sentinels
from tests.worker.processes import Operator, Processes, start_operator, start_web, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

BROADCAST = 3000
CALLERS = 12
WORKERS = 2
AGAIN = {f"END {GETTEXT[locale](DIAL_AGAIN)}" for locale in ("lo", "lo_Latn", "en")}


@pytest.fixture
def processes_on(postgresql_url: str, tmp_path: Path) -> Iterator[Callable[..., Processes]]:
    started: list[Processes] = []

    def on(redis_url: str, **environ: str) -> Processes:
        given = {"DATABASE_URL": postgresql_url, "REDIS_URL": redis_url, "QUIET_HOURS": ""}
        started.append(Processes(given | environ, tmp_path / "processes.log"))
        return started[-1]

    yield on
    for processes in started:
        processes.close()


def with_operator(processes: Processes) -> Operator:
    operator = start_operator(processes, start_web(processes))
    processes.environ = {**processes.environ, "AT_BASE_URL": operator.url}
    return operator


def fresh(index: int, **changes: datetime):
    now = datetime.now(UTC)
    times = {"not_before_at": now, "expires_at": now + timedelta(hours=1)} | changes
    return draft(index, **times)


def listening(client: Redis) -> int:
    """How many workers, as the primary of the moment says."""
    try:
        return len(client.pubsub_channels(PUBSUB_CHANNEL_TEMPLATE % "*"))
    except RedisError:
        return 0


def writable(client: Redis) -> bool:
    try:
        return bool(client.set("probe", "1"))
    except RedisError:
        return False


def tell(**figures: object) -> None:
    said = ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in figures.items())
    sys.stdout.write(f"\n{said}\n")


class Caller:
    """Goes to and fro in the menu, without an end; every other key leads back."""

    def __init__(self, url: str, index: int) -> None:
        self._url = url
        self._number = number(index)
        self._sessions = count(index * 10_000)
        self.asked_again = 0
        self._dial()

    def _dial(self) -> None:
        self._session, self._typed = f"ATUid_{next(self._sessions):032x}", [""]

    def hop(self) -> requests.Response:
        form = {
            "sessionId": self._session,
            "phoneNumber": self._number,
            "networkCode": "45703",
            "serviceCode": "*123#",
            "text": "*".join(self._typed[1:]),
        }
        answer = requests.post(
            f"{self._url}/callbacks/africastalking/ussd?key=demo", data=form, timeout=30
        )
        self._typed.append(PAYDAY if len(self._typed) % 2 else BACK)
        if answer.text in AGAIN:
            self.asked_again += 1
        if answer.text.startswith("END") or len(self._typed) > 9:
            self._dial()
        return answer


def test_calls_in_progress_go_on_while_the_primary_is_killed(
    sentinels: Sentinels, postgresql: Database, processes_on: Callable[..., Processes]
):
    Village(postgresql).women(range(CALLERS))
    url = start_web(processes_on(sentinels.url))
    client = connect(sentinels.url)
    callers = [Caller(url, index) for index in range(CALLERS)]
    answers = [caller.hop() for _key in range(5) for caller in callers]
    assert not any(caller.asked_again for caller in callers)
    assert sentinels.client(sentinels.primary()).dbsize() > 0

    killed_at = time.monotonic()
    sentinels.kill_primary()
    written_at = kept_at = 0.0

    def sessions_are_kept() -> bool:
        nonlocal written_at, kept_at
        answers.extend(caller.hop() for caller in callers)
        if not written_at and writable(client):
            written_at = time.monotonic()
        try:
            kept = written_at and any(client.scan_iter("ussd:africastalking:*"))
        except RedisError:
            kept = False
        kept_at = time.monotonic()
        return bool(kept)

    until(sessions_are_kept)
    answers += [caller.hop() for _key in range(12) for caller in callers]

    statuses = Counter(answer.status_code for answer in answers)
    slowest = max(answer.elapsed.total_seconds() for answer in answers)
    tell(
        seconds_until_written=round(written_at - killed_at, 1),
        until_sessions_are_kept=round(kept_at - killed_at, 1),
        hops=len(answers),
        statuses=dict(statuses),
        asked_to_dial_again=[caller.asked_again for caller in callers],
        slowest_hop=round(slowest, 2),
    )
    assert set(statuses) == {200}
    assert all(caller.asked_again <= 1 for caller in callers)
    client.close()


class Watch:
    """What is seen from outside after a kill, and when."""

    def __init__(self, operator: Operator, client: Redis) -> None:
        self._operator = operator
        self._client = client
        self._began_at = self._last_at = time.monotonic()
        self._received = operator.counts()["received"]
        self.longest_pause = 0.0
        self.seen: dict[str, float] = {}

    def look(self) -> int:
        """How many SMS have arrived."""
        now = time.monotonic()
        received = int(self._operator.counts()["received"])
        self.longest_pause = max(self.longest_pause, now - self._last_at)
        if received != self._received:
            self._received, self._last_at = received, now
        if writable(self._client):
            self._note("written", now)
        if listening(self._client) == WORKERS:
            self._note("all_listen", now)
        return received

    def _note(self, what: str, now: float) -> None:
        self.seen.setdefault(what, round(now - self._began_at, 1))


def test_a_broadcast_in_progress_is_neither_lost_nor_doubled(
    sentinels: Sentinels, postgresql: Database, processes_on: Callable[..., Processes]
):
    village = Village(postgresql)
    village.women(range(BROADCAST))
    processes = processes_on(sentinels.url, SMS_BATCH_SIZE="10")
    operator = with_operator(processes)
    operator.script(latency_ms=400)
    for _worker in range(WORKERS):
        processes.start("worker")
    processes.start("worker", "cron")
    processes.start("worker", "cron")
    client = connect(sentinels.url)
    until(lambda: listening(client) == WORKERS)
    now = datetime.now(UTC)
    audience = {"village": [village.village_id]}
    one = started_broadcast(
        postgresql, now=now, audience=audience, start_at=now + timedelta(seconds=1)
    )
    Wakeups(client).expand_broadcast(one)
    until(lambda: expanded(postgresql, one) == BROADCAST)
    on_any_day(postgresql)
    Wakeups(client).dispatch(at_most=WORKERS)
    until(lambda: operator.counts()["received"] > 300)

    sentinels.kill_primary()
    watch = Watch(operator, client)
    until(lambda: watch.look() >= BROADCAST and "all_listen" in watch.seen, seconds=200)
    until(lambda: set(states(postgresql)) == {"delivered"}, seconds=60)

    times = operator.counts()["handsets"]
    tell(
        **{f"seconds_until_{what}": seconds for what, seconds in watch.seen.items()},
        longest_pause_of_sending=round(watch.longest_pause, 1),
        lost=BROADCAST - len(times),
        doubled=sum(1 for each in times.values() if each > 1),
    )
    assert set(times) == {number(index) for index in range(BROADCAST)}
    assert set(times.values()) == {1}
    client.close()


def expanded(database: Database, broadcast_id: UUID) -> int | None:
    with database.reading() as connection:
        recipients: int | None = read_broadcast(connection, broadcast_id).recipients
        return recipients


def on_any_day(database: Database) -> None:
    """Also on a holiday, when only replies go out."""
    with database.writing() as connection:
        connection.execute(messages.update().values(priority=0))


def test_without_any_redis_sms_go_out_and_a_broadcast_is_begun(
    sentinels: Sentinels, postgresql: Database, processes_on: Callable[..., Processes]
):
    village = Village(postgresql)
    village.women(range(1000, 1040))
    processes = processes_on(sentinels.url)
    operator = with_operator(processes)
    processes.start("worker")
    processes.start("worker", "cron")
    client = connect(sentinels.url)
    until(lambda: listening(client) == 1)

    for port in (*sentinels.ports, *sentinels.asked):
        sentinels.kill(port)
    processes.start("worker")  # it has never seen one
    gone_at = time.monotonic()
    queue_for_any_day(postgresql, *(fresh(index) for index in range(250)))
    until(lambda: operator.counts()["received"] >= 250)
    sent_at = time.monotonic()
    now = datetime.now(UTC)
    one = started_broadcast(
        postgresql, now=now, audience={"village": [village.village_id]},
        start_at=now + timedelta(seconds=1),
    )  # fmt: skip
    until(lambda: expanded(postgresql, one) == 40)
    on_any_day(postgresql)
    until(lambda: operator.counts()["received"] == 290)

    tell(
        seconds_until_250_were_sent=round(sent_at - gone_at, 1),
        until_the_broadcast_was=round(time.monotonic() - sent_at, 1),
    )
    assert set(operator.counts()["handsets"].values()) == {1}
    client.close()


def test_a_redis_that_is_cut_off_is_noticed_and_found_again(
    redis_client: Redis, postgresql: Database, processes_on: Callable[..., Processes]
):
    port = redis_client.connection_pool.connection_kwargs["port"]
    with relay_to_redis(port) as relay:
        processes = processes_on(relay.url)
        operator = with_operator(processes)
        processes.start("worker")
        processes.start("worker", "cron")
        until(lambda: listening(redis_client) == 1)

        relay.swallows = True
        cut_at = time.monotonic()
        queue_for_any_day(postgresql, *(fresh(index) for index in range(10)))
        until(lambda: operator.counts()["received"] == 10)
        sent_at = time.monotonic()
        relay.swallows = False
        until(lambda: listening(redis_client) == 1)
        back_at = time.monotonic()
        queue_for_any_day(postgresql, *(fresh(index) for index in range(10, 20)))
        Wakeups(redis_client).dispatch()
        until(lambda: operator.counts()["received"] == 20)

        tell(
            seconds_until_sent=round(sent_at - cut_at, 1),
            until_it_listens_again=round(back_at - sent_at, 1),
            and_sends=round(time.monotonic() - back_at, 1),
        )
        assert set(operator.counts()["handsets"].values()) == {1}
        processes.close()


def test_a_worker_without_redis_stops_when_told(processes_on: Callable[..., Processes]):
    worker = processes_on("redis://127.0.0.1:1/0").start("worker")
    log = processes_on("redis://127.0.0.1:1/0").log
    until(lambda: "redis is lost" in log.read_text())

    worker.terminate()

    assert worker.wait(timeout=60) == 0


def test_a_job_that_is_at_work_when_redis_is_cut_off_goes_on(
    redis_client: Redis, postgresql: Database, processes_on: Callable[..., Processes]
):
    port = redis_client.connection_pool.connection_kwargs["port"]
    with relay_to_redis(port) as relay:
        processes = processes_on(relay.url, SMS_BATCH_SIZE="10")
        operator = with_operator(processes)
        operator.script(latency_ms=400)
        processes.start("worker")
        until(lambda: listening(redis_client) == 1)
        queue_for_any_day(postgresql, *(fresh(index) for index in range(300)))
        Wakeups(redis_client).dispatch()
        until(lambda: operator.counts()["received"] >= 60)

        relay.swallows = True
        until(lambda: operator.counts()["received"] == 300)
        over_at = time.monotonic()
        until(lambda: "redis is lost" in processes.log.read_text())
        queue_for_any_day(postgresql, *(fresh(index) for index in range(300, 310)))
        until(lambda: operator.counts()["received"] == 310)

        tell(seconds_from_the_end_of_the_job_to_the_next=round(time.monotonic() - over_at, 1))
        assert set(operator.counts()["handsets"].values()) == {1}
        processes.close()
