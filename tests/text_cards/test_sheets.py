"""The cards as a workbook and on paper, and the sheet that is tried with mothers."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from gateway.catalogues import load_gettext
from gateway.core.programme import PROGRAMME
from gateway.text_cards.cards import branches
from gateway.text_cards.columns import FILLED, HEADINGS
from gateway.text_cards.sheets import MOTHERS, cards_page, trial_page
from gateway.text_cards.trial import TASKS, keys
from gateway.text_cards.workbook import LAO_FONT, write_workbook
from tests.text_cards.test_cards import ON, all_cards, service


@pytest.fixture(scope="module")
def sheet():
    file = BytesIO()
    write_workbook(all_cards(), file, branches(service(), "lo"), load_gettext()["lo"])
    return load_workbook(file).worksheets[0]


@pytest.fixture(scope="module")
def printed():
    titles = branches(service(), "lo")
    return cards_page(all_cards(), titles, load_gettext()["lo"], locale="lo", on=ON)


class TestWorkbook:
    def test_has_a_line_for_each_card_in_their_order(self, sheet):
        assert [cell.value for cell in sheet["A"][1:]] == [card.id for card in all_cards()]

    def test_speaks_the_language_of_its_reader_above_each_column(self, sheet):
        gettext = load_gettext()["lo"]
        assert [cell.value for cell in sheet[1]] == [gettext(one) for one in HEADINGS.values()]

    def test_lets_its_reader_write_in_the_columns_that_are_asked_alone(self, sheet):
        open_columns = {name for name, cell in zip(HEADINGS, sheet[2], strict=True)
                        if not cell.protection.locked}  # fmt: skip
        assert sheet.protection.sheet
        assert open_columns == {*FILLED}

    def test_takes_an_x_and_answers_of_a_length_that_can_be_read(self, sheet):
        rules = {one.type: str(one.sqref) for one in sheet.data_validations.dataValidation}
        last = len(all_cards()) + 1
        assert rules == {"list": f"J2:J{last}", "textLength": f"K2:M{last}"}

    def test_is_written_in_a_font_with_lao_letters(self, sheet):
        assert {cell.font.name for cell in sheet[2]} == {LAO_FONT}

    def test_holds_text_that_no_spreadsheet_calculates(self, sheet):
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}  # n: nothing in it


class TestPrint:
    def test_has_every_card(self, printed):
        assert all(card.id in printed for card in all_cards())

    def test_asks_for_nothing_from_anywhere(self, printed):
        assert re.findall(r"(?:src|href)=|url\(|https?:|<script|<link", printed) == []

    def test_shows_the_lao_screen_beside_the_others(self, printed):
        first = all_cards()[0].screens[0]
        for pages in first.pages.values():
            assert pages[0].split("\n")[0] in printed


class TestTrial:
    def test_has_eight_tasks_and_a_way_to_each(self):
        found = keys(service().tree, service().gettext, service().budget, ON)

        assert len(found) == len(TASKS) == 8
        for one in found:
            assert one.states[0] == service().tree.start
            assert len(one.states) == len(one.keys) + 1

    def test_prints_the_question_and_the_way_and_room_for_what_was_pressed(self):
        found = keys(service().tree, service().gettext, service().budget, ON)
        page = trial_page(found, load_gettext()["en"], locale="en", on=ON, service_code="*123#")

        for one in found:
            assert one.task.asked in page
            assert f"*123# {' '.join(one.keys)}" in page
        assert f"Mother {MOTHERS} pressed" in page
        assert f"{PROGRAMME.rules_on(ON).cycle_amount}" not in page
