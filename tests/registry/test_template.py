"""The workbook to fill in: what Excel offers in it, and that it comes back as an import."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gateway.registry.imports import headings
from gateway.registry.imports.template import words_of, write_template
from gateway.registry.imports.vocabulary import EXAMPLE, FILES, TITLES
from tests.registry.files import TODAY, beneficiary
from tests.registry.importer import Importer, counts


def template(kind: str):
    file = BytesIO()
    write_template(kind, TODAY, file, {"penta1": "ເພນຕາ 1"})
    file.seek(0)
    return load_workbook(file)


def filled(importer: Importer, book, *rows: dict[str, str]):
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append([row.get(column, "") for column in FILES["beneficiaries"]])
    path = importer.folder / "filled.xlsx"
    book.save(path)
    return importer.beneficiaries_file(path)


@pytest.mark.parametrize("kind", FILES)
def test_headings_stand_there_in_lao_and_english(kind):
    lao, english = list(template(kind).worksheets[0].iter_rows(max_row=2, values_only=True))

    assert english == FILES[kind]
    assert list(lao) == [TITLES[column][0] for column in FILES[kind]]


def test_a_filled_template_is_imported_without_its_example(importer: Importer):
    row = beneficiary("26100001", status="ລົງທະບຽນແລ້ວ", category="ເດັກ", msisdn="02077123456")

    report = filled(importer, template("beneficiaries"), row)

    assert counts(report) == (1, 0, 0)
    assert report.warnings == ()
    assert importer.person("26100001").msisdn == "+8562077123456"


def test_an_example_further_below_is_left_out_too(importer: Importer):
    rows = beneficiary("26100001"), beneficiary(EXAMPLE)

    assert counts(importer.beneficiaries(*rows)) == (1, 0, 0)


def test_a_template_that_nobody_filled_in_has_no_row(importer: Importer):
    [fault] = filled(importer, template("beneficiaries")).errors

    assert fault.reason == headings.NO_ROWS


def test_columns_with_zeros_in_front_are_text_and_days_are_days():
    sheet = template("beneficiaries").worksheets[0]
    formats = {
        column: sheet.column_dimensions[letter_of(sheet, column)].number_format
        for column in ("registration_no", "msisdn", "pin", "child_dob")
    }

    assert formats == {
        "registration_no": "@", "msisdn": "@", "pin": "@", "child_dob": "yyyy-mm-dd",
    }  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_each_column_of_codes_offers_its_list(kind):
    book = template(kind)
    sheet, lists = book.worksheets
    offered = {}
    for one in sheet.data_validations.dataValidation:
        letter = str(one.sqref)[0]
        area = one.formula1.rpartition("!")[2].replace("$", "")
        offered[sheet[f"{letter}2"].value] = [cell.value for (cell,) in lists[area]]

    wanted = words_of(kind, TODAY)
    assert offered.keys() == wanted.keys()
    for column, words in wanted.items():
        assert len(offered[column]) == len(words)
        assert set(offered[column]) <= {word for code in words for word in (code, *words[code])}


def test_a_code_without_a_lao_word_has_its_meaning_beside_it():
    lists = template("visits").worksheets[1]

    assert ("penta1", "ເພນຕາ 1") in list(lists.iter_rows(values_only=True))


def letter_of(sheet: Worksheet, column: str) -> str:
    return next(cell.column_letter for cell in sheet[2] if cell.value == column)
