"""Administrators and the accounts of the others."""

import pytest

from gateway.registry.tables import health_centres
from gateway.staff.accounts import StaffUser, authenticate, by_email
from tests.console.conftest import PASSWORD, Staff, district_id, id_of, lines_of_the_log
from tests.console.html import Page
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

NEW = "new@example.la"


def _account(service: Service, email: str) -> StaffUser:
    with service.database.reading() as connection:
        found = by_email(connection, email)
    assert found is not None, email
    return found


def _district(service: Service, name: str) -> str:
    with service.database.reading() as connection:
        return str(district_id(connection, name))


def _centre(service: Service, district: str, name: str) -> str:
    with service.database.reading() as connection:
        return f"{_district(service, district)}/{id_of(connection, health_centres, name)}"


def _add(reader: PlainBrowser, **fields: str) -> Page:
    form = {"email": NEW, "role": "viewer", "district": "", "health_centre": "", "locale": "en"}
    return reader.post("staff/new", form | fields, 200)


def _password_on(page: Page) -> str:
    return page.one(".//code[@class='password']").text or ""


def _form(reader: PlainBrowser, account: StaffUser) -> dict[str, str]:
    path = f"/console/staff/{account.id}"
    return reader.get(path).fields(path)


class TestAdding:
    def test_a_new_account_has_a_password_shown_once_and_changed_at_once(
        self, service: Service, staff: Staff
    ):
        admin = staff("admin")

        password = _password_on(_add(admin, role="operator"))

        newcomer = PlainBrowser(service.app)
        newcomer.sign_in(NEW, password)
        assert newcomer.get("cases/", 302).location == "/console/password"
        assert password not in admin.get("staff/").text

    def test_the_new_account_is_in_the_list(self, service: Service, staff: Staff):
        admin = staff("admin", email="a@example.la")
        _add(admin, role="approver", district=_district(service, "Nong"), name=" Khamla  Sisouk")

        assert admin.get("staff/").rows() == [  # by e-mail
            [
                "a@example.la",
                "–",
                "Administrator",
                "Every district",
                "24 Nov 2026, 09:00",
                "In use",
            ],
            [NEW, "Khamla Sisouk", "Approver", "Nong", "–", "Waits for a first sign-in"],
        ]

    def test_a_health_worker_gets_the_district_of_her_health_centre(
        self, service: Service, staff: Staff
    ):
        centre = _centre(service, "Nong", "Souksala Laho")

        _add(staff("admin"), role="health_worker", health_centre=centre)

        made = _account(service, NEW)
        assert f"{made.district_id}/{made.health_centre_id}" == centre

    @pytest.mark.parametrize(
        ("label", "fields", "error"),
        [
            ("no email", {"email": ""}, "Email: Fill this in."),
            ("no email address", {"email": "new"}, "Email: This is not an email address."),
            ("an email with a space", {"email": "a b@c.la"},
             "Email: This is not an email address."),
            ("an email that is taken", {"email": "A@example.la"},
             "Email: There is an account with this email."),
            ("no role", {"role": ""}, "Role: Fill this in."),
            ("a role there is not", {"role": "boss"}, "Role: Not a valid choice."),
            ("a district there is not", {"district": "999"}, "District: Not a valid choice."),
            ("a health worker of no health centre", {"role": "health_worker"},
             "Health centre: A health worker belongs to a health centre."),
            ("a language that the console has not", {"locale": "lo_Latn"},
             "Language: Not a valid choice."),
        ],
    )  # fmt: skip
    def test_what_cannot_be_added(
        self, staff: Staff, label: str, fields: dict[str, str], error: str
    ):
        page = _add(staff("admin", email="a@example.la"), **fields)

        assert page.errors() == [error], label
        assert page.fields("/console/staff/new")["email"] == fields.get("email", NEW)

    def test_only_a_health_worker_has_a_health_centre(self, service: Service, staff: Staff):
        centre = _centre(service, "Nong", "Souksala Laho")

        page = _add(staff("admin"), role="operator", health_centre=centre)

        assert page.errors() == ["Health centre: Only a health worker belongs to a health centre."]


class TestChanging:
    def test_a_new_role_holds_after_the_next_sign_in(self, service: Service, staff: Staff):
        admin, viewer = staff("admin"), staff("viewer", email="v@example.la")
        account = _account(service, "v@example.la")

        page = admin.submit(f"staff/{account.id}", _form(admin, account) | {"role": "operator"})

        assert page.flashes() == ["The account is changed. The person has to sign in again."]
        assert viewer.get("cases/", 302).location.startswith("/console/sign-in")
        assert _account(service, "v@example.la").role == "operator"

    def test_two_administrators_at_once_lose_nothing(self, service: Service, staff: Staff):
        one, other = staff("admin"), staff("admin")
        staff("viewer", email="v@example.la")
        account = _account(service, "v@example.la")
        path = f"/console/staff/{account.id}"
        mine, theirs = _form(one, account), _form(other, account)
        service.clock.move(minutes=1)
        other.submit(path, theirs | {"role": "operator"})

        page = one.post(path, mine | {"role": "approver"}, 200)

        assert page.errors()[0].startswith("This was changed after you opened it.")
        assert page.fields(path)["role"] == "approver"
        assert _account(service, "v@example.la").role == "operator"
        one.submit(path, page.fields(path))
        assert _account(service, "v@example.la").role == "approver"

    def test_a_first_password_that_was_lost_gives_way_to_another(
        self, service: Service, staff: Staff
    ):
        admin = staff("admin")
        lost = _password_on(_add(admin))
        account = _account(service, NEW)

        password = _password_on(admin.post(f"staff/{account.id}/password", status=200))

        assert authenticate(service.database, NEW, lost) is None
        found = authenticate(service.database, NEW, password)
        assert found is not None
        assert found.must_change_password

    def test_nobody_alone_gives_out_a_password_of_an_account_that_is_in_use(
        self, service: Service, staff: Staff
    ):
        admin = staff("admin")
        staff("viewer", email="v@example.la")

        admin.post(f"staff/{_account(service, 'v@example.la').id}/password", status=403)

        assert authenticate(service.database, "v@example.la", PASSWORD) is not None

    def test_an_account_is_taken_away_and_given_back(self, service: Service, staff: Staff):
        admin, viewer = staff("admin"), staff("viewer", email="v@example.la")
        account = _account(service, "v@example.la")

        admin.submit(f"staff/{account.id}/deactivate")

        assert viewer.get("cases/", 302).location.startswith("/console/sign-in")
        assert "was taken away" in viewer_page(admin, account).words
        assert authenticate(service.database, "v@example.la", PASSWORD) is None
        admin.submit(f"staff/{account.id}/activate")
        assert authenticate(service.database, "v@example.la", PASSWORD) is not None

    @pytest.mark.parametrize(
        "action", ["", "/password", "/deactivate", "/activate", "/reset", "/reset/confirm"]
    )
    def test_nobody_changes_their_own_account(self, service: Service, staff: Staff, action: str):
        admin = staff("admin", email="a@example.la")
        account = _account(service, "a@example.la")
        form = {"role": "viewer", "district": "", "health_centre": ""}
        form["seen_at"] = account.updated_at.isoformat()

        admin.post(f"staff/{account.id}{action}", form, 403)

        assert _account(service, "a@example.la") == account
        assert "your own account" in viewer_page(admin, account).words


class TestConfined:
    def test_an_administrator_of_a_district_sees_its_accounts_only(self, staff: Staff):
        here = staff("admin", "Nong", email="a@example.la")
        staff("viewer", "Nong", email="v@example.la")
        staff("viewer", "Sanamxay", email="s@example.la")
        staff("viewer", email="all@example.la")

        emails = [row[0] for row in here.get("staff/").rows()]

        assert emails == ["a@example.la", "v@example.la"]

    @pytest.mark.parametrize("district", ["", "Sanamxay"])
    def test_nor_hands_out_more_than_theirs(self, service: Service, staff: Staff, district: str):
        chosen = _district(service, district) if district else ""

        page = _add(staff("admin", "Nong"), role="admin", district=chosen)

        assert page.errors() == ["District: Not a valid choice."]

    def test_nor_a_health_centre_elsewhere(self, service: Service, staff: Staff):
        page = _add(
            staff("admin", "Nong"),
            role="health_worker",
            district=_district(service, "Nong"),
            health_centre=_centre(service, "Sanamxay", "Souksala Hinlat"),
        )

        assert page.errors() == ["Health centre: Not a valid choice."]


def test_every_step_is_in_the_audit_log_and_no_password(service: Service, staff: Staff):
    admin = staff("admin", email="a@example.la")
    given = [_password_on(_add(admin))]
    account = _account(service, NEW)
    path = f"staff/{account.id}"
    admin.submit(path, _form(admin, account) | {"role": "operator"})
    given.append(_password_on(admin.post(f"{path}/password", status=200)))
    admin.submit(f"{path}/deactivate")
    admin.submit(f"{path}/activate")

    lines = [line for line in lines_of_the_log(service) if line.kind == "staff"]
    assert [(line.action, line.changes) for line in lines] == [
        ("staff.add", {"role": [None, "viewer"]}),
        ("staff.change", {"role": ["viewer", "operator"]}),
        ("staff.new_password", {}),
        ("staff.deactivate", {"active": [True, False]}),
        ("staff.activate", {"active": [False, True]}),
    ]
    assert {(line.who, line.object_id) for line in lines} == {("a@example.la", str(account.id))}


def viewer_page(admin: PlainBrowser, account: StaffUser) -> Page:
    return admin.get(f"staff/{account.id}")
