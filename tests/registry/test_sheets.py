"""CSV and Excel files as rows of text, whatever the file is called; big ones in little memory."""

import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

from gateway.registry.database import Database
from gateway.registry.imports import import_beneficiaries, limits, sheets
from gateway.registry.imports.sheets import Row as Cells
from gateway.registry.imports.sheets import SheetError, open_sheet
from gateway.registry.imports.vocabulary import headings_in
from gateway.registry.tables import payments
from tests.registry.files import (
    NOW,
    PEPPERS,
    TODAY,
    Row,
    beneficiary,
    payment,
    write_csv,
    write_xlsx,
)
from tests.registry.importer import Importer, counts


def rows_of(path: Path) -> list[Cells]:
    with path.open("rb") as file:
        return list(open_sheet(file, headings_in).rows)


def refusal(path: Path) -> tuple[int, str]:
    with pytest.raises(SheetError) as caught:
        rows_of(path)
    return caught.value.error.line, caught.value.error.reason


@pytest.mark.parametrize(
    ("label", "cell", "text"),
    [
        ("text", " ໂພນແກ້ວ ", "ໂພນແກ້ວ"),
        ("nothing", None, ""),
        ("a whole number", 26000001, "26000001"),
        ("a whole number as Excel keeps it", 300000.0, "300000"),
        ("a broken number", 0.5, "0.5"),
        ("a date", date(2026, 8, 15), "2026-08-15"),
        ("a date as Excel keeps it", datetime(2026, 8, 15), "2026-08-15"),  # noqa: DTZ001 - as openpyxl gives it
        ("a time of day", datetime(2026, 8, 15, 9, 30), "2026-08-15 09:30:00"),  # noqa: DTZ001
        ("true", True, "yes"),
        ("false", False, "no"),
    ],
)
def test_a_cell_of_excel_reads_as_one_would_have_typed_it(
    tmp_path: Path, label: str, cell: object, text: str
):
    path = write_xlsx(tmp_path / "file.xlsx", [{"first": "x", "second": cell, "third": "y"}])

    assert rows_of(path) == [(1, ["first", "second", "third"]), (2, ["x", text, "y"])], label


def test_an_excel_file_is_imported_like_its_csv(importer: Importer):
    row = beneficiary() | {
        "registration_no": 26000001,
        "msisdn": 2055512345,
        "child_dob": datetime(2026, 7, 20),  # noqa: DTZ001 - as Excel keeps it
        "consent_health": True,
        "edd": None,
        "pin": 4321,
    }

    report = importer.beneficiaries_file(write_xlsx(importer.folder / "file.xlsx", [row]))

    person = importer.person()
    assert counts(report) == (1, 0, 0)
    assert (person.msisdn, person.child_dob) == ("+8562055512345", date(2026, 7, 20))
    assert counts(importer.beneficiaries(beneficiary(pin="4321"))) == (0, 0, 1)


def test_a_cycle_that_excel_made_a_date_is_a_cycle(importer: Importer):
    importer.beneficiaries(beneficiary())

    importer.payments(payment(cycle="2026-11-01"))

    assert [row.cycle for row in importer.rows(payments)] == ["2026-11"]


def test_faults_in_excel_have_their_row_there(importer: Importer):
    rows: list[Row] = [
        beneficiary("26000001"),
        dict.fromkeys(beneficiary()),
        beneficiary("2600000"),
    ]
    path = write_xlsx(importer.folder / "file.xlsx", rows)

    [error] = importer.beneficiaries_file(path).errors

    assert (error.line, error.column) == (4, "registration_no")


@pytest.mark.parametrize("name", ["file.csv", "file", "file.xlsx.part"])
def test_the_name_of_a_file_does_not_matter(tmp_path: Path, name: str):
    write_xlsx(tmp_path / name, [{"first": "x"}])

    assert rows_of(tmp_path / name) == [(1, ["first"]), (2, ["x"])]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(201):
            entry.write(bytes(1024 * 1024))
    assert path.stat().st_size < 1024 * 1024

    assert refusal(path) == (1, sheets.TOO_LARGE)


def test_an_entry_that_lies_about_its_size_is_not_unpacked_beyond_it(tmp_path: Path):
    path = write_xlsx(tmp_path / "liar.xlsx", [{"first": "x" * 5000}])
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    entry = content.rindex(b"xl/worksheets/sheet1.xml")
    assert entry > directory
    content[entry - 22 : entry - 18] = (100).to_bytes(4, "little")  # its unpacked size
    path.write_bytes(content)

    assert refusal(path)[1] == sheets.NOT_XLSX


@pytest.mark.parametrize(
    ("label", "content"),
    [
        (
            "an old workbook, or one with a password",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
        ),
        ("half a zip", b"PK\x03\x04" + bytes(99)),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, label: str, content: bytes):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)

    assert refusal(path) == (1, sheets.NOT_XLSX), label


def test_another_zip_is_refused(tmp_path: Path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"...")

    assert refusal(path) == (1, sheets.NOT_XLSX)


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a workbook whose sheet is another one."""
    copy = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, change(content) if entry.endswith("sheet1.xml") else content)
    return copy


def test_a_workbook_broken_in_the_middle_is_refused(tmp_path: Path):
    whole = write_xlsx(tmp_path / "whole.xlsx", [{"first": "x"}, {"first": "y"}])

    broken = rewritten(whole, lambda sheet: sheet[: sheet.rindex(b"<row")] + b"<oops")

    assert refusal(broken)[1] == sheets.NOT_XLSX


def test_a_workbook_that_says_it_is_smaller_than_it_is_is_read_whole(tmp_path: Path):
    whole = write_xlsx(tmp_path / "whole.xlsx", [{"first": "x"}, {"first": "y"}])

    small = rewritten(
        whole, lambda sheet: sheet.replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>')
    )

    assert len(rows_of(small)) == 3


def test_a_sheet_as_wide_as_excel_allows_is_read_up_to_a_limit(tmp_path: Path):
    wide = {f"column{index}": "x" for index in range(16_384)}

    rows = rows_of(write_xlsx(tmp_path / "wide.xlsx", [wide]))

    assert {len(cells) for _line, cells in rows} == {limits.MOST_COLUMNS}


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path):
    path = tmp_path / "file.csv"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 1024 * 1024)

    with peak_memory() as peak:
        assert refusal(path) == (1, sheets.NOT_CSV)
        assert peak() < 8


def test_a_csv_beyond_the_limit_is_refused_unread(tmp_path: Path):
    path = tmp_path / "file.csv"
    with path.open("wb") as file:
        file.truncate(sheets.LARGEST + 1)

    assert refusal(path) == (1, sheets.TOO_LARGE)


@contextmanager
def peak_memory() -> Iterator[Callable[[], float]]:
    """Megabytes that Python held at most inside the block; asked for in it."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1] / 1024**2
    finally:
        tracemalloc.stop()


def many(count: int) -> Iterator[dict[str, str]]:
    for index in range(count):
        yield beneficiary(f"{26000000 + index}", msisdn=f"0205{index:07}")


@pytest.mark.long
@pytest.mark.parametrize(
    ("write", "few", "lots"),
    # 10,000 values of a column are remembered, whatever the file's size.
    [(write_csv, 12_000, 30_000), (write_xlsx, 1_200, 3_000)],
)
@pytest.mark.timeout(600)  # every allocation is traced, on a machine that may be busy
def test_the_memory_of_an_import_does_not_grow_with_the_file(
    sqlite: Database,
    tmp_path: Path,
    write: Callable[[Path, Iterator[Row]], Path],
    few: int,
    lots: int,
):
    def peak_of(rows: int) -> float:
        path = write(tmp_path / "file", many(rows))
        with peak_memory() as peak:
            report = import_beneficiaries(
                sqlite, path, now=NOW, today=TODAY, peppers=PEPPERS, dry_run=True
            )
            assert counts(report) == (rows, 0, 0)
            return peak()

    peak_of(few)  # the caches fill

    assert peak_of(lots) < peak_of(few) + 2
