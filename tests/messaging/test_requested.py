"""SMS that the programme's systems ask for: what goes, what is refused, and in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from gateway.core.message_words import REASONS
from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.requested.faults import RequestError
from gateway.messaging.requested.queueing import RefusedRowsError
from gateway.messaging.requested.wanted import Wanted
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, districts, optouts, payments
from tests.messaging.conftest import ZONE, Office
from tests.messaging.requesting import TEXT, System
from tests.messaging.village import NOW, Village, ledger, number, states


def test_a_text_to_a_person_goes_out_word_for_word(
    system: System, village: Village, office: Office
):
    village.woman(1)

    message_id = system.sent(registration_no="00000001", **TEXT)
    office.send()

    assert office.provider.calls == [(TEXT["text"], [number(1)])]
    seen = system.sees(message_id)
    assert seen is not None
    assert (seen.registration_no, seen.state, seen.text) == ("00000001", "accepted", TEXT["text"])
    assert seen.sent_at == office.now


def test_a_payment_reminder_says_what_is_true_when_it_is_sent(
    system: System, village: Village, office: Office
):
    payment = village.payment(village.woman(1, locale="en"))
    system.sent(registration_no="00000001", template="payment_reminder")

    village.change(payments, payment, due_on=date(2026, 11, 30))
    office.send()

    [row] = ledger(system.database, "body", "told", "category", "payment_id")
    assert "30/11" in row.body
    assert row.told.startswith("2026-11-30")
    assert (row.category, row.payment_id) == ("payment", payment)


def test_a_health_reminder_names_the_visits_that_are_due(
    system: System, village: Village, office: Office
):
    village.woman(1, locale="en", child_dob=NOW.date() - timedelta(weeks=6))

    system.sent(registration_no="00000001", template="health_reminder")
    office.send()

    [row] = ledger(system.database, "body", "category", "state")
    assert (row.category, row.state) == ("health", "accepted")
    assert "24/11" in row.body


def test_a_registered_woman_is_told_so(system: System, village: Village, office: Office):
    village.woman(1, locale="en")

    system.sent(registration_no="00000001", template="registered")
    office.send()

    [row] = ledger(system.database, "body")
    assert row.body == "You are registered. Dial *123# for more."


def test_what_is_taken_back_before_it_is_sent_is_held_back(
    system: System, village: Village, office: Office
):
    woman = village.woman(1)
    message_id = system.sent(registration_no="00000001", **TEXT)

    village.change(beneficiaries, woman, consent_payment=False)
    office.send()

    seen = system.sees(message_id)
    assert seen is not None
    assert (seen.state, seen.reason) == ("suppressed", "no_consent")
    assert office.provider.calls == []


HELD_BACK: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("money, no consent", {"consent_payment": False}, TEXT, "no_consent"),
    ("health, no consent", {"consent_health": False}, TEXT | {"category": "health"}, "no_consent"),
    ("money, not enrolled", {"status": "suspended"}, TEXT, "not_eligible"),
    ("health, rejected", {"status": "rejected"}, TEXT | {"category": "health"}, "not_eligible"),
    ("not her number", {"msisdn_disowned_at": NOW}, TEXT, "number_disowned"),
    ("no number", {"msisdn": None}, TEXT, "no_number"),
    (
        "the course has ended",
        {"course_ended_at": NOW, "course_ended_reason": "moved"},
        TEXT | {"category": "health"},
        "course_ended",
    ),
    (
        "she has died",
        {"course_ended_at": NOW, "course_ended_reason": "mother_died"},
        TEXT,
        "died",
    ),
    ("a template asks likewise", {"consent_payment": False}, {"template": "registered"},
     "no_consent"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hers", "wanted", "reason"), [row[1:] for row in HELD_BACK], ids=[row[0] for row in HELD_BACK]
)
def test_who_must_not_be_written_to_is_refused_in_the_words_of_the_ledger(
    system: System, village: Village, hers: dict[str, Any], wanted: dict[str, Any], reason: str
):
    village.woman(1, **hers)

    [refused] = system.ask(Wanted(registration_no="00000001", **wanted))

    assert isinstance(refused, RequestError)
    assert (refused.field, refused.reason) == ("registration_no", reason)
    assert refused.sentence == REASONS[reason]
    assert states(system.database) == []


@pytest.mark.parametrize(
    ("left", "category", "taken"),
    [
        ("all", "payment", False),
        ("payment", "payment", False),
        ("payment", "health", True),
        ("broadcast", "payment", True),
    ],
)
def test_a_number_that_has_left_gets_no_text(
    system: System, village: Village, left: str, category: str, taken: bool
):
    village.woman(1)
    with system.database.writing() as connection:
        connection.execute(
            insert(optouts).values(msisdn=number(1), category=left, source="sms", at=NOW)
        )

    [found] = system.ask(Wanted(msisdn=number(1), text="ok", category=category))  # type: ignore[arg-type]

    if taken:
        assert isinstance(found, UUID)
    else:
        assert isinstance(found, RequestError)
        assert (found.field, found.reason) == ("msisdn", "opted_out")


def test_nothing_but_a_broadcast_goes_to_a_paused_district(system: System, village: Village):
    village.woman(1)
    village.change(districts, village.district_id, paused_at=NOW)

    assert system.refused(registration_no="00000001", **TEXT)[1] == "district_paused"


REFUSED: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("nobody", {"text": "x", "category": "payment"}, ("registration_no", "whom")),
    (
        "both",
        {"registration_no": "00000001", "msisdn": number(1), **TEXT},
        ("registration_no", "whom"),
    ),
    ("nothing", {"registration_no": "00000001"}, ("template", "what")),
    (
        "template and text",
        {"registration_no": "00000001", "template": "registered", "text": "x"},
        ("template", "what"),
    ),
    ("no category", {"registration_no": "00000001", "text": "x"}, ("category", "no_category")),
    (
        "a template with a category",
        {"registration_no": "00000001", "template": "registered", "category": "payment"},
        ("category", "has_category"),
    ),
    ("unknown", {"registration_no": "00000009", **TEXT}, ("registration_no", "unknown")),
    ("unknown phone", {"msisdn": number(9), **TEXT}, ("msisdn", "unknown")),
    ("seven digits", {"registration_no": "0000009", **TEXT}, ("registration_no", "malformed")),
    ("NUL", {"registration_no": "0000\0009", **TEXT}, ("registration_no", "malformed")),
    ("surrogate", {"registration_no": "\ud800", **TEXT}, ("registration_no", "malformed")),
    ("no phone", {"msisdn": "1234", **TEXT}, ("msisdn", "malformed")),
    ("a phone of NUL", {"msisdn": "\0", **TEXT}, ("msisdn", "malformed")),
    (
        "no payment",
        {"registration_no": "00000001", "template": "payment_reminder"},
        ("template", "nothing_due"),
    ),
]


@pytest.mark.parametrize(
    ("wanted", "expected"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_asked_names_the_field_and_the_reason(
    system: System, village: Village, wanted: dict[str, Any], expected: tuple[str, str]
):
    village.woman(1)

    assert system.refused(**wanted) == expected
    assert states(system.database) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_text"),
        (" \n ", "no_text"),
        ("a\0b", "no_text"),
        ("a\ud800b", "no_text"),
        ("a\x1bb", "no_text"),
        ("Dear {name}", "placeholder"),
        ("Dear %(name)s", "placeholder"),
        ("ກ" * 300, "too_long"),
        ("Come for 300.000 kip", "tells_amount"),
        ("ວັກຊີນມື້ອື່ນ", "tells_health"),
    ],
)
def test_a_text_is_held_to_what_staff_may_write(
    system: System, village: Village, text: str, reason: str
):
    village.woman(1)

    found = system.refused(registration_no="00000001", text=text, category="payment")

    assert found == ("text", reason)


def test_a_visit_far_ahead_is_not_called_for(system: System, village: Village):
    village.woman(1, category="pregnant", child_dob=None, edd=None)

    found = system.refused(registration_no="00000001", template="health_reminder")

    assert found == ("template", "nothing_due")


def test_of_those_who_share_a_phone_one_who_agreed_is_written_to(system: System, village: Village):
    village.woman(1, consent_payment=False)
    agreed = village.woman(2, msisdn=number(1))

    system.sent(msisdn="020 5000 0001", **TEXT)

    assert [row.beneficiary_id for row in ledger(system.database, "beneficiary_id")] == [agreed]


def test_in_the_quiet_hours_it_waits_for_the_morning(
    system: System, village: Village, office: Office
):
    village.woman(1)
    hours = SendingHours(zone=ZONE, quiet=(time(19), time(8)), is_holiday=no_holidays)
    night = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    system.hours, system.now, office.hours, office.now = hours, night, hours, night

    message_id = system.sent(registration_no="00000001", **TEXT)
    office.send()

    seen = system.sees(message_id)
    assert seen is not None
    assert seen.state == "queued"
    assert seen.not_before_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    office.now = seen.not_before_at
    office.send()
    assert len(office.provider.calls) == 1


def test_the_same_request_again_is_the_same_message(system: System, village: Village):
    village.woman(1)
    wanted = Wanted(registration_no="00000001", **TEXT)  # type: ignore[arg-type]

    first, again = system.ask(wanted), system.ask(wanted)
    other = system.ask(wanted, request="another")
    changed = system.ask(replace(wanted, text="ok"))

    assert first == again
    assert len({*first, *other, *changed}) == 3


def test_two_keys_do_not_share_the_names_of_requests(system: System, village: Village):
    village.woman(1)
    other = System(system.database)

    assert system.sent(registration_no="00000001", **TEXT) != other.sent(
        registration_no="00000001", **TEXT
    )


def test_of_many_each_has_a_result_of_its_own(system: System, village: Village):
    village.women([1, 3])
    rows = [Wanted(registration_no=f"0000000{one}", template="registered") for one in (1, 2, 3)]

    found = system.ask(*rows)

    assert [isinstance(one, UUID) for one in found] == [True, False, True]
    assert len(states(system.database)) == 2


def test_of_all_or_nothing_none_is_queued(system: System, village: Village):
    village.women([1, 3])
    rows = [Wanted(registration_no=f"0000000{one}", template="registered") for one in (1, 2, 3)]

    with pytest.raises(RefusedRowsError) as refused:
        system.ask(*rows, whole=True)

    assert {at: one.reason for at, one in refused.value.refused.items()} == {1: "unknown"}
    assert states(system.database) == []


def test_a_key_of_a_district_sees_its_own_people_only(system: System, database: Database):
    here, there = Village(database), Village(database, "ໜອງ", "Nong")
    here.woman(1)
    there.woman(2)
    message_id = system.sent(registration_no="00000002", **TEXT)
    system.sender = replace(system.sender, district_id=here.district_id)

    assert system.refused(registration_no="00000002", **TEXT) == ("registration_no", "unknown")
    assert system.refused(msisdn=number(2), **TEXT) == ("msisdn", "unknown")
    assert system.sees(message_id) is None
    assert system.lists() == []
    own = system.sent(registration_no="00000001", **TEXT)
    assert [one.id for one in system.lists()] == [own]


def test_a_list_is_newest_first_a_page_at_a_time(system: System, village: Village):
    village.women([1, 2])
    made = [system.sent(registration_no=f"0000000{one}", **TEXT) for one in (1, 2)]

    assert [one.id for one in system.lists()] == made[::-1]
    assert [one.id for one in system.lists(at_most=1, before=made[1])] == made[:1]
    assert [one.id for one in system.lists(registration_no="00000002")] == made[1:]
    assert system.lists(state="delivered") == []
