"""Pages of a long list, forwards and back."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from gateway.console.listing import Page, read_page
from gateway.registry.database import Database
from gateway.staff.tables import audit_log

START = datetime(2026, 11, 24, tzinfo=UTC)
KEY = (audit_log.c.at, audit_log.c.id)
COUNT, SIZE = 10, 3

app = Flask(__name__)
app.add_url_rule("/list", "list", lambda: "")


@pytest.fixture
def log(database: Database) -> Database:
    """Ten lines; two of each moment, so that the id must decide."""
    with database.writing() as connection:
        connection.execute(
            insert(audit_log),
            [
                {
                    "id": uuid7(),
                    "at": START + timedelta(minutes=number // 2),
                    "who": str(number),
                    "action": "odd" if number % 2 else "even",
                    "changes": {},
                }
                for number in range(COUNT)
            ],
        )
    return database


def _read(database: Database, url: str, *, descending: bool = False) -> Page:
    with app.test_request_context(url), database.reading() as connection:
        return read_page(connection, select(audit_log), KEY, descending=descending, size=SIZE)


def _links(page: Page, url: str) -> dict:
    with app.test_request_context(url):
        return dict(page.links())


def _names(page: Page) -> str:
    return "".join(row.who for row in page.rows)


@pytest.mark.parametrize(
    ("descending", "pages"),
    [(False, ["012", "345", "678", "9"]), (True, ["987", "654", "321", "0"])],
)
def test_a_walk_to_the_end_and_back_sees_every_row_once(
    log: Database, descending: bool, pages: list[str]
):
    url, there, back = "/list", [], []
    while url:
        page = _read(log, url, descending=descending)
        there.append(_names(page))
        last, url = url, _links(page, url)["next"]
    url = last
    while url:
        page = _read(log, url, descending=descending)
        back.append(_names(page))
        url = _links(page, url)["previous"]

    assert there == pages
    assert back == pages[::-1]


def test_the_first_page_has_none_before_and_the_last_none_behind(log: Database):
    first = _read(log, "/list")
    last = _read(log, "/list", descending=True)

    assert first.previous is None
    assert first.next is not None
    assert last.previous is None


def test_back_at_the_start_there_is_no_page_before(log: Database):
    second = _links(_read(log, "/list"), "/list")["next"]
    first = _links(_read(log, second), second)["previous"]

    assert _names(_read(log, first)) == "012"
    assert _read(log, first).previous is None
    assert _read(log, first).next is not None


def test_a_list_that_fits_has_no_other_pages(log: Database):
    with app.test_request_context("/list"), log.reading() as connection:
        page = read_page(connection, select(audit_log), KEY, size=COUNT)

    assert (len(page.rows), page.next, page.previous) == (COUNT, None, None)


def test_an_empty_list_is_one_empty_page(database: Database):
    page = _read(database, "/list")

    assert (page.rows, page.next, page.previous) == ([], None, None)


def test_filters_stay_in_the_links_and_the_old_cursor_does_not(log: Database):
    url = "/list?who=a%26b&state=x&state=y"
    second = _links(_read(log, url), url)["next"]
    third = _links(_read(log, second), second)["next"]

    assert third.startswith("/list?who=a%26b&state=x&state=y&after=")
    assert third.count("after=") == 1


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!!", "bnVsbA", "W10", "WzEsMl0", "WyJ4IiwieSJd", "WyIyMDI2LTExLTI0IiwgMV0", "ກ"],
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_cursor_that_is_none_shows_the_first_page(log: Database, name: str, cursor: str):
    assert _names(_read(log, f"/list?{name}={cursor}")) == "012"
