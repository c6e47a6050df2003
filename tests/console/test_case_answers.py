"""Answering a case by SMS."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from gateway.messaging.tables import messages
from gateway.registry.choices import disown_number, set_caller_locale
from tests.console.conftest import Staff, staff_of
from tests.console.happenings import MOTHER, beneficiary_of, open_a_case, story_of
from tests.service import Service

ANSWER = "ພວກເຮົາຈະໂທຫາທ່ານມື້ນີ້"
ONE_SMS_OF_LAO = "ກ" * 70
THREE_SMS_OF_LAO = "ກ" * 201


@pytest.fixture
def number(service: Service) -> int:
    """A case of a mother who wants to be called back."""
    return open_a_case(service, MOTHER)


def _queued(service: Service) -> Any:
    with service.database.reading() as connection:
        return connection.execute(select(messages)).all()


def test_an_answer_is_a_reply_in_the_ledger(service: Service, staff: Staff, number: int):
    with service.database.writing() as connection:
        set_caller_locale(connection, MOTHER, "lo_Latn", service.clock())

    page = staff("operator", email="o@example.la").submit(
        f"cases/{number}/answer", {"answer": ANSWER}
    )

    (queued,) = _queued(service)
    assert (queued.category, queued.template, queued.params) == (
        "reply", "staff_answer", {"text": ANSWER},
    )  # fmt: skip
    assert (queued.msisdn, queued.locale, queued.state) == (MOTHER, "lo_Latn", "queued")
    assert queued.beneficiary_id == beneficiary_of(service, MOTHER)
    assert queued.not_before_at == service.clock()
    assert page.flashes() == ["Your answer is on its way."]
    assert story_of(page) == [f"24 Nov 2026, 09:00, o@example.la Answered by SMS: {ANSWER} Waiting"]


def test_the_story_says_what_became_of_it(service: Service, staff: Staff, number: int):
    operator = staff("operator")
    operator.submit(f"cases/{number}/answer", {"answer": ANSWER})
    with service.database.writing() as connection:
        connection.execute(messages.update().values(state="delivered"))

    assert story_of(operator.get(f"cases/{number}"))[0].endswith("Delivered")


def test_two_answers_are_two_messages(service: Service, staff: Staff, number: int):
    operator = staff("operator")
    for text in (ANSWER, "ຂອບໃຈ"):
        operator.submit(f"cases/{number}/answer", {"answer": text})

    assert len(_queued(service)) == 2


@pytest.mark.parametrize(("became", "sent"), [("queued", 1), ("delivered", 1), ("failed", 2)])
def test_the_same_form_sent_again_is_one_message_unless_it_went_nowhere(
    service: Service, staff: Staff, number: int, became: str, sent: int
):
    operator = staff("operator")
    operator.submit(f"cases/{number}/answer", {"answer": ANSWER})
    with service.database.writing() as connection:
        connection.execute(messages.update().values(state=became))

    page = operator.submit(f"cases/{number}/answer", {"answer": ANSWER})

    assert len(_queued(service)) == len(story_of(page)) == sent
    assert (page.flashes() == ["The same SMS was written a moment ago: it goes out once."]) == (
        sent == 1
    )


def test_two_at_once_are_one_message(service: Service, staff: Staff, number: int):
    windows = [staff("operator", email=f"{one}@example.la") for one in "ab"]

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one: one.post(f"cases/{number}/answer", {"answer": ANSWER}), windows))

    assert len(_queued(service)) == 1


def test_a_window_left_open_sends_nothing_from_a_closed_case(
    service: Service, staff: Staff, number: int
):
    operator = staff("operator")
    operator.submit(f"cases/{number}/close", {"outcome": "called"})

    page = operator.submit(f"cases/{number}/answer", {"answer": ANSWER})

    assert page.flashes() == ["No SMS was sent: this case is closed by now."]
    assert _queued(service) == []


@pytest.mark.parametrize(
    ("label", "text", "error"),
    [
        ("one", ONE_SMS_OF_LAO, None),
        ("three", THREE_SMS_OF_LAO, None),
        ("four", THREE_SMS_OF_LAO + "ກ", "SMS: This is 4 SMS; write at most 3."),
        ("nothing", " ", "SMS: Fill this in."),
    ],
)
def test_an_answer_has_three_sms_at_most(
    service: Service, staff: Staff, number: int, label: str, text: str, error: str | None
):
    page = staff("operator").post(f"cases/{number}/answer", {"answer": text}, 200 if error else 302)

    assert page.errors() == ([error] if error else []), label
    assert len(_queued(service)) == (0 if error else 1)


def test_what_was_typed_is_still_there_after_an_error(staff: Staff, number: int):
    text = THREE_SMS_OF_LAO + "ກ"
    page = staff("operator").post(f"cases/{number}/answer", {"answer": text}, 200)

    assert page.fields(f"/console/cases/{number}/answer")["answer"] == text
    assert page.one(".//details[@open]") is not None


@pytest.mark.parametrize("kind", ["number_disowned", "call_back"])
def test_no_answer_goes_to_a_number_that_belongs_to_a_stranger(
    service: Service, staff: Staff, kind: str
):
    number = open_a_case(service, MOTHER, kind)
    if kind == "call_back":
        with service.database.writing() as connection:
            disown_number(connection, MOTHER, service.clock())
    operator = staff("operator")

    page = operator.post(f"cases/{number}/answer", {"answer": ANSWER}, 200)

    assert "belongs to somebody else now" in page.words
    assert _queued(service) == []


def test_without_redis_the_answer_waits_in_the_ledger(service_without_redis: Service):
    number = open_a_case(service_without_redis, MOTHER)

    page = staff_of(service_without_redis)("operator").submit(
        f"cases/{number}/answer", {"answer": ANSWER}
    )

    assert page.flashes() == ["Your answer is on its way."]
    assert len(_queued(service_without_redis)) == 1
