"""One woman registered by hand, as a row of a file would be."""

from typing import Any

import pytest

from gateway.people.faults import PersonError
from gateway.people.pairs import find_pairs, undecided
from gateway.people.registering import plan_registration, register
from gateway.registry.pins import matches
from gateway.registry.tables import beneficiaries, pay_points
from tests.people.conftest import Office
from tests.registry.files import BENEFICIARY, PEPPERS

NEW = {
    "registration_no": "26000009", "name": "ນາງ ສົມໃຈ ແກ້ວມະນີ", "msisdn": "020 5555 0009",
    "status": "applied", "category": "pregnant", "edd": "2027-03-01", "child_dob": "",
    "consent_payment": "yes", "consent_health": "no",
}  # fmt: skip


def registered(office: Office, *, village: str = "ໂພນແກ້ວ", **changes: str) -> Any:
    with office.database.writing() as connection:
        register(connection, NEW | changes, office.places(village), office.desk)
    return office.person("26000009")


def refused(office: Office, **changes: str) -> list[tuple[str, str]]:
    """(field, sentence) of each fault; nobody is registered."""
    before = office.importer.count(beneficiaries)
    with pytest.raises(PersonError) as refusal, office.database.writing() as connection:
        register(connection, NEW | changes, office.places(), office.desk)
    assert office.importer.count(beneficiaries) == before
    return [(one.field, one.reason % one.params) for one in refusal.value.faults]


def test_she_is_kept_as_a_file_would_bring_her(office: Office):
    hers = registered(office, registration_no="໒໖໐໐໐໐໐໙", pin="4321")
    office.importer.beneficiaries(BENEFICIARY | NEW | {"registration_no": "26000010"})

    by_file, same = office.person("26000010"), beneficiaries.columns.keys()
    own = {"id", "registration_no", "pin_salt", "pin_hash", "set_here", "locale"}
    for name in sorted({*same} - own):
        assert getattr(hers, name) == getattr(by_file, name), name
    assert hers.registration_no == "26000009"
    assert matches("4321", hers.pin_salt, hers.pin_hash, PEPPERS)
    assert office.log() == [
        ("beneficiary.register", {"status": [None, "applied"], "alike": [None, 0]})
    ]


def test_what_she_has_said_herself_stays_when_a_file_says_otherwise(office: Office):
    registered(office, locale="lo_Latn", phone_owner="family")
    row = BENEFICIARY | NEW | {"msisdn": "02055550001", "consent_health": "yes", "locale": "lo"}
    row |= {"name": "ນາງ ສົມໃຈ ແກ້ວມະນີວົງ"}

    report = office.importer.beneficiaries(row)

    hers = office.person("26000009")
    assert (hers.msisdn, hers.locale, hers.consent_health) == ("+8562055550009", "lo_Latn", False)
    assert hers.name == "ນາງ ສົມໃຈ ແກ້ວມະນີວົງ"
    assert report.kept[0].columns == ("msisdn", "locale", "consent_health")


def test_who_is_enrolled_is_so_from_today(office: Office):
    assert registered(office, status="enrolled").enrolled_on == office.desk.today


@pytest.mark.parametrize(
    ("label", "changes", "fault"),
    [
        ("seven digits", {"registration_no": "2600009"}, ("registration_no", "It must have 8")),
        ("a known number", {"registration_no": "26000001"}, ("registration_no", "This regis")),
        ("no name", {"name": ""}, ("name", "A value is missing.")),
        ("ruined Lao", {"name": "???? ???"}, ("name", "The Lao letters were lost")),
        ("a landline", {"msisdn": "021 212345"}, ("msisdn", "This is no Lao mobile")),
        ("a NUL", {"name": "ນາງ\0"}, ("name", "There is a sign in it that is no letter")),
        ("half a letter", {"name": "ນາງ\ud800"}, ("name", "There is a sign in it that")),
        ("no due date", {"edd": ""}, ("edd", "Needed for the category pregnant.")),
        ("the year 1", {"edd": "0001-01-01"}, ("edd", "The date is too far from today")),
        ("the year 9999", {"edd": "9999-12-31"}, ("edd", "The date is too far from today")),
        ("a child of tomorrow", {"child_dob": "2026-11-25"}, ("child_dob", "The date lies in")),
        ("a PIN of three", {"pin": "123"}, ("pin", "It must have 4 digits")),
        ("no status", {"status": "well"}, ("status", "Only these are known")),
    ],
)
def test_what_a_file_may_not_say_nobody_may_type(
    office: Office, label: str, changes: dict[str, str], fault: tuple[str, str]
):
    (found,) = refused(office, **changes)

    assert found[0] == fault[0], label
    assert found[1].startswith(fault[1])


def test_every_fault_is_said_at_once(office: Office):
    found = refused(office, name="", msisdn="1", registration_no="x")

    assert [field for field, _sentence in found] == ["registration_no", "name", "msisdn"]


@pytest.mark.parametrize("wrong", ["none", "another district's", "no such", "retired"])
def test_places_are_known_ones_of_one_district_that_are_in_use(office: Office, wrong: str):
    here, there = office.places(), office.places("ວັງຕາມ")
    office.retire(pay_points, here["pay_point"])
    places = {
        "none": {},
        "another district's": there | {"health_centre": here["health_centre"]},
        "no such": there | {"village": 2**62},
        "retired": here,
    }[wrong]

    with pytest.raises(PersonError), office.database.writing() as connection:
        register(connection, NEW, places, office.desk)


def test_who_may_be_the_same_is_found_as_an_import_finds_her(office: Office):
    with office.database.reading() as connection:
        like = plan_registration(
            connection,
            NEW | {"name": "ນາງ ບຸນມີ ໄຊຍະວົງ", "category": "child", "child_dob": "2026-07-20",
                   "msisdn": "02055512345"},
            office.places(),
            office.desk,
        )  # fmt: skip
        nobody = plan_registration(connection, NEW, office.places(), office.desk)

    (one,) = like.alike
    assert (one.other, one.shared) == ("26000001", ("name", "phone", "birth", "village"))
    assert like.sharing == 1
    assert (nobody.alike, nobody.sharing) == ((), 0)


def test_a_phone_that_others_have_is_no_fault(office: Office):
    assert registered(office, msisdn="02055512345").msisdn == office.person().msisdn


def test_staff_register_where_they_are_and_a_health_worker_only_who_has_applied(office: Office):
    confined = office.by("operator", "ພູວົງ")
    worker = office.by("health_worker", None, "ສຸກສາລາ ປິນດົງ")

    with pytest.raises(PersonError), office.database.writing() as connection:
        register(connection, NEW, office.places(), confined)
    with pytest.raises(PersonError), office.database.writing() as connection:
        register(connection, NEW | {"status": "enrolled"}, office.places(), worker)
    with office.database.writing() as connection:
        register(connection, NEW, office.places(), worker)
    assert office.person("26000009").status == "applied"


def test_who_was_registered_in_another_district_before_she_moved_is_like_her(office: Office):
    known = office.person("26000003")
    again = NEW | {
        "name": known.name, "category": "child", "edd": "",
        "child_dob": known.child_dob.isoformat(),
    }  # fmt: skip
    with office.database.reading() as connection:
        (one,) = plan_registration(connection, again, office.places(), office.desk).alike

    assert (one.other, one.shared) == ("26000003", ("name", "birth"))


def test_such_two_are_found_once_a_day_as_well(office: Office):
    known = office.person("26000003")
    office.importer.beneficiaries(
        BENEFICIARY | {"registration_no": "26000009", "name": known.name, "msisdn": ""}
    )
    for _step in find_pairs(office.database, now=office.desk.now):
        pass

    with office.database.reading() as connection:
        found = connection.execute(undecided()).all()
    ids = {known.id, office.person("26000009").id}
    assert [one.shared for one in found if {one.one_id, one.other_id} == ids] == [["name", "birth"]]
