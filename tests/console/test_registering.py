"""A woman registered at the console: her district, what is known of her, who may be the same."""

from typing import Any

from sqlalchemy import select

from gateway.registry.tables import beneficiaries
from tests.console.conftest import Staff, district_id
from tests.console.people import actions, page_of, person, person_of
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

NEW = {
    "registration_no": "26000900", "name": "ນາງ ສົມໃຈ ແກ້ວມະນີ", "msisdn": "55509000",
    "category": "pregnant", "edd": "2027-03-01", "status": "applied", "consent_payment": "y",
    "phone_owner": "", "locale": "",
}  # fmt: skip


def filled(service: Service, reader: PlainBrowser, **changes: str) -> tuple[str, dict[str, str]]:
    """The form's address, and the form with places of the demo's mother."""
    with service.database.reading() as connection:
        address = f"beneficiaries/register?district={district_id(connection, 'Sanamxay')}"
    known = person(service)
    places = {name: str(getattr(known, f"{name}_id")) for name in ("village", "pay_point")}
    places["health_centre"] = str(known.health_centre_id)
    return address, NEW | places | changes


def numbered(service: Service, registration_no: str) -> Any:
    wanted = select(beneficiaries).where(beneficiaries.c.registration_no == registration_no)
    with service.database.reading() as connection:
        return connection.execute(wanted).one_or_none()


def test_she_is_registered_at_once_where_nobody_is_like_her(service: Service, staff: Staff):
    operator = staff("operator", "Sanamxay")
    address, sent = filled(service, operator)

    page = operator.submit(address, sent)

    assert page.flashes() == ["She is registered."]
    assert page.heading == "Nang Somchai Keomani ນາງ ສົມໃຈ ແກ້ວມະນີ"
    row = numbered(service, "26000900")
    assert (row.msisdn, row.status, row.consent_health) == ("+8562055509000", "applied", False)
    assert ("beneficiary.register", {"status": [None, "applied"], "alike": [None, 0]}) in actions(
        service
    )


def test_who_sees_several_districts_says_which(service: Service, staff: Staff):
    operator = staff("operator")

    asked = operator.get("beneficiaries/register")
    chosen = operator.get(filled(service, operator)[0])

    assert "In which district does she live?" in asked.words
    assert "District: Sanamxay." in chosen.words
    offered = [one.text for one in chosen.all(".//select[@id='village']/option")]
    assert offered[0] == "Choose"
    assert "Phonkeo" in offered
    operator.get("beneficiaries/register?district=99", 404)


def test_who_may_be_the_same_is_shown_before_she_is_saved(service: Service, staff: Staff):
    operator = staff("operator")
    known = person(service)
    like = {"name": known.name, "category": "child", "child_dob": known.child_dob.isoformat()}
    address, sent = filled(service, operator, msisdn="55500001", **like)

    shown = operator.post(address, sent, status=200)

    assert numbered(service, "26000900") is None
    assert shown.rows()[0][3:] == ["•••••001", "a like name, phone number, day of birth, village"]
    assert f"/console/{page_of(service)}" in shown.links()
    assert "One other beneficiary has this phone number." in shown.words
    again = sent | {"previewed": shown.fields(f"/console/{address}")["previewed"]}
    # What is changed after it was shown is shown anew.
    operator.post(address, again | {"name": f"{known.name}ດີ", "confirmed": "yes"}, status=200)
    assert numbered(service, "26000900") is None
    saved = operator.submit(address, again | {"confirmed": "yes"})
    assert saved.flashes() == ["She is registered."]


def test_a_known_number_leads_to_whose_it_is(service: Service, staff: Staff):
    operator = staff("operator")
    address, sent = filled(service, operator, registration_no="໒໖໐໐໐໐໐໑")

    page = operator.post(address, sent, status=200)

    assert page.errors() == ["Registration number: This registration number is known already."]
    assert f"/console/{page_of(service)}" in page.links()


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    service: Service, staff: Staff
):
    operator = staff("operator")
    address, sent = filled(service, operator, edd="2040-01-01", msisdn="12", village="")

    page = operator.post(address, sent, status=200)

    assert page.errors() == [
        "Phone number: This is not a phone number.",
        "Birth expected on: The date is too far from today to be right.",
        "Village: Choose a place from the list.",
    ]
    assert page.fields(f"/console/{address}")["name"] == NEW["name"]


def test_a_form_does_not_speak_of_spreadsheets(service: Service, staff: Staff):
    operator = staff("operator")
    address, sent = filled(service, operator)

    page = operator.post(address, sent | {"registration_no": "2600090"}, status=200)

    assert page.errors() == ["Registration number: It must have 8 digits, with the zeros in front."]


def test_a_health_worker_registers_at_her_health_centre_who_has_applied(
    service: Service, staff: Staff
):
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")
    address, sent = filled(service, worker)

    page = worker.get("beneficiaries/register")
    refused = worker.post(address, sent | {"status": "enrolled"}, status=200)
    worker.submit(address, sent)

    for name in ("health_centre", "status"):
        assert len(page.all(f".//select[@id='{name}']/option")) == 1
    assert refused.errors() == ["Status: Not a valid choice."]
    assert person_of(service, numbered(service, "26000900").id).status == "applied"
