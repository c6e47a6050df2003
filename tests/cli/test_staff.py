"""`flask staff add`."""

import pytest
from click.testing import Result
from sqlalchemy import select

from gateway.staff.accounts import StaffUser, authenticate, by_email
from gateway.staff.tables import audit_log
from tests.service import Service


def _run(service: Service, *words: str) -> Result:
    return service.app.test_cli_runner().invoke(args=["staff", "add", *words])


def _found(service: Service, email: str) -> StaffUser | None:
    with service.database.reading() as connection:
        return by_email(connection, email)


def test_the_password_it_prints_signs_in_and_must_be_changed(service: Service):
    result = _run(service, "Khamla@Example.la", "--role", "admin")

    email, password = result.output.split()
    staff = authenticate(service.database, email, password)
    assert email == "khamla@example.la"
    assert staff is not None
    assert (staff.role, staff.district_id, staff.must_change_password) == ("admin", None, True)


@pytest.mark.parametrize("name", ["Nong", "ນອງ"])
def test_a_district_is_known_by_either_name(service: Service, name: str):
    _run(service, "k@example.la", "--role", "operator", "--district", name)

    staff = _found(service, "k@example.la")
    assert staff is not None
    assert staff.district_id is not None


@pytest.mark.parametrize(
    ("label", "words", "sentence"),
    [
        ("an unknown district", ["k@example.la", "--role", "viewer", "--district", "Vientiane"],
         "No such district; there are: Nong, Phouvong, Sanamxay."),
        ("an unknown role", ["k@example.la", "--role", "boss"], "'boss' is not one of"),
        ("no role", ["k@example.la"], "Missing option '--role'"),
        ("no email", ["khamla", "--role", "viewer"], "not an email address"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_added(
    service: Service, label: str, words: list[str], sentence: str
):
    result = _run(service, *words)

    assert result.exit_code != 0, label
    assert sentence in result.output, label
    assert _found(service, "k@example.la") is None


def test_an_email_is_added_once(service: Service):
    _run(service, "k@example.la", "--role", "viewer")

    result = _run(service, "K@example.la", "--role", "admin")

    assert result.exit_code == 1
    assert result.output == "Error: There is an account for K@example.la.\n"
    staff = _found(service, "k@example.la")
    assert staff is not None
    assert staff.role == "viewer"


def test_it_is_in_the_audit_log(service: Service):
    _run(service, "k@example.la", "--role", "viewer")

    with service.database.reading() as connection:
        line = connection.execute(select(audit_log)).one()
    assert (line.who, line.action, line.changes) == (
        "flask staff add",
        "staff.add",
        {"role": [None, "viewer"]},
    )
