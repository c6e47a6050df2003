"""An upgrade from the release before, while everybody works: nobody waits for a second.

`UPGRADE_MESSAGES=5000000 pytest -s` is the country; what is printed are the longest waits.
"""

import os
import sys
import threading
import time
from collections import defaultdict

import pytest
from sqlalchemy import TextClause, text

from bench import console_data
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from tests.registry.test_migrations import new_database
from tests.registry.test_online_migrations import RELEASE

MESSAGES = int(os.environ.get("UPGRADE_MESSAGES", "40000"))
PEOPLE = max(MESSAGES // 12, 2000)

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

# What callers, workers, imports and receipts ask all day; each is a transaction of its own, and
# all have the lock timeout that they would fail by.
WORK = {
    "dial": """
        SELECT b.id FROM beneficiaries b
        LEFT JOIN payments p ON p.beneficiary_id = b.id
        LEFT JOIN visits v ON v.beneficiary_id = b.id
        WHERE b.registration_no = :who""",
    "call over": """
        INSERT INTO ussd_sessions (provider, session_id, msisdn, service_code, network_code, status,
            trail, hops, duration_ms, ended_at)
        VALUES ('africastalking', gen_random_uuid()::text, '+8562055500001', '*123#', '45703',
            'success', '[]', 3, 9000, now())""",
    "SMS queued": """
        INSERT INTO messages (id, dedupe_key, category, priority, msisdn, locale, template, params,
            state, attempts, resends, not_before_at, expires_at, created_at, updated_at)
        VALUES (gen_random_uuid(), gen_random_uuid()::text, 'reply', 0, '+8562055500001', 'lo',
            'help', '{}', 'queued', 0, 0, now(), now(), now(), now())""",
    "receipt": """
        UPDATE messages SET state = 'delivered', updated_at = now()
        WHERE beneficiary_id = (SELECT id FROM beneficiaries WHERE registration_no = :who)""",
    "person imported": "UPDATE beneficiaries SET updated_at = now() WHERE registration_no = :who",
    "payment imported": """
        UPDATE payments SET updated_at = now()
        WHERE beneficiary_id = (SELECT id FROM beneficiaries WHERE registration_no = :who)""",
    "visit entered": """
        UPDATE visits SET updated_at = now()
        WHERE beneficiary_id = (SELECT id FROM beneficiaries WHERE registration_no = :who)""",
}
LOCK_SECONDS = 1.0


class Everybody:
    """Asks all of `WORK` in turn until it is told to stop; keeps the longest of each (seconds)."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.longest: defaultdict[str, float] = defaultdict(float)
        self.rounds = 0
        self.failures: list[str] = []

    def __enter__(self) -> "Everybody":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._database.dispose()

    def _work(self) -> None:
        while not self._stop.wait(0.005):
            self.rounds += 1
            for name, statement in WORK.items():
                self._ask(name, text(statement), f"{1 + self.rounds * 7919 % PEOPLE:08}")

    def _ask(self, name: str, statement: TextClause, who: str) -> None:
        began = time.monotonic()
        try:
            with self._database.writing() as connection:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_SECONDS * 1000:.0f}")
                connection.execute(statement, {"who": who})
        except Exception as error:
            self.failures.append(f"{name}: {type(getattr(error, 'orig', error)).__name__}")
        self.longest[name] = max(self.longest[name], time.monotonic() - began)


@pytest.fixture
def country(postgresql_server: str) -> str:
    url = new_database(postgresql_server, "country")
    upgrade(url, RELEASE)
    database = Database(url)
    with database.writing() as connection:
        console_data.fill(connection, people=PEOPLE, messages=MESSAGES, keys=False)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        console_data.analyse(connection)
    database.dispose()
    return url


def test_nobody_waits_for_a_second(country: str):
    with Everybody(country) as everybody:
        began = time.monotonic()
        upgrade(country)
        took = time.monotonic() - began

    waits = {name: round(seconds, 3) for name, seconds in everybody.longest.items()}
    sys.stdout.write(
        f"\n{MESSAGES} messages, {PEOPLE} people: upgraded in {took:.1f} s, meanwhile "
        f"{everybody.rounds} rounds of everything; longest waits in seconds: {waits}\n"
    )
    assert everybody.failures == []
    assert everybody.rounds
