"""Every command and every chore of the scheduler under limits of the role that are far too tight
for them, on PostgreSQL itself and through PgBouncer with nothing prepared."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import click
import msgspec
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.deadlines import HOP, within
from gateway.registry.demo import load_demo
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from gateway.staff.demo import ensure_demo_staff
from gateway.webhooks import endpoints
from gateway.webhooks.endpoints import NewEndpoint
from tests.pooler import pooled
from tests.registry.files import beneficiary, payment, visit, write_csv
from tests.service import TODAY, Clock, composed
from worker.assembly import assemble
from worker.chores import chores_of
from worker.cron import LongChore

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

TIGHT = {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"}
MILLISECONDS = 50
# What asks no database, or does so in tests of its own with what it needs: a Kannel, a web server.
ELSEWHERE = {
    "api check", "catalogue check", "catalogue review", "catalogue update", "menus check",
    "menus graph", "reference write", "texts trial",
}  # fmt: skip
EXAMINES = "doctor"  # each of its looks has its own deadline: tests/cli/checkup


class Terminal:
    """Types commands into `app`, keeps their names and fails where one does."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.typed: set[str] = set()

    def type(self, *words: object, typing: str = "\n") -> str:
        arguments = [str(word) for word in words]
        self.typed.add(" ".join(arguments[:2]))
        result = self._app.test_cli_runner().invoke(args=arguments, input=typing)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
        return result.output.strip()

    def commands(self) -> set[str]:
        return {
            f"{group} {name}"
            for group, each in self._app.cli.commands.items()
            if isinstance(each, click.Group)
            and each.callback
            and "gateway" in each.callback.__module__
            for name in each.commands
            if group != EXAMINES
        }


@pytest.fixture(params=["PostgreSQL", "PgBouncer"])
def settings(
    request: pytest.FixtureRequest, postgresql: Database, redis_url: str, tmp_path: Path
) -> Iterator[Settings]:
    """Of a service whose role may nearly nothing."""
    url = str(postgresql.engine.url.set(drivername="postgresql"))
    with ExitStack() as stack:
        with postgresql.writing() as connection:
            for name in TIGHT:
                connection.exec_driver_sql(f"ALTER ROLE postgres SET {name} = {MILLISECONDS}")
        prepared = request.param == "PostgreSQL"
        if not prepared:
            url = stack.enter_context(pooled(url, tmp_path, size=2))
        yield Settings(
            database_url=url,
            redis_url=redis_url,
            database_prepared="on" if prepared else "off",
            quiet_hours="",
        )
        with postgresql.writing() as connection:
            connection.exec_driver_sql("ALTER ROLE postgres RESET ALL")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url, prepared=settings.prepares)
    yield database
    database.dispose()


@pytest.fixture
def logins(database: Database, settings: Settings, tmp_path: Path) -> dict[str, str]:
    load_demo(database, peppers=settings.peppers, on=TODAY)
    return ensure_demo_staff(database, datetime.now(UTC), tmp_path / "logins.txt")


@pytest.fixture
def terminal(settings: Settings, logins: dict[str, str]) -> Iterator[Terminal]:
    assert logins
    with composed(settings, Clock()) as app:
        yield Terminal(app)


def test_every_command_works(
    terminal: Terminal, logins: dict[str, str], database: Database, tmp_path: Path
):
    _is_held_to_them(database)
    _imports(terminal, tmp_path)
    _broadcasts(terminal, logins)
    _people(terminal, logins)
    _places(terminal, database)
    _webhooks(terminal, database)
    _the_rest(terminal, tmp_path)

    assert terminal.commands() - terminal.typed - ELSEWHERE == set()


def _is_held_to_them(database: Database) -> None:
    """Who has a deadline is; who has none may take his time."""
    slowly = text("select pg_sleep(0.2)")
    with pytest.raises(OperationalError), within(5.0, HOP), database.reading() as connection:
        connection.execute(slowly)
    with database.reading() as connection:
        connection.execute(slowly)


def _imports(terminal: Terminal, folder: Path) -> None:
    numbers = [str(26000001 + number) for number in range(300)]
    people = write_csv(folder / "people.csv", [beneficiary(one) for one in numbers])
    paid = write_csv(folder / "payments.csv", [payment(one) for one in numbers])
    seen = write_csv(folder / "visits.csv", [visit(one) for one in numbers])
    terminal.type("db", "upgrade")
    for kind, file in (("beneficiaries", people), ("payments", paid), ("visits", seen)):
        terminal.type(kind, "import", file, "--dry-run")
        terminal.type(kind, "import", file)
        terminal.type(kind, "import", file)


def _broadcasts(terminal: Terminal, logins: dict[str, str]) -> None:
    written = terminal.type("broadcasts", "create", "--name", "Flood", "--text", "lo", "ສຸກສາລາປິດ")
    one = written.split()[-1]
    terminal.type("broadcasts", "preview", one)
    password = logins["approver@demo.la"]
    terminal.type("broadcasts", "approve", one, "--as", "approver@demo.la", "--password", password)
    for verb in ("start", "pause", "resume", "show", "cancel"):
        terminal.type("broadcasts", verb, one)
    terminal.type("messages", "show")


def _people(terminal: Terminal, logins: dict[str, str]) -> None:
    terminal.type("beneficiaries", "data", "26000001")
    terminal.type("beneficiaries", "duplicates", "--look")
    terminal.type("beneficiaries", "merge", "26000001", "26000002", typing="y\n")
    terminal.type("beneficiaries", "unreachable")
    terminal.type("beneficiaries", "refill-keys")
    asks, decides = ("operator@demo.la", "admin@demo.la")
    terminal.type("beneficiaries", "ask-erasure", "26000003", "--reason", "She asked",
                  "--as", asks, "--password", logins[asks])  # fmt: skip
    terminal.type("beneficiaries", "erase", "26000003", "--as", decides,
                  "--password", logins[decides], typing="y\n26000003\n")  # fmt: skip


def _places(terminal: Terminal, database: Database) -> None:
    with database.reading() as connection:
        one, other = connection.execute(
            text("select id from villages where district_id = "
                 "(select district_id from villages group by 1 having count(*) > 1 limit 1)")
        ).scalars().all()[:2]  # fmt: skip
    terminal.type("places", "list", "village")
    terminal.type("places", "rename", "village", one, "--latin", "Another name")
    terminal.type("places", "merge", "village", other, one, "--yes")


def _webhooks(terminal: Terminal, database: Database) -> None:
    now = datetime.now(UTC)
    new = NewEndpoint(
        url="https://a.la/", events=["*"], api_key_id=uuid4(), district_id=None, secret="-"
    )
    with database.writing() as connection:
        one = endpoints.add(connection, new, now=now)
    terminal.type("webhooks", "list")
    terminal.type("webhooks", "send-again", one)
    terminal.type("webhooks", "drop", one)


def _the_rest(terminal: Terminal, folder: Path) -> None:
    terminal.type("api-keys", "add", "registry", "--kind", "live", "--scope", "payments:write")
    for verb in ("list", "rotate", "revoke"):
        terminal.type("api-keys", verb, *(["registry"] if verb != "list" else []))
    for verb in ("check", "pull", "push", "status"):
        terminal.type("connections", verb)
    terminal.type("doctor", "secrets")
    terminal.type("figures", "count", "--month", "2026-10")
    terminal.type("menus", "dial", typing="1\n\n")
    terminal.type("messages", "show")
    terminal.type("messages", "resolve", "--all", "--as", "give_up")
    terminal.type("messages", "after-restore")
    for verb in ("show", "off", "on"):
        terminal.type("operators", verb, *(["africastalking"] if verb != "show" else []))
    terminal.type("reminders", "run")
    terminal.type("staff", "add", "new@example.la", "--role", "viewer")
    terminal.type("staff", "unlock", "new@example.la")
    terminal.type("staff", "reset", "new@example.la")
    terminal.type("texts", "list")
    terminal.type("texts", "export", folder)
    terminal.type("texts", "cards", "--xlsx", folder / "cards.xlsx")
    terminal.type("texts", "take", folder / "cards.xlsx", "--by", "editor@demo.la")


def test_every_chore_is_done_and_a_broadcast_goes_out(
    terminal: Terminal, logins: dict[str, str], settings: Settings, database: Database
):
    written = terminal.type("broadcasts", "create", "--name", "Flood", "--text", "lo", "ສຸກສາລາປິດ")
    one = written.split()[-1]
    terminal.type("broadcasts", "approve", one, "--as", "approver@demo.la",
                  "--password", logins["approver@demo.la"])  # fmt: skip
    terminal.type("broadcasts", "start", one)
    assembly = assemble(msgspec.structs.replace(settings, retention_days=30))
    expand_broadcast(assembly.database, UUID(one), default_locale="lo", now=assembly.now())
    for chore in chores_of(assembly):
        for _time in range(20 if isinstance(chore.do, LongChore) else 1):  # to its end
            chore.do()
    for dispatcher in assembly.dispatchers():  # to nobody: nothing listens there
        dispatcher.drain(seconds=5)
    assembly.database.dispose()

    with database.reading() as connection:
        found = connection.execute(select(messages.c.state, messages.c.attempts)).all()
        people = connection.execute(select(beneficiaries.c.id)).all()
    assert people
    assert any(row.attempts for row in found)
