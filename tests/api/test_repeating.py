"""A write under an Idempotency-Key: once, with one answer, for a day."""

from typing import Any

import pytest
from sqlalchemy import func, select

from gateway.api import answers
from gateway.messaging.recovery.retention import purge
from gateway.registry.api_tables import api_answers
from tests.api.conftest import System, key_of, number_of_one
from tests.service import Service

KEY = {"Idempotency-Key": '"one"'}
ROWS = "/beneficiaries/bulk"


@pytest.fixture
def registry(system: Any) -> System:
    made: System = system("beneficiaries:write")
    return made


def _patch(registry: System, number: str, **fields: str) -> Any:
    return registry("PATCH", f"/beneficiaries/{number}", fields, headers=KEY)


def _kept(service: Service) -> int:
    with service.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(api_answers)).scalar_one()


def test_a_repetition_gets_the_same_answer_to_the_byte_and_does_nothing(
    service: Service, registry: System
):
    number = number_of_one(registry)
    first = _patch(registry, number, status="suspended")
    registry("PATCH", f"/beneficiaries/{number}", {"status": "enrolled"})

    again = _patch(registry, number, status="suspended")

    assert first.get_json()["result"] == "changed"
    assert (again.status_code, again.data, again.headers["ETag"]) == (
        first.status_code, first.data, first.headers["ETag"],
    )  # fmt: skip
    assert registry.get(f"/beneficiaries/{number}").get_json()["status"] == "enrolled"


def test_another_body_under_the_key_is_422_and_changes_nothing(registry: System):
    number = number_of_one(registry)
    _patch(registry, number, status="suspended")

    answer = _patch(registry, number, status="exited")

    assert answer.status_code == 422
    assert answer.get_json()["detail"] == answers.OTHER_REQUEST
    assert registry.get(f"/beneficiaries/{number}").get_json()["status"] == "suspended"


def test_another_address_under_the_key_is_another_request(registry: System):
    number = number_of_one(registry)
    _patch(registry, number, status="suspended")

    answer = registry("PATCH", f"/beneficiaries/{number}0", {"status": "suspended"}, headers=KEY)

    assert answer.status_code == 422


def test_a_post_without_a_key_is_400(registry: System):
    answer = registry("POST", ROWS, {"rows": [{}]}, headers={"Idempotency-Key": ""})

    assert answer.status_code == 400


@pytest.mark.parametrize("key", ["x" * 256, "ກ", '""'])
def test_a_key_that_is_none_is_400(registry: System, key: str):
    sent = {"Idempotency-Key": key.encode().decode("latin-1")}

    assert registry("POST", ROWS, {"rows": [{}]}, headers=sent).status_code == 400


def test_two_systems_may_choose_the_same_key(service: Service, registry: System):
    number = number_of_one(registry)
    other = System(service, key_of(service, "beneficiaries:write"))

    assert _patch(registry, number, status="suspended").get_json()["result"] == "changed"
    assert _patch(other, number, status="exited").get_json()["result"] == "changed"


def test_what_was_refused_is_not_kept(service: Service, registry: System):
    assert _patch(registry, number_of_one(registry), status="nonsense").status_code == 422
    assert _kept(service) == 0


def test_after_a_day_the_key_is_free_again_and_its_answer_goes(service: Service, registry: System):
    number = number_of_one(registry)
    _patch(registry, number, status="suspended")
    service.clock.move(hours=24)

    assert _patch(registry, number, status="exited").get_json()["result"] == "changed"
    assert _kept(service) == 1

    service.clock.move(hours=24)
    assert purge(service.database, now=service.clock(), days=0)["api_answers"] == 1


def test_an_answer_lies_encrypted_in_the_database(service: Service, registry: System):
    _patch(registry, number_of_one(registry), status="suspended")

    with service.database.reading() as connection:
        row = connection.execute(select(api_answers)).one()
    assert b"result" not in row.body
