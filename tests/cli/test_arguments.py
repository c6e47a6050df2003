"""Arguments that no database and no calendar can hold."""

import click
import pytest

from tests.service import Service

ID = "018bcfe5-6800-7000-8000-000000000000"


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "add", "k\udcff@example.la", "--role", "viewer"),
        ("staff", "add", "k@example.la", "--role", "operator", "--district", "N\0ng"),
        ("beneficiaries", "unreachable", "--village", "\udc80"),
        ("messages", "show", "--msisdn", "0" * 5001),
        ("broadcasts", "draft", "--name", "a\0b"),
        ("operators", "release", "\0"),
    ],
)
def test_a_word_that_cannot_be_stored_is_refused_with_a_sentence(service: Service, words):
    result = service.app.test_cli_runner().invoke(args=[*words])

    assert result.exit_code == 2
    assert "Error: " in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
@pytest.mark.parametrize(
    "words",
    [
        ("reminders", "run", "--date", "{}-12-31"),
        ("broadcasts", "start", ID, "--at", "{}-01-01 00:00"),
    ],
)
def test_a_day_of_another_age_is_refused(service: Service, words, year: str):
    args = [word.format(year) for word in words]

    result = service.app.test_cli_runner().invoke(args=args)

    assert result.exit_code == 2
    assert f"{int(year):04} is not a year between 1900 and 2199" in result.output


def test_every_command_of_ours_is_bounded(service: Service):
    found = [
        parameter
        for name, group in service.app.cli.commands.items()
        if isinstance(group, click.Group)
        for command in group.commands.values()
        for parameter in command.params
        if type(parameter.type) in {type(click.STRING), click.DateTime}
    ]

    assert found == []
