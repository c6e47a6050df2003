"""SMS from handsets: stop, start, a question, everything else; each of them once."""

import pytest
from sqlalchemy import select

from gateway.core.msisdn import Msisdn
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


def left(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(optouts.c.category)).scalars())


def consents(database: Database) -> list[tuple[bool, bool]]:
    with database.reading() as connection:
        table = beneficiaries.c
        rows = connection.execute(select(table.consent_payment, table.consent_health))
        return [(payment, health) for payment, health in rows]


@pytest.mark.parametrize("text", ["STOP", "stop.", " Stop ", "ຢຸດ", "yut", "ຢຸ\u200bດ"])
def test_stop_stops_everything_but_replies_and_says_so_once(office: Office, text: str):
    says(office, text)
    office.later(seconds=1)
    says(office, text)

    assert left(office.database) == {"all"}
    assert answers(office) == ["You get no more SMS. Your right to the money is unchanged."]


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


def test_start_for_one_category_leaves_the_others_stopped(office: Office, village: Village):
    village.woman(consent_health=False)
    says(office, "STOP")
    says(office, "START PAYMENT")

    assert left(office.database) == {"health", "broadcast"}
    assert consents(office.database) == [(True, False)]


def test_start_where_nothing_was_stopped_is_not_answered(office: Office, village: Village):
    village.woman()

    says(office, "START")

    assert answers(office) == []


@pytest.mark.parametrize("text", ["?", "ຖາມ", "ເງິນ", "ngeun?", "ວັນຈ່າຍ?"])
def test_a_question_is_answered_with_what_the_screen_shows(office, village, text: str):
    village.payment(village.woman())

    says(office, text)

    assert answers(office)[0].startswith("Grant money 300.000 kip on 27/11")


def test_a_question_about_two_is_answered_for_both(office: Office, village: Village):
    village.payment(village.woman(1))
    village.woman(2, msisdn=number(1))

    says(office, "?")

    assert [answer[:11] for answer in answers(office)] == ["Grant money", "No payment "]


def test_a_question_about_twelve_is_one_sms_where_it_reads_the_same(
    office: Office, village: Village
):
    village.payments(village.women(range(1, 13), msisdn=number(1)))

    says(office, "?")

    (told,) = answers(office)
    assert told.startswith("Grant money 300.000 kip on 27/11")


def test_a_question_about_many_different_ones_is_three_sms_and_the_way_to_the_rest(
    office: Office, village: Village
):
    for index in range(1, 13):
        village.payment(village.woman(index, msisdn=number(1)), amount=300_000 + 1000 * index)

    says(office, "?")

    *three, last = answers(office)
    assert [answer[:19] for answer in three] == [f"Grant money 30{n}.000" for n in (1, 2, 3)]
    assert last == "You are registered. Dial *123# for more."


@pytest.mark.parametrize("text", ["HELP", "info", "ຊ່ວຍແດ່", "Help?"])
def test_help_is_answered_with_what_there_is_to_ask_and_is_no_case(office: Office, text: str):
    says(office, text)

    help_text = "Dial *123# or call 1234. Send ? for the payday, STOP to end SMS."
    assert answers(office) == [help_text]
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


@pytest.mark.parametrize("text", ["ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ", "stop sending me these", "", "start now please"])
def test_anything_else_is_for_a_person_to_read(office: Office, text: str):
    says(office, text)

    (case,) = _cases(office.database)
    assert (case.kind, case.text, case.state) == ("sms", text, "open")
    assert answers(office) == [f"We have noted your request. Case number {case.number}."]


def test_what_follows_joins_the_open_case_and_is_answered_with_its_number(office: Office):
    for sent, text in enumerate(("I was not paid", "nobody was there", "please call"), start=1):
        says(office, text)
        assert answers(office) == ["We have noted your request. Case number 1."] * sent
        office.later(hours=23)

    (case,) = _cases(office.database)
    assert (case.number, case.text) == (1, "I was not paid\nnobody was there\nplease call")


def test_a_repeated_sms_does_nothing(office: Office):
    assert says(office, "hello", "mo-1")
    assert not says(office, "hello", "mo-1")

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
