"""A preview is kept with its broadcast; a broadcast is submitted, and taken back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from gateway.messaging.audience import UnknownAudienceError
from gateway.messaging.broadcasts import lifecycle as life
from gateway.messaging.broadcasts.approval import approve_broadcast
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.kept_preview import audience_size, keep_preview, kept_preview
from gateway.messaging.broadcasts.preview import Preview
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.staff.authors import Author
from tests.messaging.conftest import ALWAYS
from tests.messaging.village import NOW, Village

LATER = NOW + timedelta(hours=1)
NOY = Author("noy@example.la")


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


def _write(database: Database, district_id: int | None = None) -> UUID:
    with database.writing() as connection:
        return life.create_broadcast(
            connection,
            name="Flood",
            texts={"lo": "ນ້ຳຖ້ວມ", "en": "Flood"},
            audience={"status": ["enrolled"]},
            author=Author("noy@example.la"),
            default_locale="lo",
            now=NOW,
            district_id=district_id,
        )


def _row(database: Database, broadcast_id: UUID):
    with database.reading() as connection:
        return life.read_broadcast(connection, broadcast_id)


def _do(database: Database, change: Callable[[Connection], object]) -> None:
    with database.writing() as connection:
        change(connection)


def test_a_preview_is_kept_as_it_was_counted(database: Database, village: Village):
    village.women([1, 2], locale="en")
    village.woman(3, msisdn=None)
    broadcast_id = _write(database)

    keep_preview(database, broadcast_id, default_locale="lo", now=LATER)

    kept = kept_preview(_row(database, broadcast_id))
    assert kept is not None
    assert kept.counted_at == LATER
    assert kept.preview == Preview(
        audience=3,
        recipients=2,
        excluded={"no_number": 1},
        segments=2,
        cost=None,
        samples={"en": (2, "Flood", 1)},
    )


def test_a_cost_is_kept_to_the_last_digit(database: Database):
    broadcast_id = _write(database)
    keep_preview(database, broadcast_id, default_locale="lo", now=NOW)
    preview = dict(_row(database, broadcast_id).preview) | {"cost": "12.3456"}
    _do(database, lambda connection: connection.execute(update(broadcasts).values(preview=preview)))

    kept = kept_preview(_row(database, broadcast_id))

    assert kept is not None
    assert kept.preview.cost == Decimal("12.3456")


def test_before_it_is_counted_there_is_none(database: Database):
    assert kept_preview(_row(database, _write(database))) is None


def test_an_edit_makes_the_preview_void(database: Database):
    broadcast_id = _write(database)
    keep_preview(database, broadcast_id, default_locale="lo", now=NOW)

    _do(
        database,
        lambda connection: life.edit_broadcast(
            connection,
            broadcast_id,
            name="Storm",
            texts={"lo": "ພະຍຸ"},
            audience={},
            default_locale="lo",
            now=LATER,
            by=Author("keo@example.la"),
        ),
    )

    row = _row(database, broadcast_id)
    assert kept_preview(row) is None
    assert row.created_by == "noy@example.la"
    assert [one["name"] for one in row.authors] == ["noy@example.la", "keo@example.la"]


def test_how_many_people_an_audience_has(database: Database, village: Village):
    village.women([1, 2])
    village.woman(3, status="applied")

    with database.reading() as connection:
        assert audience_size(connection, {}) == 3
        assert audience_size(connection, {"status": ["enrolled"]}) == 2
        with pytest.raises(UnknownAudienceError):
            audience_size(connection, {"shoe_size": [38]})


def test_it_waits_for_approval_with_the_time_its_author_wants(database: Database):
    broadcast_id = _write(database)

    _do(
        database,
        lambda connection: life.submit_broadcast(
            connection, broadcast_id, start_at=LATER, by=NOY, now=NOW, hours=ALWAYS
        ),
    )

    row = _row(database, broadcast_id)
    assert (row.state, row.submitted_at, row.start_at) == ("submitted", NOW, LATER)


def test_taken_back_it_is_a_draft(database: Database):
    broadcast_id = _write(database)
    with database.writing() as connection:
        life.submit_broadcast(
            connection, broadcast_id, start_at=None, by=NOY, now=NOW, hours=ALWAYS
        )
        life.withdraw_broadcast(connection, broadcast_id, now=NOW)

    row = _row(database, broadcast_id)
    assert (row.state, row.submitted_at) == ("draft", None)


def test_what_was_submitted_is_approved_by_another(database: Database):
    broadcast_id = _write(database)
    _do(
        database,
        lambda connection: life.submit_broadcast(
            connection, broadcast_id, start_at=None, by=NOY, now=NOW, hours=ALWAYS
        ),
    )

    with (
        pytest.raises(BroadcastError, match="second person"),
        database.writing() as connection,
    ):
        approve_broadcast(connection, broadcast_id, by=Author("Noy@example.la"), now=NOW)
    keep_preview(database, broadcast_id, default_locale="lo", now=NOW)
    with database.writing() as connection:
        approve_broadcast(connection, broadcast_id, by=Author("keo@example.la"), now=NOW)

    assert _row(database, broadcast_id).state == "approved"


def test_it_belongs_to_the_district_of_its_author(database: Database, village: Village):
    broadcast_id = _write(database, district_id=village.district_id)

    assert _row(database, broadcast_id).district_id == village.district_id
