"""Broadcasts: what became of them, as progress, chart, table and file."""

import csv
from io import StringIO

from sqlalchemy import update

from gateway.messaging.tables import broadcasts
from tests.console.broadcasting import actions, expand, running, settle
from tests.console.conftest import Staff
from tests.console.ledger import approve, broadcast_row, put_broadcast
from tests.service import Service


def test_progress_counts_what_has_gone_out(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    expected = broadcast_row(service, broadcast_id).preview["recipients"]
    viewer = staff("viewer")
    page = viewer.get(f"broadcasts/{broadcast_id}")
    assert f"0 of {expected} have gone out" in page.words

    expand(service, broadcast_id)
    settle(service, ["delivered"] * 3 + ["accepted"] * 2 + ["failed"])
    service.clock.move(minutes=1)
    total = broadcast_row(service, broadcast_id).recipients

    part = viewer.raw("GET", f"broadcasts/{broadcast_id}/progress").text
    assert f"6 of {total} have gone out" in part
    assert f'max="{total}" value="6"' in part
    assert "data-final" not in part


def test_the_end_is_said_to_the_browser(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    staff("operator").submit(f"broadcasts/{broadcast_id}/cancel")

    part = staff("viewer").raw("GET", f"broadcasts/{broadcast_id}/progress")

    assert "data-final" in part.text


def test_one_that_is_scheduled_says_when_it_starts(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    when = {"on": "2026-11-25", "at": "10:30"}
    staff("operator").submit(f"broadcasts/{broadcast_id}/submit", when)
    page = approve(staff("approver"), broadcast_id)

    assert "Nothing has gone out yet. It starts on 25 Nov 2026, 10:30." in page.words
    assert "of 0" not in page.words
    assert page.all(".//progress") == []


def test_one_that_was_cancelled_before_it_started_says_so(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    page = staff("operator").submit(f"broadcasts/{broadcast_id}/cancel")

    assert "It was cancelled before anything went out." in page.words
    assert "of 0" not in page.words


def test_what_was_cancelled_has_not_gone_out(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    expand(service, broadcast_id)
    settle(service, ["delivered", "accepted"])
    page = staff("operator").submit(f"broadcasts/{broadcast_id}/cancel")

    total = broadcast_row(service, broadcast_id).recipients
    assert total > 2
    assert f"2 of {total} have gone out" in page.words


def test_one_that_found_nobody_says_so(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(state="done", recipients=0))

    part = staff("viewer").raw("GET", f"broadcasts/{broadcast_id}/progress").text

    assert "It is over. Nobody was left to get it." in part
    assert "data-final" in part


def test_a_draft_has_no_progress(service: Service, staff: Staff):
    answer = staff("viewer").raw("GET", f"broadcasts/{put_broadcast(service)}/progress")

    assert answer.status_code == 204


def test_results_as_a_chart_and_as_a_file(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    expand(service, broadcast_id)
    settle(service, ["delivered", "failed"])
    viewer = staff("viewer")

    chart = viewer.raw("GET", f"broadcasts/{broadcast_id}/results.svg")
    answer = viewer.raw("GET", f"broadcasts/{broadcast_id}/results.csv")

    assert "<title>What became of it</title>" in chart.text
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == broadcast_row(service, broadcast_id).recipients
    assert sorted(row["State"] for row in rows if row["Sent"]) == ["Delivered", "Not delivered"]
    assert all("•••" in row["Phone number"] for row in rows)


def test_the_list_by_state(service: Service, staff: Staff):
    put_broadcast(service)
    put_broadcast(service, submitted=True)
    viewer = staff("viewer")

    assert [row[1] for row in viewer.get("broadcasts/").rows()] == ["Waiting for approval", "Draft"]
    assert [row[1] for row in viewer.get("broadcasts/?state=draft").rows()] == ["Draft"]
    assert len(viewer.get("broadcasts/?state=nonsense").rows()) == 2
    assert viewer.get("broadcasts/?state=done").rows() == []


def test_a_viewer_is_offered_nothing_to_press(service: Service, staff: Staff):
    viewer = staff("viewer")

    for broadcast_id in (put_broadcast(service), put_broadcast(service, submitted=True)):
        page = viewer.get(f"broadcasts/{broadcast_id}")
        assert page.all(".//main//form") == []
    assert "new" not in actions(viewer.get("broadcasts/"))
