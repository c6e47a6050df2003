"""One payment reminder: registry, `flask reminders run`, RQ, the SDK, the operator, the handset,
the delivery report. Every part but the command is a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import select

from gateway.catalogues import load_gettext
from gateway.messaging.tables import messages, receipts
from gateway.registry.database import Database
from tests.demo.checkout import Checkout
from tests.messaging.village import Village, number
from tests.worker.processes import Operator, Processes, start_operator, start_web, until

KEY = "a-key-of-this-test"
pytestmark = pytest.mark.long

ZONES = ("Asia/Vientiane", "Etc/GMT-12", "Etc/GMT", "Etc/GMT+6")


@pytest.fixture
def zone() -> ZoneInfo:
    """A time zone in which midnight is hours away: the day does not change under the test."""
    return next(zone for zone in map(ZoneInfo, ZONES) if 3 <= datetime.now(zone).hour < 20)


@pytest.fixture
def root(zone: ZoneInfo, tmp_path: Path) -> Path:
    """A checkout whose programme knows no holiday in these days: nothing goes out on those."""
    checkout = Checkout(tmp_path)
    file = checkout.folder / "gateway" / "core" / "programme.toml"
    today = datetime.now(zone).date()
    days = ", ".join(f"{today + timedelta(days=count)}" for count in range(-7, 8))
    rules = file.read_text()
    assert "\nremoved = []\n" in rules
    file.write_text(rules.replace("\nremoved = []\n", f"\nremoved = [{days}]\n"))
    return checkout.folder


@pytest.fixture
def processes(database_url: str, redis_url: str, zone: ZoneInfo, root: Path) -> Iterator[Processes]:
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "QUIET_HOURS": "",
        "TIMEZONE": zone.key,
        "CALLBACK_KEY": KEY,
        "AT_SENDER_ID": "MECG",
    }
    processes = Processes(environ, root / "processes.log", root)
    yield processes
    processes.close()


@pytest.fixture
def operator(processes: Processes) -> Operator:
    operator = start_operator(processes, start_web(processes))
    processes.environ = {**processes.environ, "AT_BASE_URL": operator.url}
    return operator


@pytest.fixture
def flask(processes: Processes) -> Callable[..., str]:
    """`flask …`, on the same settings: what it prints."""

    def typed(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-m", "flask", *arguments], cwd=processes.root, text=True, timeout=100,
            env={"PATH": os.environ["PATH"], **processes.environ}, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return typed


def one(database: Database, table) -> Any:
    with database.reading() as connection:
        return connection.execute(select(table)).one()


def inbox(operator: Operator, msisdn: str) -> list[dict[str, Any]]:
    found = requests.get(f"{operator.url}/simulator/handsets/{msisdn}/inbox", timeout=10).json()
    return found["messages"]


def test_a_reminder_travels_from_the_registry_to_the_handset_and_back(
    processes: Processes, operator: Operator, database: Database, flask, zone: ZoneInfo
):
    due_on = datetime.now(zone).date() + timedelta(days=3)
    village = Village(database)
    village.payment(village.woman(7), due_on=due_on, amount=300_000)
    processes.start("worker")

    assert flask("reminders", "run") == "1 reminders queued.\n"

    until(lambda: one(database, messages).state == "delivered")
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

    assert flask("reminders", "run") == "0 reminders queued.\n"
    assert operator.counts()["received"] == 1
