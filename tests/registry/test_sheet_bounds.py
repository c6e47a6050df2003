"""What a workbook may hold is counted while it streams by: small files that unpack to much, or say
they have more rows than there are, are refused before anything of them is held."""

import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.registry.imports import limits, text_files, workbook_parts
from gateway.registry.imports.report import SheetError
from gateway.registry.imports.sheets import bounded, open_sheet
from gateway.registry.imports.vocabulary import headings_in
from tests.registry.files import VISIT, write_xlsx

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WHOLE = f'<worksheet xmlns="{NAMESPACE}"><sheetData>%s</sheetData></worksheet>'
MOST_MEMORY = 24 * 1024**2  # bytes


def changed(path: Path, part: str, pieces: Iterator[bytes] | list[bytes]) -> Path:
    """A workbook with another part in the place of one of its own."""
    whole = write_xlsx(path / "whole.xlsx", [VISIT])
    copy = path / "changed.xlsx"
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if not name.endswith(part):
                target.writestr(name, source.read(name))
        with target.open(f"xl/{part}", "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
    return copy


def sheet(rows: str) -> list[bytes]:
    return [(WHOLE % rows).encode()]


def refusal(path: Path) -> tuple[int, str]:
    with path.open("rb") as file, pytest.raises(SheetError) as caught:
        list(open_sheet(file, headings_in).rows)
    return caught.value.error.line, caught.value.error.reason


SHEET = "worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("label", "rows", "line", "reason"),
    [
        ("a row that Excel cannot have", '<row r="1"/><row r="2000000000"/>', 2,
         workbook_parts.TOO_MANY_ROWS),
        ("the first of them", f'<row r="{limits.MOST_ROWS + 1}"/>', 1,
         workbook_parts.TOO_MANY_ROWS),
        ("a number beyond every machine's", f'<row r="{"9" * 4000}"/>', 1,
         workbook_parts.TOO_MANY_ROWS),
        ("a row of many cells", f"<row>{'<c/>' * 16_385}</row>", 1, workbook_parts.TOO_MANY_CELLS),
        ("rows that go back", '<row r="5"/><row r="4"/>', 5, workbook_parts.NOT_XLSX),
        ("no number", '<row r="one"/>', 1, workbook_parts.NOT_XLSX),
        ("a cell of a book", f"<row><c t='inlineStr'><is><t>{'x' * 32_768}</t></is></c></row>", 1,
         workbook_parts.TOO_MANY_CELLS),
        ("elements that mean nothing", f"<row>{'<x/>' * 140_000}</row>", 1,
         workbook_parts.TOO_MANY_CELLS),
        ("the same outside of rows", "<x/>" * 500_001, 1, workbook_parts.TOO_MANY_CELLS),
        ("more formulas than one mends", "<row>" + "<c><f>A1</f></c>" * 100 + "</row>" + (
         "<row>" + "<c><f>A1</f></c>" * 100 + "</row>") * 100, 101,
         workbook_parts.TOO_MANY_FORMULAS),
    ],
)  # fmt: skip
def test_a_sheet_out_of_bounds_is_refused_where_it_goes_beyond(
    tmp_path: Path, label: str, rows: str, line: int, reason: str
):
    assert refusal(changed(tmp_path, SHEET, sheet(rows))) == (line, reason), label


def test_the_last_row_of_excel_is_within_them(tmp_path: Path):
    rows = f'<row r="{limits.MOST_ROWS}"><c r="CV1"/></row>'
    with zipfile.ZipFile(changed(tmp_path, SHEET, sheet(rows))) as archive:
        contents = workbook_parts.read_part(archive, f"xl/{SHEET}", lambda: None)

    assert (contents.width, contents.formulas) == (100, {})


def many(piece: bytes, count: int) -> Iterator[bytes]:
    yield WHOLE.partition("%s")[0].encode()
    for _ in range(count):
        yield piece
    yield b"</sheetData></worksheet>"


def strings(piece: bytes, count: int) -> Iterator[bytes]:
    yield f'<sst xmlns="{NAMESPACE}">'.encode()
    for _ in range(count):
        yield piece
    yield b"</sst>"


@pytest.mark.parametrize(
    ("label", "part", "pieces"),
    [
        ("a sheet of one row", SHEET, many(b"<row>" + b"<c/>" * 16_000 + b"</row>", 700)),
        ("strings", "sharedStrings.xml", strings(b"<si><t>a</t></si>" * 10_000, 300)),
        ("styles", "styles.xml", iter([b"<x>" + b"<y/>" * 1_000_000] * 3)),
    ],
)
def test_a_few_kilobytes_that_unpack_to_many_megabytes_are_refused_unread(
    tmp_path: Path, label: str, part: str, pieces: Iterator[bytes]
):
    path = changed(tmp_path, part, pieces)
    assert path.stat().st_size < 200_000

    tracemalloc.start()
    try:
        assert refusal(path)[1] == workbook_parts.TOO_LARGE, label
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY, label
    finally:
        tracemalloc.stop()


def test_entities_are_not_expanded(tmp_path: Path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + WHOLE % "<row><c><v>&a;</v></c></row>"

    assert refusal(changed(tmp_path, SHEET, [bomb.encode()])) == (1, workbook_parts.NOT_XLSX)


def test_a_row_of_text_that_never_ends_is_refused(tmp_path: Path):
    path = tmp_path / "file.csv"
    path.write_bytes(b"a,b\n" + b'x,"\n",' * 400_000)

    assert refusal(path) == (2, text_files.NOT_CSV)


def test_text_with_more_rows_than_excel_allows_is_refused():
    rows = iter([(limits.MOST_ROWS, ["x"]), (limits.MOST_ROWS + 1, ["x"])])

    with pytest.raises(SheetError) as caught:
        list(bounded(rows, lambda: None))
    assert caught.value.error.reason == workbook_parts.TOO_MANY_ROWS


def test_reading_can_be_ended_at_any_moment(tmp_path: Path):
    class Enough(Exception):
        pass

    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 5:
            raise Enough

    path = write_xlsx(tmp_path / "file.xlsx", [VISIT] * 2_000)
    with path.open("rb") as file, pytest.raises(Enough):
        list(open_sheet(file, headings_in, beat).rows)
