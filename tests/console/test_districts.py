"""Pausing a district."""

import pytest
from sqlalchemy import select

from gateway.registry.tables import districts
from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.service import Service

FLOOD = {"reason": "  ນ້ຳຖ້ວມ "}


@pytest.fixture
def sanamxay(service: Service) -> int:
    with service.database.reading() as connection:
        return district_id(connection, "Sanamxay")


def _row(service: Service, number: int):
    with service.database.reading() as connection:
        return connection.execute(select(districts).where(districts.c.id == number)).one()


def test_the_list_says_which_are_paused_why_and_since_when(staff: Staff, sanamxay: int):
    operator = staff("operator")

    page = operator.submit(f"districts/{sanamxay}/pause", FLOOD)

    assert page.flashes() == ["Reminders in Sanamxay are paused."]
    assert [row[:3] for row in page.rows()] == [
        ["Nong", "Savannakhet", "Running"],
        ["Phouvong", "Attapeu", "Running"],
        ["Sanamxay", "Attapeu", "Paused 24 Nov 2026, 09:00 ນ້ຳຖ້ວມ"],
    ]


def test_the_ledger_finds_the_pause_where_it_looks(service: Service, staff: Staff, sanamxay: int):
    staff("approver").submit(f"districts/{sanamxay}/pause", FLOOD)

    row = _row(service, sanamxay)
    assert (row.paused_at, row.paused_reason) == (service.clock(), "ນ້ຳຖ້ວມ")


def test_a_resumed_district_keeps_nothing_of_the_pause(
    service: Service, staff: Staff, sanamxay: int
):
    operator = staff("operator")
    operator.submit(f"districts/{sanamxay}/pause", FLOOD)

    page = operator.submit(f"districts/{sanamxay}/resume")

    assert page.flashes() == ["Reminders in Sanamxay go out again."]
    row = _row(service, sanamxay)
    assert (row.paused_at, row.paused_reason) == (None, None)


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("", "Reason: Fill this in."),
        ("   ", "Reason: Fill this in."),
        ("x" * 201, "Reason: Use at most 200 characters; there are 201."),
    ],
    ids=["none", "spaces", "more than fits"],
)
def test_a_pause_needs_a_reason_that_fits(
    service: Service, staff: Staff, sanamxay: int, reason: str, error: str
):
    page = staff("operator").post(f"districts/{sanamxay}/pause", {"reason": reason}, 200)

    assert page.errors() == [error]
    assert _row(service, sanamxay).paused_at is None


def test_a_reason_is_shown_as_it_was_typed_and_does_nothing(staff: Staff, sanamxay: int):
    page = staff("operator").submit(
        f"districts/{sanamxay}/pause", {"reason": "<script>alert(1)</script>"}
    )

    assert "<script>alert(1)</script>" in page.words


def test_whoever_is_confined_pauses_their_own_district_only(staff: Staff, sanamxay: int):
    there = staff("operator", "Nong")

    assert [row[0] for row in there.get("districts/").rows()] == ["Nong"]
    there.post(f"districts/{sanamxay}/pause", FLOOD, 404)


def test_pause_and_resume_are_in_the_audit_log(service: Service, staff: Staff, sanamxay: int):
    operator = staff("operator", email="k@example.la")

    operator.submit(f"districts/{sanamxay}/pause", FLOOD)
    operator.submit(f"districts/{sanamxay}/resume")

    lines = lines_of_the_log(service)[-2:]
    assert [(line.action, line.object_id, line.changes) for line in lines] == [
        ("district.pause", str(sanamxay), {"paused_reason": [None, "ນ້ຳຖ້ວມ"]}),
        ("district.resume", str(sanamxay), {"paused_reason": ["ນ້ຳຖ້ວມ", None]}),
    ]
    assert {(line.who, line.district_id) for line in lines} == {("k@example.la", sanamxay)}
