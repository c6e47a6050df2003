"""Who was told of a payday and of a broadcast, and who was not, and why; on both databases."""

from collections.abc import Iterable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from gateway.figures.book import Figure
from gateway.figures.calls import ALL_VILLAGES
from gateway.figures.questions import count_of
from gateway.figures.told import (
    count_cast,
    paydays_of,
    recipients_of,
)
from gateway.messaging.audience import matching
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, districts, optouts, payments
from tests.console.ledger import put_message
from tests.figures.test_questions import COUNTING
from tests.messaging.village import NOW, PAYDAY, Village, number

NOVEMBER, TODAY = date(2026, 11, 1), date(2026, 11, 24)
CAST = UUID("01900000-0000-7000-8000-00000000000a")


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


@pytest.fixture
def ledger(database: Database) -> Any:
    return SimpleNamespace(database=database, clock=lambda: NOW)


class Told:
    """Women with a payment on PAYDAY, and SMS about it."""

    def __init__(self, village: Village, ledger: Any) -> None:
        self.village, self.ledger = village, ledger
        self.truth = f"{PAYDAY}|{village.pay_point_id}"

    def woman(self, index: int, state: str | None = None, **changes: Any) -> UUID:
        due_on = changes.pop("due_on", PAYDAY)
        told = changes.pop("told", self.truth)
        reason = changes.pop("reason", None)
        woman = self.village.woman(index, **changes)
        payment = self.village.payment(woman, due_on=due_on)
        if state is not None:
            put_message(
                self.ledger, number(index), beneficiary_id=woman, payment_id=payment,
                state=state, told=told, reason=reason,
            )  # fmt: skip
        return woman

    def outcome(self, index: int) -> str:
        return self.outcomes()[f"{index:08d}"]

    def outcomes(self, today: date = TODAY) -> dict[str, str]:
        statement = paydays_of(
            district_id=self.village.district_id, since=NOVEMBER, until=date(2026, 11, 30),
            today=today,
        )  # fmt: skip
        with self.village.database.reading() as connection:
            rows = connection.execute(statement).all()
        found = {row.registration_no: row.outcome for row in rows}
        assert len(found) == len(rows)
        return found


@pytest.fixture
def told(village: Village, ledger: Any) -> Told:
    return Told(village, ledger)


@pytest.mark.parametrize(
    ("state", "more", "outcome"),
    [
        ("delivered", {}, "told"),
        ("suppressed", {"reason": "duplicate"}, "told"),
        ("accepted", {}, "sent"),
        ("unknown", {}, "sent"),
        ("queued", {}, "waiting"),
        ("failed", {}, "failed"),
        ("suppressed", {"reason": "opted_out"}, "failed"),
        ("delivered", {"told": "2026-11-20|1"}, "told_otherwise"),
        (None, {}, "not_yet"),
        (None, {"msisdn": None}, "no_number"),
        (None, {"msisdn_disowned_at": NOW}, "number_disowned"),
        (None, {"status": "suspended"}, "not_eligible"),
        (None, {"consent_payment": False}, "no_consent"),
        (None, {"due_on": date(2026, 11, 20)}, "no_message"),
        ("delivered", {"status": "suspended"}, "told"),
    ],
)
def test_what_became_of_telling_her(told: Told, state: Any, more: Any, outcome: str):
    told.woman(1, state, **more)

    assert told.outcome(1) == outcome


def test_who_wants_no_sms_and_whose_district_is_paused(told: Told, database: Database):
    told.woman(1)
    told.woman(2)
    with database.writing() as connection:
        wish = {"msisdn": number(1), "category": "payment", "source": "sms", "at": NOW}
        connection.execute(insert(optouts).values(wish))
        connection.execute(update(districts).values(paused_at=NOW))

    assert [told.outcome(1), told.outcome(2)] == ["opted_out", "district_paused"]


def test_an_sms_tells_all_who_share_the_handset_and_the_day_and_place(told: Told):
    told.woman(1, "delivered")
    told.woman(2, msisdn=number(1))
    told.woman(3, msisdn=number(1), due_on=date(2026, 11, 28))

    assert [told.outcome(n) for n in (1, 2, 3)] == ["told", "told", "not_yet"]


def test_the_best_of_several_sms_counts(told: Told, ledger: Any):
    woman = told.woman(1, "failed")
    with told.village.database.reading() as connection:
        hers = select(payments.c.id).where(payments.c.beneficiary_id == woman)
        payment = connection.execute(hers).scalar_one()
    put_message(ledger, number(1), payment_id=payment, state="delivered", told=told.truth)
    told.woman(2, "failed")

    assert [told.outcome(1), told.outcome(2)] == ["told", "failed"]


def test_who_has_left_and_what_is_cancelled_is_nobodys_payday(told: Told, village: Village):
    told.woman(1, status="exited")
    village.payment(village.woman(2), status="cancelled")

    assert told.outcomes() == {}


def _counts(counted: Iterable[Figure]) -> dict[tuple[date, int, str], int]:
    return {(one.period_on, one.district_id, one.kind): one.count for one in counted}


def test_villages_and_their_sum_are_what_the_list_holds(
    told: Told, village: Village, database: Database, ledger: Any
):
    other = Told(Village(database, "ວົງໄຊ", "Vongxai"), ledger)
    told.woman(1, "delivered")
    told.woman(2, "delivered", due_on=date(2026, 11, 26), told=f"2026-11-26|{village.pay_point_id}")
    told.woman(3, msisdn=None)
    other.woman(4, "accepted")

    with database.reading() as connection:
        counted = _counts(count_of("told", NOVEMBER, COUNTING)(connection))

    expected = {}
    for one in (told, other):
        place = one.village
        for on, outcome in [
            (date(2026, 11, 26), "told"), (PAYDAY, "told"), (PAYDAY, "no_number"),
        ] if one is told else [(PAYDAY, "sent")]:  # fmt: skip
            expected[on, place.district_id, f"{place.village_id}:{outcome}"] = 1
            expected[on, place.district_id, f"{ALL_VILLAGES}:{outcome}"] = 1
    assert counted == expected


# Broadcasts


@pytest.fixture
def cast(database: Database) -> UUID:
    with database.writing() as connection:
        connection.execute(
            insert(broadcasts).values(
                id=CAST, name="Flood", texts={"lo": "ນ້ຳຖ້ວມ"},
                audience={"status": ["enrolled"]}, state="done", created_by="a@example.la",
                authors=[], revision=1, start_at=NOW, recipients=3, created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
    return CAST


def _recipients(database: Database, **where: int) -> dict[str, str]:
    with database.reading() as connection:
        statement = recipients_of(connection, CAST, **where)
        assert statement is not None
        rows = connection.execute(statement).all()
    return {row.registration_no: row.outcome for row in rows}


def test_who_was_told_of_a_broadcast(database: Database, village: Village, ledger: Any, cast: UUID):
    other = Village(database, "ວົງໄຊ", "Vongxai")
    village.woman(1)
    village.woman(2, msisdn=number(1), status="applied")  # on a handset that got it
    village.woman(3, msisdn=None)
    village.woman(4)
    village.woman(5, status="applied")  # not of the audience
    other.woman(6)
    for index, state, reason in [(1, "delivered", None), (6, "suppressed", "opted_out")]:
        put_message(ledger, number(index), category="broadcast", broadcast_id=cast,
                    state=state, reason=reason)  # fmt: skip

    everybody = _recipients(database)

    assert everybody == {
        "00000001": "told", "00000002": "told", "00000003": "no_number",
        "00000004": "no_message", "00000006": "opted_out",
    }  # fmt: skip
    assert _recipients(database, village_id=other.village_id) == {"00000006": "opted_out"}
    with database.reading() as connection:
        counted = _counts(count_cast(connection, cast, TODAY))
    assert counted[TODAY, village.district_id, f"{village.village_id}:told"] == 2
    assert sum(n for (_on, _at, kind), n in counted.items() if kind.startswith("all:")) == 5


def test_an_sms_stays_hers_when_her_number_changes_and_is_nobodys_who_takes_the_number_over(
    database: Database, village: Village, ledger: Any, cast: UUID
):
    moved, heir = village.woman(1), village.woman(2)
    for woman, index, state in [(moved, 1, "delivered"), (heir, 2, "failed")]:
        put_message(ledger, number(index), category="broadcast", broadcast_id=cast,
                    beneficiary_id=woman, state=state)  # fmt: skip
    with database.writing() as connection:
        for woman, index in [(moved, 3), (heir, 1)]:
            hers = update(beneficiaries).where(beneficiaries.c.id == woman)
            connection.execute(hers.values(msisdn=number(index)))

    assert _recipients(database) == {"00000001": "told", "00000002": "failed"}
    there = {"district_id": village.district_id, "village_id": village.village_id}
    assert _recipients(database, **there) == _recipients(database)
    with database.reading() as connection:
        missed = select(beneficiaries.c.id).where(matching({"missed": [str(cast)]}))
        assert list(connection.execute(missed).scalars()) == [heir]


def test_who_was_registered_after_a_broadcast_is_none_of_its_people(
    database: Database, village: Village, ledger: Any, cast: UUID
):
    village.woman(1)
    put_message(ledger, number(1), category="broadcast", broadcast_id=cast, state="delivered")
    village.woman(2, created_at=NOW + timedelta(hours=1))
    village.woman(3, msisdn=number(1), created_at=NOW + timedelta(hours=1))

    assert _recipients(database) == {"00000001": "told"}


def test_a_broadcast_that_is_still_being_laid_out_has_not_come_to_her_yet(
    database: Database, village: Village, cast: UUID
):
    village.woman(1)
    with database.writing() as connection:
        connection.execute(update(broadcasts).values(state="running", recipients=None))

    assert _recipients(database) == {"00000001": "not_yet"}


def test_no_such_broadcast(database: Database):
    with database.reading() as connection:
        assert list(count_cast(connection, CAST, TODAY)) == []
        assert recipients_of(connection, CAST) is None
