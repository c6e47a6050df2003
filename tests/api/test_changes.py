"""The change feed as another system reads it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from gateway.api.cursors import cursor_of
from gateway.changes.numbering import number_all
from gateway.core.kinds import CaseKind
from gateway.core.learnt import Learnt
from gateway.registry.cases import open_case
from gateway.registry.learning import change_positions, learn, learn_of_number
from gateway.registry.tables import beneficiaries
from tests.api.conftest import System
from tests.service import Service

Systems = Callable[..., System]
STRANGER = "+8562055599999"
TEXT = "ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ"


@pytest.fixture(autouse=True)
def _the_demo_is_numbered(service: Service) -> None:
    number_all(service.database, ())


@pytest.fixture
def her(service: Service) -> Any:
    """Somebody whose phone is hers alone."""
    with service.database.reading() as connection:
        wanted = select(beneficiaries).where(beneficiaries.c.msisdn.is_not(None))
        return connection.execute(wanted.order_by(beneficiaries.c.registration_no)).first()


def read(answer: TestResponse) -> Any:
    return answer.json


def happen(service: Service, what: Callable[[Connection], object]) -> None:
    with service.database.writing() as connection:
        what(connection)
    number_all(service.database, ())


def chooses(msisdn: str, locale: str, service: Service) -> Callable[[Connection], object]:
    return lambda connection: learn_of_number(
        connection, Learnt.LANGUAGE_CHOSEN, msisdn, at=service.clock(), data={"locale": locale}
    )


def test_it_is_read_from_the_end_on_and_goes_on_where_it_ended(
    service: Service, system: Systems, her: Any
):
    reader = system("changes:read")
    start = read(reader.get("/changes?after=now"))["next"]
    happen(service, chooses(her.msisdn, "en", service))

    page = read(reader.get(f"/changes?after={start}"))

    hers = [one for one in page["items"] if one["registration_no"] == her.registration_no]
    assert [(one["kind"], one["data"]) for one in hers] == [("language.chosen", {"locale": "en"})]
    assert page["more"] is False
    assert read(reader.get(f"/changes?after={page['next']}"))["items"] == []


def test_numbers_and_texts_are_for_who_may_read_people_and_cases(
    service: Service, system: Systems, her: Any
):
    start = read(system("changes:read").get("/changes?after=now"))["next"]
    happen(service, lambda connection: open_case(
        connection, event_key="sms:1", kind=CaseKind.NOT_PAID, msisdn=her.msisdn,
        beneficiary_id=her.id, text=TEXT, now=service.clock(),
    ))  # fmt: skip

    def told(*scopes: str) -> list[tuple[str, str | None, str | None]]:
        items = read(system(*scopes).get(f"/changes?after={start}"))["items"]
        return [(one["kind"], one["msisdn"], one["text"]) for one in items]

    kinds = ("case.opened", "payment.complained")
    assert told("changes:read") == [(kind, None, None) for kind in kinds]
    assert told("changes:read", "cases:read") == [(kind, None, TEXT) for kind in kinds]
    assert told("changes:read", "beneficiaries:write") == [
        (kind, her.msisdn, None) for kind in kinds
    ]


def test_a_key_of_a_district_is_told_of_its_people_alone(
    service: Service, system: Systems, her: Any
):
    start = read(system("changes:read").get("/changes?after=now"))["next"]
    happen(service, chooses(STRANGER, "en", service))
    with service.database.writing() as connection:
        learn(connection, Learnt.COURSE_RESUMED, at=service.clock(), beneficiary_id=her.id)
    number_all(service.database, ())

    def told(district_id: int) -> list[str]:
        reader = system("changes:read", district_id=district_id)
        return [one["kind"] for one in read(reader.get(f"/changes?after={start}"))["items"]]

    elsewhere = 1 if her.district_id != 1 else 2
    assert told(her.district_id) == ["course.resumed"]
    assert told(elsewhere) == []


def test_kinds_narrow_it_down(service: Service, system: Systems):
    reader = system("changes:read")
    start = read(reader.get("/changes?after=now"))["next"]
    happen(service, chooses(STRANGER, "en", service))

    assert read(reader.get(f"/changes?after={start}&kinds=case.opened"))["items"] == []
    found = read(reader.get(f"/changes?after={start}&kinds=case.opened,language.chosen"))["items"]
    assert [one["registration_no"] for one in found] == [None]
    refused = reader.get("/changes?kinds=case.opened,nothing")
    assert refused.status_code == 422
    assert read(refused)["errors"][0]["value"] == "nothing"


def test_a_cursor_from_before_a_restore_is_gone_instead_of_passing_something_over(
    service: Service, system: Systems
):
    reader = system("changes:read")
    happen(service, chooses(STRANGER, "en", service))
    here = read(reader.get("/changes?after=now"))["next"]
    with service.database.writing() as connection:
        connection.execute(change_positions.update().values(last=0))

    answer = reader.get(f"/changes?after={here}")

    assert answer.status_code == 410
    assert "restored" in read(answer)["detail"]


SOME = UUID(int=7)
NEVER = cursor_of((9, SOME))
AT_THE_END_OF_TIME = cursor_of((9, UUID(int=2**128 - 1)))


@pytest.mark.parametrize(
    ("after", "status"),
    [
        ("x", 400), ("", 400), ("%00", 400), ("bm93", 400), ("ກ", 400), (NEVER, 410),
        (AT_THE_END_OF_TIME, 410), (cursor_of((2**63, SOME)), 400),
        (cursor_of((2**63 - 1, SOME)), 410), (cursor_of((-1, SOME)), 400),
        (cursor_of((1, "x")), 400), (cursor_of([1]), 400),
    ],
)  # fmt: skip
def test_a_cursor_that_was_made_up_is_refused(system: Systems, after: str, status: int):
    assert system("changes:read").get(f"/changes?after={after}").status_code == status


def test_it_needs_its_own_scope(system: Systems):
    assert system("cases:read", "beneficiaries:write").get("/changes").status_code == 403
