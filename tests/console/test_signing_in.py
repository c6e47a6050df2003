"""Signing in and out, and being kept out."""

import pytest

from gateway.staff.accounts import by_email, change_account
from gateway.staff.rights import ROLES, Role
from gateway.staff.tries import LOCKED_FOR, MOST_FAILURES
from tests.console.conftest import PASSWORD, Staff, add_account, lines_of_the_log
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

EMAIL = "somebody@example.la"
WRONG = "do not belong together"
TOO_MANY = 30


@pytest.fixture
def somebody(service: Service) -> PlainBrowser:
    """Somebody who has an account and has not signed in."""
    add_account(service, "viewer", email=EMAIL)
    return PlainBrowser(service.app)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "editor"])
def test_every_role_lands_on_today(staff: Staff, role: Role):
    assert staff(role).get("").heading == "Today"


def test_an_editor_lands_on_the_menu_that_she_words(staff: Staff):
    editor = staff("editor")

    assert editor.get("", 302).location == "/console/texts/"
    assert editor.get("menu/").heading == "Menu map"


def test_nobody_is_sent_to_sign_in_and_then_to_what_they_wanted(somebody: PlainBrowser):
    asked = somebody.get("password?a=1", 302)

    landed = somebody.post(asked.location, {"email": EMAIL, "password": PASSWORD})

    assert asked.location == "/console/sign-in?next=/console/password?a%3D1"
    assert landed.location == "/console/password?a=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/console/",
        "//example.org/console/",
        "/\\example.org",
        "/console/\\example.org",
        "/phone/",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_anywhere_else(somebody: PlainBrowser, target: str):
    landed = somebody.raw(
        "POST",
        "sign-in",
        query_string={"next": target},
        data={"csrf_token": somebody.token(), "email": EMAIL, "password": PASSWORD},
    )

    assert landed.headers["Location"] == "/console/"


def test_whoever_is_signed_in_is_not_asked_again(staff: Staff):
    assert staff("viewer").get("sign-in", 302).location == "/console/"


@pytest.mark.parametrize(
    ("label", "email", "password"),
    [
        ("a wrong password", EMAIL, "wrong"),
        ("somebody unknown", "other@example.la", PASSWORD),
        ("an address that is none", "somebody", PASSWORD),
    ],
)
def test_a_refusal_says_the_same_whoever_it_is(
    somebody: PlainBrowser, label: str, email: str, password: str
):
    page = somebody.sign_in(email, password, 200)

    assert WRONG in page.words, label
    assert page.fields("/console/sign-in") == {
        "csrf_token": page.fields("/console/sign-in")["csrf_token"],
        "email": email,
        "password": "",
    }


def test_what_is_left_out_is_named_at_its_field(somebody: PlainBrowser):
    page = somebody.sign_in("", "", 200)

    assert page.errors() == ["Email: Fill this in.", "Password: Fill this in."]
    assert page.one(".//input[@id='email']").get("aria-invalid") == "true"


def test_the_fifth_wrong_password_locks_the_account_for_a_quarter_of_an_hour(
    service: Service, somebody: PlainBrowser
):
    for _guess in range(MOST_FAILURES):
        somebody.sign_in(EMAIL, "wrong", 200)

    assert WRONG in somebody.sign_in(EMAIL, PASSWORD, 200).words
    service.clock.at += LOCKED_FOR
    assert somebody.sign_in(EMAIL, PASSWORD, 302).location == "/console/"


def test_an_address_has_thirty_tries_in_five_minutes(somebody: PlainBrowser):
    for number in range(TOO_MANY):
        somebody.sign_in(f"{number}@example.la", "", 200)

    page = somebody.sign_in(EMAIL, PASSWORD, 429)

    assert page.heading == "Too many tries"


def test_tries_are_counted_where_redis_is_away(service_without_redis: Service):
    reader = PlainBrowser(service_without_redis.app)
    for number in range(TOO_MANY):
        reader.sign_in(f"{number}@example.la", "", 200)

    reader.sign_in(EMAIL, PASSWORD, 429)


def test_signing_out_ends_the_session(staff: Staff):
    reader = staff("viewer")

    reader.post("sign-out")

    assert reader.get("", 302).location.startswith("/console/sign-in")


def test_an_account_taken_away_is_out_at_once(service: Service, staff: Staff):
    reader = staff("viewer", email=EMAIL)
    with service.database.writing() as connection:
        account = by_email(connection, EMAIL)
        assert account is not None
        change_account(connection, account.id, {"active": False}, service.clock())

    assert reader.get("", 302).location.startswith("/console/sign-in")


def test_the_cookie_is_for_the_console_and_no_script(somebody: PlainBrowser):
    response = somebody.send("sign-in", {"email": EMAIL, "password": PASSWORD})

    cookies = response.headers.getlist("Set-Cookie")
    cookie = next(one for one in cookies if one.startswith("console="))
    for part in ("HttpOnly", "Path=/console/", "SameSite=Lax", "Expires="):
        assert part in cookie


def test_the_token_from_before_signing_in_is_worth_nothing_after(somebody: PlainBrowser):
    before = somebody.token()
    somebody.sign_in(EMAIL, PASSWORD)

    refused = somebody.raw("POST", "sign-out", data={"csrf_token": before})

    assert refused.status_code == 400


def test_signing_in_and_failing_to_are_in_the_audit_log(service: Service, somebody: PlainBrowser):
    somebody.sign_in(EMAIL, "wrong", 200)
    somebody.sign_in("Stranger@example.la", "wrong", 200)
    somebody.sign_in(EMAIL, PASSWORD)
    somebody.post("sign-out")

    address = somebody.address
    assert [(line.who, line.action, line.address) for line in lines_of_the_log(service)] == [
        (EMAIL, "staff.sign_in_failed", address),
        ("stranger@example.la", "staff.sign_in_failed", address),
        (EMAIL, "staff.sign_in", address),
        (EMAIL, "staff.sign_out", address),
    ]


def test_a_name_typed_into_the_log_is_as_long_as_fits(service: Service, somebody: PlainBrowser):
    somebody.sign_in("x" * 119 + "@example.la", "wrong", 200)
    somebody.sign_in("x" * 109 + "@example.la", "wrong", 200)

    assert [len(line.who) for line in lines_of_the_log(service)] == [120]
