"""A number and consents corrected over HTTP stay over files and writes; places are listed."""

from typing import Any

import pytest
from sqlalchemy import select

from gateway.registry.imports.cells import NOT_MOBILE
from gateway.registry.tables import beneficiaries, districts
from gateway.staff.tables import audit_log
from tests.api.records.test_resources import NEW, WOMAN, registry
from tests.service import Service

__all__ = ["registry"]

PATH = f"/beneficiaries/{NEW}"
ANOTHER = {"msisdn": "020 5559 9999", "phone_owner": "family", "reason": "she called"}


def test_a_corrected_number_stays_over_what_is_written(registry: Any):
    corrected = registry("PUT", f"{PATH}/number", ANOTHER)
    written = registry("PUT", PATH, WOMAN)

    assert corrected.status_code == 200
    assert (corrected.json["msisdn"], corrected.json["phone_owner"]) == ("+8562055599999", "family")
    assert corrected.json["set_here"] == ["msisdn", "phone_owner"]
    assert "msisdn" in written.json["kept"]
    assert registry.get(f"{PATH}/number").json == corrected.json


def test_she_may_have_no_phone(registry: Any):
    none = {"msisdn": None, "phone_owner": None, "reason": "lost"}

    assert registry("PUT", f"{PATH}/number", none).json["msisdn"] is None


def test_consents_are_corrected_one_by_one(registry: Any):
    refused = {"consent_health": False, "reason": "asked at the health centre"}

    corrected = registry("PUT", f"{PATH}/consents", refused).json

    assert (corrected["consent_payment"], corrected["consent_health"]) == (True, False)
    assert corrected["set_here"] == ["consent_health"]
    assert registry("PUT", PATH, WOMAN).json["kept"] == ["consent_health"]


def test_a_correction_has_its_line_in_the_audit_log_without_the_number(
    registry: Any, service: Service
):
    registry("PUT", f"{PATH}/number", ANOTHER)

    with service.database.reading() as connection:
        mine = select(audit_log).where(audit_log.c.action == "beneficiary.edit")
        (line,) = connection.execute(mine).all()
    assert line.who == "api:registry"
    assert line.changes["reason"] == [None, "she called"]
    assert "5559" not in str(line.changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"msisdn": "+66812345678"}, "msisdn"),
        ({"phone_owner": "shop"}, "phone_owner"),
        ({"reason": " "}, "reason"),
        ({"more": 1}, ""),
    ],
    ids=repr,
)
def test_what_is_wrong_is_named_and_nothing_changes(
    registry: Any, changes: dict[str, Any], field: str
):
    before = registry.get(f"{PATH}/number").json

    refused = registry("PUT", f"{PATH}/number", ANOTHER | changes)

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json["errors"]] == [field]
    assert registry.get(f"{PATH}/number").json == before


def test_the_words_are_those_of_the_files(registry: Any):
    (error,) = registry("PUT", f"{PATH}/number", ANOTHER | {"msisdn": "+66812345678"}).json[
        "errors"
    ]

    assert error["reason"] == NOT_MOBILE


def test_a_test_key_changes_nothing(registry: Any, system: Any):
    before = registry.get(f"{PATH}/number").json

    tried = system("beneficiaries:write", kind="test")("PUT", f"{PATH}/number", ANOTHER)

    assert tried.json["msisdn"] == "+8562055599999"
    assert registry.get(f"{PATH}/number").json == before


def test_the_second_of_two_who_edit_is_told(registry: Any):
    etag = registry.get(f"{PATH}/number").headers["ETag"]
    first = registry("PUT", f"{PATH}/number", ANOTHER, headers={"If-Match": etag})
    none = {"msisdn": None, "phone_owner": None, "reason": "lost"}

    second = registry("PUT", f"{PATH}/number", none, headers={"If-Match": etag})

    assert (first.status_code, second.status_code) == (200, 412)


@pytest.mark.parametrize("what", ["number", "consents"])
def test_nobody_of_another_district_is_read_or_corrected(
    registry: Any, system: Any, service: Service, what: str
):
    with service.database.reading() as connection:
        hers = select(beneficiaries.c.district_id).where(beneficiaries.c.registration_no == NEW)
        other = select(districts.c.id).where(districts.c.id.not_in(hers)).limit(1)
        elsewhere = system(
            "beneficiaries:write", district_id=connection.execute(other).scalar_one()
        )
    body = ANOTHER if what == "number" else {"reason": "x"}

    assert elsewhere.get(f"{PATH}/{what}").status_code == 404
    assert elsewhere("PUT", f"{PATH}/{what}", body).status_code == 404


@pytest.mark.parametrize("kind", ["district", "village", "health_centre", "pay_point"])
def test_places_of_a_kind_are_listed_page_by_page(registry: Any, kind: str):
    whole = registry.get(f"/places?kind={kind}&limit=1000").json["items"]
    first = registry.get(f"/places?kind={kind}&limit=1").json
    second = registry.get(f"/places?kind={kind}&limit=1000&after={first['next']}").json

    assert [*first["items"], *second["items"]] == whole
    assert WOMAN[kind] in {one["name"] for one in whole}
    assert all(one["district"] and one["province"] for one in whole)


def test_a_key_of_a_district_is_told_of_its_places_alone(
    registry: Any, system: Any, service: Service
):
    with service.database.reading() as connection:
        mine = select(districts.c.id).where(districts.c.name == WOMAN["district"])
        here = system("beneficiaries:read", district_id=connection.execute(mine).scalar_one())

    for kind in ("district", "village", "pay_point"):
        listed = here.get(f"/places?kind={kind}").json["items"]
        assert {one["district"] for one in listed} == {WOMAN["district"]}
