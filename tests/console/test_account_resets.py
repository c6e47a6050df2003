"""Back into an account without e-mail: one administrator asks, another hands a code over."""

from collections.abc import Callable

import pytest

from gateway.staff.accounts import authenticate, by_email
from gateway.staff.factor_tables import staff_factors
from gateway.staff.resets import GOOD_FOR, WAITS_FOR
from tests.console.conftest import PASSWORD, Staff, lines_of_the_log
from tests.console.factors import set_up
from tests.console.html import Page, text_of
from tests.console.plain_browser import PlainBrowser
from tests.service import Service
from tests.traces import rows

EMAIL = "khamla@example.la"
NEW = "four grey umbrellas"
WRONG = "do not belong together, or the code was used"


@pytest.fixture
def khamla(staff: Staff) -> PlainBrowser:
    return staff("operator", email=EMAIL)


@pytest.fixture
def path(service: Service, khamla: PlainBrowser) -> str:
    with service.database.reading() as connection:
        found = by_email(connection, EMAIL)
    assert found is not None
    return f"staff/{found.id}"


@pytest.fixture
def one(staff: Staff) -> PlainBrowser:
    return staff("admin", email="one@example.la")


@pytest.fixture
def other(staff: Staff) -> PlainBrowser:
    return staff("admin", email="other@example.la")


def _code(page: Page) -> str:
    return text_of(page.one(".//code[@class='password']"))


def _use(service: Service, code: str, email: str = EMAIL, **more: str) -> Page:
    form = {"email": email, "code": code, "new": NEW, "again": NEW} | more
    return PlainBrowser(service.app).submit("sign-in/reset", form)


def test_one_asks_another_confirms_and_the_person_is_in_again(
    service: Service, one: PlainBrowser, other: PlainBrowser, khamla: PlainBrowser, path: str
):
    one.submit(f"{path}/reset")
    assert "one@example.la asks for a new password." in other.get(path).words
    code = _code(other.post(f"{path}/reset/confirm", status=200))
    assert authenticate(service.database, EMAIL, PASSWORD) is not None, "until it is used"

    page = _use(service, code.upper())

    assert page.flashes() == ["Your new password is set. Sign in with it."]
    assert authenticate(service.database, EMAIL, PASSWORD) is None
    found = authenticate(service.database, EMAIL, NEW)
    assert found is not None
    assert not found.must_change_password
    assert khamla.get("", 302).location.startswith("/console/sign-in"), "everywhere else it is over"
    assert [(line.who, line.action) for line in lines_of_the_log(service) if "reset" in line.action
            ] == [
        ("one@example.la", "staff.reset_asked"), ("other@example.la", "staff.reset_confirmed"),
        (EMAIL, "staff.reset_used"),
    ]  # fmt: skip
    assert code not in str(rows(service.database))


@pytest.mark.parametrize(("asked", "left"), [({}, 1), ({"factors": "yes"}, 0)])
def test_the_second_factor_goes_where_that_was_asked_for(
    service: Service, one: PlainBrowser, other: PlainBrowser, khamla: PlainBrowser, path: str,
    asked: dict[str, str], left: int,
):  # fmt: skip
    set_up(service, khamla)
    one.submit(f"{path}/reset", asked)
    _use(service, _code(other.post(f"{path}/reset/confirm", status=200)))

    assert len(rows(service.database).get(staff_factors.name, [])) == left


def test_nobody_confirms_what_they_asked_for_themselves(
    service: Service, one: PlainBrowser, path: str
):
    one.submit(f"{path}/reset")

    page = one.submit(f"{path}/reset/confirm")

    assert "You asked for it yourself" in page.words
    line = lines_of_the_log(service)[-1]
    assert (line.action, line.changes) == ("staff.reset_refused", {"why": [None, "own"]})
    assert "Confirm, and show the code" not in page.words


def test_an_account_made_up_for_it_is_no_second_administrator(
    service: Service, one: PlainBrowser, path: str
):
    form = {"email": "made-up@example.la", "role": "admin", "locale": "en"}
    form |= {"district": "", "health_centre": ""}
    password = _code(one.post("staff/new", form, 200))
    made_up = PlainBrowser(service.app)
    made_up.sign_in("made-up@example.la", password)
    made_up.submit("password", {"old": password, "new": NEW, "again": NEW})
    one.submit(f"{path}/reset")

    page = made_up.submit(f"{path}/reset/confirm")

    assert "One of you two made or changed the other's account" in page.words


def _spoil(service: Service, code: str) -> dict[str, Callable[[], object]]:
    return {
        "a wrong code": lambda: _use(service, "aaaa-bbbb-cccc-dddd"),
        "another account": lambda: _use(service, code, "one@example.la"),
        "nobody's account": lambda: _use(service, code, "nobody@example.la"),
    }


def test_a_code_is_good_for_one_account_once_and_for_a_day(
    service: Service, one: PlainBrowser, other: PlainBrowser, path: str
):
    one.submit(f"{path}/reset")
    code = _code(other.post(f"{path}/reset/confirm", status=200))
    for label, spoil in _spoil(service, code).items():
        assert WRONG in spoil().words, label  # type: ignore[attr-defined]

    _use(service, code)
    assert WRONG in _use(service, code).words, "a second time"

    one.submit(f"{path}/reset")
    code = _code(other.post(f"{path}/reset/confirm", status=200))
    service.clock.at += GOOD_FOR
    assert WRONG in _use(service, code).words, "a day later"


def test_a_weak_password_uses_nothing_up(
    service: Service, one: PlainBrowser, other: PlainBrowser, path: str
):
    one.submit(f"{path}/reset")
    code = _code(other.post(f"{path}/reset/confirm", status=200))

    assert "too easy to guess" in _use(service, code, new="password1234", again="password1234").text
    assert _use(service, code).flashes()


def test_what_was_dropped_or_waited_for_too_long_is_confirmed_by_nobody(
    service: Service, one: PlainBrowser, other: PlainBrowser, path: str
):
    one.submit(f"{path}/reset")
    assert "Somebody has asked for it already." in one.submit(f"{path}/reset").words
    other.submit(f"{path}/reset/drop")

    gone = "Nothing waits for a second administrator any more."
    assert gone in other.submit(f"{path}/reset/confirm").words
    one.submit(f"{path}/reset")
    service.clock.at += WAITS_FOR
    one.sign_in("one@example.la", PASSWORD)
    assert gone in one.submit(f"{path}/reset/confirm").words


def test_where_there_is_one_administrator_the_page_names_the_command(
    one: PlainBrowser, path: str, staff: Staff
):
    assert "makes the code by a command" in one.get(path).words

    staff("admin")

    assert "by a command" not in one.get(path).words
