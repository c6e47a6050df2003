"""What a person decides on the page of a checked file, and what it says of consequences."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    payments,
    place_aliases,
    villages,
)
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import run_import
from tests.console.html import Page
from tests.console.ledger import put_message
from tests.console.plain_browser import PlainBrowser
from tests.console.uploads import checked, newest
from tests.registry.files import beneficiary, write_csv
from tests.service import Service

NEW, SECOND = "26900001", "26900002"


def known(service: Service) -> dict[str, str]:
    """The places of somebody known, by the names that a file gives them."""
    columns = {
        "province": districts.c.province,
        "district": districts.c.name,
        "village": villages.c.name,
        "health_centre": health_centres.c.name,
        "pay_point": pay_points.c.name,
    }
    found = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(beneficiaries)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .join(health_centres, health_centres.c.id == beneficiaries.c.health_centre_id)
        .join(pay_points, pay_points.c.id == beneficiaries.c.pay_point_id)
        .order_by(beneficiaries.c.registration_no)
    )
    with service.database.reading() as connection:
        places = connection.execute(found.limit(1)).mappings().one()
    return {name: str(places[name]) for name in columns}


def bring(service: Service, operator: PlainBrowser, tmp_path, *rows: dict[str, str]) -> Page:
    content = write_csv(tmp_path / "file.csv", rows).read_bytes()
    kind = "payments" if "cycle" in rows[0] else "beneficiaries"
    return checked(service, operator, content, kind=kind)


def woman(service: Service, number: str = NEW, **changes: str) -> dict[str, str]:
    """Somebody new, in known places; of a number of her own."""
    return beneficiary(number, msisdn=f"0207712{number[-4:]}", **known(service) | changes)


def decide(service: Service, operator: PlainBrowser, page: Page, **answers: Any) -> Page:
    """Sends the form of the new places as it stands, with these answers; then a worker looks."""
    address = f"imports/{newest(service).id}"
    [checked_at] = page.all(".//input[@name='checked_at']")
    boxes = page.all(".//main//select")
    form = {str(box.get("name")): answers.get("each", "") for box in boxes}
    form |= {"checked_at": str(checked_at.get("value"))} | answers
    operator.submit(f"{address}/places", form)
    run_import(service, newest(service).id)
    return operator.get(address)


def import_it(service: Service, operator: PlainBrowser) -> str:
    operator.submit(f"imports/{newest(service).id}/confirm")
    run_import(service, newest(service).id)
    return str(newest(service).state)


def test_a_misspelt_village_is_said_to_be_a_known_one(service: Service, staff: Staff, tmp_path):
    operator, village = staff("operator"), known(service)["village"]
    page = bring(service, operator, tmp_path, woman(service, village=f"{village}ນ"))
    offered = [option.get("value") for option in page.all(".//main//select//option")]
    assert offered[:3] == ["", "new", f"={village}"]

    again = decide(service, operator, page, each=f"={village}")

    assert "New places" not in again.words
    assert import_it(service, operator) == "done"
    with service.database.reading() as connection:
        assert connection.execute(select(place_aliases.c.name)).scalars().all() == [f"{village}ນ"]
        log = select(audit_log.c.changes).where(audit_log.c.action == "import.places")
        assert connection.execute(log).scalars().all() == [{f"village {village}ນ": [None, village]}]


def test_nothing_is_imported_before_every_new_place_is_decided(
    service: Service, staff: Staff, tmp_path
):
    operator = staff("operator")
    rows = woman(service, village="ໃໝ່ກວ່າ"), woman(service, SECOND, village="ໜອງບົວ")
    page = bring(service, operator, tmp_path, *rows)
    assert "Import now" not in page.words
    assert import_it(service, operator) == "ready"

    again = decide(service, operator, page, every_new="yes")

    assert "These places are new, and the import makes them." in again.words
    assert import_it(service, operator) == "done"


def test_a_form_from_before_another_check_decides_nothing(service: Service, staff: Staff, tmp_path):
    operator = staff("operator")
    page = bring(service, operator, tmp_path, woman(service, village="ໃໝ່ກວ່າ"))

    decide(service, operator, page, each="new", checked_at="2026-11-01T00:00:00+00:00")

    assert newest(service).unconfirmed == 1


def test_a_place_that_turned_up_meanwhile_stops_the_import(
    service: Service, staff: Staff, tmp_path
):
    operator, village = staff("operator"), known(service)["village"]
    bring(service, operator, tmp_path, woman(service))
    with service.database.writing() as connection:
        connection.execute(update(villages).where(villages.c.name == village).values(name="ໃໝ່ກວ່າ"))

    assert import_it(service, operator) == "faulty"


def test_a_payday_moved_here_is_kept_and_the_files_can_be_taken(
    service: Service, staff: Staff, tmp_path
):
    operator = staff("operator")
    with service.database.reading() as connection:
        found = (
            select(
                payments.c.id, payments.c.cycle, payments.c.due_on, payments.c.pay_point_id,
                payments.c.amount, beneficiaries.c.registration_no, pay_points.c.name,
            )
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
            .where(payments.c.status == "scheduled", beneficiaries.c.status == "enrolled")
            .order_by(payments.c.id)
        )  # fmt: skip
        paid = connection.execute(found.limit(1)).one()
    moved = paid.due_on + timedelta(days=2)
    with service.database.writing() as connection:
        mine = payments.c.id == paid.id
        values = {"due_on": moved, "due_on_set_here": True}
        connection.execute(update(payments).where(mine).values(values))
    told(service, paid.id, moved, paid.pay_point_id)
    row = {
        "registration_no": paid.registration_no, "cycle": paid.cycle, "amount": str(paid.amount),
        "due_on": paid.due_on.isoformat(), "pay_point": paid.name, "status": "scheduled",
    }  # fmt: skip

    page = bring(service, operator, tmp_path, row)
    operator.submit(f"imports/{newest(service).id}/take", {"take": "due_on"})
    run_import(service, newest(service).id)
    again = operator.get(f"imports/{newest(service).id}")

    assert page.rows()[-1][2:] == ["payday", paid.due_on.isoformat()]
    assert "1 SMS will correct" not in page.words
    assert "1 SMS will correct what was said of a payday or its place." in again.words
    assert import_it(service, operator) == "done"
    with service.database.reading() as connection:
        wanted = select(payments.c.due_on).where(payments.c.id == paid.id)
        assert connection.execute(wanted).scalar_one() == paid.due_on


def told(service: Service, payment_id: Any, day: date, pay_point_id: int) -> None:
    """An SMS has said so."""
    put_message(service, payment_id=payment_id, told=f"{day}|{pay_point_id}")


def test_a_file_of_another_kind_is_named_with_a_way_to_bring_it_in(service: Service, staff: Staff):
    operator = staff("operator")
    content = b"registration_no,cycle,due_on,amount,pay_point,status\n"

    page = checked(service, operator, content, kind="beneficiaries")
    form = operator.get("imports/?kind=payments")

    assert "was brought in as Beneficiaries and holds Payments" in page.words
    assert any("kind=payments" in (link.get("href") or "") for link in page.all(".//main//a"))
    [chosen] = [box for box in form.all(".//input[@name='kind']") if box.get("checked") is not None]
    assert chosen.get("value") == "payments"


def test_who_may_be_the_same_person_is_listed(service: Service, staff: Staff, tmp_path):
    both = woman(service), woman(service, SECOND) | {"msisdn": "02077120001"}

    page = bring(service, staff("operator"), tmp_path, *both)

    assert page.rows()[-1][:3] == ["3", "•••••002", "•••••001, line 2"]
