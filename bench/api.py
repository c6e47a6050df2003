"""People and payments by the API's bulk requests of 1,000, beside the same rows as CSV files.

`BENCH_ROWS` (20000) sets how many of each; 400000 is the whole country. The web's side is its
application in this process, so that its CPU is this process's; requests lie ready in a file.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text

from bench.meter import Meter
from bench.nation import HOURS
from bench.nation_import import COLUMNS, people
from bench.postgresql import postgresql_server
from gateway.api.dependencies import ApiDependencies
from gateway.api.keys import Wanted, make_key
from gateway.api.resources import OPERATIONS
from gateway.api.serving import create_api
from gateway.registry.database import Database
from gateway.registry.imports import ImportReport, import_beneficiaries, import_payments
from gateway.registry.migrate import upgrade
from gateway.settings import Settings
from gateway.staff.audit import Actor

ROWS = int(os.environ.get("BENCH_ROWS", "20000"))
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = NOW.astimezone(ZoneInfo("Asia/Vientiane")).date()
A_REQUEST = 1000
MONEY = ("registration_no", "cycle", "due_on", "amount", "pay_point", "status")
_BOOLEANS = {"consent_payment": True, "consent_health": True}
_FORGOTTEN = ("payments", "beneficiaries", "pay_points", "health_centres", "villages", "districts")

Row = tuple[str, ...]


def run() -> list[dict[str, object]]:
    """Rows of the table: each kind by file and by requests, new and once more."""
    with tempfile.TemporaryDirectory() as folder:
        server = postgresql_server(Path(folder))
        try:
            server.psql("alter system set fsync = off; select pg_reload_conf();")
            upgrade(server.get_uri())
            database = Database(server.get_uri())
            rows = list(_measured(database, Path(folder)))
            database.dispose()
        finally:
            server.cleanup()
    return rows


def _measured(database: Database, folder: Path) -> Iterator[dict[str, object]]:
    meter, settings = Meter(database), Settings()
    system = _System(database, settings)
    asked: dict[str, Callable[[Path], ImportReport]] = {
        "beneficiaries": lambda path: import_beneficiaries(
            database, path, now=NOW, today=TODAY, peppers=settings.peppers
        ),
        "payments": lambda path: import_payments(database, path, now=NOW, today=TODAY),
    }
    for kind, columns in (("beneficiaries", COLUMNS), ("payments", MONEY)):
        _write_csv(folder / f"{kind}.csv", columns, _rows(kind, TODAY))
        _write_requests(folder / f"{kind}.json", columns, _rows(kind, TODAY))
    for turn in ("new", "the same again"):
        for kind, imported in asked.items():
            yield _measure(
                meter, database, f"{kind}, {turn}, a file", imported, folder / f"{kind}.csv"
            )
    _forget(database)
    for turn in ("new", "the same again"):
        for kind in asked:
            by_requests = _by_requests(system, kind)
            yield _measure(
                meter, database, f"{kind}, {turn}, requests", by_requests, folder / f"{kind}.json"
            )


def _measure(
    meter: Meter, database: Database, name: str, act: Callable[[Path], object], path: Path
) -> dict[str, object]:
    row = meter.measure(name, lambda: _checked(act(path)))
    _analyse(database)
    cpu = float(str(row["worker CPU s"])) + float(str(row["database CPU s"]))
    return row | {"µs of CPU a row": round(cpu / ROWS * 1e6)}


def _forget(database: Database) -> None:
    with database.engine.connect() as connection:
        asked = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in _FORGOTTEN:
            asked.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
            asked.execute(text(f"VACUUM {table}"))


def _analyse(database: Database) -> None:
    """As autovacuum would soon, if there were time."""
    with database.writing() as connection:
        connection.execute(text("ANALYZE beneficiaries, payments, villages, pay_points"))


def _checked(done: object) -> object:
    if isinstance(done, ImportReport):
        if done.errors:
            raise RuntimeError(done.errors[0])
        return done.new + done.unchanged
    return done


def _rows(kind: str, today: date) -> Iterator[Row]:
    for row in people(today, ROWS):
        yield row if kind == "beneficiaries" else _paid(row)


def _paid(row: Row) -> Row:
    place = row[COLUMNS.index("pay_point")]
    return row[0], "2026-11", "2026-12-04", "300000", place, "scheduled"


def _write_csv(path: Path, columns: Row, rows: Iterator[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _write_requests(path: Path, columns: Row, rows: Iterator[Row]) -> None:
    """One a line."""
    with path.open("wb") as file:
        listed: list[dict[str, Any]] = []
        for row in rows:
            listed.append(_sent(dict(zip(columns, row, strict=True))))
            if len(listed) == A_REQUEST:
                file.write(msgspec.json.encode({"mode": "each", "rows": listed}) + b"\n")
                listed = []
        if listed:
            file.write(msgspec.json.encode({"mode": "each", "rows": listed}) + b"\n")


def _sent(row: dict[str, Any]) -> dict[str, Any]:
    """As a system sends it: what is empty is null, amounts are numbers, consents booleans."""
    typed = {name: value or None for name, value in row.items()}
    typed |= {name: value for name, value in _BOOLEANS.items() if name in row}
    return typed | ({"amount": int(row["amount"])} if "amount" in row else {})


class _System:
    """Another system, and the application that it calls."""

    def __init__(self, database: Database, settings: Settings) -> None:
        dependencies = ApiDependencies(
            settings=settings,
            database=database,
            redis=Redis(port=1, retry=Retry(NoBackoff(), 0)),  # nobody there: calls are not counted
            gettext={"en": str, "lo": str},
            hours=HOURS,
            now=lambda: NOW,
        )
        self._app: Flask = create_api(dependencies, OPERATIONS)
        self._sent = 0
        with database.writing() as connection:
            _id, self._key = make_key(
                connection,
                Wanted(name="bench", kind="live", scopes=("beneficiaries:write", "payments:write")),
                by=Actor("bench"),
                now=NOW,
                pepper=settings.key("api_keys"),
            )

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        self._sent += 1
        answer = self._app.test_client().post(
            f"/api/v1{path}",
            data=body,
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {self._key}",
                "Idempotency-Key": f"request {self._sent}",
            },
        )
        if answer.status_code != 200:
            raise RuntimeError(answer.text)
        done: dict[str, Any] = msgspec.json.decode(answer.data)
        return done


def _by_requests(system: _System, kind: str) -> Callable[[Path], int]:
    def send(path: Path) -> int:
        found = 0
        with path.open("rb") as file:
            for body in file:
                done = system.post(f"/{kind}/bulk", body)
                if done["refused"]:
                    raise RuntimeError(done["rows"])
                found += done["new"] + done["unchanged"]
        return found

    return send
