"""Every process speaks what is published, however it was started, forked or killed."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import requests
from redis import Redis
from sqlalchemy import update

from gateway.messaging.wakeups import Wakeups
from gateway.messaging.wordings import PAYMENT_MISSED
from gateway.providers.known import read_settings
from gateway.registry.database import Database
from gateway.ussd.screens import BACK
from gateway.wordings.keys import TextId
from gateway.wordings.tables import wordings
from gateway.wordings.versions import conflicts
from tests.keys import HELP
from tests.messaging.village import draft, ledger, queue_for_any_day
from tests.worker.processes import Operator, Processes, start_web, until
from tests.worker.publisher import published, repository
from worker.assembly import assemble
from worker.chores import chores_of

LINE = TextId("lo", BACK)
NEW, NEWER = "0 ຄືນ", "0 ຖອຍ"
MISSED = TextId("en", PAYMENT_MISSED.full)
SAID = "Grant money of %(due_on)s was not paid out. It stays yours. Call %(hotline)s."


def test_the_scheduler_puts_back_what_does_not_fit(
    database: Database, database_url: str, redis_url: str
):
    published(database, LINE, NEW)
    with database.writing() as connection:
        lao = update(wordings).where(wordings.c.locale == "lo")
        connection.execute(lao.values(text="0 " + "ກັບ" * 20))
    assembly = assemble(read_settings({"DATABASE_URL": database_url, "REDIS_URL": redis_url}))
    (chore,) = [one for one in chores_of(assembly) if one.name == "texts"]
    chore.do()
    chore.do()

    with database.reading() as connection:
        found = conflicts(connection, repository().base)
    both = [LINE, TextId("lo_Latn", BACK)]
    assert [(one.kind, one.text) for one in found] == [("does_not_fit", one) for one in both]
    assembly.database.dispose()
    for client in (assembly.redis, assembly.quick_redis):
        client.close()


def help_screen(url: str, session: int) -> str:
    """What a new caller reads under *Help*."""
    said = ""
    for text in ("", HELP):
        form = {
            "sessionId": f"ATUid_{session:032x}",
            "phoneNumber": "+8562055512399",
            "networkCode": "45703",
            "serviceCode": "*123#",
            "text": text,
        }
        path = f"{url}/callbacks/africastalking/ussd?key=demo"
        said = requests.post(path, data=form, timeout=30).text
    return said


@pytest.mark.long
def test_processes_that_are_killed_and_started_speak_what_is_published(
    processes: Processes, database: Database
):
    first, second = start_web(processes), start_web(processes)
    calls = iter(range(10_000))
    assert all(NEW not in help_screen(url, next(calls)) for url in (first, second))

    published(database, LINE, NEW)
    until(lambda: NEW in help_screen(first, next(calls)), every=0.5)
    until(lambda: NEW in help_screen(second, next(calls)), every=0.5)

    for process in list(processes._running):
        processes.kill(process)
    third = start_web(processes)
    assert NEW in help_screen(third, next(calls)), "its first dial already"
    published(database, LINE, NEWER)
    until(lambda: NEWER in help_screen(third, next(calls)), every=0.5)


@pytest.mark.long
def test_a_worker_writes_in_the_words_that_are_published_meanwhile(
    processes: Processes, operator: Operator, database: Database, redis_client: Redis
):
    processes.start("worker")
    until(lambda: Wakeups(redis_client).workers() == 1)
    numbers = count(1)

    def sent() -> str:
        """One more SMS, as it went out."""
        number, now = next(numbers), datetime.now(UTC)
        times = {"not_before_at": now, "expires_at": now + timedelta(hours=1)}
        queue_for_any_day(database, draft(number, **times))
        Wakeups(redis_client).dispatch()
        until(lambda: operator.counts()["received"] == number)
        return str(ledger(database, "body")[-1].body)

    assert "It is still yours." in sent()
    published(database, MISSED, SAID)
    until(lambda: "It stays yours." in sent(), every=0.5)
