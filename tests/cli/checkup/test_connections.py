"""Connections to other systems that are set up wrong, or tell nothing, and the doctor's words."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from gateway.connectors.tables import connections
from gateway.core.findings import Level
from gateway.registry.clock import utc_now
from gateway.registry.database import Database
from tests.cli.checkup.conftest import Doctor, says

FILE = """
[connections.clinics]
driver = "dhis2"
url = "https://dhis2.example.la"
token_env = "DHIS2_TOKEN"
program = "IpHINAT79UW"
registration_attribute = "zDhUuAYrxNC"
visits = [{ stage = "A03MvHHogjR", visit = "anc2" }]
"""
TOKEN = {"DHIS2_TOKEN": "x"}


@pytest.fixture
def look(sql_doctor: Doctor, tmp_path: Path):
    file = tmp_path / "connections.toml"

    def look(text: str = FILE, environ: dict[str, str] | None = None):
        file.write_text(text, encoding="utf-8")
        here = TOKEN if environ is None else environ
        return sql_doctor("connections", environ=here, connections=str(file))

    return look


def keep(database: Database, **values: object) -> None:
    with database.writing() as sql:
        sql.execute(insert(connections).values(name="clinics", driver="dhis2", **values))


def test_without_a_file(sql_doctor: Doctor):
    assert sql_doctor("connections") == ()


def test_a_file_that_cannot_be_read(look):
    found = look(FILE.replace("token_env", "tokenenv"))
    says(found, Level.FAULT, "CONNECTIONS cannot be used")
    assert "tokenenv" in found[0].wrong


def test_a_token_that_the_environment_has_not(look):
    found = look(environ={})
    says(found, Level.FAULT, "CONNECTIONS cannot be used")
    assert "DHIS2_TOKEN" in found[0].wrong


def test_one_that_nobody_has_approved(look):
    says(look(), Level.WARNING, "Nobody has approved the connection")


def test_one_that_brings_nothing(look, postgresql: Database):
    then = utc_now() - timedelta(hours=30)
    keep(postgresql, approved_at=then, last_ok_at=then)
    found = look()
    says(found, Level.FAULT, "Nothing has been read for")
    assert "30 hours from the connection clinics" in found[0].wrong


def test_one_that_is_well(look, postgresql: Database):
    keep(postgresql, approved_at=utc_now(), last_ok_at=utc_now())
    assert look() == ()
