"""Other spellings of a known place are taken for it; what is new is listed before it is made."""

from datetime import date

import pytest

from gateway.registry.imports.report import NewPlace
from gateway.registry.imports.spelling import spelling
from gateway.registry.places import remember_district, remember_in_district, remember_province
from gateway.registry.tables import districts, health_centres, pay_points, villages
from tests.kept import once
from tests.registry.files import NOW, beneficiary, payment
from tests.registry.importer import Importer, counts

KNOWN = {
    "province": "ສະຫວັນນະເຂດ", "district": "ນອງ", "village": "ດອນແດງ",
    "health_centre": "ສຸກສາລາ ດອນແດງ", "pay_point": "ວັດ ດອນແດງ",
}  # fmt: skip


def person(number: str, **changes: str) -> dict[str, str]:
    return beneficiary(number, **(KNOWN | changes))


@pytest.fixture
def settled(importer: Importer) -> Importer:
    once(importer.database, "settled", lambda: importer.beneficiaries(person("26300001")))
    return importer


def made(importer: Importer) -> list[int]:
    return [importer.count(table) for table in (districts, villages, health_centres, pay_points)]


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("village", "ບ້ານ ດອນແດງ"),
        ("village", "ບ້ານດອນແດງ"),
        ("village", "ບ. ດອນແດງ"),
        ("village", "ດອນແດງ."),
        ("village", "ດອນ ແດງ"),
        ("village", "ດອນເເດງ"),
        ("village", "Dondeng"),
        ("village", "BAN DON DENG"),
        ("district", "ເມືອງ ນອງ"),
        ("district", "Nong"),
        ("district", "nong"),
        ("province", "Savannakhet"),
        ("province", "ແຂວງສະຫວັນນະເຂດ"),
        ("health_centre", "ດອນແດງ"),
        ("health_centre", "ສຸກສາລາດອນແດງ"),
        ("pay_point", "ວັດດອນແດງ"),
    ],
)
def test_another_spelling_is_the_known_place(settled: Importer, column: str, written: str):
    report = settled.beneficiaries(person("26300002", **{column: written}))

    assert counts(report) == (1, 0, 0)
    assert report.places == ()
    assert made(settled) == [1, 1, 1, 1]


def test_a_silenced_letter_makes_no_other_district():
    assert spelling("district", "ສະໜາມໄຊຍ໌") == spelling("district", "ເມືອງສະໜາມໄຊ")


def test_a_name_that_begins_like_a_kind_is_no_kind():
    assert spelling("village", "Bane") == "bane"
    assert spelling("village", "ບ້ານ") == "ບ້ານ"


@pytest.mark.parametrize("column", ["district", "province"])
def test_a_place_of_the_programme_is_known_before_anybody_lives_there(
    importer: Importer, column: str
):
    latin = {"district": "Nong", "province": "Savannakhet"}[column]

    report = importer.beneficiaries(person("26300001", **{column: latin}), dry_run=True)

    assert [place.column for place in report.places] == ["village", "health_centre", "pay_point"]


def test_what_is_new_is_listed_by_the_check_with_what_it_looks_like(settled: Importer):
    rows = [
        person("26300002", village="ດອນແດ່ງ"),
        person("26300003", village="ດອນແດ່ງ"),
        person("26300004", district="ເຊໂປນ"),
        person("26300005", province="ຄຳມ່ວນ", district="ຍົມມະລາດ"),
    ]

    report = settled.beneficiaries(*rows, dry_run=True)

    assert counts(report) == (4, 0, 0)
    assert made(settled) == [1, 1, 1, 1]
    listed = set(report.places)
    assert NewPlace("village", "ດອນແດ່ງ", "ນອງ", 2, 2, "ດອນແດງ") in listed
    assert NewPlace("district", "ເຊໂປນ", "ສະຫວັນນະເຂດ", 4, 1) in listed
    assert NewPlace("province", "ຄຳມ່ວນ", "", 5, 1) in listed
    assert NewPlace("district", "ຍົມມະລາດ", "ຄຳມ່ວນ", 5, 1) in listed
    assert NewPlace("pay_point", "ວັດ ດອນແດງ", "ຍົມມະລາດ", 5, 1) in listed


def test_two_spellings_of_a_new_place_make_one(settled: Importer):
    settled.beneficiaries(
        person("26300002", village="ນາໄຮ"),
        person("26300003", village="ບ້ານ ນາໄຮ"),
        person("26300004", village="ນາ ໄຮ."),
    )

    assert sorted(row.name for row in settled.rows(villages)) == ["ດອນແດງ", "ນາໄຮ"]


def test_a_spelling_of_two_known_places_is_neither(settled: Importer):
    settled.beneficiaries(person("26300002", pay_point="ດອນແດງ"))
    settled.beneficiaries(person("26300003", pay_point="ດອນ-ແດງ ໃໝ່"))
    with settled.database.writing() as connection:
        connection.execute(pay_points.insert().values(
            district_id=1, name="ບ້ານ ດອນແດງ", name_latin="Ban Dondeng"))  # fmt: skip

    report = settled.beneficiaries(person("26300004", pay_point="ດອນ ແດງ"), dry_run=True)

    assert [(place.column, place.name) for place in report.places] == [("pay_point", "ດອນ ແດງ")]


def test_a_pay_point_of_a_payments_file_is_found_by_its_spelling(settled: Importer):
    report = settled.payments(
        payment("26300001", pay_point="ວັດ-ດອນແດງ"), payment("26300001", cycle="2026-09",
        due_on="2026-10-01", pay_point="ຕະຫຼາດ"), dry_run=True,
    )  # fmt: skip

    assert report.places == (NewPlace("pay_point", "ຕະຫຼາດ", "ນອງ", 3, 1),)


def test_what_changes_is_told_field_by_field(settled: Importer):
    report = settled.beneficiaries(
        person("26300001", status="exited", village="ນາໄຮ", msisdn="", pin="4321"), dry_run=True
    )

    assert counts(report) == (0, 1, 0)
    told = {one.column: (one.before, one.after) for one in report.changes.listed}
    assert told == {
        "status": ("enrolled", "exited"),
        "village": ("ດອນແດງ", "ນາໄຮ"),
        "msisdn": ("+8562055512345", ""),
        "pin": ("", ""),
    }
    assert report.changes.rows == dict.fromkeys(told, 1)
    assert {(one.line, one.registration_no) for one in report.changes.listed} == {(2, "26300001")}


def test_nothing_is_told_of_a_file_that_changes_nothing(settled: Importer):
    report = settled.beneficiaries(person("26300001"))

    assert (report.changes.rows, report.changes.listed) == ({}, ())


def test_a_payment_that_changes_is_told_too(settled: Importer):
    settled.payments(payment("26300001", pay_point="ວັດ ດອນແດງ"))

    report = settled.payments(
        payment("26300001", pay_point="ວັດ ດອນແດງ", due_on=str(date(2026, 12, 11)), status="paid")
    )

    assert {one.column: (one.before, one.after) for one in report.changes.listed} == {
        "due_on": ("2026-12-04", "2026-12-11"),
        "status": ("scheduled", "paid"),
    }


@pytest.fixture
def told(settled: Importer) -> Importer:
    """People have said that these are the known places, by names that nobody could guess."""
    with settled.database.writing() as connection:
        remember_province(connection, "ແຂວງເກົ່າ", KNOWN["province"], now=NOW)
        remember_district(connection, KNOWN["province"], "ເຊໂປນ", 1, now=NOW)
        remember_district(connection, "ອັດຕະປື", "ພູວົງ", 1, now=NOW)
        remember_in_district(connection, "village", 1, "ບ້ານເກົ່າ", 1, now=NOW)
        remember_in_district(connection, "pay_point", 1, "ຕະຫຼາດ", 1, now=NOW)
    return settled


@pytest.mark.parametrize(
    "written",
    [
        {"province": "ແຂວງເກົ່າ"},
        {"district": "ເຊໂປນ"},
        {"district": "ເມືອງເຊໂປນ"},
        {"province": "ອັດຕະປື", "district": "ພູວົງ"},
        {"province": "Attapeu", "district": "Phouvong"},
        {"province": "ແຂວງເກົ່າ", "district": "ເຊໂປນ", "village": "ເກົ່າ", "pay_point": "ຕະຫຼາດ."},
    ],
    ids=["province", "district", "its kind", "elsewhere", "programme file", "all"],
)
def test_what_somebody_has_said_to_be_a_known_place_lands_there(
    told: Importer, written: dict[str, str]
):
    report = told.beneficiaries(person("26300002", **written))

    assert (counts(report), report.places) == ((1, 0, 0), ())
    assert made(told) == [1, 1, 1, 1]


def test_the_last_word_on_a_spelling_holds(told: Importer):
    told.beneficiaries(person("26300002", village="ນາໄຮ"))
    with told.database.writing() as connection:
        remember_in_district(connection, "village", 1, "ບ້ານເກົ່າ", 2, now=NOW)

    told.beneficiaries(person("26300003", village="ບ້ານເກົ່າ"))

    assert told.person("26300003").village_id == told.person("26300002").village_id


def test_a_name_that_a_place_has_is_that_place_whatever_was_said_before(told: Importer):
    with told.database.writing() as connection:
        connection.execute(villages.insert().values(
            district_id=1, name="ບ້ານເກົ່າ", name_latin="Kao"))  # fmt: skip

    told.beneficiaries(person("26300002", village="ບ້ານເກົ່າ"))

    assert told.person("26300002").village_id == 2


def test_a_payments_file_knows_what_was_said(told: Importer):
    report = told.payments(payment("26300001", pay_point="ຕະຫຼາດ"))

    assert (counts(report), report.places) == ((1, 0, 0), ())


def test_a_district_of_the_programme_that_is_called_otherwise_here_is_not_made_again(
    settled: Importer,
):
    with settled.database.writing() as connection:
        connection.execute(districts.update().values(name="ເມືອງໃໝ່", name_latin="Mai"))
        remember_district(connection, KNOWN["province"], "ນອງ", 1, now=NOW)

    for name in ("ນອງ", "Nong", "ເມືອງ ນອງ"):
        settled.beneficiaries(person("26300002", district=name))

    assert made(settled) == [1, 1, 1, 1]
