"""`flask operators`: the ways of SMS, looked at and switched."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.cli.operators import operators
from gateway.messaging.sending.breaker import read_stop, stop_provider
from gateway.providers.kannel.settings import KannelSettings
from gateway.settings import Settings
from tests.service import Clock, composed

TABLES = '[unitel]\ncarries = ["unitel"]\n[laotel]\n'


@pytest.fixture
def run(demo_registry, redis_url, tmp_path):
    file = tmp_path / "operators.toml"
    file.write_text(TABLES)
    settings = Settings(
        database_url=str(demo_registry.engine.url),
        redis_url=redis_url,
        of_providers=(KannelSettings(kannel_operators=str(file)),),
    )
    with composed(settings, Clock()) as app:

        def invoke(*arguments: str):
            result = app.test_cli_runner().invoke(operators, arguments)
            return result.exit_code, result.output

        yield invoke


def test_every_way_is_shown_with_its_numbers(run):
    code, output = run("show")
    assert code == 0
    assert output.splitlines() == [
        "africastalking: on (all others)",
        "kannel-unitel: on (+856209, +856304, +856309)",
        "kannel-laotel: on (+856205, +856207, +856305, +856307)",
    ]


@pytest.mark.parametrize("name", ["unitel", "kannel-unitel"])
def test_one_is_switched_off_and_on(run, demo_registry, name):
    assert run("off", name) == (0, "kannel-unitel is off.\n")
    assert "kannel-unitel: off" in run("show")[1]
    assert "kannel-laotel: on" in run("show")[1]
    assert run("on", name) == (0, "kannel-unitel is on.\n")
    assert "kannel-unitel: on" in run("show")[1]
    with demo_registry.reading() as connection:
        assert read_stop(connection, "kannel-unitel") is None


def test_a_stop_is_shown_with_its_reason_and_lifted_by_switching_on(run, demo_registry):
    now = datetime.now(UTC)
    until = now + timedelta(hours=1)
    with demo_registry.writing() as connection:
        stop_provider(connection, "kannel-laotel", reason="not_routable", until=until, now=now)
    assert "kannel-laotel: stopped until" in run("show")[1]
    assert "not_routable" in run("show")[1]
    run("on", "laotel")
    assert "kannel-laotel: on" in run("show")[1]


def test_a_name_that_is_no_way_is_refused_with_those_there_are(run):
    code, output = run("off", "vodafone")
    assert code == 2
    assert "africastalking, kannel-unitel, kannel-laotel" in output


def test_kannels_operators_count_where_they_are_asked_for(demo_registry, redis_url):
    url = str(demo_registry.engine.url)
    for settings, providers in (
        (Settings(database_url=url, redis_url=redis_url), ["africastalking"]),
        (
            Settings(database_url=url, redis_url=redis_url, sms_provider="kannel"),
            ["kannel-unitel"],
        ),
    ):
        with composed(settings, Clock()) as app:
            output = app.test_cli_runner().invoke(operators, ["show"]).output
        assert [line.partition(":")[0] for line in output.splitlines()] == providers
