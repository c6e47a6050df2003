"""A payment's page: marked singly, taken back, and "I was not paid" answered from there."""

from uuid import UUID

from sqlalchemy import select, update

from gateway.core.formats import format_short_date
from gateway.messaging.tables import messages
from gateway.registry.tables import payments
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.happenings import MOTHER, open_a_case
from tests.console.people import change
from tests.console.test_marking import paid_lately, past
from tests.service import Service


def path_of(service: Service) -> str:
    return f"payments/payment/{past(service).id}"


def test_a_payment_is_marked_singly_and_taken_back(service: Service, staff: Staff):
    operator = staff("operator", "Sanamxay")
    path = path_of(service)

    page = operator.submit(f"{path}/mark", {"became": "missed"})

    assert page.flashes() == ["The payment is marked."]
    assert "Paid became Not paid out." in page.words
    assert "The file says: Paid" in page.words
    forms = [str(one.get("action")) for one in page.all(".//main//form")]
    back = next(one for one in forms if "take-back" in one)
    page = operator.submit(back)
    assert page.flashes() == ["The payment is again as it was before."]
    assert past(service).status == "paid"
    assert "Taken back by operator" in page.words
    actions = [line.action for line in lines_of_the_log(service)]
    assert {"payment.see", "payment.mark", "payment.unmark"} <= set(actions)


def test_marking_what_is_so_already_says_that(service: Service, staff: Staff):
    page = staff("operator").submit(f"{path_of(service)}/mark", {"became": "paid"})

    assert page.flashes() == ["Nothing was marked: see how the payment stands now."]


def test_what_a_payment_cannot_become_is_refused(service: Service, staff: Staff):
    answer = staff("operator").send(f"{path_of(service)}/mark", {"became": "cancelled"})

    assert answer.status_code == 400
    assert past(service).status == "paid"


def test_a_complaint_stands_beside_the_payment_and_is_answered_from_there(
    service: Service, staff: Staff
):
    number = open_a_case(service, MOTHER, "not_paid")
    operator = staff("operator", "Sanamxay")

    page = operator.get(path_of(service))
    answer = page.fields(f"/console/cases/{number}/answer")
    done = operator.submit(f"cases/{number}/answer", answer)

    assert f"Case {number}" in page.words
    assert answer["answer"]
    assert done.flashes() == ["Your answer is on its way."]
    with service.database.reading() as connection:
        sent = connection.execute(
            select(messages.c.params).where(messages.c.template == "staff_answer")
        ).scalar_one()
    assert sent["text"] == answer["answer"]


def test_the_case_shows_the_payment(service: Service, staff: Staff):
    number = open_a_case(service, MOTHER, "not_paid")

    page = staff("viewer", "Sanamxay").get(f"cases/{number}")

    assert f"/console/{path_of(service)}" in page.links()


def test_her_page_leads_to_each_of_her_payments(service: Service, staff: Staff):
    page = staff("viewer").get(f"beneficiaries/{past(service).beneficiary_id}")

    assert f"/console/{path_of(service)}" in page.links()


def test_whoever_may_not_mark_reads(service: Service, staff: Staff):
    page = staff("viewer", "Sanamxay").get(path_of(service))

    assert "Mark as" not in page.words
    assert past(service).registration_no not in page.words


def test_a_payment_that_was_missed_says_when_the_sms_goes_out(service: Service, staff: Staff):
    paid_lately(service)
    operator = staff("operator", "Sanamxay")

    page = operator.submit(f"{path_of(service)}/mark", {"became": "missed"})

    assert "not paid out: 24 Nov 2026, 09:00, or within 30 minutes after it" in page.words


def test_or_why_none_does(service: Service, staff: Staff):
    change(service, past(service).beneficiary_id, consent_payment=False)
    operator = staff("operator", "Sanamxay")

    page = operator.submit(f"{path_of(service)}/mark", {"became": "missed"})

    assert "No SMS says that it was not paid out: no consent. Somebody must tell her." in page.words


def test_a_page_that_was_overtaken_marks_nothing(service: Service, staff: Staff):
    operator = staff("operator")
    path = path_of(service)
    seen = operator.get(path).fields(f"/console/{path}/mark")
    operator.submit(f"{path}/mark", {"became": "missed"})
    operator.submit(f"{path}/mark", {"became": "paid"})
    change_payment(service, past(service).id, status="scheduled")

    page = operator.submit(f"{path}/mark", seen | {"became": "missed"})

    assert page.flashes() == [
        "It was changed after you opened its page: nothing was marked. See how it stands now."
    ]
    assert past(service).status == "scheduled"


def test_an_answer_is_not_sent_once_her_payments_stand_otherwise(service: Service, staff: Staff):
    number = open_a_case(service, MOTHER, "not_paid")
    operator = staff("operator", "Sanamxay")
    answers = {
        path: operator.get(path).fields(f"/console/cases/{number}/answer")
        for path in (path_of(service), f"cases/{number}?ready=answer_looking")
    }
    operator.submit(f"{path_of(service)}/mark", {"became": "missed"})

    for answer in answers.values():
        page = operator.post(f"cases/{number}/answer", answer, status=200)
        assert "nothing was sent: read how they stand now" in page.words
        again = page.fields(f"/console/cases/{number}/answer")
        assert again["answer"] == answer["answer"]
    assert sent_answers(service) == []

    operator.submit(f"cases/{number}/answer", again)
    assert len(sent_answers(service)) == 1


def test_of_a_woman_who_has_died_her_case_and_her_payment_say_so(service: Service, staff: Staff):
    number = open_a_case(service, MOTHER, "not_paid")
    change(service, past(service).beneficiary_id,
           course_ended_at=service.clock(), course_ended_reason="mother_died")  # fmt: skip
    operator = staff("operator", "Sanamxay")

    for path in (path_of(service), f"cases/{number}"):
        page = operator.get(path)
        assert "She has died: nothing is sent for her." in page.words
        assert "you were paid" not in page.words
        assert format_short_date(past(service).due_on) not in str(
            page.fields(f"/console/cases/{number}/answer")["answer"]
        )
    assert "ready=answer_paid" not in str(operator.get(f"cases/{number}").links())


def sent_answers(service: Service) -> list[str]:
    with service.database.reading() as connection:
        found = select(messages.c.params).where(messages.c.template == "staff_answer")
        return [row["text"] for row in connection.execute(found).scalars()]


def change_payment(service: Service, payment_id: UUID, **values: object) -> None:
    with service.database.writing() as connection:
        connection.execute(update(payments).where(payments.c.id == payment_id).values(values))
