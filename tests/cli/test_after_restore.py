"""`flask messages after-restore`, as typed."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.core.restores import HELD_KINDS, Sign
from gateway.messaging.restored.holding import hold, newest_restore
from gateway.staff.tables import audit_log
from tests.cli.test_messaging import ok, run
from tests.messaging.village import draft, number, queue, states
from tests.service import Service

HOUR = timedelta(hours=1)


@pytest.fixture
def restored(service: Service) -> Service:
    """An hour is missing, in which two payment reminders were due."""
    with service.database.writing() as connection:
        now = service.clock()
        times = {"not_before_at": now - HOUR / 2, "expires_at": now + 24 * HOUR}
    queue(service.database, draft(1, **times), draft(2, **times), now=now)
    with service.database.writing() as connection:
        hold(connection, Sign.COMMAND, dump_at=now - HOUR, last_at=None, now=now)
    return service


def test_a_database_that_was_never_restored_says_so(service: Service):
    assert ok(service, "messages", "after-restore") == (
        "The database was not restored: nothing is held.\n"
    )


def test_it_shows_what_may_have_gone_out_and_what_is_missing(restored: Service):
    shown = ok(restored, "messages", "after-restore")
    assert re.search(r"It knows nothing from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d to ", shown)
    assert "opt-outs (STOP)" in shown
    assert re.search(r"payment +held: 2 may have gone out", shown)
    assert states(restored.database) == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("choice", "state"),
    [("--as-sent", "accepted"), ("--send", "queued"), ("--to-staff", "unknown")],
)
def test_a_kind_is_released_with_a_line_in_the_audit_log(
    restored: Service, choice: str, state: str
):
    said = ok(restored, "messages", "after-restore", "--release", "payment", choice, "--yes")
    assert said == f"payment: 2 messages, {choice[2:].replace('-', ' ')}.\n"
    assert states(restored.database) == [state, state]
    with restored.database.reading() as connection:
        (line,) = connection.execute(
            select(audit_log).where(audit_log.c.action == "message.after_restore")
        )
    assert line.changes == {
        "kind": [None, "payment"], "outcome": [None, choice[2:].replace("-", "_")],
        "sms": [None, 2],
    }  # fmt: skip


def test_all_is_what_nobody_has_released_yet(restored: Service):
    command = ("messages", "after-restore", "--yes", "--release")
    ok(restored, *command, "payment", "--send")
    said = ok(restored, *command, "all", "--as-sent")
    assert [line.split(":")[0] for line in said.splitlines()] == ["reply", "health", "broadcast"]
    with restored.database.reading() as connection:
        restore = newest_restore(connection)
    assert restore is not None
    assert set(restore.choices) == set(HELD_KINDS)
    assert run(restored, *command, "all", "--as-sent").exit_code == 1


def test_whoever_the_operators_list_shows_gets_nothing_and_the_others_do(
    restored: Service, tmp_path: Path
):
    listed = tmp_path / "sent.txt"
    listed.write_text(f"\n0{number(1).removeprefix('+856')}\n+8562099999999\n")
    words = ("messages", "after-restore", "--yes", "--release", "payment", "--send", "--except")
    assert ok(restored, *words, listed) == "payment: 1 messages, send.\n"
    assert states(restored.database) == ["accepted", "queued"]


def test_a_list_that_is_none_releases_nothing(restored: Service, tmp_path: Path):
    listed = tmp_path / "sent.txt"
    listed.write_text(f"{number(1)}\nNumber\n")
    words = ("messages", "after-restore", "--yes", "--release", "payment", "--send", "--except")
    result = run(restored, *words, listed)
    assert (result.exit_code, "line 2 is no number" in result.output) == (2, True)
    assert states(restored.database) == ["unknown", "unknown"]


def test_who_does_not_say_yes_changes_nothing(restored: Service):
    words = ("messages", "after-restore", "--release", "payment", "--send")
    assert run(restored, *words, answers="n\n").exit_code == 1
    assert states(restored.database) == ["unknown", "unknown"]


@pytest.mark.parametrize(
    "words",
    [
        ("--release", "payment"),
        ("--as-sent",),
        ("--release", "payment", "--broadcast", "0" * 32, "--as-sent"),
    ],
)
def test_half_a_command_is_refused(restored: Service, words):
    assert run(restored, "messages", "after-restore", *words).exit_code == 2


def test_without_a_restore_nothing_is_released(service: Service):
    words = ("messages", "after-restore", "--release", "payment", "--send", "--yes")
    result = run(service, *words)
    assert (result.exit_code, "was not restored" in result.output) == (1, True)
