"""A workbook comes back: two hundred lines, all of them taken or none."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from gateway.catalogues import LOCALES, load_gettext, load_texts
from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.text_cards.cards import branches
from gateway.text_cards.columns import HEADINGS
from gateway.text_cards.filled import FaultyFile, Taken, read_lines, take
from gateway.text_cards.placeholders import shown, stored
from gateway.text_cards.workbook import write_workbook
from gateway.text_cards.written import id_of
from gateway.wordings.comments import comments
from gateway.wordings.ground import Ground
from gateway.wordings.tables import wording_confirmations, wording_proposals
from tests.text_cards.test_cards import all_cards, service
from tests.wordings.desk import NOW

NOY = Actor("noy@example.la")
MAIN = id_of("Main menu")
BETTER = "ໜ້າທຳອິດ"
Lines = Mapping[int, Mapping[str, str]]  # {line: {column: what is written}}


def ground() -> Ground:
    return Ground(service().tree, load_texts(), {})


@cache
def sent(language: str) -> bytes:
    """The cards as they go out."""
    file = BytesIO()
    titles = branches(service(), language)
    write_workbook(all_cards(), file, titles, load_gettext()[language])
    return file.getvalue()


def filled(lines: Lines, language: str = "lo") -> BytesIO:
    """The cards as somebody sends them back."""
    workbook = load_workbook(BytesIO(sent(language)))
    sheet, columns = workbook.worksheets[0], list(HEADINGS)
    for line, cells in lines.items():
        for column, said in cells.items():
            sheet.cell(line, columns.index(column) + 1).value = said
    again = BytesIO()
    workbook.save(again)
    again.seek(0)
    return again


def line_of(card_id: str) -> int:
    return next(at for at, card in enumerate(all_cards(), 2) if card.id == card_id)


def taken(database: Database, lines: Lines, language: str = "lo") -> Taken:
    read = read_lines(filled(lines, language))
    with database.writing() as connection:
        return take(connection, ground(), read, "programme", actor=NOY, now=NOW)


def refused(database: Database, lines: Lines) -> list[str]:
    with pytest.raises(FaultyFile) as caught:
        taken(database, lines)
    return [fault.tell(str) for fault in caught.value.faults]


def counts(database: Database) -> tuple[int, int]:
    """Confirmations and proposals."""
    with database.reading() as connection:
        tables = (wording_confirmations, wording_proposals)
        found = [
            connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables
        ]
    return found[0], found[1]


def test_an_x_confirms_the_lao_text_and_the_latin_one(database: Database):
    assert taken(database, {2: {"right": "X "}}) == Taken(confirmed=2)
    assert counts(database) == (2, 0)


def test_another_wording_is_proposed_with_the_comment(database: Database):
    line = {"better": BETTER, "better_latin": "Na thamit", "comment": "ສັ້ນກວ່າ"}
    assert taken(database, {line_of(MAIN): line}) == Taken(proposed=2)
    with database.reading() as connection:
        notes = connection.execute(select(wording_proposals.c.note)).scalars().all()
    assert notes == ["ສັ້ນກວ່າ"] * 2


def test_the_latin_letters_of_a_lao_wording_come_of_themselves(database: Database):
    assert taken(database, {line_of(MAIN): {"better": BETTER}}) == Taken(proposed=2)


def test_a_comment_alone_is_kept_with_the_text(database: Database):
    lines = {2: {"comment": "ບໍ່ສຸພາບ"}, 3: {"right": "x", "comment": "ສັ້ນດີ"}}
    assert taken(database, lines) == Taken(confirmed=2, comments=2)
    with database.reading() as connection:
        (one,), (other,) = comments(connection, ground()).values()
    assert (one.text.key, one.said, one.by) == (all_cards()[0].key, "ບໍ່ສຸພາບ", NOY.name)
    assert (one.capacity, one.open, other.said) == ("programme", True, "ສັ້ນດີ")


def test_what_waits_already_does_not_block_a_file(database: Database):
    lines = {2: {"right": "x"}, line_of(MAIN): {"better": BETTER, "better_latin": "Na thamit"}}
    taken(database, lines)

    assert taken(database, lines) == Taken(confirmed=2, already=2)
    lines[line_of(MAIN)] = {"better": "ໜ້າຕົ້ນ", "better_latin": "Na ton"}
    assert taken(database, lines) == Taken(confirmed=2, proposed=2)


@pytest.mark.parametrize("sign", ["✓", "ແມ່ນ", "Yes", "TRUE", "x\u200b"])
def test_people_tick_in_their_own_way(database: Database, sign: str):
    assert taken(database, {2: {"right": sign}}).confirmed == 2


def test_a_line_without_its_key_is_told_so(database: Database):
    said = refused(database, {2: {"right": "x", "key": " "}})

    assert said == ["Line 2, “key”: The key is missing: take it from the file as it was given out."]


def test_two_lines_of_one_text_are_a_fault(database: Database):
    key = all_cards()[0].id
    said = refused(database, {2: {"right": "x"}, 3: {"right": "x", "key": key}})

    assert said == [f"Line 3, “key”: The key {key} stands in line 2 already: one text, one line."]


@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_headings_may_be_in_either_language(database: Database, language: str):
    assert taken(database, {2: {"right": "x"}}, language).confirmed == 2


def test_a_file_that_nobody_wrote_in_says_nothing(database: Database):
    assert taken(database, {}) == Taken()


def test_of_all_lines_with_five_faulty_ones_the_five_are_named_and_nothing_is_written(
    database: Database,
):
    last = len(all_cards()) + 1
    lines: dict[int, dict[str, str]] = {line: {"right": "x"} for line in range(2, last + 1)}
    lines |= {
        10: {"right": "no"},
        20: {"right": "x", "better": BETTER},
        30: {"right": "x", "key": "0000000000"},
        40: {"right": "x", "lao": "ເກົ່າ"},
        line_of(MAIN): {"better": BETTER * 12},
    }
    said = refused(database, lines)

    assert len(said) >= 5
    at = [one.split(":")[0] for one in said]
    assert at[:4] == ["Line 10, “right? (x)”", "Line 20", "Line 30, “key”", "Line 40"]
    assert at[-1].startswith(f"Line {line_of(MAIN)}, “better so (L")
    assert counts(database) == (0, 0)


@pytest.mark.parametrize("column", ["better", "better_latin", "comment"])
def test_what_a_spreadsheet_runs_is_no_text(database: Database, column: str):
    (said,) = refused(database, {2: {column: "=1+1"}})[:1]
    assert "formula" in said
    assert counts(database) == (0, 0)


def test_a_file_of_something_else_is_told_so(database: Database):
    with pytest.raises(FaultyFile) as caught:
        read_lines(BytesIO(b"PK"))
    assert len(caught.value.faults) == 1
    with pytest.raises(FaultyFile) as without:
        read_lines(filled({1: {"better": "?"}}))
    assert "a column is missing" in without.value.faults[0].tell(str)


def test_placeholders_are_typed_as_they_are_shown():
    texts = [card.texts[locale] for card in all_cards() for locale in LOCALES]
    assert [text for text in texts if stored(shown(text)) != text] == []
    assert [text for text in texts if "%(" in shown(text)] == []
