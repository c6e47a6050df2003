"""Keys of other systems, as administrators make and revoke them."""

from typing import Any

import pytest

from gateway.api import keys
from gateway.console.pages.api_keys.words import ACCESS, EXPLAINED, KINDS, RESOURCES
from tests.api.conftest import System
from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.console.html import Page
from tests.console.plain_browser import PlainBrowser
from tests.service import Service


def _add(reader: PlainBrowser, status: int = 200, **fields: Any) -> Page:
    form = {
        "name": "registry", "kind": "live", "scopes": ["beneficiaries:read"], "district": "",
        "numbers": "", "days": "90",
    }  # fmt: skip
    return reader.post("api-keys/new", form | fields, status)


def _shown(page: Page) -> str:
    return page.one(".//code[@class='password']").text or ""


def _status(service: Service, shown: str) -> int:
    return System(service, shown).get("/beneficiaries?limit=1").status_code


def _address(admin: PlainBrowser) -> str:
    (link,) = admin.get("api-keys/").all(".//td//a[@href]")
    return link.get("href") or ""


def test_a_key_is_shown_once_and_opens_the_api(service: Service, staff: Staff):
    admin = staff("admin")

    shown = _shown(_add(admin))

    assert _status(service, shown) == 200
    assert shown not in admin.get("api-keys/").text + admin.get(_address(admin)).text
    assert admin.get("api-keys/").rows()[0][:4] == [
        "registry", "Live", "Every district", "24 Nov 2026, 09:00",
    ]  # fmt: skip


def test_a_replaced_key_is_valid_beside_the_new_one(service: Service, staff: Staff):
    admin = staff("admin")
    old = _shown(_add(admin))

    new = _shown(admin.post(f"{_address(admin)}/rotate", {}, 200))

    assert [_status(service, one) for one in (old, new)] == [200, 200]


def test_a_revoked_key_opens_nothing_and_is_not_replaced(service: Service, staff: Staff):
    admin = staff("admin")
    shown = _shown(_add(admin))
    address = _address(admin)

    admin.post(f"{address}/revoke", {}, 302)

    assert _status(service, shown) == 401
    admin.post(f"{address}/rotate", {}, 302)
    actions = [line.action for line in lines_of_the_log(service)]
    assert actions.count("api_key.revoke") == 1
    assert "api_key.rotate" not in actions


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Fill this in."),
        ({"scopes": []}, "Fill this in."),
        ({"scopes": ["secrets:read"]}, "Not a valid choice."),
        ({"days": "0"}, "A key is valid for 1 to 3650 days."),
        ({"days": "99999999999999999999"}, "A key is valid for 1 to 3650 days."),
        ({"days": "soon"}, "Not a valid integer value."),
        ({"kind": "team", "numbers": "02055500001\n123"}, "123: "),
        ({"numbers": "02055500001"}, "Only a team key has numbers."),
    ],
)
def test_what_makes_no_key_is_said_and_makes_none(
    service: Service, staff: Staff, fields: dict[str, Any], said: str
):
    page = _add(staff("admin"), **fields)

    assert said in page.text
    with service.database.reading() as connection:
        assert keys.listed_keys(connection) == []


def test_a_key_of_a_team_has_its_numbers(service: Service, staff: Staff):
    _add(staff("admin"), kind="team", numbers="02055500001\n+8562055500002")

    with service.database.reading() as connection:
        (row,) = keys.listed_keys(connection)
    assert row.numbers == ["+8562055500001", "+8562055500002"]


def test_an_administrator_of_a_district_makes_keys_of_it_alone(service: Service, staff: Staff):
    admin = staff("admin", "Nong")
    with service.database.reading() as connection:
        nong = district_id(connection, "Nong")

    assert "Not a valid choice." in _add(admin, district="").text
    _add(admin, district=str(nong))

    with service.database.reading() as connection:
        assert [row.district_id for row in keys.listed_keys(connection)] == [nong]


def test_every_kind_and_scope_has_its_words():
    assert KINDS.keys() == EXPLAINED.keys() == set(keys.KINDS)
    assert {f"{one}:{access}" for one in RESOURCES for access in ACCESS} == set(keys.SCOPES)
