"""What reads the same travels together, in whatever order people were registered."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Integer, String, cast, event, func, select, text, true, update

from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.ledger import together
from gateway.messaging.planning.reminders import run_reminders
from gateway.messaging.sending.claims import claim_due
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from tests.messaging.broadcasting import started_broadcast
from tests.messaging.conftest import ALWAYS, Office
from tests.messaging.scripted_provider import failing
from tests.messaging.village import NOW, Village, draft, number, queue, states

PLACES = ("ວັດໂພ", "ນາແຄ", "ຫ້ວຍກອງ", "ດົງມອນ", "ທ່າຫີນ")
HOUSEHOLDS = 13


@pytest.fixture
def valley(database: Database) -> list[Village]:
    """Five villages whose women were registered in turns, as they came to one office."""
    villages = [Village(database, name, f"Ban{at}") for at, name in enumerate(PLACES)]
    for turn in range(HOUSEHOLDS):
        for at, village in enumerate(villages):
            village.payment(village.woman(turn * len(villages) + at + 1))
    return villages


def plan(office: Office) -> None:
    today = date(2026, 11, 24)
    run_reminders(office.database, on=today, hours=ALWAYS, default_locale="lo", now=office.now)


def village_of(msisdn: str) -> int:
    return (int(msisdn[-7:]) - 1) % len(PLACES)


def homes(numbers: Sequence[str]) -> Counter[int]:
    return Counter(map(village_of, numbers))


def test_a_villages_reminders_are_one_call(office: Office, valley: list[Village]):
    office.batch_size = 20
    plan(office)

    office.send()

    assert len(office.provider.calls) == len(PLACES)
    assert all(
        set(homes(numbers).values()) == {HOUSEHOLDS} for _body, numbers in office.provider.calls
    )


def test_a_village_larger_than_a_call_fills_its_calls(office: Office, valley: list[Village]):
    office.batch_size = 5
    plan(office)

    office.send()

    sizes = sorted(len(numbers) for _body, numbers in office.provider.calls)
    assert sizes == [3] * len(PLACES) + [5] * 2 * len(PLACES)
    assert all(len(homes(numbers)) == 1 for _body, numbers in office.provider.calls)


def test_those_with_a_pin_get_a_text_of_their_own_in_one_call(
    office: Office, valley: list[Village]
):
    with office.database.writing() as connection:
        some = beneficiaries.c.registration_no.like("%2")
        connection.execute(update(beneficiaries).where(some).values(pin_hash="x"))
    office.batch_size = 20
    plan(office)

    office.send()

    texts = Counter(body for body, _numbers in office.provider.calls)
    assert max(texts.values()) == 1


def test_what_is_sent_again_travels_together_as_well(office: Office, valley: list[Village]):
    """Silence about a call that broke off: it is made again as a whole."""
    office.batch_size = 20
    office.provider.answers = [failing("unknown", "http_503")] * 2
    plan(office)
    office.send()
    office.later(minutes=16)
    office.sweep()
    before = len(office.provider.calls)

    office.send()

    again = office.provider.calls[before:]
    assert [len(numbers) for _body, numbers in again] == [HOUSEHOLDS] * 2
    assert set(states(office.database)) == {"accepted"}


def test_a_broadcast_in_two_languages_is_two_calls(office: Office, valley: list[Village]):
    with office.database.writing() as connection:
        english = beneficiaries.c.registration_no.like("%5")
        connection.execute(update(beneficiaries).where(english).values(locale="en"))
    broadcast_id = started_broadcast(office.database, now=NOW, texts={"lo": "ນ້ຳຖ້ວມ", "en": "Flood"})
    expand_broadcast(office.database, broadcast_id, default_locale="lo", now=office.now)
    office.batch_size = 60

    office.send()

    assert sorted(body for body, _numbers in office.provider.calls) == ["Flood", "ນ້ຳຖ້ວມ"]


def test_a_reply_waits_for_no_company(office: Office):
    """Each reply has a text of its own: they fill a claim and go in the order of the questions."""
    office.batch_size = 3
    replies = [
        draft(
            index,
            category="reply",
            template="case_opened",
            params={"case": str(index)},
            not_before_at=NOW - timedelta(seconds=60 - index),
        )
        for index in range(7)
    ]
    queue(office.database, *replies)

    office.send()

    assert office.provider.handsets == [number(index) for index in range(7)]


def test_the_mark_makes_nothing_due_later_than_it_was():
    for alike in map(str, range(200)):
        assert NOW - timedelta(seconds=1) < together(NOW, alike, now=NOW) <= NOW
        later = NOW + timedelta(minutes=5)
        assert later <= together(later, alike, now=NOW) < later + timedelta(seconds=1)
    assert together(NOW, "", now=NOW) == NOW


def test_a_claim_walks_along_the_index_however_long_the_queue(postgresql: Database):
    """10,000 rows wait, most of them for another day: nothing is sorted or read to the end."""
    queue(postgresql, draft(1))
    series = func.generate_series(1, 10_000).table_valued("n").render_derived()
    n = cast(series.c.n, Integer)
    other = {
        "id": func.gen_random_uuid(),
        "dedupe_key": cast(n, String),
        "priority": n % 3,
        "not_before_at": messages.c.not_before_at + (n % 7 - 1) * timedelta(days=1),
    }
    columns = [other.get(column.name, column) for column in messages.columns]
    many = select(*columns).select_from(messages.join(series, true()))
    with postgresql.writing() as connection:
        connection.execute(messages.insert().from_select(messages.columns.keys(), many, False))
        connection.execute(text("analyze messages"))

    plans = plans_of_a_claim(postgresql)

    assert len(plans) == 1
    assert "Index Scan using ix_messages_priority_not_before_at" in plans[0]
    assert "Sort" not in plans[0]


def plans_of_a_claim(database: Database) -> list[str]:
    """How PostgreSQL finds what is due, for each time that it is asked."""
    asked: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if "FOR UPDATE" in statement:
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.writing() as connection:
        claim_due(connection, now=NOW, lease=timedelta(60), replies_only=False, at_most=100)
    event.remove(database.engine, "before_cursor_execute", note)
    with database.reading() as connection:
        explained = [
            connection.exec_driver_sql(f"explain {statement}", parameters).scalars()
            for statement, parameters in asked
        ]
        return ["\n".join(lines) for lines in explained]
