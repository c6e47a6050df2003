"""Settings, processes, content and staff set up wrong, and what the doctor says to it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from uuid_utils.compat import uuid7

from gateway.core.findings import Level
from gateway.messaging.restored.signs import beat
from gateway.messaging.tables import backups
from gateway.providers.africastalking.settings import AfricasTalkingSettings
from gateway.registry.clock import utc_now
from gateway.registry.database import Database
from gateway.staff.tables import staff_users
from tests.cli.checkup.conftest import Doctor, says
from tests.ports import free_port
from tests.worker.processes import Processes, start_operator


def test_a_misspelt_variable(doctor: Doctor):
    found = doctor("settings", environ={"SMS_PER_SECONDS": "5", "HOSTNAME": "x", "PATH": "/bin"})
    says(found, Level.WARNING, "SMS_PER_SECONDS is no setting, so nobody reads it")
    assert found[0].do.startswith("SMS_PER_SECOND may be meant")


@pytest.mark.parametrize("name", ["SECRETKEY", "RETENTION_DAY", "SECRET_KEY_FILES"])
def test_one_whose_begin_is_not_ours_alone(doctor: Doctor, name: str):
    (found,) = doctor("settings", environ={name: "x"})
    assert found.wrong == f"{name} is no setting, so nobody reads it."


def test_variables_of_others_and_of_ours(doctor: Doctor):
    ours = {"SECRET_KEY_FILE": "x", "CALLBACK_KEY_KANNEL": "x", "PORT": "1", "KANNEL_STATE": "x"}
    theirs = {"HOME": "/", "LANG": "C", "USER": "x", "KUBERNETES_PORT": "x", "GATEWAY_PORT": "x"}
    theirs |= {"GATEWAY_SERVICE_HOST": "x", "GATEWAY_PORT_8000_TCP_ADDR": "x"}
    assert doctor("settings", environ=ours | theirs) == ()


def test_a_demo_in_public(doctor: Doctor):
    found = doctor("settings", gateway_env="demo", public_url="https://console.example.la")
    says(found, Level.FAULT, "GATEWAY_ENV is demo and PUBLIC_URL is not this machine")


def test_a_secret_that_everybody_reads(doctor: Doctor, tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("secret")
    file.chmod(0o644)
    (found,) = doctor("files", environ={"SECRET_KEY_FILE": str(file)})
    assert (found.level, found.wrong) == (
        Level.FAULT,
        f"{file} holds secrets, and every user of this machine can read it.",
    )
    file.chmod(0o640)
    assert doctor("files", environ={"SECRET_KEY_FILE": str(file)}) == ()


def test_pins_that_hang_on_another_key(sql_doctor: Doctor):
    says(sql_doctor("keys", pin_pepper=""), Level.WARNING, "PIN_PEPPER is empty")


def test_a_clock_ahead(sql_doctor: Doctor):
    ahead = {"now": lambda: utc_now() + timedelta(minutes=20)}
    found = sql_doctor("clock", more=ahead)
    says(found, Level.FAULT, "This machine's clock is")
    assert "1200 s" in found[0].wrong
    assert sql_doctor("clock") == ()


def test_no_workers(doctor: Doctor, redis_url: str):
    says(doctor("workers", redis_url=redis_url), Level.FAULT, "No worker listens")


def test_no_scheduler(sql_doctor: Doctor, postgresql: Database):
    says(sql_doctor("scheduler"), Level.FAULT, "No scheduler has ever worked on this database")
    with postgresql.writing() as connection:
        beat(connection, datetime.now(UTC) - timedelta(minutes=7))
    found = sql_doctor("scheduler")
    says(found, Level.FAULT, "The scheduler has done nothing for")
    assert "7 minutes" in found[0].wrong
    with postgresql.writing() as connection:
        beat(connection, datetime.now(UTC))
    assert sql_doctor("scheduler") == ()


@pytest.mark.parametrize(("hours", "level"), [(25, None), (30, Level.WARNING), (90, Level.FAULT)])
def test_an_old_backup(sql_doctor: Doctor, postgresql: Database, hours: int, level: Level | None):
    row = {"id": uuid7(), "file": "gateway.dump", "octets": 1, "sha256": "0" * 64}
    with postgresql.writing() as connection:
        at = datetime.now(UTC) - timedelta(hours=hours)
        connection.execute(insert(backups).values(at=at, **row))
    found = sql_doctor("backup")
    if level is None:
        assert found == ()
    else:
        says(found, level, "The last backup is")


def test_no_backup(sql_doctor: Doctor):
    says(sql_doctor("backup"), Level.WARNING, "No backup was ever made by flask backup")


def test_a_folder_of_metrics_that_nobody_made(doctor: Doctor, tmp_path: Path):
    named = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    says(doctor("metrics", environ=named), Level.FAULT, "PROMETHEUS_MULTIPROC_DIR is")
    assert doctor("metrics", environ={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}) == ()


@pytest.mark.usefixtures("sql_doctor")
class TestStaff:
    def add(self, database: Database, role: str, **more: object) -> None:
        with database.writing() as connection:
            now = datetime.now(UTC)
            row = {
                "id": uuid7(), "email": f"{role}@example.la", "password_hash": "x", "role": role,
                "active": True, "uniquifier": uuid7().hex, "must_change_password": False,
                "demo_password": False, "locale": "en", "failed_sign_ins": 0, "created_at": now,
                "updated_at": now, **more,
            }  # fmt: skip
            connection.execute(insert(staff_users).values(row))

    def test_nobody(self, sql_doctor: Doctor):
        (nobody, factors) = sql_doctor("staff")
        says((nobody,), Level.FAULT, "There is no administrator's account")
        says((factors,), Level.WARNING, "A password alone is enough for these roles:")

    def test_somebody_of_the_demo(self, sql_doctor: Doctor, postgresql: Database):
        self.add(postgresql, "admin", demo_password=True)
        (demo, _factors) = sql_doctor("staff")
        says((demo,), Level.FAULT, "1 accounts still have a password that the demo has made")


@pytest.fixture
def processes(tmp_path: Path):
    running = Processes({}, tmp_path / "log")
    yield running
    running.close()


@pytest.mark.long
def test_the_account_at_africas_talking(doctor: Doctor, processes: Processes):
    operator = start_operator(processes, f"http://127.0.0.1:{free_port()}")

    def look(key: str = "demo-api-key"):
        own = AfricasTalkingSettings(at_api_key=key, at_base_url=operator.url)
        return doctor("provider", of_providers=(own,))

    assert look() == ()
    says(
        look("typo"),
        Level.FAULT,
        "Africa's Talking does not take AT_USERNAME and AT_API_KEY",
    )
    processes.close()
    says(look(), Level.FAULT, "Africa's Talking does not answer")
