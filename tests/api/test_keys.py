"""Who gets in: keys that are valid, for what their scopes name; each call leaves its line."""

import msgspec
import pytest
from sqlalchemy import select

from gateway.api.keys import listed_keys, revoke_key, rotate_key
from gateway.staff.audit import Actor
from gateway.staff.tables import audit_log
from tests.api.conftest import PEPPER, System
from tests.service import Service

BY = Actor("test")


def test_a_key_opens_what_its_scopes_name_and_leaves_a_line(service: Service, system):
    registry = system("beneficiaries:read")

    assert registry.get("/beneficiaries?limit=2").status_code == 200

    with service.database.reading() as connection:
        lines = connection.execute(select(audit_log).where(audit_log.c.action == "api.call")).all()
    assert [(one.who, one.changes) for one in lines] == [
        ("api:registry", {"operation": [None, "listBeneficiaries"]})
    ]


@pytest.mark.parametrize("shown", ["", "nothing", "mecg_live_0_x", "mecg_live_é_x", "a_b_c_d"])
def test_what_is_no_key_gets_401(service: Service, shown: str):
    answer = System(service, shown).get("/beneficiaries")

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_gets_403_that_names_it(system):
    answer = system("payments:write").get("/beneficiaries")

    assert answer.status_code == 403
    assert answer.json["detail"] == "The key needs the scope beneficiaries:read."


def test_write_includes_read(system):
    assert system("beneficiaries:write").get("/beneficiaries?limit=1").status_code == 200


def test_an_expired_key_and_a_revoked_one_open_nothing(service: Service, system):
    short, revoked = system("beneficiaries:read", days=1), system("beneficiaries:read")
    with service.database.writing() as connection:
        key_id = listed_keys(connection)[0].id
        assert revoke_key(connection, key_id, by=BY, now=service.clock())
    states = [short.get("/beneficiaries").status_code, revoked.get("/beneficiaries").status_code]
    assert sorted(states) == [200, 401]

    service.clock.move(days=1)
    assert short.get("/beneficiaries").status_code == 401


def test_while_a_secret_is_rotated_both_are_valid_for_a_week(service: Service, system):
    before = system("beneficiaries:read")
    with service.database.writing() as connection:
        (row,) = listed_keys(connection)
        new = rotate_key(connection, row.id, by=BY, now=service.clock(), pepper=PEPPER)
    after = System(service, new or "")

    assert [one.get("/beneficiaries").status_code for one in (before, after)] == [200, 200]
    service.clock.move(days=7)
    assert [one.get("/beneficiaries").status_code for one in (before, after)] == [401, 200]


def test_a_key_of_a_district_sees_its_people_alone(service: Service, system):
    everybody = system("beneficiaries:read").get("/beneficiaries?limit=1000").json["items"]
    districts = {one["district"] for one in everybody}
    assert len(districts) > 1

    near = system("beneficiaries:read", district_id=1).get("/beneficiaries?limit=1000").json
    seen = {one["registration_no"] for one in near["items"]}
    assert len({one["district"] for one in near["items"]}) == 1
    far = next(one for one in everybody if one["registration_no"] not in seen)
    answer = system("beneficiaries:read", district_id=1).get(
        f"/beneficiaries/{far['registration_no']}"
    )
    assert answer.status_code == 404


def test_the_list_goes_on_from_page_to_page_and_misses_nobody(system):
    registry = system("beneficiaries:read")
    whole = registry.get("/beneficiaries?limit=1000").json["items"]
    page = registry.get("/beneficiaries?limit=3").json
    found = page["items"]
    while page["next"]:
        page = registry.get(f"/beneficiaries?limit=3&after={page['next']}").json
        found += page["items"]
    assert found == whole


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("/beneficiaries?after=made-up", 400, "after"),
        ("/beneficiaries?limit=many", 422, "limit"),
        ("/beneficiaries?limit=99999999999999999999", 422, "limit"),
        ("/beneficiaries?limit=0", 422, "limit"),
        ("/beneficiaries?status=%00", 400, None),
        ("/beneficiaries?statsu=enrolled", 422, ""),
        ("/beneficiaries/00000000", 404, None),
        ("/beneficiaries/%00", 404, None),
        ("/nothing", 404, None),
    ],
)
def test_what_cannot_be_read_is_a_problem_that_names_it(system, address, status, field):
    answer = system("beneficiaries:read").get(address)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    if field is not None:
        assert answer.json["errors"][0]["field"] == field


def test_a_problem_is_told_in_lao_to_whoever_asks_for_lao(system):
    registry = system("beneficiaries:read")
    told = [
        registry.get("/beneficiaries/00000000", **{"Accept-Language": language}).json["title"]
        for language in ("lo", "en")
    ]
    assert told[1] == "There is no such thing here."
    assert told[0] != told[1]


def test_the_description_needs_no_key(service: Service):
    answer = service.app.test_client().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    described = msgspec.json.decode(answer.data)
    assert described["openapi"] == "3.1.0"
    assert "/api/v1/beneficiaries/{registration_no}" in described["paths"]
