"""CSV that a spreadsheet opens and does not run."""

import csv
from io import StringIO

from flask import Flask

from gateway.console.kit.csv_files import csv_response

app = Flask(__name__)


def _download(rows, heading=("a", "b")):
    with app.test_request_context():
        response = csv_response("list", heading, rows)
        return response, response.get_data(as_text=True)


def test_the_file_is_utf8_with_the_mark_that_excel_needs():
    response, text = _download([["ກ", 1]])

    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert text == "\ufeffa,b\r\nກ,1\r\n"


def test_quotes_commas_and_lines_come_back_as_they_were():
    rows = [['say "x"', "a,b"], ["two\nlines", "ສະບາຍດີ"]]
    _response, text = _download(rows)

    assert list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))) == [
        ["a", "b"],
        *rows,
    ]


def test_no_rows_are_a_heading():
    assert _download([])[1] == "\ufeffa,b\r\n"


def test_a_long_list_is_written_as_it_is_read():
    read = []

    def rows():
        for number in range(100_000):
            read.append(number)
            yield [number, "x" * 20]

    with app.test_request_context():
        parts = csv_response("list", ("a", "b"), rows()).iter_encoded()
        next(parts)

        assert len(read) < 5_000
        assert sum(part.count(b"\r\n") for part in parts) + len(read[:0]) > 90_000
    assert len(read) == 100_000
