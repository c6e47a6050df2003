"""Pages of a long list, forwards and back."""

import base64
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from gateway.console.kit.cursors import seal, unseal
from gateway.console.kit.listing import Page, read_page
from gateway.registry.database import Database
from gateway.registry.tables import cases
from gateway.settings import Settings
from gateway.staff.tables import audit_log

START = datetime(2026, 11, 24, tzinfo=UTC)
KEY = (audit_log.c.at, audit_log.c.id)
COUNT, SIZE = 10, 3

app = Flask(__name__)
app.add_url_rule("/list", "list", lambda: "")
app.extensions["console"] = SimpleNamespace(settings=Settings())
ABOUT = "/list audit_log.at audit_log.id"


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


def _cursor(*values: object, about: str = ABOUT) -> str:
    return seal(Settings().key("cursors"), values, about)


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
    there, last = _walk(log, "/list", "next", descending)
    back, _first = _walk(log, last, "previous", descending)

    assert there == pages
    assert back == pages[::-1]


def _walk(log: Database, url: str, way: str, descending: bool) -> tuple[list[str], str]:
    """The pages on the way, and the address of the last; stops where a circle would begin."""
    seen: list[str] = []
    onward: str | None = url
    while onward and len(seen) < COUNT:
        url = onward
        page = _read(log, url, descending=descending)
        seen.append(_names(page))
        onward = _links(page, url)[way]
    return seen, url


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
    [
        "",
        "x",
        "!!!",
        "ກ",
        "bnVsbA",
        _cursor(),
        _cursor("x", "y"),
        _cursor(1, 2),
        _cursor(None, None),
        _cursor({}, []),
        _cursor(START.isoformat()),
        _cursor(START.isoformat(), "x"),
        _cursor("2026-11-24T00:00:00", "0" * 32),
    ],
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_cursor_that_is_none_shows_the_first_page(log: Database, name: str, cursor: str):
    assert _names(_read(log, f"/list?{name}={cursor}")) == "012"


@pytest.mark.parametrize("value", [10**30, -(10**30), "x", None, "1; drop table cases"])
def test_a_number_that_is_none_shows_the_first_page(sqlite: Database, value: object):
    cursor = _cursor(value, about="/list cases.number")
    with app.test_request_context(f"/list?after={cursor}"), sqlite.reading() as connection:
        page = read_page(connection, select(cases), (cases.c.number,))

    assert page.rows == []


def test_a_cursor_tells_nothing_of_the_row_it_stands_at(log: Database):
    cursor = _read(log, "/list").next
    assert cursor is not None

    text = cursor + "=" * (-len(cursor) % 4)
    octets = base64.urlsafe_b64decode(text)

    assert unseal(Settings().key("cursors"), cursor, ABOUT)[0].startswith("2026-11-24")
    assert b'["20' not in octets  # as the plain values begin
    assert b"2026" not in octets


def test_a_cursor_that_was_touched_shows_the_first_page(log: Database):
    cursor = _read(log, "/list").next
    assert cursor is not None
    assert _names(_read(log, f"/list?after={cursor}")) == "345"
    for place in range(len(cursor)):
        other = "A" if cursor[place] != "A" else "B"
        touched = cursor[:place] + other + cursor[place + 1 :]

        assert _names(_read(log, f"/list?after={touched}")) in {"012", "345"}
        assert place == len(cursor) - 1 or _names(_read(log, f"/list?after={touched}")) == "012"


@pytest.mark.parametrize(
    ("label", "about", "secret"),
    [
        ("of another list", "/other audit_log.at audit_log.id", "demo-secret-key"),
        ("of another order", "/list audit_log.who audit_log.id", "demo-secret-key"),
        ("of another secret", ABOUT, "another secret"),
    ],
)
def test_a_cursor_of_elsewhere_shows_the_first_page(
    log: Database, label: str, about: str, secret: str
):
    values = (START.isoformat(), "f" * 32)
    key = Settings(secret_key=secret).key("cursors")
    assert _names(_read(log, f"/list?after={_cursor(*values)}")) != "012", "as it should be"

    assert _names(_read(log, f"/list?after={seal(key, values, about)}")) == "012", label
