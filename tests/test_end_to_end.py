"""One payment reminder: registry, `flask reminders run`, RQ, the SDK, the operator, the handset,
the delivery report. Every part but the command is a process of its own."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import select

from gateway.catalogues import load_gettext
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import lao_holidays
from gateway.messaging.tables import messages, receipts
from gateway.registry.database import Database
from gateway.settings import Settings
from tests.messaging.village import Village, number
from tests.service import Clock, composed
from tests.worker.floor import Floor, Operator, start_operator, start_web, until

ZONES = ("Asia/Vientiane", "Etc/GMT+12", "Pacific/Kiritimati")
KEY = "a-key-of-this-test"


@pytest.fixture
def zone() -> ZoneInfo:
    """One in which today is no public holiday: nothing goes out on those."""
    is_holiday = lao_holidays(PROGRAMME.holidays)
    for name in ZONES:
        if not is_holiday(datetime.now(ZoneInfo(name)).date()):
            return ZoneInfo(name)
    pytest.skip("a public holiday all over the world: no reminder goes out")


@pytest.fixture
def floor(database_url: str, redis_url: str, zone: ZoneInfo, tmp_path):
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "QUIET_HOURS": "",
        "TIMEZONE": zone.key,
        "CALLBACK_KEY": KEY,
        "AT_SENDER_ID": "MECG",
    }
    floor = Floor(environ, tmp_path / "processes.log")
    yield floor
    floor.close()


@pytest.fixture
def operator(floor: Floor) -> Operator:
    operator = start_operator(floor, start_web(floor))
    floor.environ = {**floor.environ, "AT_BASE_URL": operator.url}
    return operator


@pytest.fixture
def flask(database_url: str, redis_url: str, zone: ZoneInfo):
    """`flask …`, on the same settings."""
    settings = Settings(
        database_url=database_url, redis_url=redis_url, quiet_hours="", timezone=zone.key
    )
    with composed(settings, Clock()) as app:
        yield lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def one(database: Database, table) -> Any:
    with database.reading() as connection:
        return connection.execute(select(table)).one()


def inbox(operator: Operator, msisdn: str) -> list[dict[str, Any]]:
    found = requests.get(f"{operator.url}/simulator/handsets/{msisdn}/inbox", timeout=10).json()
    return found["messages"]


def test_a_reminder_travels_from_the_registry_to_the_handset_and_back(
    floor: Floor, operator: Operator, database: Database, flask, zone: ZoneInfo
):
    due_on = datetime.now(zone).date() + timedelta(days=3)
    village = Village(database)
    village.payment(village.woman(7), due_on=due_on, amount=300_000)
    floor.start("worker")

    planned = flask("reminders", "run")
    assert (planned.exit_code, planned.output) == (0, "1 reminders queued.\n")

    until(lambda: one(database, messages).state == "delivered", seconds=30)
    row = one(database, messages)
    (received,) = inbox(operator, number(7))
    assert received["body"] == row.body
    assert f"{due_on:%d/%m}" in row.body
    assert "ໂພນແກ້ວ" in row.body
    assert load_gettext()["lo"]("%(amount)s kip") % {"amount": "300.000"} in row.body
    assert (row.msisdn, row.category, row.attempts) == (number(7), "payment", 1)
    report = one(database, receipts)
    assert (report.provider_ref, report.outcome, report.matched) == (
        row.provider_ref,
        "delivered",
        True,
    )
    assert row.created_at <= row.sent_at <= report.received_at <= datetime.now(UTC)

    assert flask("reminders", "run").output == "0 reminders queued.\n"
    assert operator.counts()["received"] == 1
