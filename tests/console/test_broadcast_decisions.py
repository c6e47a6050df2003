"""Broadcasts: submitted, approved by somebody else, paused, cancelled; what became of them."""

import csv
from io import StringIO
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select, update

from gateway.messaging.expansion import expand_broadcast
from gateway.messaging.tables import broadcasts, messages
from gateway.messaging.wakeups import QUEUE
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.html import Page
from tests.console.ledger import approve, broadcast_row, put_broadcast
from tests.service import Service

AUTHOR = "author@example.la"
FORM = {"name": "Flood", "text_lo": "ນ້ຳຖ້ວມ", "status": "enrolled", "action": "save"}


def _only(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(broadcasts)).one()


def _expand(service: Service, broadcast_id: UUID) -> None:
    expand_broadcast(service.database, broadcast_id, default_locale="lo", now=service.clock())


def _actions(page: Page) -> set[str]:
    """The last word of where the forms and links of the page lead."""
    forms = {form.get("action", "") for form in page.all(".//main//form")}
    return {one.rpartition("/")[2] for one in (*forms, *page.links())}


# Deciding


def test_a_second_person_approves_and_it_goes_out(
    service: Service, staff: Staff, redis_client: Redis
):
    author, approver = staff("operator", email=AUTHOR), staff("approver")
    author.submit("broadcasts/new", FORM)
    broadcast_id = _only(service).id

    page = author.submit(f"broadcasts/{broadcast_id}/submit")
    assert page.flashes() == ["It is waiting for the approval of a second person."]
    assert "approve" not in _actions(page)
    page = approve(approver, broadcast_id)

    assert page.flashes() == ["Approved: it goes out now."]
    row = broadcast_row(service, broadcast_id)
    assert row.state == "running"
    assert row.approved_by.startswith("approver")
    assert redis_client.llen(f"rq:queue:{QUEUE}") == 1


@pytest.mark.parametrize("spelling", ["admin@example.la", "Admin@Example.la"])
def test_nobody_approves_their_own(service: Service, staff: Staff, spelling: str):
    broadcast_id = put_broadcast(service, author=spelling, submitted=True)
    admin = staff("admin", email="admin@example.la")

    page = admin.get(f"broadcasts/{broadcast_id}")
    assert "approve" not in _actions(page)
    assert "Nobody approves a broadcast of their own." in page.words
    admin.post(
        f"broadcasts/{broadcast_id}/approve",
        {"seen_at": broadcast_row(service, broadcast_id).updated_at.isoformat()},
    )

    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_whoever_changed_it_last_does_not_approve_it(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    admin = staff("admin", email="admin@example.la")
    row = broadcast_row(service, broadcast_id)
    admin.submit(f"broadcasts/{broadcast_id}/edit", FORM | {"seen_at": row.updated_at.isoformat()})

    page = admin.submit(f"broadcasts/{broadcast_id}/submit")

    assert "approve" not in _actions(page)


def test_what_the_approver_has_not_read_is_not_approved(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    approver, author = staff("approver"), staff("operator")
    seen = broadcast_row(service, broadcast_id).updated_at.isoformat()
    service.clock.move(minutes=1)
    author.submit(f"broadcasts/{broadcast_id}/withdraw")
    author.submit(f"broadcasts/{broadcast_id}/submit")

    page = approver.submit(f"broadcasts/{broadcast_id}/approve", {"seen_at": seen})

    assert page.flashes() == ["Somebody else was faster: see below how it stands now."]
    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_it_may_be_sent_back_or_taken_back(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)

    page = staff("approver").submit(f"broadcasts/{broadcast_id}/send-back")
    assert page.flashes() == ["It was sent back to its author."]
    operator = staff("operator")
    operator.submit(f"broadcasts/{broadcast_id}/submit")
    page = operator.submit(f"broadcasts/{broadcast_id}/withdraw")

    assert page.flashes() == ["It is a draft again."]
    assert broadcast_row(service, broadcast_id).state == "draft"


def test_it_starts_when_its_author_asked_for(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    when = {"on": "2026-11-25", "at": "10:30"}
    staff("operator").submit(f"broadcasts/{broadcast_id}/submit", when)

    page = approve(staff("approver"), broadcast_id)

    assert page.flashes() == ["Approved: it is scheduled."]
    assert "25 Nov 2026, 10:30" in page.words
    assert broadcast_row(service, broadcast_id).state == "scheduled"


@pytest.mark.parametrize("on", ["2026-11-23", "2027-02-23", "soon"])
def test_a_day_that_is_none(service: Service, staff: Staff, on: str):
    broadcast_id = put_broadcast(service)

    page = staff("operator").post(f"broadcasts/{broadcast_id}/submit", {"on": on}, status=200)

    assert page.errors()
    assert broadcast_row(service, broadcast_id).state == "draft"


def _running(service: Service, staff: Staff) -> UUID:
    broadcast_id = put_broadcast(service, submitted=True)
    approve(staff("approver"), broadcast_id)
    return broadcast_id


def test_pause_resume_cancel(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    _expand(service, broadcast_id)
    operator = staff("operator")

    assert _actions(operator.get(f"broadcasts/{broadcast_id}")) >= {"pause", "cancel"}
    page = operator.submit(f"broadcasts/{broadcast_id}/pause")
    assert "It is paused" in page.flashes()[0]
    assert _actions(page) >= {"resume", "cancel"}
    page = operator.submit(f"broadcasts/{broadcast_id}/resume")
    assert page.flashes() == ["It goes on."]
    page = operator.submit(f"broadcasts/{broadcast_id}/cancel")

    assert broadcast_row(service, broadcast_id).state == "cancelled"
    assert not _actions(page) & {"pause", "resume", "cancel", "approve"}
    assert ["Cancelled", "the broadcast was cancelled"] in [row[:2] for row in page.rows()]


@pytest.mark.parametrize("verb", ["submit", "withdraw", "start", "pause", "resume"])
def test_what_is_not_possible_any_more_is_said(service: Service, staff: Staff, verb: str):
    broadcast_id = put_broadcast(service)
    operator = staff("operator")
    operator.submit(f"broadcasts/{broadcast_id}/cancel")

    page = operator.submit(f"broadcasts/{broadcast_id}/{verb}")

    assert page.flashes() == ["Somebody else was faster: see below how it stands now."]


def test_one_approved_elsewhere_is_started_here(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(state="approved", approved_by="x@example.la"))

    page = staff("operator").submit(f"broadcasts/{broadcast_id}/start")

    assert page.flashes() == ["It goes out now."]


def test_every_step_is_in_the_audit_log(service: Service, staff: Staff):
    author = staff("operator", email=AUTHOR)
    author.submit("broadcasts/new", FORM)
    broadcast_id = _only(service).id
    author.submit(f"broadcasts/{broadcast_id}/submit")
    approve(staff("approver"), broadcast_id)
    author.submit(f"broadcasts/{broadcast_id}/pause")

    with service.database.reading() as connection:
        rows = connection.execute(
            select(audit_log)
            .where(audit_log.c.object_id == str(broadcast_id))
            .order_by(audit_log.c.id)
        ).all()
    assert [row.action for row in rows] == [
        "broadcast.write", "broadcast.submit", "broadcast.approve", "broadcast.pause",
    ]  # fmt: skip
    assert rows[2].changes == {"state": ["submitted", "running"]}


# Results


def _settle(service: Service, states: list[str]) -> None:
    with service.database.writing() as connection:
        ids = list(connection.execute(select(messages.c.id).order_by(messages.c.id)).scalars())
        for message_id, state in zip(ids, states, strict=False):
            connection.execute(
                update(messages)
                .where(messages.c.id == message_id)
                .values(state=state, sent_at=service.clock())
            )


def test_progress_counts_what_has_gone_out(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    expected = broadcast_row(service, broadcast_id).preview["recipients"]
    viewer = staff("viewer")
    page = viewer.get(f"broadcasts/{broadcast_id}")
    assert f"0 of {expected} have gone out" in page.words

    _expand(service, broadcast_id)
    _settle(service, ["delivered"] * 3 + ["accepted"] * 2 + ["failed"])
    service.clock.move(minutes=1)
    total = broadcast_row(service, broadcast_id).recipients

    part = viewer.raw("GET", f"broadcasts/{broadcast_id}/progress").text
    assert f"6 of {total} have gone out" in part
    assert f'max="{total}" value="6"' in part
    assert "data-final" not in part


def test_the_end_is_said_to_the_browser(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    staff("operator").submit(f"broadcasts/{broadcast_id}/cancel")

    part = staff("viewer").raw("GET", f"broadcasts/{broadcast_id}/progress")

    assert "data-final" in part.text


def test_a_draft_has_no_progress(service: Service, staff: Staff):
    answer = staff("viewer").raw("GET", f"broadcasts/{put_broadcast(service)}/progress")

    assert answer.status_code == 204


def test_results_as_a_chart_and_as_a_file(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    _expand(service, broadcast_id)
    _settle(service, ["delivered", "failed"])
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
    assert "new" not in _actions(viewer.get("broadcasts/"))
