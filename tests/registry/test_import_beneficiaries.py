"""What a file of beneficiaries makes of the registry."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.core.keys import peppers_of
from gateway.registry.imports import ImportReport
from gateway.registry.pins import matches
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    villages,
)
from tests.registry.files import NOW, PEPPERS, beneficiary, write_csv
from tests.registry.importer import Importer, counts


def test_a_new_row_becomes_a_beneficiary(importer: Importer):
    report = importer.beneficiaries(beneficiary())

    person = importer.person()
    assert counts(report) == (1, 0, 0)
    assert person.name == "ນາງ ບຸນມີ ໄຊຍະວົງ"
    assert person.name_latin == "Nang Bounmi Xainyavong"
    assert person.msisdn == "+8562055512345"
    assert (person.status, person.category, person.locale) == ("enrolled", "child", "lo")
    assert (person.edd, person.child_dob) == (None, date(2026, 7, 20))
    assert (person.consent_payment, person.consent_health) == (True, True)
    assert (person.set_here, person.pin_hash) == ([], None)
    assert (person.created_at, person.updated_at) == (NOW, NOW)


def test_places_are_made_with_a_draft_of_their_latin_names(importer: Importer):
    importer.beneficiaries(beneficiary())

    [district] = importer.rows(districts)
    [village] = importer.rows(villages)
    [centre] = importer.rows(health_centres)
    [point] = importer.rows(pay_points)
    assert (district.province_latin, district.name_latin) == ("Attapeu", "Sanamxay")
    assert (village.name, village.name_latin) == ("ໂພນແກ້ວ", "Phonkeo")
    assert (centre.name, centre.name_latin) == ("ສຸກສາລາ ປິນດົງ", "Souksala Pindong")
    assert (point.name, point.name_latin) == ("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo")
    assert {village.district_id, centre.district_id, point.district_id} == {district.id}


def test_villages_of_one_name_in_two_districts_are_two_villages(importer: Importer):
    importer.beneficiaries(beneficiary("26000001"), beneficiary("26000002", district="ພູວົງ"))

    first, second = importer.person("26000001"), importer.person("26000002")
    assert first.village_id != second.village_id
    assert first.health_centre_id != second.health_centre_id


def test_a_latin_name_corrected_by_staff_stays(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        connection.execute(update(villages).values(name_latin="Phonekeo"))
        connection.execute(update(beneficiaries).values(name_latin="Bounmy"))

    importer.beneficiaries(beneficiary(status="suspended"), beneficiary("26000002"))

    assert [village.name_latin for village in importer.rows(villages)] == ["Phonekeo"]
    assert importer.person().name_latin == "Bounmy"


def test_a_changed_name_gets_a_new_draft(importer: Importer):
    importer.beneficiaries(beneficiary())

    importer.beneficiaries(beneficiary(name="ນາງ ແກ້ວ"))

    assert importer.person().name_latin == "Nang Keo"


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("with spaces", "020 5551 2345"),
        ("international", "+856 20 5551 2345"),
        ("without plus", "8562055512345"),
        ("without zero", "2055512345"),
        ("eight bare digits", "55512345"),
        ("Lao digits", "໐໒໐໕໕໕໑໒໓໔໕"),
    ],
)
def test_a_number_may_be_written_in_any_usual_form(importer: Importer, label: str, typed: str):
    importer.beneficiaries(beneficiary(msisdn=typed, helper_msisdn=typed))

    person = importer.person()
    assert (person.msisdn, person.helper_msisdn) == ("+8562055512345",) * 2, label


def test_names_are_composed_and_tidied(importer: Importer):
    split = "\u0e9a\u0ec9\u0eb2\u0e99  \u0eab\u0ea1\u0eb9\u0ec8\u200b 5 "  # ຫ and ມ, not ໝ

    importer.beneficiaries(beneficiary(village=split))

    assert [village.name for village in importer.rows(villages)] == ["ບ້ານ ໝູ່ 5"]


def test_two_spellings_of_one_village_are_one_village(importer: Importer):
    importer.beneficiaries(
        beneficiary("26000001", village="ໝູ່"), beneficiary("26000002", village="ຫມູ່\u200b")
    )

    assert importer.count(villages) == 1


@pytest.mark.parametrize("column", ["msisdn", "locale", "edd", "pin"])
def test_a_cell_may_be_empty(importer: Importer, column: str):
    assert counts(importer.beneficiaries(beneficiary(**{column: ""}))) == (1, 0, 0)


def test_words_may_be_in_capitals(importer: Importer):
    importer.beneficiaries(beneficiary(status="Enrolled", consent_health="NO", locale="LO_latn"))

    person = importer.person()
    assert (person.status, person.consent_health, person.locale) == ("enrolled", False, "lo_Latn")


def test_columns_may_come_in_any_order(importer: Importer):
    backwards = dict(reversed(beneficiary().items()))

    assert counts(importer.beneficiaries(backwards)) == (1, 0, 0)
    assert importer.person().name == "ນາງ ບຸນມີ ໄຊຍະວົງ"


def test_a_byte_order_mark_is_no_part_of_the_first_column(importer: Importer):
    path = importer.file(beneficiary(), encoding="utf-8-sig")

    assert counts(importer.beneficiaries_file(path)) == (1, 0, 0)


def test_empty_lines_are_skipped_and_still_counted(importer: Importer):
    path = importer.file(beneficiary(), beneficiary("2600000"))
    path.write_text(path.read_text("utf-8").replace("\n2600000,", "\n\n,,\n2600000,"), "utf-8")

    assert [error.line for error in importer.beneficiaries_file(path).errors] == [5]


def test_the_same_file_again_changes_nothing(importer: Importer):
    importer.beneficiaries(beneficiary(pin="1234"))

    report = importer.beneficiaries(beneficiary(pin="1234"), now=NOW + timedelta(days=1))

    assert counts(report) == (0, 0, 1)
    assert importer.person().updated_at == NOW


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("name", "ນາງ ແກ້ວ", "ນາງ ແກ້ວ"),
        ("msisdn", "", None),
        ("msisdn", "02099912345", "+8562099912345"),
        ("locale", "en", "en"),
        ("status", "exited", "exited"),
        ("edd", "2026-07-22", date(2026, 7, 22)),
        ("child_dob", "2026-07-21", date(2026, 7, 21)),
        ("consent_payment", "no", False),
        ("consent_health", "no", False),
        ("phone_owner", "neighbour", "neighbour"),
        ("helper_msisdn", "02099912345", "+8562099912345"),
    ],
)
def test_a_known_number_is_updated(importer: Importer, column: str, value: str, stored: object):
    plain = beneficiary(phone_owner="self", helper_msisdn="")
    importer.beneficiaries(plain)

    later = NOW + timedelta(days=1)
    report = importer.beneficiaries(plain | {column: value}, now=later)

    person = importer.person()
    assert counts(report) == (0, 1, 0)
    assert getattr(person, column) == stored
    assert (person.created_at, person.updated_at) == (NOW, later)


@pytest.mark.parametrize("column", ["district", "village", "health_centre", "pay_point"])
def test_who_moves_is_updated(importer: Importer, column: str):
    importer.beneficiaries(beneficiary())
    before = importer.person()

    report = importer.beneficiaries(beneficiary(**{column: "ນາຫວ້າ"}))

    assert counts(report) == (0, 1, 0)
    assert getattr(importer.person(), f"{column}_id") != getattr(before, f"{column}_id")


def test_a_column_that_may_be_absent_is_left_as_it_is(importer: Importer):
    importer.beneficiaries(beneficiary(phone_owner="family", helper_msisdn="02099912345"))

    report = importer.beneficiaries(beneficiary())

    person = importer.person()
    assert counts(report) == (0, 0, 1)
    assert (person.phone_owner, person.helper_msisdn) == ("family", "+8562099912345")


def test_a_pin_is_stored_as_a_salted_hash(importer: Importer):
    importer.beneficiaries(beneficiary(pin="4321"), beneficiary("26000002", pin="4321"))

    first, second = importer.person("26000001"), importer.person("26000002")
    assert first.pin_salt != second.pin_salt
    assert first.pin_hash != second.pin_hash
    assert matches("4321", first.pin_salt, first.pin_hash, PEPPERS)
    assert not matches("4321", first.pin_salt, first.pin_hash, peppers_of("another secret"))


def test_an_empty_pin_takes_none_away(importer: Importer):
    importer.beneficiaries(beneficiary(pin="4321"))
    before = importer.person()

    report = importer.beneficiaries(beneficiary(pin=""))

    assert counts(report) == (0, 0, 1)
    assert importer.person().pin_hash == before.pin_hash


def test_another_pin_replaces_the_first(importer: Importer):
    importer.beneficiaries(beneficiary(pin="4321"))

    report = importer.beneficiaries(beneficiary(pin="1234"))

    person = importer.person()
    assert counts(report) == (0, 1, 0)
    assert matches("1234", person.pin_salt, person.pin_hash, PEPPERS)


def test_the_day_of_the_first_enrolment_is_kept(importer: Importer):
    for status, day in (("applied", 1), ("enrolled", 2), ("suspended", 3), ("enrolled", 4)):
        now = datetime(2026, 11, day, tzinfo=UTC)
        importer.beneficiaries(beneficiary(status=status), now=now, today=now.date())

    assert importer.person().enrolled_on == date(2026, 11, 2)


def test_who_is_not_enrolled_has_no_such_day(importer: Importer):
    importer.beneficiaries(beneficiary(status="verified"))

    assert importer.person().enrolled_on is None


def test_a_dry_run_counts_and_writes_nothing(importer: Importer):
    importer.beneficiaries(beneficiary("26000001"), beneficiary("26000002"))

    report = importer.beneficiaries(
        beneficiary("26000001"),
        beneficiary("26000002", village="ນາຫວ້າ"),
        beneficiary("26000003", district="ນອງ"),
        dry_run=True,
    )

    assert counts(report) == (1, 1, 1)
    assert importer.count(beneficiaries) == 2
    assert importer.count(villages) == 1
    assert importer.count(districts) == 1


def test_one_faulty_row_keeps_the_whole_file_out(importer: Importer):
    report = importer.beneficiaries(
        beneficiary("26000001"), beneficiary("26000002", status="maybe"), beneficiary("26000003")
    )

    assert (report.new, report.changed, report.unchanged) == (0, 0, 0)
    assert [(error.line, error.column) for error in report.errors] == [(3, "status")]
    assert importer.count(beneficiaries) == 0
    assert importer.count(villages) == 0


def test_more_rows_than_are_staged_at_once_all_arrive(importer: Importer):
    numbers = [f"{26000000 + index}" for index in range(2500)]

    report = importer.beneficiaries(*(beneficiary(number) for number in numbers))

    assert counts(report) == (2500, 0, 0)
    assert importer.count(beneficiaries) == 2500


def test_imports_one_after_the_other_do_not_disturb_each_other(importer: Importer):
    for number in range(3):
        report = importer.beneficiaries(beneficiary(f"2600000{number}"))

        assert counts(report) == (1, 0, 0)
    assert importer.count(beneficiaries) == 3


def test_two_imports_at_once_take_turns(importer: Importer):
    paths = [
        write_csv(
            importer.folder / f"{name}.csv", [beneficiary(f"{first + n}") for n in range(300)]
        )
        for name, first in (("one", 26000000), ("the same", 26000000), ("other", 27000000))
    ]
    together = threading.Barrier(len(paths))
    reports: list[ImportReport] = []

    def run(path: Path) -> None:
        together.wait(timeout=30)
        reports.append(importer.beneficiaries_file(path))

    threads = [threading.Thread(target=run, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(counts(report) for report in reports) == [(0, 0, 300), (300, 0, 0), (300, 0, 0)]
    assert importer.count(villages) == 1


def test_a_corrected_name_is_found_by_what_it_is_now(importer: Importer):
    importer.beneficiaries(beneficiary(name="ນາງ ບຸນມີ"))
    importer.beneficiaries(beneficiary(name="ນາງ ສົມພອນ"))

    assert importer.person().name_key.split() == ["ນາງສົມພອນ", "nangsomphon", "nangsompon"]
