"""Taking an import back: what it wrote is undone, what somebody touched since stays."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.keys import peppers_of
from gateway.registry.choices import correct_number, disown_number, set_consent
from gateway.registry.database import Database
from gateway.registry.tables import (
    beneficiaries,
    events,
    payments,
    people_pairs,
    villages,
    visits,
)
from gateway.staff.accounts import add_staff, by_email
from gateway.uploads import store
from gateway.uploads.running import Runner
from gateway.uploads.tables import import_changes, import_lines, imports
from gateway.uploads.taking_back import foresee, would_stay
from tests.registry.files import beneficiary, payment, visit, write_csv

ANN, BEA = "26100001", "26100002"


class Desk:
    """Brings files in, one minute after the other, and takes them back."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self._folder = folder
        self.now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
        self._runner = Runner(
            database=database,
            peppers=peppers_of("a secret"),
            zone=ZoneInfo("Asia/Vientiane"),
            clock=lambda: self.now,
        )
        with database.writing() as connection:
            add_staff(
                connection, email="a@example.la", password_hash="x", role="operator", now=self.now
            )
            self._staff: Any = by_email(connection, "a@example.la")

    def bring(self, kind: str, *rows: dict[str, str]) -> UUID:
        content = write_csv(self._folder / "file.csv", rows).read_bytes()
        wanted = store.Upload(
            kind=kind,
            file_name="file.csv",
            district_id=None,
            staff_id=self._staff.id,
            who=self._staff.email,
        )
        with self.database.writing() as connection:
            import_id = store.keep(connection, wanted, BytesIO(content), now=self.now)
            # Its places are new, and somebody has said so.
            connection.execute(update(imports).values(decisions={"every_new": True}))
        self.run(import_id)
        self.move(import_id, store.confirm)
        assert self.row(import_id).state == "done"
        return import_id

    def take_back(self, import_id: UUID) -> tuple[int, int]:
        """(rows taken back, rows that stay)"""
        self.move(import_id, store.undo)
        row = self.row(import_id)
        assert row.state == "undone"
        return row.taken_back, row.left

    def move(self, import_id: UUID, how: Callable[..., bool]) -> None:
        with self.database.writing() as connection:
            assert how(connection, import_id, now=self.now)
        self.run(import_id)

    def run(self, import_id: UUID) -> None:
        self.now += timedelta(minutes=1)
        self._runner.run(import_id)

    def row(self, import_id: UUID) -> Any:
        with self.database.reading() as connection:
            return connection.execute(select(imports).where(imports.c.id == import_id)).one()

    def reasons(self, import_id: UUID) -> set[str | None]:
        mine = import_changes.c.import_id == import_id
        with self.database.reading() as connection:
            return set(connection.execute(select(import_changes.c.left).where(mine)).scalars())

    def all(self, table: Table) -> list[dict[str, Any]]:
        """Every row, but for when it was last written."""
        with self.database.reading() as connection:
            rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            return [{k: v for k, v in row.items() if k != "updated_at"} for row in rows]

    def person(self, number: str = ANN) -> Any:
        wanted = select(beneficiaries).where(beneficiaries.c.registration_no == number)
        with self.database.reading() as connection:
            return connection.execute(wanted).one()


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


@pytest.fixture
def one_desk(sqlite: Database, tmp_path: Path) -> Desk:
    """For what the SQL of the tests on both databases says already."""
    return Desk(sqlite, tmp_path)


def test_every_field_of_a_known_person_is_as_before(desk: Desk):
    desk.bring("beneficiaries", beneficiary(ANN, status="verified"), beneficiary(BEA))
    with desk.database.writing() as connection:
        disown_number(connection, desk.person().msisdn, desk.now)
    before = desk.all(beneficiaries)
    changed = beneficiary(
        ANN, name="ນາງ ຈັນ", msisdn="02077123456", status="enrolled", category="pregnant",
        edd="2027-02-01", child_dob="", village="ພູໄຊ", consent_health="no", locale="",
    )  # fmt: skip
    second = desk.bring("beneficiaries", changed, beneficiary(BEA))
    assert desk.all(beneficiaries) != before

    assert desk.take_back(second) == (1, 0)

    assert desk.all(beneficiaries) == before


def test_new_people_and_places_go(desk: Desk):
    desk.bring("beneficiaries", beneficiary(ANN))
    second = desk.bring(
        "beneficiaries", beneficiary(ANN), beneficiary(BEA, village="ໃໝ່", district="ພູວົງ")
    )
    assert len(desk.all(villages)) == 2

    assert desk.take_back(second) == (1, 0)

    assert [row["registration_no"] for row in desk.all(beneficiaries)] == [ANN]
    assert [row["name"] for row in desk.all(villages)] == ["ໂພນແກ້ວ"]


def test_payments_and_visits_go_or_become_as_before(desk: Desk):
    desk.bring("beneficiaries", beneficiary(ANN), beneficiary(BEA))
    desk.bring("payments", payment(ANN))
    desk.bring("visits", visit(ANN))
    before = desk.all(payments), desk.all(visits)
    moved = payment(ANN, due_on="2026-12-09", pay_point="ບ້ານ ໃໝ່", status="cancelled")
    paid = desk.bring("payments", moved, payment(BEA))
    made = desk.bring("visits", visit(ANN, done_on="2026-09-05"), visit(BEA))

    assert desk.take_back(paid) == (2, 0)
    assert desk.take_back(made) == (2, 0)

    assert (desk.all(payments), desk.all(visits)) == before


def test_what_was_touched_since_stays_and_the_rest_goes_back(desk: Desk):
    desk.bring("beneficiaries", beneficiary(ANN), beneficiary(BEA))
    second = desk.bring(
        "beneficiaries",
        beneficiary(ANN, msisdn="02077000001"),
        beneficiary(BEA, msisdn="02077000002"),
    )
    with desk.database.writing() as connection:
        correct_number(connection, desk.person().id, "+8562077999999", "self", desk.now)
        foreseen = foresee(connection, desk.row(second))
        [stays] = connection.execute(would_stay(connection, desk.row(second)))
    assert (foreseen.rows, foreseen.left) == (1, {"touched": 1})
    assert (stays.line, stays.object_id, stays.reason) == (2, desk.person().id, "touched")

    assert desk.take_back(second) == (1, 1)

    assert desk.person(ANN).msisdn == "+8562077999999"
    assert desk.person(BEA).msisdn == "+8562055512345"
    assert desk.reasons(second) == {"touched", None}


def test_a_choice_for_what_the_import_said_is_a_choice(one_desk: Desk):
    one_desk.bring("beneficiaries", beneficiary(ANN))
    second = one_desk.bring("beneficiaries", beneficiary(ANN, consent_health="no"))
    with one_desk.database.writing() as connection:
        set_consent(connection, [one_desk.person().id], "health", False, one_desk.now)

    assert one_desk.take_back(second) == (0, 1)

    assert one_desk.person().consent_health is False


def test_another_field_of_a_row_may_have_changed(one_desk: Desk):
    one_desk.bring("beneficiaries", beneficiary(ANN))
    second = one_desk.bring("beneficiaries", beneficiary(ANN, name="ນາງ ຈັນ"))
    one_desk.bring("beneficiaries", beneficiary(ANN, name="ນາງ ຈັນ", msisdn="02077000001"))

    assert one_desk.take_back(second) == (1, 0)

    assert (one_desk.person().name, one_desk.person().msisdn) == (
        beneficiary()["name"],
        "+8562077000001",
    )


def test_a_new_person_with_payments_stays_until_those_are_gone(one_desk: Desk):
    first = one_desk.bring("beneficiaries", beneficiary(ANN))
    second = one_desk.bring("payments", payment(ANN))

    assert one_desk.take_back(first) == (0, 1)
    assert one_desk.reasons(first) == {"in_use"}
    assert one_desk.take_back(second) == (1, 0)
    assert len(one_desk.all(beneficiaries)) == 1


def test_that_somebody_is_like_a_new_person_holds_nobody(one_desk: Desk):
    desk = one_desk
    desk.bring("beneficiaries", beneficiary(ANN))
    later = desk.bring("beneficiaries", beneficiary(BEA))
    with desk.database.writing() as connection:
        ids = sorted(connection.execute(select(beneficiaries.c.id)).scalars())
        connection.execute(
            insert(people_pairs).values(
                id=uuid7(), one_id=ids[0], other_id=ids[1], shared=["name"], score=1,
                found_at=desk.now,
            )
        )  # fmt: skip

    assert desk.take_back(later) == (1, 0)


def test_a_new_person_who_has_called_stays(one_desk: Desk):
    first = one_desk.bring("beneficiaries", beneficiary(ANN))
    called = {
        "id": uuid7(), "event_key": "k", "provider": "x", "msisdn": "+8562055512345",
        "beneficiary_id": one_desk.person().id, "kind": "dial", "data": {}, "result": {},
        "at": one_desk.now,
    }  # fmt: skip
    with one_desk.database.writing() as connection:
        connection.execute(insert(events).values(called))

    assert one_desk.take_back(first) == (0, 1)


def test_what_a_later_import_changed_stays(one_desk: Desk):
    one_desk.bring("beneficiaries", beneficiary(ANN))
    second = one_desk.bring("payments", payment(ANN))
    one_desk.bring("payments", payment(ANN, due_on="2026-12-09"))

    assert one_desk.take_back(second) == (0, 1)

    assert [row["due_on"] for row in one_desk.all(payments)] == [date(2026, 12, 9)]


def test_a_payday_moved_here_stays(one_desk: Desk):
    one_desk.bring("beneficiaries", beneficiary(ANN))
    one_desk.bring("payments", payment(ANN))
    second = one_desk.bring("payments", payment(ANN, due_on="2026-12-09"))
    with one_desk.database.writing() as connection:
        connection.execute(update(payments).values(due_on_set_here=True))

    assert one_desk.take_back(second) == (0, 1)


def test_nothing_is_taken_back_twice(one_desk: Desk):
    first = one_desk.bring("beneficiaries", beneficiary(ANN))
    one_desk.take_back(first)

    with one_desk.database.writing() as connection:
        assert not store.undo(connection, first, now=one_desk.now)


def test_the_changes_go_with_the_retention_and_the_counts_stay(one_desk: Desk):
    first = one_desk.bring("beneficiaries", beneficiary(ANN))
    later = one_desk.now + timedelta(days=101)

    with one_desk.database.writing() as connection:
        store.forget_old(connection, now=later, retention_days=100)
        assert not store.undo(connection, first, now=later)
        lines = connection.execute(select(import_lines.c.kind).distinct()).scalars().all()
        kept = connection.execute(select(func.count()).select_from(import_changes)).scalar_one()

    assert kept == 0
    assert set(lines) == {"place", "made"}
    assert one_desk.row(first).new == 1


def test_an_import_that_changes_nothing_leaves_no_rows(one_desk: Desk):
    one_desk.bring("beneficiaries", beneficiary(ANN))
    again = one_desk.bring("beneficiaries", beneficiary(ANN))

    with one_desk.database.writing() as connection:
        assert not store.undo(connection, again, now=one_desk.now)
