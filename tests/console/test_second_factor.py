"""The second factor: set up, asked for, needed by a role, lost."""

import pytest

from gateway.console.pages.account.actions import keys
from gateway.staff.factor_tables import recovery_codes, staff_factors
from gateway.staff.factors.keys import Site
from gateway.staff.tries import LOCKED_FOR, MOST_FAILURES
from tests.console.conftest import PASSWORD, Staff, add_account, lines_of_the_log
from tests.console.factors import APP, App, set_up
from tests.console.plain_browser import PlainBrowser
from tests.service import Service
from tests.traces import rows

EMAIL = "khamla@example.la"
SECOND = "sign-in/second"
WRONG = "This code is not right, or it was used before."


@pytest.fixture
def khamla(staff: Staff) -> PlainBrowser:
    return staff("approver", email=EMAIL)


def _halfway(service: Service) -> PlainBrowser:
    """Who has typed the right password, and has a second factor."""
    reader = PlainBrowser(service.app)
    assert reader.sign_in(EMAIL, PASSWORD).location.startswith(f"/console/{SECOND}")
    return reader


def _is_in(reader: PlainBrowser) -> bool:
    return reader.raw("GET", "account").status_code == 200


class TestSettingUp:
    def test_the_app_shows_a_code_and_recovery_codes_are_shown_once(
        self, service: Service, khamla: PlainBrowser
    ):
        _app, codes = set_up(service, khamla)

        assert len(set(codes)) == 10
        page = khamla.get("second-factor")
        assert page.rows()[0][:2] == ["My phone", "App that shows codes"]
        assert "You have 10 recovery codes left." in page.words
        assert not any(code in page.text for code in codes)

    def test_neither_secret_nor_code_is_kept_or_logged_as_it_is(
        self, service: Service, khamla: PlainBrowser
    ):
        _app, codes = set_up(service, khamla)
        kept = rows(service.database)

        assert not any(code in str(kept) or code.replace("-", "") in str(kept) for code in codes)
        (factor,) = kept[staff_factors.name]
        assert '"enckey"' in str(factor)
        assert '"key"' not in str(factor)

    @pytest.mark.parametrize(
        ("label", "typed", "error"),
        [
            (
                "a wrong code",
                {"code": "000000"},
                "Code that the app shows: This code is not right.",
            ),
            ("no digits", {"code": "abcdef"}, "Code that the app shows: This code is not right."),
            (
                "a wrong password",
                {"password": "x"},
                "Your password: This is not your password. After five "
                "wrong ones none is right for 15 minutes.",
            ),
            ("no name", {"name": ""}, "Name of the device: Fill this in."),
        ],
    )
    def test_what_does_not_set_one_up(
        self, service: Service, khamla: PlainBrowser, label: str, typed: dict, error: str
    ):
        page = khamla.get(APP)
        right = {"code": App(service, page).code(), "name": "x", "password": PASSWORD}
        drawn = page.fields(f"/console/{APP}")

        page = khamla.post(APP, drawn | right | typed, 200)

        assert page.errors()[0].startswith(error), label
        assert page.fields(f"/console/{APP}")["sealed"] == drawn["sealed"], "it may be scanned"
        assert staff_factors.name not in rows(service.database)

    def test_two_windows_at_once_set_up_two_and_lock_nobody_out(
        self, service: Service, khamla: PlainBrowser
    ):
        pages = [khamla.get(APP), khamla.get(APP)]
        apps = [App(service, page) for page in pages]
        for page, app in zip(pages, apps, strict=True):
            filled = {"code": app.code(), "name": "x", "password": PASSWORD}
            khamla.submit(APP, page.fields(f"/console/{APP}") | filled)

        assert len(khamla.get("second-factor").rows()) == 2
        service.clock.move(minutes=1)
        for app in apps:
            reader = _halfway(service)
            reader.post(SECOND, {"code": app.code()})
            assert _is_in(reader)

    def test_what_is_sent_twice_is_set_up_once(self, service: Service, khamla: PlainBrowser):
        page = khamla.get(APP)
        filled = {"code": App(service, page).code(), "name": "x", "password": PASSWORD}
        for _time in range(2):
            khamla.submit(APP, page.fields(f"/console/{APP}") | filled)

        assert len(khamla.get("second-factor").rows()) == 1

    def test_somebody_elses_picture_is_nobodys(
        self, service: Service, staff: Staff, khamla: PlainBrowser
    ):
        theirs = staff("viewer").get(APP)
        sealed = theirs.fields(f"/console/{APP}")["sealed"]
        filled = {"code": App(service, theirs).code(), "name": "x", "password": PASSWORD}

        page = khamla.post(APP, {"sealed": sealed} | filled, 200)

        assert page.errors() == ["This page was open for too long: scan the new picture."]


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, service: Service, khamla: PlainBrowser):
        set_up(service, khamla)

        reader = _halfway(service)

        assert not _is_in(reader)
        assert reader.get("", 302).location.startswith("/console/sign-in")

    def test_a_code_signs_in_and_leads_on(self, service: Service, khamla: PlainBrowser):
        app, _codes = set_up(service, khamla)
        service.clock.move(minutes=1)
        reader = PlainBrowser(service.app)
        asked = reader.post("sign-in?next=/console/guide/", {"email": EMAIL, "password": PASSWORD})

        landed = reader.post(asked.location, {"code": f" {app.code()[:3]} {app.code()[3:]} "})

        assert landed.location == "/console/guide/"
        assert _is_in(reader)

    def test_a_code_is_good_once(self, service: Service, khamla: PlainBrowser):
        app, _codes = set_up(service, khamla)
        assert WRONG in _halfway(service).post(SECOND, {"code": app.code()}, 200).words, "set up"

        service.clock.move(minutes=1)
        code = app.code()
        _halfway(service).post(SECOND, {"code": code})

        assert WRONG in _halfway(service).post(SECOND, {"code": code}, 200).words
        line = lines_of_the_log(service)[-1]
        assert (line.action, line.who, line.changes) == (
            "staff.factor_failed", EMAIL, {"why": [None, "wrong_code"]},
        )  # fmt: skip

    def test_a_recovery_code_is_good_once_however_it_is_typed(
        self, service: Service, khamla: PlainBrowser
    ):
        _app, codes = set_up(service, khamla)
        reader = _halfway(service)

        page = reader.submit(SECOND, {"code": f" {codes[0].upper().replace('-', ' ')} "})

        assert "You have 9 recovery codes left." in page.flashes()
        assert WRONG in _halfway(service).post(SECOND, {"code": codes[0]}, 200).words
        assert "staff.recovery_used" in [line.action for line in lines_of_the_log(service)]

    def test_five_wrong_codes_close_it_for_a_quarter_of_an_hour_and_no_password_opens_it(
        self, service: Service, khamla: PlainBrowser
    ):
        app, _codes = set_up(service, khamla)
        reader = _halfway(service)
        for _guess in range(MOST_FAILURES):
            reader.post(SECOND, {"code": "000000"}, 200)

        reader.sign_in(EMAIL, PASSWORD)
        assert WRONG in reader.post(SECOND, {"code": app.code()}, 200).words
        assert lines_of_the_log(service)[-1].changes == {"why": [None, "too_many"]}
        service.clock.at += LOCKED_FOR
        reader.sign_in(EMAIL, PASSWORD)
        reader.post(SECOND, {"code": app.code()})
        assert _is_in(reader)

    def test_halfway_lasts_ten_minutes_and_ends_with_a_new_password(
        self, service: Service, khamla: PlainBrowser
    ):
        set_up(service, khamla)
        slow, other = _halfway(service), _halfway(service)
        other.get(SECOND)
        form = {"old": PASSWORD, "new": "four grey umbrellas", "again": "four grey umbrellas"}
        khamla.submit("password", form)

        assert other.get(SECOND, 302).location.startswith("/console/sign-in?")
        service.clock.move(minutes=10)
        assert slow.get(SECOND, 302).location.startswith("/console/sign-in?")

    def test_nobody_begins_in_the_middle(self, nobody: PlainBrowser):
        assert nobody.get(SECOND, 302).location.startswith("/console/sign-in?")


class TestNeededByARole:
    @pytest.fixture
    def admin(self, staff: Staff) -> PlainBrowser:
        return staff("admin", email="a@example.la")

    def _need(self, admin: PlainBrowser, *roles: str) -> None:
        admin.submit("staff/second-factor", {"roles": list(roles)})

    def test_whoever_is_signed_in_stays_and_sets_it_up_at_the_next_sign_in(
        self, service: Service, admin: PlainBrowser, khamla: PlainBrowser
    ):
        self._need(admin, "approver")
        assert khamla.get("broadcasts/").heading == "Broadcasts"

        khamla.post("sign-out")
        khamla.sign_in(EMAIL, PASSWORD)

        assert khamla.get("broadcasts/", 302).location == "/console/second-factor"
        assert "Set one up first" in khamla.get("second-factor").words
        _app, codes = set_up(service, khamla)
        assert len(codes) == 10
        assert khamla.get("broadcasts/").heading == "Broadcasts"

    def test_the_last_one_stays_as_long_as_the_role_needs_it(
        self, service: Service, admin: PlainBrowser, khamla: PlainBrowser
    ):
        set_up(service, khamla)
        self._need(admin, "approver")
        path = next(one for one in khamla.get("second-factor").links() if "/remove" in one)

        page = khamla.submit(path, {"password": PASSWORD})

        assert "Your role needs a second factor: set up another one" in page.words
        self._need(admin)
        assert khamla.submit(path, {"password": PASSWORD}).flashes() == ["It is taken away."]
        assert recovery_codes.name not in rows(service.database)

    def test_what_is_not_needed_any_more_holds_nobody_up(
        self, admin: PlainBrowser, khamla: PlainBrowser
    ):
        self._need(admin, "approver")
        khamla.post("sign-out")
        khamla.sign_in(EMAIL, PASSWORD)

        self._need(admin)

        assert khamla.get("broadcasts/").heading == "Broadcasts"

    def test_an_administrator_is_not_shut_out_by_their_own_rule(
        self, service: Service, admin: PlainBrowser
    ):
        self._need(admin, "admin")
        assert admin.get("staff/").heading == "Staff"

        admin.post("sign-out")
        admin.sign_in("a@example.la", PASSWORD)
        set_up(service, admin)

        assert admin.get("staff/").heading == "Staff"

    def test_the_rule_is_in_the_log_and_the_page_counts_who_has_one(
        self, service: Service, admin: PlainBrowser, khamla: PlainBrowser
    ):
        set_up(service, khamla)
        self._need(admin, "approver", "admin")

        changes = [one.changes for one in lines_of_the_log(service) if "required" in one.action]
        assert changes == [
            {"role": [None, "admin"], "needed": [False, True]},
            {"role": [None, "approver"], "needed": [False, True]},
        ]
        assert ["Approver", "1", "1"] in admin.get("staff/second-factor").rows()

    def test_it_is_for_everybody_and_so_not_for_a_districts_administrator(self, staff: Staff):
        here = staff("admin", "Nong")

        here.get("staff/second-factor", 403)
        assert "second-factor" not in " ".join(here.get("staff/").links())


def test_new_codes_want_the_password_and_void_the_old_ones(service: Service, khamla: PlainBrowser):
    _app, codes = set_up(service, khamla)
    path = "second-factor/codes"
    assert khamla.post(path, {"password": "x"}, 200).errors()

    page = khamla.post(path, {"password": PASSWORD}, 200)

    assert page.heading == "Recovery codes"
    assert WRONG in _halfway(service).post(SECOND, {"code": codes[0]}, 200).words


def test_nobody_takes_somebody_elses_away(service: Service, staff: Staff, khamla: PlainBrowser):
    set_up(service, khamla)
    path = next(one for one in khamla.get("second-factor").links() if "/remove" in one)

    staff("admin").get(path, 404)
    staff("admin").post(path, {"password": PASSWORD}, 404)


class TestWithoutAKey:
    """What a key does is told in Chromium; here is what comes without an answer of one."""

    KEY = "second-factor/key"

    def test_a_form_without_an_answer_sets_nothing_up(self, service: Service, khamla: PlainBrowser):
        fields = khamla.get(self.KEY).fields(f"/console/{self.KEY}")

        for answer in ("", "x", "{}", "[" * 4000, '{"id": "a", "rawId": "a", "response": {}}'):
            filled = {"name": "x", "password": PASSWORD, "answer": answer}
            page = khamla.post(self.KEY, fields | filled, 200)
            assert "The key did not answer" in page.errors()[0], answer
        assert staff_factors.name not in rows(service.database)

    def test_nor_does_it_sign_anybody_in_and_each_is_a_try(
        self, service: Service, khamla: PlainBrowser
    ):
        app, _codes = set_up(service, khamla)
        service.clock.move(minutes=1)
        reader = _halfway(service)
        for answer in ("x", "[" * 4000, "[]", "{", '{"id": "a"}'):
            page = reader.post(f"{SECOND}/key", {"answer": answer, "state": "x"}, 200)
            assert "The key did not answer" in page.errors()[0], answer

        assert WRONG in reader.post(SECOND, {"code": app.code()}, 200).words, "five tries in all"
        assert lines_of_the_log(service)[-1].changes == {"why": [None, "too_many"]}


@pytest.mark.parametrize(
    ("opened", "works_at"),
    [
        ("http://127.0.0.1:8000", "http://localhost:8000"),
        ("http://localhost:8000", None),
        ("http://[::1]:8000", "http://localhost:8000"),
    ],
)
def test_a_key_needs_an_address_with_a_name(service: Service, opened: str, works_at: str | None):
    with service.app.test_request_context(base_url=opened):
        assert keys.elsewhere() == works_at


@pytest.mark.parametrize(
    ("opened", "works_at"),
    [
        ("https://console.example.la", None),
        ("https://example.la", "https://console.example.la"),
        ("http://127.0.0.1:8000", "https://console.example.la"),
    ],
)
def test_or_that_of_public_url(
    service: Service, monkeypatch: pytest.MonkeyPatch, opened: str, works_at: str | None
):
    monkeypatch.setattr(keys, "site", lambda: Site("https://console.example.la"))
    with service.app.test_request_context(base_url=opened):
        assert keys.elsewhere() == works_at


def test_the_page_of_a_key_leads_to_where_it_works(service: Service):
    add_account(service, "viewer", email="digits@example.la")
    reader = PlainBrowser(service.app, host="127.0.0.1")
    reader.sign_in("digits@example.la", PASSWORD)

    page = reader.get("second-factor/key")

    assert "works under the console's own address only" in page.words
