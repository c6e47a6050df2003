"""`flask beneficiaries data`, `ask-erasure`, `erase`."""

import json

import pytest
from click.testing import Result

from gateway.staff.rights import Role
from tests.console.conftest import PASSWORD, add_account, lines_of_the_log
from tests.console.people import person
from tests.service import Service

NUMBER = "26000001"


@pytest.fixture
def office(service: Service) -> Service:
    roles: tuple[Role, ...] = ("operator", "approver", "viewer")
    for role in roles:
        add_account(service, role, email=f"{role}@example.la")
    add_account(service, "approver", "Nong", email="elsewhere@example.la")
    return service


def run(service: Service, *words: str, answer: str = "") -> Result:
    runner = service.app.test_cli_runner()
    return runner.invoke(args=["beneficiaries", *words], input=answer)


def by(name: str) -> list[str]:
    return ["--as", f"{name}@example.la", "--password", PASSWORD]


def ask(service: Service, name: str = "operator") -> Result:
    return run(service, "ask-erasure", NUMBER, "--reason", "She wants it", *by(name))


def erase(service: Service, name: str = "approver", answer: str = "y\n") -> Result:
    return run(service, "erase", NUMBER, *by(name), answer=answer)


def test_data_is_json_and_its_taking_is_logged(office: Service):
    result = run(office, "data", NUMBER)

    assert json.loads(result.output)["held"]["beneficiaries"][0]["registration_no"] == NUMBER
    assert lines_of_the_log(office)[-1].action == "person_data.take"
    assert run(office, "data", "99999999").exit_code == 1


def test_one_asks_and_another_erases_after_what_goes_was_said(office: Service):
    assert ask(office).exit_code == 0
    dropped = erase(office, answer="n\n")
    assert "strip      2 Her payments (What public money" in dropped.output
    assert person(office) is not None

    done = erase(office)

    assert done.output.endswith("It is done.\n")
    assert person(office) is None


@pytest.mark.parametrize("name", ["operator", "viewer", "elsewhere"])
def test_nobody_erases_who_may_not(office: Service, name: str):
    ask(office)

    assert erase(office, name).exit_code == 1
    assert person(office) is not None


def test_nobody_erases_what_they_asked_for_or_nobody_did(office: Service):
    assert "taken back or done" in erase(office).output
    ask(office, "approver")

    assert "Somebody else has to decide" in erase(office).output
