"""What a file is refused for: every faulty row, with its line, its column and the reason."""

import pytest
from sqlalchemy import update

from gateway.core.msisdn import NO_SUCH_NUMBER, NOT_A_NUMBER
from gateway.registry.imports import (
    RowError,
    cells,
    explain,
    headings,
    merging,
    places,
    records,
    sheets,
    signs,
)
from gateway.registry.imports.beneficiaries import ROUND_NUMBER
from gateway.registry.imports.beneficiary_file import NEEDED_FOR
from gateway.registry.tables import beneficiaries, villages
from tests.registry.files import beneficiary
from tests.registry.importer import Importer, counts


def places_of(errors: tuple[RowError, ...]) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.reason) for error in errors]


@pytest.mark.parametrize(
    ("label", "column", "value", "reason"),
    [
        ("no number", "registration_no", "", cells.MISSING),
        ("a lost zero", "registration_no", "2600001", cells.NOT_8_DIGITS),
        ("nine digits", "registration_no", "260000011", cells.NOT_8_DIGITS),
        ("letters", "registration_no", "2600000A", cells.NOT_8_DIGITS),
        ("no name", "name", "", cells.MISSING),
        ("a name of nothing seen", "name", "\u200b", cells.MISSING),
        ("121 characters", "name", "a" * 121, cells.TOO_LONG),
        ("no such number", "msisdn", "02011112345", NO_SUCH_NUMBER),
        ("a word", "msisdn", "none", NOT_A_NUMBER),
        ("digits that Excel hides", "msisdn", "8.56207E+12", cells.LOST_DIGITS),
        ("the same saved again", "msisdn", "8562077000000", cells.LOST_DIGITS),
        ("with a comma", "registration_no", "2,6E+07", cells.LOST_DIGITS),
        ("Lao that became question marks", "name", "??? ?????", signs.LETTERS_LOST),
        ("or what stands for a letter", "pay_point", "\ufffd\ufffd \ufffd", signs.LETTERS_LOST),
        ("Lao read as Latin", "village", "ໂພນ".encode().decode("latin-1"), signs.LETTERS_LOST),
        (
            "and as Windows does",
            "district",
            "ນອງ".encode().decode("cp1252", "ignore"),
            signs.LETTERS_LOST,
        ),
        ("and as Thai", "province", "ອັດ".encode().decode("cp874", "ignore"), signs.LETTERS_LOST),
        ("a part of it", "health_centre", "ສຸກສາລາ ??", signs.LETTERS_LOST),
        ("year 1", "child_dob", "0001-01-01", cells.IMPLAUSIBLE),
        ("year 9999", "edd", "9999-12-31", cells.IMPLAUSIBLE),
        ("the last day of all", "child_dob", "9999-12-31", cells.IN_THE_FUTURE),
        ("a landline", "msisdn", "021 212345", cells.NOT_MOBILE),
        ("a Thai mobile", "msisdn", "+66812345678", cells.NOT_MOBILE),
        ("a helper's landline", "helper_msisdn", "021 212345", cells.NOT_MOBILE),
        ("a language we do not speak", "locale", "fr", cells.NOT_KNOWN_VALUE),
        ("no status", "status", "", cells.MISSING),
        ("an unknown status", "status", "active", cells.NOT_KNOWN_VALUE),
        ("an unknown category", "category", "mother", cells.NOT_KNOWN_VALUE),
        ("an unknown owner", "phone_owner", "shop", cells.NOT_KNOWN_VALUE),
        ("another order", "child_dob", "20-07-2026", cells.NOT_A_DATE),
        ("slashes", "child_dob", "2026/07/20", cells.NOT_A_DATE),
        ("without zeros", "child_dob", "2026-7-20", cells.NOT_A_DATE),
        ("a week", "child_dob", "2026-W30-1", cells.NOT_A_DATE),
        ("30 February", "child_dob", "2026-02-30", cells.NO_SUCH_DAY),
        ("tomorrow", "child_dob", "2026-11-25", cells.IN_THE_FUTURE),
        ("a Buddhist year", "edd", "2569-08-15", cells.IMPLAUSIBLE),
        ("ten years old", "child_dob", "2016-11-23", cells.IMPLAUSIBLE),
        ("ten months and a day ahead", "edd", "2027-09-25", cells.IMPLAUSIBLE),
        ("three years and a day ago", "edd", "2023-11-23", cells.IMPLAUSIBLE),
        ("a child without a birthday", "child_dob", "", NEEDED_FOR),
        ("no province", "province", "", cells.MISSING),
        ("no district", "district", "", cells.MISSING),
        ("no village", "village", "", cells.MISSING),
        ("17 units", "village", "ກ" * 17, cells.TOO_LONG),
        ("25 units", "health_centre", "ກ" * 25, cells.TOO_LONG),
        ("25 units", "pay_point", "ກ" * 25, cells.TOO_LONG),
        ("17 units in surrogates", "village", "a" * 15 + "\U0001f33e", cells.TOO_LONG),
        ("35 Latin letters", "village", "ພວງ" * 5, places.LONG_LATIN),
        ("56 Latin letters", "pay_point", "ຂວງ" * 8, places.LONG_LATIN),
        ("neither yes nor no", "consent_payment", "maybe", cells.NOT_KNOWN_VALUE),
        ("no answer", "consent_health", "", cells.MISSING),
        ("a lost zero", "pin", "321", cells.NOT_4_DIGITS),
        ("five digits", "pin", "43210", cells.NOT_4_DIGITS),
        ("a formula's error", "name", "#REF!", records.FORMULA_ERROR),
    ],
)
def test_a_faulty_cell_is_named(
    importer: Importer, label: str, column: str, value: str, reason: str
):
    faulty = beneficiary("26000002", phone_owner="", helper_msisdn="") | {column: value}

    report = importer.beneficiaries(beneficiary(phone_owner="", helper_msisdn=""), faulty)

    assert places_of(report.errors) == [(3, column, reason)], label
    assert importer.count(beneficiaries) == 0


@pytest.mark.parametrize(
    ("label", "changes"),
    [
        ("today's child", {"child_dob": "2026-11-24"}),
        ("a child of ten years less a day", {"child_dob": "2016-11-24"}),
        ("an end of pregnancy in ten months", {"category": "pregnant", "edd": "2027-09-24"}),
        ("a row left as it was for years", {"category": "pregnant", "edd": "2023-11-24"}),
        ("a village of 16 units", {"village": "ກ" * 16}),
        ("a pay point of 24 units", {"pay_point": "ກ" * 24}),
        ("a leap day", {"child_dob": "2024-02-29"}),
    ],
)
def test_the_last_value_before_a_fault_is_taken(
    importer: Importer, label: str, changes: dict[str, str]
):
    assert counts(importer.beneficiaries(beneficiary(**changes))) == (1, 0, 0), label


def test_a_pregnancy_needs_its_date_and_no_birthday(importer: Importer):
    report = importer.beneficiaries(
        beneficiary("26000001", category="pregnant", edd="", child_dob=""),
        beneficiary("26000002", category="pregnant", edd="2027-02-01", child_dob=""),
    )

    [error] = report.errors
    assert (error.line, error.column) == (2, "edd")
    assert explain(error, str) == "Line 2, edd: Needed for the category pregnant."


def test_every_fault_of_every_row_is_listed_in_order(importer: Importer):
    report = importer.beneficiaries(
        beneficiary("1", status="?", pin="x"),
        beneficiary("26000002"),
        beneficiary("26000003", village="", msisdn="?"),
    )

    assert [(error.line, error.column) for error in report.errors] == [
        (2, "pin"),
        (2, "registration_no"),
        (2, "status"),
        (4, "msisdn"),
        (4, "village"),
    ]


def test_a_number_that_comes_twice_is_named_with_the_first_line(importer: Importer):
    report = importer.beneficiaries(
        beneficiary("26000001"), beneficiary("26000002"), beneficiary("26000001")
    )

    [error] = report.errors
    assert places_of(report.errors) == [(4, "registration_no", merging.SAME_AS)]
    assert explain(error, str) == "Line 4, registration_no: The same as in line 2."


def test_a_number_that_repeats_that_of_a_faulty_row_is_named_too(importer: Importer):
    report = importer.beneficiaries(beneficiary(status="?"), beneficiary(), beneficiary())

    assert places_of(report.errors) == [
        (2, "status", cells.NOT_KNOWN_VALUE),
        (3, "registration_no", merging.SAME_AS),
        (4, "registration_no", merging.SAME_AS),
    ]


def test_a_long_latin_name_that_staff_have_shortened_is_taken(importer: Importer):
    long = "ພວງ" * 5
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        connection.execute(update(villages).values(name=long, name_latin="Phouang"))

    assert counts(importer.beneficiaries(beneficiary(village=long))) == (0, 0, 1)


HEADER = ",".join(beneficiary())


@pytest.mark.parametrize(
    ("label", "header", "faults"),
    [
        ("unknown", f"{HEADER},shoe_size", [("shoe_size", headings.UNKNOWN_COLUMN)]),
        ("twice", f"{HEADER},name", [("name", headings.COLUMN_TWICE)]),
        ("missing", HEADER.replace("village,", ""), [("village", headings.MISSING_COLUMN)]),
        (
            "misspelt",
            HEADER.replace("locale", "language"),
            [("language", headings.UNKNOWN_COLUMN), ("locale", headings.MISSING_COLUMN)],
        ),
    ],
)
def test_a_wrong_header_is_all_that_is_said(
    importer: Importer, label: str, header: str, faults: list[tuple[str, str]]
):
    path = importer.folder / "file.csv"
    path.write_text(f"{header}\nnot,looked,at\n", "utf-8")

    report = importer.beneficiaries_file(path)

    assert places_of(report.errors) == [(1, column, reason) for column, reason in faults], label


@pytest.mark.parametrize("column", ["phone_owner", "helper_msisdn"])
def test_two_columns_may_be_absent(importer: Importer, column: str):
    row = beneficiary(phone_owner="self", helper_msisdn="")
    del row[column]

    assert counts(importer.beneficiaries(row)) == (1, 0, 0)


def test_an_empty_file_is_said_to_be_empty(importer: Importer):
    path = importer.folder / "file.csv"
    path.write_bytes(b"\xef\xbb\xbf\n\n")

    assert places_of(importer.beneficiaries_file(path).errors) == [(1, "", headings.NO_HEADER)]


@pytest.mark.parametrize(
    ("content", "line"),
    [(HEADER, 1), (f"a list\n\n{HEADER}\n,,,\n", 3), (f"{HEADER}\n{HEADER}\n", 1)],
)
def test_headings_without_a_row_below_are_said_to_be_nothing_else(
    importer: Importer, content: str, line: int
):
    path = importer.folder / "file.csv"
    path.write_text(content, "utf-8")

    assert places_of(importer.beneficiaries_file(path).errors) == [(line, "", headings.NO_ROWS)]


def test_a_value_under_no_column_is_named(importer: Importer):
    path = importer.file(beneficiary())
    path.write_text(path.read_text("utf-8").rstrip() + ",surplus\n", "utf-8")

    assert places_of(importer.beneficiaries_file(path).errors) == [(2, "", records.NO_COLUMN)]


@pytest.mark.parametrize(
    ("label", "encoding"), [("Windows Latin", "cp1252"), ("Windows Thai", "cp874")]
)
def test_another_encoding_is_named_with_line_and_column(
    importer: Importer, label: str, encoding: str
):
    path = importer.file(beneficiary("26000001"), beneficiary("26000002", name="NAME"))
    wrong = {"cp1252": "Béa", "cp874": "บุญมี"}[encoding].encode(encoding)
    path.write_bytes(path.read_bytes().replace(b"NAME", wrong))

    assert places_of(importer.beneficiaries_file(path).errors) == [(3, "name", sheets.NOT_UTF8)], (
        label
    )


def test_a_header_in_another_encoding_is_named(importer: Importer):
    path = importer.folder / "file.csv"
    path.write_bytes("prénom".encode("cp1252"))

    assert places_of(importer.beneficiaries_file(path).errors) == [(1, "", sheets.NOT_UTF8)]


def test_a_quotation_mark_never_closed_is_named_with_its_line(importer: Importer):
    path = importer.file(beneficiary("1"), beneficiary("26000002", name="NAME"), beneficiary())
    path.write_text(path.read_text("utf-8").replace("NAME", '"ນາງ'), "utf-8")

    assert places_of(importer.beneficiaries_file(path).errors) == [
        (2, "registration_no", cells.NOT_8_DIGITS),
        (3, "", sheets.NOT_CSV),
    ]


def test_a_cell_of_two_lines_does_not_disturb_the_count(importer: Importer):
    report = importer.beneficiaries(
        beneficiary(name="ນາງ\nແກ້ວ"), beneficiary("26000002", status="?")
    )

    assert places_of(report.errors) == [(4, "status", cells.NOT_KNOWN_VALUE)]


def test_a_fault_is_told_in_the_language_asked_for():
    lao = {
        cells.TOO_LONG: "ຍາວ %(units)s, ບໍ່ເກີນ %(most)s",
        "Line %(line)s, %(column)s: %(reason)s": "ແຖວ %(line)s %(column)s: %(reason)s",
    }
    error = RowError(7, "village", cells.TOO_LONG, {"units": 17, "most": 16})

    assert explain(error, lao.__getitem__) == "ແຖວ 7 village: ຍາວ 17, ບໍ່ເກີນ 16"


def test_no_fault_repeats_a_pin_or_a_phone_number(importer: Importer):
    report = importer.beneficiaries(beneficiary(pin="98765", msisdn="0219876543210"))

    told = " ".join(explain(error, str) for error in report.errors)
    assert len(report.errors) == 2
    assert "9876" not in told


def test_a_full_long_number_and_a_round_short_one_are_taken(importer: Importer):
    report = importer.beneficiaries(
        beneficiary("26000001", msisdn="8562077123456"),
        beneficiary("26000002", msisdn="02077000000"),
    )

    assert counts(report) == (2, 0, 0)
    assert report.warnings == ()


def test_several_people_with_one_round_number_are_pointed_out(importer: Importer):
    report = importer.beneficiaries(
        *(beneficiary(f"2600000{index}", msisdn="020 777 00000") for index in range(3)),
        beneficiary("26000009", msisdn="020 777 12345"),
        beneficiary("26000008", msisdn="020 777 12345"),
    )

    assert [(one.line, one.column, one.reason) for one in report.warnings] == [
        (line, "msisdn", ROUND_NUMBER) for line in (2, 3, 4)
    ]


def test_a_pregnancy_after_a_child_is_taken_with_both_dates(importer: Importer):
    again = beneficiary(category="pregnant", edd="2027-02-20", child_dob="2025-05-01")

    assert counts(importer.beneficiaries(again)) == (1, 0, 0)
    assert importer.person().child_dob is not None
