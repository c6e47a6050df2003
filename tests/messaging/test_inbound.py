"""SMS from handsets: stop, start, a question, everything else; each of them once."""

import pytest
from sqlalchemy import select

from gateway.core.kinds import CaseKind, EventKind
from gateway.core.msisdn import Msisdn
from gateway.dialogue.effects import record_event
from gateway.messaging.receiving.inbound import record_incoming, record_opt_out
from gateway.messaging.tables import messages, mo_messages
from gateway.providers.base import MOMessage, OptOut
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, callers, cases, optouts
from tests.messaging.conftest import Office
from tests.messaging.village import NOW, Village, draft, number, queue


def says(office: Office, text: str, provider_id: str = "") -> bool:
    """An SMS from the first handset; False where it came before."""
    message = MOMessage(
        "africastalking", provider_id or f"{text}{office.now}", Msisdn(number(1)), "1330", text
    )
    with office.database.writing() as connection:
        return record_incoming(connection, message, now=office.now)


def answers(office: Office) -> list[str]:
    office.send()
    return [body for body, numbers in office.provider.calls if numbers == [number(1)]]


HELP = "Dial *123# or call 1234. Send ? for the payday, STOP to end SMS."
NO_MORE = "You get no more SMS. Your right to the money is unchanged."


def left(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(optouts.c.category)).scalars())


def consents(database: Database) -> list[tuple[bool, bool]]:
    with database.reading() as connection:
        table = beneficiaries.c
        rows = connection.execute(select(table.consent_payment, table.consent_health))
        return [(payment, health) for payment, health in rows]


@pytest.mark.parametrize("text", ["STOP", "stop.", " Stop ", "ຢຸດ", "yut", "ຢຸ\u200bດ"])
def test_stop_stops_everything_but_replies(office: Office, village: Village, text: str):
    village.woman()
    says(office, text)

    assert left(office.database) == {"all"}
    assert answers(office) == [NO_MORE]


# SMS sent one after the other, and how many answers there are after each of them.
AGAIN = [
    ("a second STOP is answered, further ones of that day are not",
     [("STOP", 1), ("STOP", 2), ("stop!", 2), ("ຢຸດ", 2)]),
    ("a START that changes nothing is answered, further ones of that day are not",
     [("START", 1), ("START", 1), ("ເລີ່ມ", 1)]),
    ("whatever changes something is answered each time",
     [("STOP", 1), ("START", 2), ("STOP", 3), ("START", 4)]),
    ("of one kind after all have stopped", [("STOP", 1), ("STOP HEALTH", 2), ("STOP HEALTH", 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "steps"), AGAIN, ids=[said for said, _steps in AGAIN])
def test_what_changes_nothing_is_answered_once_a_day(office, village, said, steps):
    village.woman()
    for text, answered in steps:
        office.later(seconds=1)
        says(office, text)
        assert len(answers(office)) == answered, text

    last = steps[-1][0]
    office.later(hours=25)
    says(office, last)
    assert len(answers(office)) == steps[-1][1] + 1


def test_after_stop_no_reminder_comes(office: Office, village: Village):
    whose = village.woman()
    payment = village.payment(whose)
    says(office, "STOP")
    queue(
        office.database,
        draft(1, template="payment_due", beneficiary_id=whose, payment_id=payment),
    )

    assert len(answers(office)) == 1


@pytest.mark.parametrize(
    ("text", "category", "answer"),
    [
        ("STOP HEALTH", "health", "Health SMS are off"),
        ("ຢຸດ ສຸຂະພາບ", "health", "Health SMS are off"),
        ("ຢຸດສຸຂະພາບ", "health", "Health SMS are off"),
        ("stop payment", "payment", "Payment SMS are off"),
        ("ຢຸດເງິນ", "payment", "Payment SMS are off"),
    ],
)
def test_one_category_has_a_switch_of_its_own(office: Office, text, category, answer):
    says(office, text)

    assert left(office.database) == {category}
    assert answers(office)[0].startswith(answer)


def test_start_brings_everything_back_and_is_the_consent(office: Office, village: Village):
    village.woman(consent_health=False)
    says(office, "STOP")
    says(office, "ເລີ່ມ")

    assert left(office.database) == set()
    assert consents(office.database) == [(True, True)]
    assert answers(office)[1] == "You will get reminder SMS. To stop them dial *123# and choose 6."


IS_OUT = "Your grant has ended. Ask at the health centre."
NO_HEALTH = "There are no health SMS for you. Please ask at the health centre."
LATER = "Noted. SMS about money come when you have a right to it."
WRONG = "Somebody said: SMS here go to the wrong person."
# An SMS, whose it is, and what she hears: no SMS is promised that will not come.
STARTS = [
    ("START", {"status": "exited"}, IS_OUT),
    ("START HEALTH", {"status": "exited"}, IS_OUT),
    ("START", {"status": "rejected"}, "Not accepted. Ask why at the health centre."),
    ("START", {"status": "enrolled"}, "You will get reminder SMS."),
    ("START", {"status": "applied"}, LATER),
    ("START PAYMENT", {"status": "verified"}, LATER),
    ("START", {"status": "suspended"}, LATER),
    ("START HEALTH", {"status": "suspended"}, "You will get reminder SMS."),
    ("START HEALTH", {"course_ended_at": NOW, "course_ended_reason": "moved"}, NO_HEALTH),
    ("START HEALTH", {"course_ended_at": NOW, "course_ended_reason": "asked"}, "You will get"),
    ("START", {"msisdn_disowned_at": NOW}, WRONG),
    ("START PAYMENT", {"msisdn_disowned_at": NOW}, WRONG),
]


# As above; that a right stays as it is, is said where there is one.
STOPS = [
    ("STOP", {"status": "applied"}, NO_MORE),
    ("STOP", {"status": "exited"}, "You get no more SMS."),
    ("STOP HEALTH", {"status": "rejected"}, "Health SMS are off."),
    ("STOP PAYMENT", {"msisdn_disowned_at": NOW}, "Payment SMS are off."),
    ("STOP", {"msisdn": number(2)}, "You get no more SMS."),
]


@pytest.mark.parametrize(("text", "hers", "answer"), STOPS)
def test_stop_says_of_a_right_what_is_true(office, village, text, hers, answer):
    village.woman(**hers)

    says(office, text)

    assert answers(office) == [answer]


@pytest.mark.parametrize(("text", "hers", "answer"), STARTS)
def test_start_promises_nothing_that_will_not_come(office, village, text, hers, answer):
    village.woman(**hers)

    says(office, text)

    assert answers(office)[0].startswith(answer)


def test_start_does_not_make_a_disowned_number_hers_again(office: Office, village: Village):
    village.woman(msisdn_disowned_at=NOW, consent_payment=False)

    says(office, "START")

    assert consents(office.database) == [(False, True)]


def test_a_question_from_a_disowned_number_is_answered_without_the_amount(office, village):
    village.payment(village.woman(msisdn_disowned_at=NOW))

    says(office, "?")

    assert answers(office)[0].startswith("Grant money on 27/11 at ")


def test_a_language_chosen_on_a_disowned_number_is_not_hers(office: Office, village: Village):
    village.woman(msisdn_disowned_at=NOW, locale="lo")

    says(office, "English")

    with office.database.reading() as connection:
        assert connection.execute(select(beneficiaries.c.locale)).scalar_one() == "lo"


def test_start_for_one_category_leaves_the_others_stopped(office: Office, village: Village):
    village.woman(consent_health=False)
    says(office, "STOP")
    says(office, "START PAYMENT")

    assert left(office.database) == {"health", "broadcast"}
    assert consents(office.database) == [(True, False)]


@pytest.mark.parametrize("text", ["?", "ຖາມ", "ເງິນ", "ngeun?", "ວັນຈ່າຍ?"])
def test_a_question_is_answered_with_what_the_screen_shows(office, village, text: str):
    village.payment(village.woman())

    says(office, text)

    assert answers(office)[0].startswith("Grant money 300.000 kip on 27/11")


@pytest.mark.parametrize("text", ["HELP", "info", "ຊ່ວຍແດ່", "Help?"])
def test_help_is_answered_with_what_there_is_to_ask_and_is_no_case(office: Office, text: str):
    says(office, text)

    assert answers(office) == [HELP]
    assert not _cases(office.database)


def test_a_language_is_kept_for_the_number_and_its_people(office: Office, village: Village):
    village.woman()
    says(office, "ພາສາລາວ")
    says(office, "Lao (abc)")

    with office.database.reading() as connection:
        assert connection.execute(select(callers.c.locale)).scalar_one() == "lo_Latn"
        assert connection.execute(select(beneficiaries.c.locale)).scalar_one() == "lo_Latn"
        locales = connection.execute(select(messages.c.locale).order_by(messages.c.id)).scalars()
        assert list(locales) == ["lo", "lo_Latn"]
    assert answers(office) == ["Language kept, for SMS too."] * 2


def test_an_unknown_number_is_told_where_to_ask(office: Office):
    says(office, "?")

    assert answers(office) == ["This number is not registered. Please ask at the health centre."]


@pytest.mark.parametrize("text", ["ຜູ້ຈ່າຍເງິນບໍ່ມາ", "stop sending me these", "start now please"])
def test_anything_else_is_for_a_person_to_read(office: Office, text: str):
    says(office, text)

    (case,) = _cases(office.database)
    assert (case.kind, case.text, case.state) == ("sms", text, "open")
    assert answers(office) == [f"We have noted your request. Case number {case.number}."]


def test_what_follows_joins_the_open_case_and_is_answered_with_its_number(office: Office):
    for sent, text in enumerate(("the road is closed", "nobody was there", "please come"), start=1):
        says(office, text)
        assert answers(office) == ["We have noted your request. Case number 1."] * sent
        office.later(hours=23)

    (case,) = _cases(office.database)
    assert (case.number, case.text) == (1, "the road is closed\nnobody was there\nplease come")


# An SMS; the kind of its case, and of how many women of the phone it is one's alone.
CASES = [
    ("ບໍ່ໄດ້ຮັບເງິນ", "not_paid", True),
    ("I was not paid 12/11", "not_paid", True),
    ("ໂທກັບຫາຂ້ອຍ", "call_back", True),
    ("Call me back", "call_back", True),
    ("ຜິດເບີ", "number_disowned", False),
    ("wrong number", "number_disowned", False),
    ("the road is closed", "sms", False),
]


@pytest.mark.parametrize(("text", "kind", "hers"), CASES)
def test_what_the_menu_has_a_case_for_is_that_case_by_sms(office, village, text, kind, hers):
    whose = village.woman()

    says(office, text)

    (case,) = _cases(office.database)
    assert (case.kind, case.text, case.beneficiary_id) == (kind, text, whose if hers else None)


def test_by_sms_and_by_key_it_is_one_case(office: Office, village: Village):
    whose = village.woman()
    with office.database.writing() as connection:
        record_event(
            connection,
            key="a dial",
            provider="africastalking",
            session_id="s",
            msisdn=number(1),
            kind=EventKind.CASE_OPENED,
            data={"kind": CaseKind.NOT_PAID, "beneficiary_id": str(whose)},
            now=office.now,
        )
    says(office, "I was not paid")

    (case,) = _cases(office.database)
    assert (case.times, case.text) == (2, "I was not paid")


def test_on_a_phone_of_two_a_case_by_sms_is_nobodys_in_particular(office, village):
    village.woman(1)
    village.woman(2, msisdn=number(1))

    says(office, "I was not paid")

    (case,) = _cases(office.database)
    assert case.beneficiary_id is None


def test_wrong_number_by_sms_stops_nothing_and_says_how_to(office: Office, village: Village):
    village.woman()

    says(office, "ຜິດເບີ")

    assert left(office.database) == set()
    with office.database.reading() as connection:
        assert not connection.execute(select(beneficiaries.c.msisdn_disowned_at)).scalar()
    assert answers(office) == ["Noted: case 1. To stop every SMS to this phone, send STOP."]


@pytest.mark.parametrize("text", ["", "   ", "🙏", "*123#", "26000001", "1"])
def test_what_says_nothing_is_told_what_there_is_to_ask_and_is_no_case(office: Office, text: str):
    for _time in range(5):
        says(office, text)
        office.later(minutes=1)

    assert answers(office) == [HELP] * 3  # then it is taken for a machine
    assert not _cases(office.database)


def test_a_repeated_sms_does_nothing(office: Office):
    assert says(office, "the road is closed", "mo-1")
    assert not says(office, "the road is closed", "mo-1")

    assert len(_cases(office.database)) == 1
    with office.database.reading() as connection:
        assert len(connection.execute(select(mo_messages)).all()) == 1


@pytest.mark.parametrize("text", ["HELP", "STOP", "the road is closed"])
def test_the_answer_is_in_the_language_of_her_whose_number_it_is(
    office: Office, village: Village, text: str
):
    village.woman(locale="lo_Latn")

    says(office, text)

    assert not any("\u0e80" <= sign <= "\u0eff" for sign in answers(office)[0])


@pytest.mark.parametrize("before", [[], ["STOP"]])
def test_start_of_a_number_nobody_knows_is_told_where_to_ask(office: Office, before: list[str]):
    for text in before:
        says(office, text)
        answers(office)

    says(office, "START")

    assert answers(office)[-1].startswith("This number is not registered.")


def test_the_answer_is_in_the_language_chosen_on_the_number(office: Office, village: Village):
    village.payment(village.woman())
    with office.database.writing() as connection:
        connection.execute(
            callers.insert().values(msisdn=number(1), locale="lo_Latn", updated_at=NOW)
        )

    says(office, "?")

    assert "Phonkeo" in answers(office)[0]


def test_the_operators_own_list_counts_as_a_stop(office: Office):
    opted = OptOut("africastalking", Msisdn(number(1)), "MECG")

    with office.database.writing() as connection:
        assert record_opt_out(connection, opted, now=NOW)
    with office.database.writing() as connection:
        assert not record_opt_out(connection, opted, now=NOW)

    assert left(office.database) == {"all"}


def _cases(database: Database):
    with database.reading() as connection:
        return connection.execute(select(cases).order_by(cases.c.number)).all()
