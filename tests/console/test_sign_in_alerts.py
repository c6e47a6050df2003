"""Sign-ins that may not be one's own are told on the next page; what is refused is written down."""

import pytest

from tests.console.conftest import PASSWORD, Staff, add_account, lines_of_the_log
from tests.console.html import Page
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

EMAIL = "khamla@example.la"
TOLD = "Somebody signed in as you"


@pytest.fixture
def khamla(service: Service) -> PlainBrowser:
    add_account(service, "viewer", email=EMAIL)
    return _sign_in(service)


def _sign_in(service: Service) -> PlainBrowser:
    reader = PlainBrowser(service.app)
    reader.sign_in(EMAIL, PASSWORD)
    return reader


def _again(service: Service, reader: PlainBrowser) -> Page:
    service.clock.move(minutes=1)
    reader.post("sign-out")
    reader.sign_in(EMAIL, PASSWORD)
    return reader.get("account")


def test_the_first_sign_in_and_the_next_from_there_are_no_news(
    service: Service, khamla: PlainBrowser
):
    assert TOLD not in khamla.get("account").words
    assert TOLD not in _again(service, khamla).words


def test_a_new_device_is_told_on_the_next_page_wherever_one_is(
    service: Service, khamla: PlainBrowser
):
    other = _sign_in(service)

    for reader in (khamla, other):
        words = reader.get("payments/").words
        assert f"{TOLD} with" in words
        assert f"address {other.address}: new device and address." in words
    (line,) = [one for one in lines_of_the_log(service) if one.action == "staff.alert"]
    assert (line.who, line.changes) == (
        EMAIL, {"new_device": [None, True], "new_address": [None, True]},
    )  # fmt: skip


def test_a_known_device_in_a_new_place_is_told_as_that(service: Service, khamla: PlainBrowser):
    khamla.address = "172.16.0.9"

    assert "address 172.16.0.9: new address." in _again(service, khamla).words


@pytest.mark.parametrize(("wrong", "told"), [(2, False), (3, True)])
def test_three_wrong_tries_before_it_are_told(
    service: Service, khamla: PlainBrowser, wrong: int, told: bool
):
    service.clock.move(minutes=1)
    for _guess in range(wrong):
        PlainBrowser(service.app).sign_in(EMAIL, "wrong", 200)

    assert ("Before that there were 3 wrong tries." in _again(service, khamla).words) == told


def test_what_was_seen_is_told_no_more_and_what_came_since_is(
    service: Service, khamla: PlainBrowser
):
    _sign_in(service)
    form = khamla.get("account").fields("/console/alerts/seen")
    service.clock.move(minutes=5)
    _sign_in(service)

    page = khamla.submit("alerts/seen", form)

    assert page.heading == "Where you are signed in"
    assert page.words.count(TOLD) == 1
    assert TOLD not in khamla.submit("alerts/seen", page.fields("/console/alerts/seen")).words


@pytest.mark.parametrize("until", ["", "x", "9999-12-31T23:59:59+00:00"])
def test_a_moment_that_is_none_is_nothing_seen(service: Service, khamla: PlainBrowser, until: str):
    _sign_in(service)

    assert TOLD in khamla.submit("alerts/seen", {"until": until}).words


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        (EMAIL, "wrong", "wrong_password"),
        ("nobody@example.la", PASSWORD, "unknown"),
    ],
)
def test_why_somebody_was_kept_out_is_in_the_log_alone(
    service: Service, khamla: PlainBrowser, email: str, password: str, why: str
):
    PlainBrowser(service.app).sign_in(email, password, 200)

    line = lines_of_the_log(service)[-1]
    assert (line.who, line.action, line.changes) == (
        email, "staff.sign_in_failed", {"why": [None, why]},
    )  # fmt: skip


def test_what_a_role_may_not_do_is_in_the_log_by_its_address(
    service: Service, staff: Staff, khamla: PlainBrowser
):
    khamla.get("staff/?who=secret", 403)

    row = staff("admin").get("audit/?action=staff.refused").rows()[0]
    assert row[1:4] == [
        EMAIL, "Was refused what their role may not do", "page: GET /console/staff/",
    ]  # fmt: skip
