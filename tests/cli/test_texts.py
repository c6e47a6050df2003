"""`flask texts`, as typed."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gateway.catalogues import FOLDER, LOCALES, load_gettext
from gateway.cli.imports import FAULTS
from gateway.text_cards.columns import HEADINGS
from gateway.text_cards.filled import AT_CELL, NO_SIGN
from gateway.wordings.keys import TextId
from tests.console.worded import BETTER_HELP, HELP, put_publication
from tests.staff.people import add_somebody
from tests.text_cards.test_filled import filled

LAO = load_gettext()["lo"]


@pytest.fixture
def texts(service):
    def type_in(*words):
        return service.app.test_cli_runner().invoke(args=["texts", *map(str, words)])

    return type_in


def test_cards_writes_a_workbook_and_a_page_to_print(texts, tmp_path):
    said = texts("cards", "--xlsx", tmp_path / "a.xlsx", "--html", tmp_path / "a.html")

    assert said.exit_code == 0, said.output
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert said.output == f"{sheet.max_row - 1} cards.\n"
    assert (tmp_path / "a.html").read_text("utf-8").startswith('<!doctype html>\n<html lang="lo">')


def test_cards_asks_where_to(texts):
    said = texts("cards")

    assert said.exit_code == 2
    assert "--xlsx FILE, --html FILE, or both" in said.output


def test_cards_says_where_it_could_not_write(texts, tmp_path):
    said = texts("cards", "--html", tmp_path / "no" / "a.html")

    assert said.exit_code == 1
    assert said.output == f"Error: {tmp_path}/no/a.html: No such file or directory\n"


def test_trial_writes_the_sheet_for_mothers(texts, tmp_path):
    said = texts("trial", "--html", tmp_path / "t.html", "--language", "en")

    assert (said.exit_code, said.output) == (0, "8 tasks.\n")
    assert "When and where do you get your money?" in (tmp_path / "t.html").read_text("utf-8")


def test_take_confirms_and_proposes_what_was_filled_in(service, texts, tmp_path):
    add_somebody(service.database, "editor", email="noy@example.la")
    file = tmp_path / "a.xlsx"
    file.write_bytes(filled({2: {"right": "x"}, 3: {"comment": "?"}}).read())

    said = texts("take", file, "--by", "noy@example.la")
    assert (said.exit_code, said.output) == (
        0, "Confirmed: 2. Proposed: 0. Comments kept with their texts: 1.\n",
    )  # fmt: skip


def test_take_names_each_faulty_line_and_writes_nothing(service, texts, tmp_path):
    add_somebody(service.database, "editor", email="noy@example.la")
    file = tmp_path / "a.xlsx"
    file.write_bytes(filled({2: {"right": "x"}, 3: {"right": "no"}}).read())

    said = texts("take", file, "--by", "noy@example.la")
    assert said.exit_code == 1
    assert said.output == (
        "Line 3, “right? (x)”: “no” is no answer: write x, or leave it empty.\n"
        "1 fault: nothing was written.\n"
    )


def test_take_speaks_lao_to_who_asks_for_it(service, texts, tmp_path):
    add_somebody(service.database, "editor", email="noy@example.la")
    file = tmp_path / "a.xlsx"
    file.write_bytes(filled({3: {"right": "no"}, 4: {"better": "ກ" * 300}}).read())

    said = texts("take", file, "--by", "noy@example.la", "--locale", "lo")

    assert said.exit_code == 1
    first, *more, last = said.output.splitlines()
    reason, column = LAO(NO_SIGN) % {"said": "no"}, LAO(HEADINGS["right"])
    assert first == LAO(AT_CELL) % {"line": 3, "column": column, "reason": reason}
    assert last == LAO(FAULTS) % {"count": len(more) + 1}
    assert not [line for line in said.output.splitlines() if not re.search("[\u0e80-\u0eff]", line)]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("nobody@example.la", "there is no such account"),
        ("clerk@example.la", "clerk@example.la may not word texts: give the file to an editor"),
    ],
)
def test_take_asks_for_somebody_who_may(service, texts, tmp_path, by: str, said: str):
    add_somebody(service.database, "operator", email="clerk@example.la")
    file = tmp_path / "a.xlsx"
    file.write_bytes(filled({2: {"right": "x"}}).read())

    refused = texts("take", file, "--by", by)
    assert refused.exit_code == 1
    assert said in refused.output


def test_after_an_export_of_what_was_published_the_catalogues_hold(service, texts, tmp_path):
    """A copy: the files as they are, but for the lines of what was published."""
    put_publication(service, HELP, BETTER_HELP)
    put_publication(service, TextId("lo_Latn", "Lao"), "Lao")

    assert (
        texts("export", tmp_path).output == "lo: 1 changed.\nlo_Latn: 2 changed.\nen: 0 changed.\n"
    )
    changed = {locale: _changed(tmp_path, locale) for locale in LOCALES}
    assert changed["lo"][f'msgstr "{LAO(HELP.key)}"'] == f'msgstr "{BETTER_HELP}"'
    assert (
        changed["lo"]["# BACK: Help [the verb]"]
        == "# BACK: (of the former wording) Help [the verb]"
    )
    assert [len(lines) for lines in changed.values()] == [2, 2, 0]

    checked = service.app.test_cli_runner().invoke(
        args=["catalogue", "check", "--folder", str(tmp_path)]
    )
    assert checked.exit_code == 0, checked.output
    assert "spares 'Lao' its spelling for nothing" in checked.output


def _changed(folder: Path, locale: str) -> dict[str, str]:
    before, after = (
        (one / locale / "LC_MESSAGES" / "messages.po").read_text("utf-8").splitlines()
        for one in (FOLDER, folder)
    )
    assert len(before) == len(after)
    return {old: new for old, new in zip(before, after, strict=True) if old != new}
