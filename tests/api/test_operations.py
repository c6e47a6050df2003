"""Every operation against every kind of key and scope, and against keys of another district."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from gateway.api.keys import KINDS, SCOPES, KeyKind
from gateway.api.resources import OPERATIONS
from gateway.core.kinds import CaseKind
from gateway.registry.cases import open_case
from gateway.registry.tables import beneficiaries, cases, districts, payments, visits
from gateway.staff.tables import case_notes
from tests.api.conftest import System, key_of
from tests.api.operations import ELSEWHERE, HERE
from tests.api.operations import OPERATIONS as TABLE
from tests.console.ledger import put_broadcast, put_message
from tests.service import Service

BY_NAME = {one.name: one for one in OPERATIONS}
# A broadcast goes to everybody whom it is for, not to the numbers of a team.
NOT_FOR_TEAMS = {("team", "draftBroadcast"), ("team", "submitBroadcast")}
KEYED = [name for name, one in TABLE.items() if one.scope is not None]


@pytest.fixture
def woman(service: Service) -> dict[str, str]:
    """A woman of Sanamxay who has a payment and a case, as paths name her."""
    found = (
        select(beneficiaries, payments.c.cycle)
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(districts.c.name_latin == HERE, beneficiaries.c.msisdn.is_not(None))
        .order_by(beneficiaries.c.registration_no, payments.c.cycle)
    )
    with service.database.writing() as connection:
        row = connection.execute(found).first()
        assert row is not None
        number = open_case(
            connection, event_key="sms:1", kind=CaseKind.NOT_PAID, msisdn=row.msisdn,
            beneficiary_id=row.id, text="ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ", now=service.clock(),
        )  # fmt: skip
    message = put_message(service, row.msisdn, beneficiary_id=row.id)
    broadcast = put_broadcast(service, district_id=row.district_id)
    return {
        "registration_no": row.registration_no, "cycle": row.cycle, "number": str(number),
        "msisdn": row.msisdn, "message": str(message), "broadcast": str(broadcast),
    }  # fmt: skip


def _call(system: System, name: str, woman: dict[str, str]) -> TestResponse:
    tried = TABLE[name]
    text = msgspec.json.encode(tried.body).decode()
    for field, value in woman.items():
        text = text.replace(f"{{{field}}}", value)
    return system(BY_NAME[name].method, tried.path.format(**woman), msgspec.json.decode(text))


def _stored(service: Service) -> list[Any]:
    with service.database.reading() as connection:
        return [
            sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in (beneficiaries, payments, visits, cases, case_notes)
        ]


def _others(scope: str) -> Iterator[str]:
    """Every scope that does not include this one."""
    resource, _colon, access = scope.rpartition(":")
    including = {scope, f"{resource}:write"} if access == "read" else {scope}
    return (one for one in SCOPES if one not in including)


def test_every_operation_is_in_the_table_with_its_scope():
    needed = {one.name: None if one.scope is None else ":".join(one.scope) for one in OPERATIONS}

    assert needed == {name: tried.scope for name, tried in TABLE.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_every_kind_does_what_its_scope_names(
    service: Service, woman: dict[str, str], kind: KeyKind
):
    wrong = []
    for name in KEYED:
        system = System(service, key_of(service, TABLE[name].scope or "", kind=kind))
        answer = _call(system, name, woman)
        if (kind, name) in NOT_FOR_TEAMS:
            assert answer.status_code == 403
        elif answer.status_code in {401, 403, 405, 415} or answer.status_code >= 500:
            wrong.append(f"{name}: {answer.status}")

    assert wrong == []


def test_a_key_with_all_other_scopes_gets_403(service: Service, woman: dict[str, str]):
    before = _stored(service)
    statuses = {
        name: _call(
            System(service, key_of(service, *_others(TABLE[name].scope or ""))), name, woman
        ).status_code
        for name in KEYED
    }

    assert statuses == dict.fromkeys(KEYED, 403)
    assert _stored(service) == before


def test_nobody_gets_401_everywhere_but_at_the_description(service: Service, woman: dict[str, str]):
    nobody = System(service, "")

    assert {name for name in TABLE if _call(nobody, name, woman).status_code != 401} == {
        "getDescription"
    }


def test_a_key_of_another_district_finds_nothing_and_changes_nothing(
    service: Service, woman: dict[str, str]
):
    with service.database.reading() as connection:
        there = connection.execute(
            select(districts.c.id).where(districts.c.name_latin == ELSEWHERE)
        ).scalar_one()
    system = System(service, key_of(service, *SCOPES, district_id=there))
    before = _stored(service)

    answers = {name: _call(system, name, woman) for name in KEYED}

    assert _stored(service) == before
    # A write says what is wrong field by field, as of a row of a file.
    found = {
        name: answer.status
        for name, answer in answers.items()
        if TABLE[name].confined and answer.status_code not in {404, 422}
    }
    assert found == {}
    told = [name for name, one in answers.items() if woman["registration_no"] in one.text]
    assert set(told) <= {name for name in KEYED if BY_NAME[name].writes}  # what it sent itself


def test_a_key_for_tests_changes_nothing(service: Service, woman: dict[str, str]):
    system = System(service, key_of(service, *SCOPES, kind="test"))
    before = _stored(service)

    for name in KEYED:
        _call(system, name, woman)

    assert _stored(service) == before
