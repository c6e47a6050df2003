"""What a clerk sees of another system that is read, and who says that it may be taken."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.connectors.pulling import new_run
from gateway.connectors.source import Fault
from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.console.pages.connections.words import FAULTS
from gateway.registry.imports.staging import NO_SUCH_NUMBER
from tests.console.conftest import Staff, lines_of_the_log
from tests.service import Service

PREVIEW = {
    "pages": 1, "new": 1200, "changed": 3, "unchanged": 0, "kept": 2, "withdrawn": 0,
    "faults": [
        {"kind": "visits", "registration_no": "99999999", "column": "registration_no",
         "reason": NO_SUCH_NUMBER, "params": {}}
    ],
    "more": True,
}  # fmt: skip


def _put(service: Service, **values: Any) -> None:
    with service.database.writing() as connection:
        connection.execute(connections.insert().values(name="clinics", driver="dhis2", **values))


def test_without_connections_the_page_says_who_makes_them(staff: Staff):
    assert "No other system is connected." in staff("viewer").get("connections/").text


def test_what_the_first_pull_would_do_waits_for_an_approver(service: Service, staff: Staff):
    _put(service, preview=PREVIEW)

    seen = staff("operator").get("connections/clinics")
    assert "New: 1,200. Changed: 3." in seen.text
    assert "No beneficiary has this registration number." in seen.text
    forms = [str(one.get("action")) for one in seen.all(".//form[@action]")]
    assert not [one for one in forms if one.endswith("approve")]

    staff("approver").post("connections/clinics/approve", {}, 302)

    with service.database.reading() as connection:
        row = connection.execute(connections.select()).one()
    assert row.approved_at == row.asked_at == service.clock()
    assert "connection.approve" in [one.action for one in lines_of_the_log(service)]


def test_it_is_approved_once(service: Service, staff: Staff):
    _put(service, preview=PREVIEW, approved_at=service.clock(), approved_by="A")
    approver = staff("approver")

    approver.post("connections/clinics/approve", {}, 302)

    assert "There is nothing to approve any more." in approver.get("connections/clinics").text


def test_rows_of_every_district_are_for_those_who_see_every_district(
    service: Service, staff: Staff
):
    _put(service, preview=PREVIEW)

    seen = staff("operator", "Sanamxay").get("connections/clinics").text

    assert "99999999" not in seen
    assert "Faults: 1." in seen


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_is_said_in_words_that_one_can_act_on(
    service: Service, staff: Staff, fault: Fault
):
    _put(service, approved_at=service.clock(), approved_by="A", fault=fault.value)

    assert FAULTS[fault] in staff("viewer").get("connections/clinics").text


def test_the_rows_of_the_last_run_that_could_not_be_taken(service: Service, staff: Staff):
    now = service.clock()
    _put(service, approved_at=now, approved_by="A", last_ok_at=now - timedelta(days=1))
    with service.database.writing() as connection:
        run_id = new_run(connection, "clinics", "pull", now)
        connection.execute(connection_runs.update().values(fault="rows", ended_at=now))
        connection.execute(
            connection_faults.insert().values(run_id=run_id, number=1, **PREVIEW["faults"][0])  # type: ignore[index]
        )

    rows = staff("viewer").get("connections/clinics").rows()

    assert rows[0] == [
        "Visits", "99999999", "registration_no", "No beneficiary has this registration number.",
    ]  # fmt: skip


def test_somebody_may_have_it_read_at_once(service: Service, staff: Staff):
    _put(service, approved_at=service.clock(), approved_by="A")

    staff("operator").post("connections/clinics/pull", {}, 302)

    with service.database.reading() as connection:
        assert connection.execute(connections.select()).one().asked_at == service.clock()
