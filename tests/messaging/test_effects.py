"""What a caller does takes effect once, however often the operator repeats it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.core.errors import MenuError
from gateway.core.kinds import EventKind
from gateway.dialogue.effects import record_event
from gateway.registry.choices import end_course
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, callers, cases, events, optouts
from tests.messaging.conftest import Office
from tests.messaging.village import NOW, Village, ledger, number


def happens(database: Database, event: str, key: str = "key", **data: str):
    """The event of the first caller; what the screen is told."""
    with database.writing() as connection:
        return record_event(
            connection,
            key=key,
            provider="africastalking",
            session_id="session",
            msisdn=number(1),
            kind=event,  # type: ignore[arg-type] # a word of it, or one that is none
            data=data,
            now=NOW,
        )


def person(database: Database, whose: UUID):
    with database.reading() as connection:
        return connection.execute(select(beneficiaries).where(beneficiaries.c.id == whose)).one()


def rows(database: Database, table):
    with database.reading() as connection:
        return connection.execute(select(table).order_by(*table.primary_key)).all()


def test_a_case_has_a_number_on_the_screen_and_by_sms(office: Office, village: Village):
    whose = village.woman()

    result = happens(office.database, "case_opened", kind="not_paid", beneficiary_id=str(whose))

    (case,) = rows(office.database, cases)
    assert result == {"case_number": str(case.number), "sms": "queued"}
    assert (case.kind, case.state, case.beneficiary_id) == ("not_paid", "open", whose)
    office.send()
    assert office.provider.calls == [
        (f"We have noted your request. Case number {case.number}.", [number(1)])
    ]


def test_the_same_key_again_answers_the_same_and_changes_nothing(database: Database):
    first = happens(database, "case_opened", kind="call_back")

    assert happens(database, "case_opened", kind="call_back") == first
    assert len(rows(database, cases)) == 1
    assert len(rows(database, events)) == 1
    assert len(ledger(database, "id")) == 1


def test_two_that_come_at_once_open_one_case(database: Database):
    with ThreadPoolExecutor(4) as four:
        results = list(
            four.map(lambda _: happens(database, "case_opened", kind="call_back"), range(8))
        )

    assert len(rows(database, cases)) == 1
    assert results == [results[0]] * 8


def test_a_language_is_of_the_number_and_of_its_people(database: Database, village: Village):
    whose = village.woman()

    happens(database, "language_chosen", locale="lo_Latn")

    assert rows(database, callers)[0].locale == "lo_Latn"
    assert person(database, whose).locale == "lo_Latn"
    assert "locale" in person(database, whose).set_here


@pytest.mark.parametrize("category", ["payment", "health"])
def test_reminders_of_one_person_are_set_not_toggled(database, village: Village, category: str):
    whose, other = village.women([1, 2])
    consent = f"consent_{category}"

    for key in ("a", "b"):
        happens(database, "reminders_stopped", key, category=category, beneficiary_id=str(whose))
    assert not getattr(person(database, whose), consent)
    assert getattr(person(database, other), consent)

    happens(database, "reminders_started", "c", category=category, beneficiary_id=str(whose))
    assert getattr(person(database, whose), consent)


def test_without_a_person_it_is_for_all_whose_number_it_is(database: Database, village: Village):
    both = village.women([1, 2], msisdn=number(1))

    happens(database, "reminders_stopped", category="health")

    assert [person(database, whose).consent_health for whose in both] == [False, False]
    assert not rows(database, optouts)


def test_an_unknown_number_may_switch_off_too(database: Database):
    happens(database, "reminders_stopped", category="payment")

    assert [(row.msisdn, row.category) for row in rows(database, optouts)] == [
        (number(1), "payment")
    ]


def test_switching_on_lifts_what_an_sms_had_stopped(database: Database, village: Village):
    village.woman()
    with database.writing() as connection:
        connection.execute(
            optouts.insert().values(msisdn=number(1), category="all", source="sms", at=NOW)
        )

    happens(database, "reminders_started", category="health")

    assert {row.category for row in rows(database, optouts)} == {"payment", "broadcast"}


def test_a_course_ends_at_once(database: Database, village: Village):
    whose = village.woman()

    happens(database, "course_stopped", beneficiary_id=str(whose))

    assert person(database, whose).course_ended_reason == "asked"


def test_what_she_stopped_by_key_goes_on_when_she_switches_it_on(database, village: Village):
    whose = village.woman()
    happens(database, "course_stopped", "a", beneficiary_id=str(whose))
    happens(database, "reminders_stopped", "b", category="health", beneficiary_id=str(whose))

    happens(database, "reminders_started", "c", category="health", beneficiary_id=str(whose))

    her = person(database, whose)
    assert (her.course_ended_at, her.course_ended_reason, her.consent_health) == (None, None, True)
    assert "course" in her.set_here


def test_switching_on_paydays_leaves_a_stopped_course_alone(database, village: Village):
    whose = village.woman()
    happens(database, "course_stopped", "a", beneficiary_id=str(whose))

    happens(database, "reminders_started", "b", category="payment", beneficiary_id=str(whose))

    assert person(database, whose).course_ended_reason == "asked"


@pytest.mark.parametrize("reason", ["pregnancy_ended", "child_died", "moved", "other"])
def test_what_staff_ended_no_key_brings_back(database, village: Village, reason):
    whose = village.woman()
    with database.writing() as connection:
        end_course(connection, whose, reason, NOW)

    happens(database, "reminders_started", category="health", beneficiary_id=str(whose))

    assert person(database, whose).course_ended_reason == reason


def test_not_my_number_stops_everything_and_opens_a_case(office: Office, village: Village):
    whose = village.woman()

    result = happens(office.database, "number_disowned")

    assert person(office.database, whose).msisdn_disowned_at == NOW
    (case,) = rows(office.database, cases)
    assert result == {"case_number": str(case.number)}
    assert not ledger(office.database, "id")


def test_a_summary_says_by_sms_what_the_screen_shows(office: Office, village: Village):
    whose = village.woman()
    village.payment(whose)

    happens(office.database, "summary_requested", beneficiary_id=str(whose))
    office.send()

    assert office.provider.calls[0][0].startswith("Grant money 300.000 kip on 27/11")


@pytest.mark.parametrize(
    ("status", "words"),
    [("enrolled", "No payment date yet"), ("verified", "Approved. Payments start soon")],
)
def test_a_summary_without_a_payment_says_so(office, village, status: str, words: str):
    whose = village.woman(status=status)

    happens(office.database, "summary_requested", beneficiary_id=str(whose))
    office.send()

    assert office.provider.calls[0][0].startswith(words)


def test_a_summary_leaves_the_amount_out_where_a_pin_is_set(office: Office, village: Village):
    whose = village.woman(pin_hash="x", pin_salt="y")
    village.payment(whose)

    happens(office.database, "summary_requested", beneficiary_id=str(whose))
    office.send()

    assert "300" not in office.provider.calls[0][0]


@pytest.mark.parametrize("kind", ["screened", "resume_offered"])
def test_other_events_are_only_stored(database: Database, kind: str):
    assert happens(database, kind, outcome="not_yet") == {}

    (event,) = rows(database, events)
    assert (event.kind, event.data, event.session_id) == (kind, {"outcome": "not_yet"}, "session")


@pytest.mark.parametrize(
    ("kind", "data"),
    [("number_disownd", {}), (EventKind.CASE_OPENED, {"kind": "call_bak"})],
)
def test_a_kind_that_is_none_is_refused_and_nothing_is_written(database: Database, kind, data):
    with pytest.raises(MenuError, match=r"gateway/core/kinds\.py"):
        happens(database, kind, **data)

    assert (rows(database, events), rows(database, cases)) == ([], [])
