"""Sessions end on the server, people see their own, and nobody else locks them out."""

from http.cookies import SimpleCookie

import pytest
from sqlalchemy import select

from gateway.console.middleware.devices import agent_of
from gateway.staff.tables import staff_sessions
from gateway.staff.tries import MOST_FAILURES, STRANGERS_FAILURES
from tests.console.conftest import PASSWORD, Staff, add_account, lines_of_the_log
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

EMAIL = "khamla@example.la"
IN_CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/149.0.0.0 Mobile Safari/537.36"
)
OUT = "/console/sign-in"


def _sign_in(service: Service, agent: str = IN_CHROME) -> PlainBrowser:
    reader = PlainBrowser(service.app)
    form = {"email": EMAIL, "password": PASSWORD}
    assert reader.send("sign-in", form, headers={"User-Agent": agent}).status_code == 302
    return reader


def _copy_of(reader: PlainBrowser) -> PlainBrowser:
    """Whoever has taken a copy of the cookie."""
    cookie = reader._client.get_cookie("console", path="/console/")
    assert cookie is not None
    thief = PlainBrowser(reader.app)
    thief._client.set_cookie("console", cookie.value, path="/console/")
    return thief


def _is_in(reader: PlainBrowser) -> bool:
    answer = reader.raw("GET", "reports/")
    assert answer.status_code in {200, 302}
    return answer.status_code == 200


@pytest.fixture
def khamla(service: Service) -> PlainBrowser:
    add_account(service, "operator", email=EMAIL)
    return _sign_in(service)


def test_a_copied_cookie_is_worth_nothing_once_its_owner_has_signed_out(khamla: PlainBrowser):
    thief = _copy_of(khamla)
    assert _is_in(thief)

    khamla.post("sign-out")

    assert not _is_in(thief)
    assert not _is_in(khamla)


def test_a_session_in_steady_use_ends_after_twelve_hours(service: Service, khamla: PlainBrowser):
    for _half_hour in range(23):
        service.clock.move(minutes=30)
        assert _is_in(khamla)
    service.clock.move(minutes=30)

    assert khamla.get("reports/", 302).location.startswith(OUT)


def test_a_session_without_use_ends_after_eight(service: Service, khamla: PlainBrowser):
    service.clock.move(hours=7, minutes=59)
    assert _is_in(khamla), "and this was a use"
    service.clock.move(hours=3, minutes=59)
    assert _is_in(khamla)

    other = _sign_in(service)
    service.clock.move(hours=8)
    assert not _is_in(other)


def test_people_see_where_they_are_signed_in(service: Service, khamla: PlainBrowser):
    service.clock.move(minutes=40)
    _sign_in(service, "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")

    rows = khamla.get("sessions").rows()

    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("Firefox, Windows", "24 Nov 2026, 09:40", "24 Nov 2026, 09:40"),
        ("Chrome, Android", "24 Nov 2026, 09:00", "24 Nov 2026, 09:40"),
    ]
    assert rows[1][1] == khamla.address
    assert [row[4].startswith("Sign out there") for row in rows] == [True, False]
    assert rows[1][4] == "Here"


def test_people_end_one_of_their_own(service: Service, khamla: PlainBrowser):
    there, other = _sign_in(service), _sign_in(service)
    forms = khamla.get("sessions").all(".//form[@action]")
    path = [one.get("action", "") for one in forms if one.get("action", "").endswith("/end")][-1]

    page = khamla.submit(path)

    assert page.flashes() == ["Signed out there."]
    assert sorted([_is_in(there), _is_in(other)]) == [False, True]
    assert _is_in(khamla)
    assert khamla.submit(path).flashes() == ["Nobody is signed in there any more."]


def test_people_end_all_but_this_one(service: Service, khamla: PlainBrowser):
    there = [_sign_in(service) for _ in range(3)]

    page = khamla.submit("sessions/end-others")

    assert page.flashes() == ["You are signed out everywhere but here."]
    assert [_is_in(one) for one in there] == [False] * 3
    assert len(page.rows()) == 1
    line = lines_of_the_log(service)[-1]
    assert (line.who, line.action, line.changes) == (
        EMAIL, "staff.sessions_ended", {"sessions": [3, 0]},
    )  # fmt: skip


def test_nobody_ends_somebody_elses(service: Service, staff: Staff, khamla: PlainBrowser):
    with service.database.reading() as connection:
        session_id = connection.execute(select(staff_sessions.c.id)).scalar_one()

    page = staff("admin").submit(f"sessions/{session_id}/end")

    assert page.flashes() == ["Nobody is signed in there any more."]
    assert _is_in(khamla)


def test_a_new_password_ends_the_others_and_not_this_one(service: Service, khamla: PlainBrowser):
    there = _sign_in(service)
    form = {"old": PASSWORD, "new": "four grey umbrellas", "again": "four grey umbrellas"}

    khamla.submit("password", form)

    assert _is_in(khamla)
    assert not _is_in(there)
    assert len(khamla.get("sessions").rows()) == 1


def test_strangers_lock_nobody_out_of_their_own_device(service: Service, khamla: PlainBrowser):
    """However many tries: the account is closed to strangers, and to nobody else."""
    khamla.post("sign-out")
    for _place in range(STRANGERS_FAILURES // MOST_FAILURES + 1):
        guesser = PlainBrowser(service.app)
        for _guess in range(MOST_FAILURES):
            guesser.sign_in(EMAIL, "wrong", 200)

    assert PlainBrowser(service.app).sign_in(EMAIL, PASSWORD, 200).errors()
    moved = str(khamla.address).replace("10.", "172.", 1)
    khamla.address = moved  # the same device, in another network
    assert khamla.sign_in(EMAIL, PASSWORD).location == "/console/"


def test_a_device_is_known_by_a_cookie_that_opens_nothing(service: Service, khamla: PlainBrowser):
    cookie = khamla._client.get_cookie("console-device", path="/console/sign-in")
    assert cookie is not None
    other = PlainBrowser(service.app)
    other._client.set_cookie("console-device", cookie.value, path="/console/sign-in")

    assert not _is_in(other)
    assert cookie.http_only
    for made_up in ("", "x", cookie.value[:-1] + "A", "eyJkZXZpY2UiOiJ4In0.x"):
        other._client.set_cookie("console-device", made_up, path="/console/sign-in")
        other.sign_in(EMAIL, "wrong", 200)


def test_an_administrator_unlocks(service: Service, staff: Staff):
    add_account(service, "viewer", email=EMAIL)
    locked = PlainBrowser(service.app)
    for _guess in range(MOST_FAILURES):
        locked.sign_in(EMAIL, "wrong", 200)
    assert locked.sign_in(EMAIL, PASSWORD, 200).errors()
    admin = staff("admin")
    path = next(link for link in _accounts(admin) if admin.get(link).heading == EMAIL)
    assert f"Wrong passwords in the last hour: {MOST_FAILURES}" in admin.get(path).words

    page = admin.submit(f"{path}/unlock")

    assert page.flashes() == ["The wrong passwords are forgotten: the person can sign in at once."]
    assert "Wrong passwords" not in page.words
    line = lines_of_the_log(service)[-1]
    assert (line.action, line.kind, line.changes) == (
        "staff.unlock", "staff", {"wrong_passwords": [MOST_FAILURES, 0]},
    )  # fmt: skip
    assert locked.sign_in(EMAIL, PASSWORD).location == "/console/"


def _accounts(admin: PlainBrowser) -> list[str]:
    return [link for link in admin.get("staff/").links() if link.count("-") == 4]


def test_an_address_of_ipv6_is_one_of_its_line(service: Service):
    """Thirty tries belong to the /64, however many addresses it has."""
    add_account(service, "viewer", email=EMAIL)
    reader = PlainBrowser(service.app)
    for number in range(30):
        reader.address = f"2001:db8:7:7::{number:x}"
        reader.sign_in(f"{number}@example.la", "wrong", 200)

    reader.address = "2001:db8:7:7:ffff::1"
    assert reader.sign_in(EMAIL, PASSWORD, 429).heading == "Too many tries"
    reader.address = "2001:db8:7:8::1"
    assert reader.sign_in(EMAIL, PASSWORD).location == "/console/"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (IN_CHROME, "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0", "Edge, Windows"),
        ("curl/8.14.1", "curl"),
        ("<script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_in_a_few_words(header: str, told: str):
    assert agent_of(header) == told


def test_the_cookie_of_a_device_is_for_signing_in_only(service: Service):
    add_account(service, "viewer", email=EMAIL)
    response = PlainBrowser(service.app).send("sign-in", {"email": EMAIL, "password": PASSWORD})

    cookies = SimpleCookie()
    for header in response.headers.getlist("Set-Cookie"):
        cookies.load(header)
    device = cookies["console-device"]
    assert (device["path"], device["httponly"], device["samesite"]) == (
        "/console/sign-in", True, "Lax",
    )  # fmt: skip
