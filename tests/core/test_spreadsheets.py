"""Cells that a spreadsheet opens, does not run, and does not shorten."""

import pytest

from gateway.core.spreadsheets import cell, harmless


@pytest.mark.parametrize(
    ("label", "value", "written"),
    [
        ("a formula", "=1+1", "'=1+1"),
        ("one that asks another site", '=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("a plus that is no number", "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("a minus that is no number", "-2+3", "'-2+3"),
        ("an at", "@SUM(A1)", "'@SUM(A1)"),
        ("a tab before it", "\t=1", "'\t=1"),
        ("a line break before it", "\n=1", "'\n=1"),
        ("a negative number", -5, "-5"),
        ("a fraction", "-0.5", "-0.5"),
        ("a number and a line break", "-5\n=1", "'-5\n=1"),
        ("a name", "ນາງ ບຸນມີ", "ນາງ ບຸນມີ"),
        ("a sign in the middle", "a=b", "a=b"),
        ("nothing", None, ""),
        ("zero", 0, "0"),
        ("a registration number", "26000001", "26000001"),
        ("a count of twelve digits", 123456789012, "123456789012"),
        ("Lao digits", "໐໒໗໕", "໐໒໗໕"),
    ],
)
def test_what_stands_in_a_cell(label: str, value: object, written: str):
    assert harmless(value) == cell(value) == written, label


@pytest.mark.parametrize(
    "number", ["+8562055500001", "02750001", "8562055500001", "00", "123456789012", "+1"]
)
def test_a_number_that_a_spreadsheet_would_shorten_is_text_to_it(number: str):
    assert cell(number) == f"\t{number}"
    assert harmless(number) == number
