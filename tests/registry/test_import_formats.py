"""Files as people make them: separators, encodings, line ends, titles, sheets, Lao headings."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from gateway.registry.imports import RowError, files, grouped, headings, signs, tell
from gateway.registry.imports.records import FORMULA, NO_COLUMN
from gateway.registry.imports.shown import masked_value, shown, value_of
from gateway.registry.imports.vocabulary import FILES, TITLES, WORDS, column_of, fold
from tests.registry.files import beneficiary, payment
from tests.registry.importer import Importer, counts

ROW = beneficiary("26100001", name="ນາງ ສົມສີ", msisdn="020 7712 3456", phone_owner="family")
NAMES = ",".join(ROW)


def table(*rows: dict[str, str], separator: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def imported(importer: Importer, content: bytes):
    path = importer.folder / "file"
    path.write_bytes(content)
    return importer.beneficiaries_file(path)


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("semicolons", table(ROW, separator=";").encode("utf-8-sig")),
        ("tabs", table(ROW, separator="\t").encode()),
        ("Excel's own first line", b"sep=;\r\n" + table(ROW, separator=";").encode()),
        ("the same after a BOM", ("\ufeffsep=,\n" + table(ROW)).encode()),
        ("Excel's Unicode text", table(ROW, separator="\t").encode("utf-16")),
        ("big-endian", ("\ufeff" + table(ROW)).encode("utf-16-be")),
        ("UTF-16 without a BOM", table(ROW).encode("utf-16-le")),
        ("big-endian without a BOM", table(ROW).encode("utf-16-be")),
        ("a Mac's line ends", table(ROW, end="\r").encode()),
        ("line ends of two systems", table(ROW).replace("\r\n", "\n", 1).encode()),
        ("two BOMs", ("\ufeff\ufeff" + table(ROW)).encode()),
        ("a BOM inside a heading", table(ROW).replace("locale", "loc\ufeffale").encode()),
        ("a soft hyphen in a heading", table(ROW).replace("locale", "lo\u00adcale").encode()),
        ("a zero-width joiner", table(ROW).replace("district", "dis\u200dtrict").encode()),
        ("no-break spaces", table(ROW).replace("pay_point", "pay\u00a0point\u00a0").encode()),
        ("headings as words", table(ROW).replace("pay_point", "Pay Point").encode()),
        ("one empty column more", table(ROW).replace("\r\n", ",\r\n").encode()),
        ("Excel's used range", table(ROW).replace("\r\n", ",,,,\r\n").encode()),
        ("empty rows", (table(ROW) + ",,,\r\n" * 40).encode()),
        ("NULs up to a block's end", table(ROW).encode() + b"\0" * 700),
        ("text in formulas", table(ROW).replace("26100001", '"=""26100001"""').encode()),
    ],
)
def test_what_a_programme_of_tables_writes_is_read(importer: Importer, label: str, content: bytes):
    report = imported(importer, content)

    assert report.errors == (), label
    assert counts(report) == (1, 0, 0), label
    person = importer.person("26100001")
    assert (person.name, person.msisdn) == ("ນາງ ສົມສີ", "+8562077123456"), label


@pytest.mark.parametrize("above", [1, 4, 9])
def test_headings_are_found_below_titles(importer: Importer, above: int):
    titles = "ລາຍຊື່ແມ່ ເມືອງສະໜາມໄຊ,,,\n" * above

    assert counts(imported(importer, (titles + table(ROW)).encode())) == (1, 0, 0)


def test_headings_below_the_tenth_row_are_not_looked_for(importer: Importer):
    report = imported(importer, ("ລາຍຊື່,\n" * 10 + table(ROW)).encode())

    [error] = report.errors
    assert (error.line, error.reason, error.value) == (1, headings.NO_HEADINGS, "ລາຍຊື່")


def test_faults_below_a_title_have_their_lines_in_the_file(importer: Importer):
    bad = ROW | {"status": "active"}

    report = imported(importer, ("ລາຍຊື່,\n,\n" + table(ROW, bad)).encode())

    assert [(error.line, error.column) for error in report.errors] == [
        (5, "registration_no"),
        (5, "status"),
    ]


LAO = {
    "locale": "ພາສາລາວ",
    "status": "ລົງທະບຽນແລ້ວ",
    "category": "ເດັກ",
    "consent_payment": "ຍິນຍອມ",
    "consent_health": "ບໍ່ຍິນຍອມ",
    "phone_owner": "ຄອບຄົວ",
    "registration_no": "໒໖໑໐໐໐໐໑",
    "child_dob": "໒໐໒໖-໐໗-໒໐",
    "msisdn": "໐໒໐ ໗໗໑໒ ໓໔໕໖",
    "pin": "໔໓໒໑",
}


def test_lao_headings_and_lao_words_are_read(importer: Importer):
    row = {TITLES[name][0]: LAO.get(name, value) for name, value in ROW.items()}

    assert counts(imported(importer, table(row).encode())) == (1, 0, 0)

    person = importer.person("26100001")
    assert (person.status, person.category, person.locale) == ("enrolled", "child", "lo")
    assert (person.consent_payment, person.consent_health) == (True, False)
    assert (person.phone_owner, person.msisdn) == ("family", "+8562077123456")
    assert counts(importer.beneficiaries(ROW | {"pin": "4321", "consent_health": "no"})) == (
        0,
        0,
        1,
    )


def test_two_rows_of_headings_are_one(importer: Importer):
    lao = ",".join(TITLES[name][0] for name in ROW)

    assert counts(imported(importer, (lao + "\n" + table(ROW)).encode())) == (1, 0, 0)


def test_a_heading_may_say_it_in_both_languages(importer: Importer):
    row = {f"{TITLES[name][0]} ({name})": value for name, value in ROW.items()}

    assert counts(imported(importer, table(row).encode())) == (1, 0, 0)


@pytest.mark.parametrize("words", list(WORDS.values()))
def test_no_word_stands_for_two_codes(words: dict[str, tuple[str, ...]]):
    said = [fold(word) for code in words for word in {code, *words[code]}]

    assert len(said) == len(set(said))


def test_no_title_stands_for_two_columns():
    for column, titles in TITLES.items():
        assert {column_of(title) for title in (column, *titles)} == {column}
    assert set(TITLES) == {column for columns in FILES.values() for column in columns}


@pytest.mark.parametrize("value", ["Enrolled", " ENROLLED ", "en­rolled", "ລົງທະບຽນ\u200bແລ້ວ"])
def test_neither_case_nor_blanks_make_another_word(importer: Importer, value: str):
    assert counts(importer.beneficiaries(ROW | {"status": value})) == (1, 0, 0)


@pytest.mark.parametrize(
    ("label", "content", "error"),
    [
        ("the heading", table(ROW).replace("village", "vil\0lage"),
         RowError(1, "vil⟨U+0000⟩lage", signs.UNREADABLE)),
        ("a name", table(ROW).replace("ສົມສີ", "ສົມ\0ສີ"), RowError(2, "name", signs.UNREADABLE)),
        ("a number", table(ROW).replace("3456", "34\x0056"),
         RowError(2, "msisdn", signs.UNREADABLE)),
        ("an empty cell", table(ROW).replace("lo,enrolled", "\0,enrolled"),
         RowError(2, "locale", signs.UNREADABLE)),
        ("half a sign", table(ROW).replace("ສົມສີ", "_xD83D_ ສົມສີ"),
         RowError(2, "name", signs.UNREADABLE)),
    ],
)  # fmt: skip
def test_a_sign_that_is_no_letter_is_named_with_line_and_column(
    importer: Importer, label: str, content: str, error: RowError
):
    report = imported(importer, content.encode())

    assert error in report.errors, label


def workbook(*sheets: tuple[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


PEOPLE: list[list[Any]] = [list(ROW), list(ROW.values())]
OTHERS: list[list[Any]] = [list(ROW), [*list((ROW | {"registration_no": "26199999"}).values())]]


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("lists that are hidden",
         workbook(("Lists", OTHERS), ("ແມ່", PEOPLE), hidden=("Lists",))),
        ("a sheet to read first", workbook(("Read me", [["How to fill this in"]]), ("ແມ່", PEOPLE))),
        ("a list of the columns", workbook(("Read me", [[name] for name in ROW]), ("ແມ່", PEOPLE))),
        ("an empty sheet", workbook(("Sheet1", []), ("ແມ່", PEOPLE))),
        ("more after it", workbook(("ແມ່", PEOPLE), ("Old", OTHERS))),
    ],
)  # fmt: skip
def test_the_first_sheet_to_be_seen_that_has_headings_is_read(
    importer: Importer, label: str, content: bytes
):
    report = imported(importer, content)

    assert counts(report) == (1, 0, 0), label
    assert importer.person("26100001")
    assert [(one.reason, one.params) for one in report.warnings] == [
        (files.ON_SHEET, {"sheet": "ແມ່"})
    ]


def test_a_workbook_of_one_sheet_is_read_without_a_word(importer: Importer):
    assert imported(importer, workbook(("ແມ່", PEOPLE))).warnings == ()


def test_where_no_sheet_has_headings_the_sheet_is_named(importer: Importer):
    report = imported(importer, workbook(("One", [["a", "b"]]), ("Two", [["c", "d"]])))

    assert [one.reason for one in report.errors] == [headings.NO_HEADINGS]
    assert [one.params for one in report.warnings] == [{"sheet": "One"}]


def test_hidden_rows_are_read_and_counted(importer: Importer):
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (*PEOPLE, [*list((ROW | {"registration_no": "26100002"}).values())]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    packed = io.BytesIO()
    book.save(packed)

    report = imported(importer, packed.getvalue())

    assert counts(report) == (2, 0, 0)
    assert [(one.line, one.reason, one.params) for one in report.warnings] == [
        (3, files.HIDDEN_ROW, {"count": 1})
    ]


@pytest.mark.parametrize("column", list(ROW))
def test_a_formula_without_a_value_is_no_empty_cell(importer: Importer, column: str):
    importer.beneficiaries(ROW)
    before = importer.person("26100001")
    values: list[object] = list(ROW.values())
    values[list(ROW).index(column)] = f"={get_column_letter(60)}2"

    report = imported(importer, workbook(("ແມ່", [list(ROW), values])))

    assert [(one.line, one.column, one.reason) for one in report.errors] == [(2, column, FORMULA)]
    (sentence,) = (tell(group, str) for group in grouped(report.errors, str))
    assert sentence.endswith("then save."), (
        "nothing stands behind it: of a formula no text is known"
    )
    assert importer.person("26100001") == before


def test_a_carriage_return_of_excel_is_a_blank(importer: Importer):
    row = ROW | {"name": "ນາງ_x000D_ ສົມສີ", "village": "ໂພນແກ້ວ_x000D_", "pay_point": "_x0020_ວັດ"}

    assert counts(imported(importer, workbook(("ແມ່", [list(row), list(row.values())])))) == (
        1,
        0,
        0,
    )
    assert importer.person("26100001").name == "ນາງ ສົມສີ"
    assert counts(importer.beneficiaries(ROW | {"pay_point": "ວັດ"})) == (0, 0, 1)


def test_a_value_under_no_heading_is_named_by_its_column(importer: Importer):
    content = table(ROW).replace("name,msisdn", "name,,msisdn").replace(",020 77", ",stray,020 77")

    [error] = imported(importer, content.encode()).errors

    assert (error.line, error.reason, error.params, error.value) == (
        2,
        NO_COLUMN,
        {"letter": "C"},
        "stray",
    )


def test_an_empty_column_between_is_passed_over(importer: Importer):
    content = table(ROW).replace("name,msisdn", "name,,msisdn").replace(",020 77", ",,020 77")

    assert counts(imported(importer, content.encode())) == (1, 0, 0)


@pytest.mark.parametrize(
    ("bring", "row", "kind"),
    [
        (Importer.beneficiaries, payment(), "payments"),
        (Importer.payments, ROW, "beneficiaries"),
        (Importer.visits, payment(), "payments"),
        (Importer.payments, {"ເລກທະບຽນ": "1", "ການກວດ": "bcg", "ວັນທີກວດ": "2026-01-01"}, "visits"),
    ],
)
def test_a_file_on_the_wrong_page_is_recognised(
    importer: Importer, bring: Callable, row: dict[str, str], kind: str
):
    report = bring(importer, row)

    assert report.errors == (RowError(1, "", headings.OTHER_KIND[kind]),)


def test_six_mistakes_in_thirty_rows_are_six_sentences(importer: Importer):
    mistakes = {
        "status": "enroled", "category": "mother", "consent_payment": "ja", "village": "?????",
        "child_dob": "20/07/2026", "locale": "fr",
    }  # fmt: skip
    rows = [ROW | {"registration_no": f"{26100000 + index}"} | mistakes for index in range(30)]

    report = importer.beneficiaries(*rows)

    assert len(report.errors) == 180
    told = [tell(group, str) for group in grouped(report.errors, str)]
    assert len(told) == 6
    assert told[0] == (
        "30 rows (lines 2, 3, 4, 5, 6 …), category: Only these are known: pregnant (ຖືພາ), "
        "child (ເດັກ). It says: “mother”"
    )


def test_values_that_differ_are_one_sentence_with_the_first_of_them(importer: Importer):
    rows = [
        ROW | {"registration_no": f"{26100000 + day}", "child_dob": f"{day}/07/2026"}
        for day in range(1, 8)
    ]

    [group] = grouped(importer.beneficiaries(*rows).errors, str)

    assert (group.rows, group.values_text()) == (7, "“1/07/2026”, “2/07/2026”, “3/07/2026” …")


def test_all_missing_columns_are_one_sentence(importer: Importer):
    report = imported(importer, b"registration_no,name,shoe\n1,2,3\n")

    assert [group.column for group in grouped(report.errors, str)] == [
        ", ".join(sorted(FILES["beneficiaries"][2:16])),
        "shoe",
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a" * 41, "a" * 40 + "…"),
        ("tab\tand bell\a", "tab⟨U+0009⟩and bell⟨U+0007⟩"),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("ໂພນແກ້ວ ", "ໂພນແກ້ວ "),
    ],
)
def test_a_value_is_shown_short_and_every_sign_of_it(text: str, seen: str):
    assert shown(text) == seen


def test_a_pin_is_never_shown_and_a_number_is_kept_masked():
    assert value_of("pin", "98765") == ""
    assert masked_value("msisdn", "8.56206E+12") == "•.••••6E+12"
    assert masked_value("registration_no", "2600001") == "••••001"
    assert masked_value("status", "enrol12345") == "enrol12345"
