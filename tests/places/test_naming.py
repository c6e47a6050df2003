"""A place by another name: what is refused, what stays, who is told."""

import pytest

from gateway.messaging.tables import messages
from gateway.places.faults import NAME_TAKEN, NO_SHORT_LATIN, NOT_LATIN, PlaceError
from gateway.places.naming import Names, plan_rename, tidied
from gateway.places.notices import reads_otherwise
from gateway.places.records import Place
from gateway.registry.imports.cells import MISSING, TOO_LONG
from gateway.registry.tables import districts, pay_points, place_aliases, villages
from gateway.staff.tables import audit_log
from tests.places.conftest import PEOPLE, Town
from tests.registry.importer import counts

HERE, VILLAGE, POINT = "ສະໜາມໄຊ", "ໂພນແກ້ວ", "ບ້ານ ໂພນແກ້ວ"


def names(name: str = "ນາໄຮ", latin: str = "Nahai", **short: str) -> Names:
    return Names(name=name, name_latin=latin, **short)


@pytest.mark.parametrize(
    ("kind", "wanted", "field", "reason"),
    [
        ("village", names("ກ" * 17), "name", TOO_LONG),
        ("pay_point", names("ກ" * 25), "name", TOO_LONG),
        ("health_centre", names("ກ" * 25), "name", TOO_LONG),
        ("village", names(latin="x" * 33), "name_latin", TOO_LONG),
        ("pay_point", names(latin="x" * 41), "name_latin", TOO_LONG),
        ("pay_point", names(short_name="ກ" * 17, short_name_latin="x"), "short_name", TOO_LONG),
        ("pay_point", names(short_name="ກ", short_name_latin="x" * 25), "short_name_latin",
         TOO_LONG),
        ("pay_point", names(short_name="ກ"), "short_name_latin", NO_SHORT_LATIN),
        ("village", names(" "), "name", MISSING),
        ("village", names(latin="Nahái"), "name_latin", NOT_LATIN),
        ("village", names(latin="ນາໄຮ"), "name_latin", NOT_LATIN),
    ],
)  # fmt: skip
def test_a_name_that_no_screen_holds_is_refused(kind, wanted: Names, field: str, reason: str):
    with pytest.raises(PlaceError) as refused:
        tidied(kind, wanted)

    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("before", "after", "otherwise"),
    [
        (names("ໂພນແກວ້", "Phonkeo"), names("ໂພນແກ້ວ", "Phonkeo"), False),
        (names("ໂພນແກ້ວ", "Phonkeo"), names("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo"), False),
        (names("ໂພນແກ້ວ", "Phonkeo"), names("ໂພນແກ້ວ", "Phonekeo"), False),
        (names("ໜອງ 1", "Nong 1"), names("ໜອງ 2", "Nong 2"), True),
        (names("ໂພນແກ້ວ", "Phonkeo"), names("ນາໄຮ", "Nahai"), True),
        (names("ໂພນແກ້ວ", "Phonkeo"), names("ໂພນແກ້ວ", "Nahai"), True),
        (names(short_name="ວັດ", short_name_latin="Vat"), names("ຕະຫຼາດ", "Talat",
         short_name="ວັດ", short_name_latin="Vat"), False),
    ],
    ids=["a tone mark", "its kind", "Latin mended", "a number", "another", "Latin alone",
         "SMS say the short name"],
)  # fmt: skip
def test_another_spelling_is_not_another_place(before: Names, after: Names, otherwise: bool):
    one, other = (Place(kind="pay_point", id=1, **vars(found)) for found in (before, after))

    assert reads_otherwise(one, other) is otherwise


def test_a_corrected_latin_name_stays_through_later_imports(town: Town):
    town.rename("village", VILLAGE, name_latin="Phonekeo")

    report = town.importer.beneficiaries(*PEOPLE)

    assert counts(report) == (0, 0, 4)
    assert "Phonekeo" in [row.name_latin for row in town.importer.rows(villages)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("village", VILLAGE), ("pay_point", POINT), ("district", HERE), ("province", "ອັດຕະປື"),
        ("health_centre", "ສຸກສາລາ ປິນດົງ"),
    ],
)  # fmt: skip
def test_a_file_with_the_former_name_changes_nothing(town: Town, kind: str, name: str):
    town.rename(kind, name, name="ໃໝ່ເອີ່ມ", name_latin="Maieuam")

    report = town.importer.beneficiaries(*PEOPLE)

    assert (counts(report), report.places) == ((0, 0, 4), ())


def test_a_name_that_is_there_is_to_be_merged_with(town: Town):
    with pytest.raises(PlaceError) as refused:
        town.rename("village", VILLAGE, name="ບ້ານໂພນແກວ້")

    assert (refused.value.reason, refused.value.field) == (NAME_TAKEN, "name")
    assert town.importer.count(place_aliases) == 0


def test_a_renamed_province_keeps_all_its_districts(town: Town):
    town.rename("province", "ອັດຕະປື", name="ອັດຕະປູ", name_latin="Attapu")

    rows = town.importer.rows(districts)
    assert {(row.province, row.province_latin) for row in rows} == {("ອັດຕະປູ", "Attapu")}
    assert len(rows) == 2


def test_who_was_told_the_old_name_is_corrected_where_staff_say_so(town: Town):
    town.told("26000001", f"... {POINT}")
    town.told("26000002", "... ຕະຫຼາດ")
    town.told("26000003", "... ນອກຈາກນັ້ນ")  # the name cost a segment: she read her village's

    assert town.rename("pay_point", POINT, name="ວັດ", name_latin="Vat", tell=True) == 1

    last = town.importer.rows(messages)[-1]
    assert (last.template, last.payment_id) == (
        "payment_changed", town.payment_of("26000001").id
    )  # fmt: skip


def test_nobody_is_told_unless_staff_say_so(town: Town):
    town.told("26000001", f"... {POINT}")
    place = town.place("pay_point", POINT)
    wanted = names("ວັດ", "Vat")
    with town.database.reading() as connection:
        plan = plan_rename(connection, place, wanted, town.desk)
    assert (plan.told, plan.otherwise) == (1, True)

    assert town.rename("pay_point", POINT, **vars(wanted)) == 0
    assert town.importer.count(messages) == 1


def test_the_short_name_is_set_and_taken_away(town: Town):
    town.rename("pay_point", POINT, short_name=" ວັດ ", short_name_latin="Vat")
    assert next(row.short_name for row in town.importer.rows(pay_points)) == "ວັດ"

    town.rename("pay_point", POINT, short_name="", short_name_latin="")
    assert next(row.short_name for row in town.importer.rows(pay_points)) is None


def test_a_renaming_is_in_the_audit_log(town: Town):
    town.rename("village", VILLAGE, name_latin="Phonekeo")

    line = town.importer.rows(audit_log)[-1]
    assert (line.action, line.object_id) == (
        "place.rename", town.place("village", VILLAGE).key
    )  # fmt: skip
    assert line.changes == {"name_latin": ["Phonkeo", "Phonekeo"], "sms": [None, 0]}
