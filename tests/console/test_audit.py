"""The audit log's page and its export."""

import csv
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

import gateway
from gateway.console.kit.audit_words import ACTIONS, KINDS
from gateway.staff.audit import Actor, record
from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

_RECORDED = re.compile(
    r"(?:audit|audit_look|record|_record|log)\(\s*(?:[\w().]+,\s*)*?\"([a-z_]+\.[a-z_]+)\""
)
_KIND = re.compile(r"kind=\"([a-z_]+)\"")


@pytest.fixture
def admin(staff: Staff) -> PlainBrowser:
    return staff("admin", email="a@example.la")


def _record(service: Service, action: str = "district.pause", who: str = "k", **more) -> None:
    with service.database.writing() as connection:
        record(connection, Actor(who, address="192.0.2.7"), action, now=service.clock(), **more)


def _whats(reader: PlainBrowser, query: str) -> list[str]:
    """What was done, without what it was done to."""
    return [row[2].partition(":")[0] for row in reader.get(f"audit/?{query}").rows()]


def _download(reader: PlainBrowser, query: str = "") -> list[list[str]]:
    text = reader.raw("GET", f"audit/audit.csv?{query}").text
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))


def test_the_newest_line_comes_first_and_says_all(service: Service, admin: PlainBrowser):
    with service.database.reading() as connection:
        nong = district_id(connection, "Nong")
    service.clock.move(hours=1)
    _record(
        service,
        who="k@example.la",
        kind="district",
        object_id=nong,
        changes={"paused_reason": (None, "flood"), "active": (True, False)},
    )

    rows = admin.get("audit/").rows()

    assert rows[0] == [
        "24 Nov 2026, 10:00",
        "k@example.la",
        "Paused a district: District Nong",
        "reason of the pause: flood active: yes → no",
        "192.0.2.7",
    ]
    assert rows[1][2] == "Signed in"


@pytest.mark.parametrize(
    ("label", "query", "found"),
    [
        ("nothing", "", ["Paused a district", "Resumed a district", "Signed in"]),
        ("who", "who=K2%20", ["Resumed a district"]),
        ("what", "action=district.pause", ["Paused a district"]),
        ("about", "kind=district", ["Paused a district", "Resumed a district"]),
        ("one object", "kind=district&object_id=3", ["Paused a district"]),
        ("since today", "since=2026-11-25", ["Paused a district"]),
        ("until yesterday", "until=2026-11-24", ["Resumed a district", "Signed in"]),
        ("one day", "since=2026-11-24&until=2026-11-24", ["Resumed a district", "Signed in"]),
        ("a day that is none", "since=x", ["Paused a district", "Resumed a district", "Signed in"]),
        ("an action there is not", "action=x", ["Paused a district", "Resumed a district",
                                                "Signed in"]),
        ("nobody", "who=nobody", []),
    ],
)  # fmt: skip
def test_the_filters(
    service: Service, admin: PlainBrowser, label: str, query: str, found: list[str]
):
    service.clock.move(hours=14, minutes=59)  # a minute before midnight in Vientiane
    _record(service, "district.resume", who="k2", kind="district", object_id=4)
    service.clock.move(minutes=1)
    _record(service, who="k1", kind="district", object_id=3)
    service.clock.set_back()  # nobody is signed in for that long

    assert _whats(admin, query) == found, label
    assert sorted(row[2] for row in _download(admin, query)[1:] if "log" not in row[2]) == sorted(
        found
    ), label


def test_a_filter_that_is_no_day_says_so(admin: PlainBrowser):
    (error,) = admin.get("audit/?since=x").errors()

    assert error.startswith("From day: This is no day from 1900")


def test_a_log_longer_than_a_page_is_read_to_its_end(service: Service, admin: PlainBrowser):
    for _number in range(120):
        service.clock.at += timedelta(seconds=1)
        _record(service)
    seen, path = 0, "audit/?action=district.pause"
    while path:
        page = admin.get(path)
        seen += len(page.rows())
        path = next((one.get("href", "") for one in page.all(".//a[@rel='next']")), "")

    assert seen == 120


def test_where_nothing_fits_there_is_a_hint_and_no_download(admin: PlainBrowser):
    page = admin.get("audit/?who=nobody")

    assert "No line fits." in page.words
    assert not any("audit.csv" in link for link in page.links())


def test_the_download_has_the_filters_of_the_list(service: Service, admin: PlainBrowser):
    _record(service)
    page = admin.get("audit/?action=district.pause")

    (link,) = [link for link in page.links() if "audit.csv" in link]
    assert link == "/console/audit/audit.csv?action=district.pause"
    assert _download(admin, "action=district.pause") == [
        ["When", "Who", "What", "About", "Changes", "From address", "Name"],
        ["2026-11-24 09:00:00+07:00", "k", "Paused a district", "", "", "192.0.2.7", "k"],
    ]


def test_the_download_runs_nothing_in_a_spreadsheet(service: Service, admin: PlainBrowser):
    _record(service, who="=cmd|' /C calc'!A0", changes={"note": (None, "=1+1")})

    line = _download(admin, "action=district.pause")[1]

    assert (line[1], line[4]) == ("'=cmd|' /C calc'!A0", "note:  > =1+1")


def test_downloading_the_log_is_in_the_log(service: Service, admin: PlainBrowser):
    _download(admin)

    line = lines_of_the_log(service)[-1]
    assert (line.who, line.action) == ("a@example.la", "audit.export")


def test_an_administrator_of_a_district_sees_what_concerns_it(service: Service, staff: Staff):
    with service.database.reading() as connection:
        nong, other = district_id(connection, "Nong"), district_id(connection, "Phouvong")
    here = staff("admin", "Nong")
    for place in (nong, other, None):
        _record(service, kind="district", object_id=place, district_id=place)

    assert _whats(here, "action=district.pause") == ["Paused a district"]
    assert [line[3] for line in _download(here, "action=district.pause")[1:]] == ["District Nong"]


def test_every_action_that_is_recorded_has_its_words():
    sources = list(Path(gateway.__file__).parent.rglob("*.py"))
    recorded = {action for path in sources for action in _RECORDED.findall(path.read_text())}

    assert len(recorded) > 10
    assert recorded - ACTIONS.keys() == set()


def test_every_kind_of_object_has_its_word():
    folder = Path(gateway.__file__).parent / "console"
    texts = [path.read_text() for path in folder.rglob("*.py")]
    audited = [line for text in texts for line in text.split("audit")[1:]]
    kinds = {kind for part in audited for kind in _KIND.findall(part[:200])}

    assert kinds - KINDS.keys() == set()
