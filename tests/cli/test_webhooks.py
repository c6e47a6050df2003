"""`flask webhooks`."""

from uuid import UUID, uuid4

import pytest
from click.testing import Result

from gateway.webhooks import endpoints
from gateway.webhooks.endpoints import NewEndpoint
from gateway.webhooks.tables import webhook_endpoints
from tests.console.conftest import lines_of_the_log
from tests.service import Service
from tests.webhooks.parked import parked

URL = "https://registry.example.la/hook"


@pytest.fixture
def endpoint(service: Service) -> UUID:
    new = NewEndpoint(url=URL, events=["*"], api_key_id=uuid4(), district_id=None, secret="-")
    with service.database.writing() as connection:
        return endpoints.add(connection, new, now=service.clock())


def _run(service: Service, *words: object) -> Result:
    return service.app.test_cli_runner().invoke(args=["webhooks", *map(str, words)])


def test_the_list_says_how_each_does(service: Service, endpoint: UUID):
    with service.database.writing() as connection:
        parked(connection, endpoint, 2, now=service.clock())
        failing = {"failures": 3, "fault": "status", "status": 500}
        connection.execute(webhook_endpoints.update().values(failing))

    (line,) = _run(service, "list").output.splitlines()

    assert line.split("\t") == [str(endpoint), URL, "active", "", "status", "500", "0", "2"]


@pytest.mark.parametrize(
    ("command", "said"), [("send-again", "sent again: 2"), ("drop", "dropped: 2")]
)
def test_what_was_given_up_is_sent_again_or_dropped_and_noted(
    service: Service, endpoint: UUID, command: str, said: str
):
    with service.database.writing() as connection:
        parked(connection, endpoint, 2, now=service.clock())

    assert _run(service, command, endpoint).output.strip() == said

    line = lines_of_the_log(service)[-1]
    assert line.action == f"webhook.{command.replace('-', '_')}"
    assert (line.who, line.object_id) == (f"flask webhooks {command}", str(endpoint))


@pytest.mark.parametrize("wrong", [uuid4(), "x", "\x00", 2**63])
def test_another_id_is_a_sentence(service: Service, wrong: object):
    result = _run(service, "drop", wrong)

    assert result.exit_code in {1, 2}
    assert "There is no receiver" in result.output or "UUID" in result.output
