"""`flask db`, `beneficiaries`, `payments` and `visits`, as typed."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, inspect, select

from gateway.catalogues import load_gettext, load_texts
from gateway.cli.context import Ports
from gateway.cli.db import db
from gateway.cli.imports import beneficiaries, payments, visits
from gateway.registry import tables
from gateway.registry.choices import set_consent
from gateway.registry.database import Database
from gateway.registry.imports import cells
from gateway.settings import Settings
from gateway.ussd.pager import Budget
from gateway.wordings.ground import Repository
from menus import build_menu
from tests.registry.files import NOW, beneficiary, payment, visit, write_csv, write_xlsx


class Terminal:
    """Types commands into an application on `database`."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self._app = Flask("test")
        self._app.extensions["ports"] = Ports(Settings(database_url=url), database)
        repository = Repository(build_menu("1234"), load_texts(), Budget(80, 182))
        self._app.extensions["repository"] = repository
        for group in (db, beneficiaries, payments, visits):
            self._app.cli.add_command(group)

    def type(self, *words: str | Path) -> Result:
        return self._app.test_cli_runner().invoke(args=[str(word) for word in words])

    def count(self, table) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def terminal(database: Database, database_url: str) -> Terminal:
    return Terminal(database, database_url)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "good.csv", [beneficiary("26000001"), beneficiary("26000002")])


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    rows = [beneficiary("26000001"), beneficiary("2600000", village="ກ" * 17), beneficiary()]
    return write_csv(tmp_path / "faulty.csv", rows)


NEW_PLACES = [
    "NEW village: ໂພນແກ້ວ, ສະໜາມໄຊ: 2 rows, the first in line 2.",
    "NEW health_centre: ສຸກສາລາ ປິນດົງ, ສະໜາມໄຊ: 2 rows, the first in line 2.",
    "NEW pay_point: ບ້ານ ໂພນແກ້ວ, ສະໜາມໄຊ: 2 rows, the first in line 2.",
]


def test_a_good_file_is_counted(terminal: Terminal, good: Path):
    result = terminal.type("beneficiaries", "import", good)

    assert result.output.splitlines() == [
        *NEW_PLACES,
        "2 new, 0 changed, 0 unchanged, 0 kept as set here.",
    ]
    assert result.exit_code == 0
    assert terminal.count(tables.beneficiaries) == 2


def test_a_dry_run_says_so(terminal: Terminal, good: Path):
    result = terminal.type("beneficiaries", "import", good, "--dry-run")

    assert result.output.splitlines() == [
        *NEW_PLACES,
        "Line 3, 26000002: perhaps the same person as 26000001 (name, phone, birth, village)",
        "2 new, 0 changed, 0 unchanged, 0 kept as set here.",
        "A dry run: nothing was written.",
    ]
    assert terminal.count(tables.beneficiaries) == 0


def test_new_places_can_be_refused(terminal: Terminal, good: Path):
    result = terminal.type("beneficiaries", "import", good, "--known-places-only")

    assert "village: This place is not known. It says: “ໂພນແກ້ວ”" in result.output
    assert result.exit_code == 1
    assert terminal.count(tables.beneficiaries) == 0


@pytest.mark.parametrize("option", [[], ["--dry-run"]], ids=["import", "dry run"])
def test_a_faulty_file_fails_with_every_fault(terminal: Terminal, faulty: Path, option: list[str]):
    result = terminal.type("beneficiaries", "import", faulty, *option)

    assert result.output.splitlines() == [
        "Line 3, registration_no: It must have 8 digits. Excel drops zeros in front: format the "
        "column as text. It says: “2600000”",
        "Line 3, village: The name has 17 characters; 16 are the most, names are never cut. "
        f"It says: “{'ກ' * 17}”",
        "Line 4, registration_no: The same as in line 2.",
        "3 faults: nothing was written.",
    ]
    assert result.exit_code == 1
    assert terminal.count(tables.beneficiaries) == 0


@pytest.mark.parametrize("locale", ["lo", "lo_Latn", "en"])
def test_faults_are_told_in_the_language_asked_for(terminal: Terminal, faulty: Path, locale: str):
    result = terminal.type("beneficiaries", "import", faulty, "--locale", locale)

    assert load_gettext()[locale](cells.NOT_8_DIGITS) in result.output
    assert result.exit_code == 1


def test_what_was_kept_is_listed(terminal: Terminal, good: Path):
    terminal.type("beneficiaries", "import", good)
    with terminal.database.writing() as connection:
        ids = list(connection.execute(select(tables.beneficiaries.c.id)).scalars())
        set_consent(connection, ids, "health", False, NOW)

    result = terminal.type("beneficiaries", "import", good, "--dry-run")

    assert result.output.splitlines()[:3] == [
        "Line 2, 26000001: kept as set here: consent_health (the file says: yes)",
        "Line 3, 26000002: kept as set here: consent_health (the file says: yes)",
        "0 new, 0 changed, 2 unchanged, 2 kept as set here.",
    ]


def test_an_excel_file_is_imported_too(terminal: Terminal, tmp_path: Path):
    path = write_xlsx(tmp_path / "file.xlsx", [beneficiary()])

    assert terminal.type("beneficiaries", "import", path).exit_code == 0
    assert terminal.count(tables.beneficiaries) == 1


def test_payments_and_visits_are_imported_alike(terminal: Terminal, good: Path, tmp_path: Path):
    terminal.type("beneficiaries", "import", good)
    plan = write_csv(tmp_path / "payments.csv", [payment()])
    made = write_csv(tmp_path / "visits.csv", [visit()])

    for command, path, table in (
        ("payments", plan, tables.payments),
        ("visits", made, tables.visits),
    ):
        dry = terminal.type(command, "import", path, "--dry-run")
        assert (dry.exit_code, terminal.count(table)) == (0, 0)
        result = terminal.type(command, "import", path)
        assert result.output == "1 new, 0 changed, 0 unchanged, 0 kept as set here.\n"
        assert terminal.count(table) == 1


def test_a_payment_of_nobody_fails(terminal: Terminal, tmp_path: Path):
    result = terminal.type("payments", "import", write_csv(tmp_path / "file.csv", [payment()]))

    assert result.output.splitlines()[0] == (
        "Line 2, registration_no: No beneficiary has this registration number."
    )
    assert result.exit_code == 1


def test_a_file_that_is_not_there_is_said_so(terminal: Terminal, tmp_path: Path):
    result = terminal.type("visits", "import", tmp_path / "nowhere.csv")

    assert result.exit_code == 2
    assert "does not exist" in result.output


def test_the_unreachable_come_as_csv(terminal: Terminal, tmp_path: Path):
    rows = [beneficiary("26000001", msisdn=""), beneficiary("26000002", msisdn="", village="ນາຫວ້າ")]
    terminal.type("beneficiaries", "import", write_csv(tmp_path / "file.csv", rows))

    everyone = terminal.type("beneficiaries", "unreachable")
    one_village = terminal.type("beneficiaries", "unreachable", "--village", " ນາຫວ້າ\u200b")

    assert [row["registration_no"] for row in table(everyone)] == ["26000002", "26000001"]
    [row] = table(one_village)
    assert row == {
        "registration_no": "26000002",
        "name": "ນາງ ບຸນມີ ໄຊຍະວົງ",
        "district": "ສະໜາມໄຊ",
        "village": "ນາຫວ້າ",
        "health_centre": "ສຸກສາລາ ປິນດົງ",
        "msisdn": "",
        "phone_owner": "",
        "helper_msisdn": "",
        "why": "no number",
    }


def test_a_list_of_the_unreachable_runs_nothing_and_shortens_nothing(
    terminal: Terminal, tmp_path: Path
):
    rows = [
        beneficiary("02910001", msisdn="", name='=HYPERLINK("http://x","y")'),
        beneficiary("02910002", msisdn="", name="@SUM(2)"),
    ]
    terminal.type("beneficiaries", "import", write_csv(tmp_path / "file.csv", rows))

    plain = list(table(terminal.type("beneficiaries", "unreachable")))
    result = terminal.type("beneficiaries", "unreachable", "--excel")

    assert [row["name"] for row in plain] == ['\'=HYPERLINK("http://x","y")', "'@SUM(2)"]
    assert [row["registration_no"] for row in plain] == ["02910001", "02910002"]
    assert result.output.startswith("\ufeffregistration_no,")
    assert [line.split(",")[0] for line in result.output.splitlines()[1:]] == [
        "\t02910001",
        "\t02910002",
    ]


def table(result: Result) -> Iterator[dict[str, str]]:
    assert result.exit_code == 0
    return csv.DictReader(StringIO(result.output))


def test_an_empty_database_is_migrated(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/new.sqlite"
    database = Database(url)

    result = Terminal(database, url).type("db", "upgrade")

    assert result.exit_code == 0
    assert "beneficiaries" in inspect(database.engine).get_table_names()
    database.dispose()


def test_what_changes_is_told_before_it_does(terminal: Terminal, good: Path, tmp_path: Path):
    terminal.type("beneficiaries", "import", good)
    other = write_csv(
        tmp_path / "other.csv", [beneficiary("26000001", status="exited", pin="4321")]
    )

    result = terminal.type("beneficiaries", "import", other, "--dry-run")

    assert result.output.splitlines() == [
        "status: 1 row changes.",
        "pin: 1 row changes.",
        "Line 2, 26000001, status: enrolled -> exited",
        "Line 2, 26000001, pin:  -> ",
        "0 new, 1 changed, 0 unchanged, 0 kept as set here.",
        "A dry run: nothing was written.",
    ]
