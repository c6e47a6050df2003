"""A command whose database is away or empty says a sentence."""

import pytest
from flask import Flask

from gateway.cli.commands import NO_TABLES
from gateway.settings import Settings
from tests.service import DEAD_REDIS, Clock, composed

COMMANDS = [
    ["menus", "dial"],
    ["reminders", "run"],
    ["messages", "show"],
    ["broadcasts", "show"],
    ["beneficiaries", "unreachable"],
    ["operators", "show"],
]


def _run(database_url: str, command: list[str]):
    settings = Settings(database_url=database_url, redis_url=DEAD_REDIS)
    with composed(settings, Clock()) as app:
        assert isinstance(app, Flask)
        return app.test_cli_runner().invoke(args=command, input="\n")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_database_is_named_with_what_to_do(tmp_path, command):
    result = _run(f"sqlite:///{tmp_path / 'empty.sqlite'}", command)

    assert (result.exit_code, result.stderr) == (1, f"Error: {NO_TABLES}\n")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_that_is_away_is_named(command):
    result = _run("postgresql://127.0.0.1:1/gateway", command)

    assert result.exit_code == 1
    assert result.output.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.output


def test_a_database_that_does_not_exist_is_not_said_to_be_away(postgresql):
    elsewhere = postgresql.engine.url.set(drivername="postgresql", database="mistyped")
    result = _run(elsewhere.render_as_string(hide_password=False), ["reminders", "run"])

    assert (result.exit_code, result.stderr) == (
        1,
        'Error: The database refuses: database "mistyped" does not exist\n',
    )


def test_a_file_that_cannot_be_opened_is_said_to_be_refused(tmp_path):
    result = _run(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite'}", ["reminders", "run"])

    assert (result.exit_code, result.stderr) == (
        1,
        "Error: The database refuses: unable to open database file\n",
    )
