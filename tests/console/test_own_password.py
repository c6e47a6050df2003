"""Changing one's own password, and having to."""

import pytest

from gateway.settings import Settings
from gateway.staff.accounts import authenticate
from tests.console.conftest import PASSWORD, Staff, add_account, lines_of_the_log
from tests.console.plain_browser import PlainBrowser
from tests.service import Service, composed

EMAIL = "khamla@example.la"
NEW = "four grey umbrellas"
DONE = "Your password is changed."


def _form(old: str = PASSWORD, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"old": old, "new": new, "again": new if again is None else again}


def test_a_new_password_is_the_one_that_signs_in(service: Service, staff: Staff):
    reader = staff("viewer", email=EMAIL)

    page = reader.submit("password", _form())

    assert page.flashes() == [DONE]
    assert authenticate(service.database, EMAIL, NEW) is not None
    assert authenticate(service.database, EMAIL, PASSWORD) is None


def test_every_other_session_of_the_account_ends(service: Service, staff: Staff):
    here = staff("viewer", email=EMAIL)
    there = PlainBrowser(service.app)
    there.sign_in(EMAIL, PASSWORD)

    here.submit("password", _form())

    assert there.get("", 302).location.startswith("/console/sign-in")
    assert here.get("").heading == "Today"


@pytest.mark.parametrize(
    ("label", "form", "error"),
    [
        ("another old one", _form(old="wrong"),
         "Your password until now: This is not your password. After five "
             "wrong ones none is right for 15 minutes."),
        ("too short", _form(new="abc"), "New password: Use at least 12 characters."),
        ("too long", _form(new="abcdefgh " * 20), "New password: Use at most 128 characters."),
        ("too easy", _form(new="passwordpassword"), "New password: This is too easy to guess. "
         "Use several words that do not belong together."),
        ("one's own name", _form(new="khamla the great"), "New password: This is too easy to "
         "guess. Use several words that do not belong together."),
        ("the old one", _form(new=PASSWORD),
         "New password: Choose one that differs from the old one."),
        ("typed wrong", _form(again="four gray umbrellas"),
         "New password, once more: The two new passwords differ."),
    ],
)  # fmt: skip
def test_what_may_not_be_a_password(
    service: Service, staff: Staff, label: str, form: dict[str, str], error: str
):
    page = staff("viewer", email=EMAIL).post("password", form, 200)

    assert error in page.errors(), label
    assert authenticate(service.database, EMAIL, PASSWORD) is not None, label


def test_no_password_is_ever_sent_back_to_the_browser(staff: Staff):
    page = staff("viewer").post("password", _form(again="other"), 200)

    assert PASSWORD not in page.text
    assert NEW not in page.text


def test_a_password_that_was_given_out_must_be_changed_first(staff: Staff):
    reader = staff("admin", must_change_password=True)

    assert reader.get("", 302).location == "/console/password"
    assert reader.post("districts/1/resume").location == "/console/password"
    assert "works only once" in reader.get("password").words
    assert reader.submit("password", _form()).flashes() == [DONE]
    assert reader.get("staff/").heading == "Staff"


def test_whoever_must_change_it_can_still_sign_out(staff: Staff):
    reader = staff("admin", must_change_password=True)

    assert reader.post("sign-out").location == "/console/sign-in"


def test_a_password_of_the_demo_is_enough_in_the_demo(staff: Staff):
    assert staff("admin", demo_password=True).get("").heading == "Today"


def test_a_password_of_the_demo_must_be_changed_in_production(service: Service, redis_url: str):
    add_account(service, "admin", email=EMAIL, demo_password=True)
    production = Settings(
        gateway_env="production",
        database_url=str(service.database.engine.url),
        redis_url=redis_url,
        secret_key="s3",
    )
    with composed(production, service.clock) as app:
        reader = PlainBrowser(app, https=True)
        reader.sign_in(EMAIL, PASSWORD)

        assert reader.get("", 302).location == "/console/password"
        assert "Secure" in reader.raw("GET", "password").headers["Set-Cookie"]
        assert reader.submit("password", _form()).flashes() == [DONE]


def test_the_change_is_in_the_audit_log_without_the_password(service: Service, staff: Staff):
    staff("viewer", email=EMAIL).submit("password", _form())

    line = lines_of_the_log(service)[-1]
    assert (line.who, line.action, line.kind, line.changes) == (
        EMAIL,
        "staff.password_changed",
        "staff",
        {},
    )
