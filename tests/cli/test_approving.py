"""`flask broadcasts approve` asks for the second factor where there is one, or has to be."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from click.testing import Result
from passlib.totp import TOTP

from gateway.messaging.broadcasts.lifecycle import read_broadcast
from gateway.staff.accounts import by_email
from gateway.staff.factors.authenticator import Authenticators
from gateway.staff.factors.store import NewFactor, add_factor, require_of
from tests.console.conftest import PASSWORD, add_account, lines_of_the_log
from tests.console.ledger import put_broadcast
from tests.service import Service

EMAIL = "approver@example.la"


@pytest.fixture
def one(service: Service) -> UUID:
    add_account(service, "approver", email=EMAIL)
    return put_broadcast(service, submitted=True)


def _approve(service: Service, one: UUID, *more: str, answers: str = "") -> Result:
    words = ["broadcasts", "approve", str(one), "--as", EMAIL, "--password", PASSWORD, *more]
    return service.app.test_cli_runner().invoke(args=words, input=answers)


def _state(service: Service, one: UUID) -> str:
    with service.database.reading() as connection:
        return str(read_broadcast(connection, one).state)


def _set_up(service: Service) -> tuple[TOTP, list[str]]:
    """(the app on the command's clock, recovery codes)"""
    keys, now = service.app.extensions["console"].settings.factor_keys, datetime.now(UTC)
    apps = Authenticators(keys, lambda: now)
    secret = apps.generate_totp_secret()
    factor = NewFactor(kind="authenticator", name="x", secret=secret, last_counter=0)
    with service.database.writing() as connection:
        account = by_email(connection, EMAIL)
        assert account is not None
        codes = add_factor(connection, account.id, factor, keys[0], now)
    return TOTP(key=apps.get_totp_b32_key(secret)), codes


def test_the_code_of_the_app_is_asked_for(service: Service, one: UUID):
    app, _codes = _set_up(service)

    result = _approve(service, one, answers=f"{app.generate().token}\n")

    assert result.exit_code == 0, result.output
    assert _state(service, one) == "approved"


def test_a_recovery_code_may_be_given_as_an_option(service: Service, one: UUID):
    _app, codes = _set_up(service)

    assert _approve(service, one, "--code", codes[0]).exit_code == 0
    assert _state(service, one) == "approved"


def test_a_wrong_code_approves_nothing(service: Service, one: UUID):
    _set_up(service)

    result = _approve(service, one, "--code", "000000")

    assert result.exit_code == 1
    assert "this code is not right" in result.output
    assert _state(service, one) == "submitted"


def refusals(service: Service) -> list[tuple[str, str, dict]]:
    refused = {"staff.sign_in_failed", "staff.factor_failed", "staff.refused"}
    lines = [line for line in lines_of_the_log(service) if line.action in refused]
    return [(line.who, line.action, line.changes) for line in lines]


def why(reason: str) -> dict[str, list[str | None]]:
    return {"why": [None, reason], "how": [None, "command"]}


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.la"])
def test_a_wrong_password_leaves_a_line(service: Service, one: UUID, email: str):
    words = ["broadcasts", "approve", str(one), "--as", email, "--password", "not hers"]

    result = service.app.test_cli_runner().invoke(args=words)

    assert result.exit_code == 1
    assert refusals(service) == [(email, "staff.sign_in_failed", why("wrong_password"))]


def test_who_may_not_approve_leaves_a_line(service: Service, one: UUID):
    add_account(service, "viewer", email="viewer@example.la")
    words = ["broadcasts", "approve", str(one), "--as", "viewer@example.la"]

    result = service.app.test_cli_runner().invoke(args=[*words, "--password", PASSWORD])

    assert result.exit_code == 1
    assert refusals(service) == [("viewer@example.la", "staff.refused", why("broadcast.approve"))]


def test_a_wrong_code_and_a_factor_that_is_missing_leave_lines(service: Service, one: UUID):
    with service.database.writing() as connection:
        require_of(connection, ["approver"], service.clock())
    _approve(service, one)
    _set_up(service)
    _approve(service, one, "--code", "000000")

    assert refusals(service) == [
        (EMAIL, "staff.factor_failed", why("no_factor")),
        (EMAIL, "staff.factor_failed", why("wrong_code")),
    ]


def test_a_role_that_needs_one_approves_nothing_without_it(service: Service, one: UUID):
    with service.database.writing() as connection:
        require_of(connection, ["approver"], service.clock())

    result = _approve(service, one)

    assert result.exit_code == 1
    assert "set one up first" in result.output
    assert _state(service, one) == "submitted"
