"""The page where name, places and dates are corrected."""

from tests.console.conftest import Staff, district_id
from tests.console.people import page_of, person
from tests.service import Service


def test_a_name_and_a_village_are_corrected(service: Service, staff: Staff):
    path = f"{page_of(service)}/correct"
    operator = staff("operator")
    page = operator.get(path)
    (address,) = [str(one.get("action")) for one in page.all(".//main//form")]
    sent = page.fields(address) | {"reason": "her card", "name": "ນາງ ບົວຄຳ"}
    options = page.all(".//select[@id='village']/option")
    other = next(one.get("value") for one in options if one.text == "Pindong")

    nothing = operator.submit(address, page.fields(address) | {"reason": "none"})
    wrong = operator.post(address, sent | {"child_dob": "2030-01-01"}, status=200)
    saved = operator.submit(address, sent | {"village": other})

    assert nothing.flashes() == ["Nothing was changed."]
    assert wrong.errors() == ["Child born on: The date lies in the future."]
    assert saved.flashes() == ["Saved."]
    row = person(service)
    assert (row.name, str(row.village_id)) == ("ນາງ ບົວຄຳ", other)
    assert row.set_here == ["name", "village"]


def test_who_moves_to_another_district_gets_places_there(service: Service, staff: Staff):
    path = f"{page_of(service)}/correct"
    operator = staff("operator")
    with service.database.reading() as connection:
        there = district_id(connection, "Nong")

    asked = operator.get(f"{path}?district=other")
    page = operator.get(f"{path}?district={there}")

    assert "In which district does she live?" in asked.words
    assert "District: Nong." in page.words
    assert page.all(".//select[@id='village']/option")[0].text == "Choose"
