"""What one number can cause: so many answers an hour and a day, one open case of a kind, one alert.

The act is never held back: STOP, START, a language, a case.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from gateway.core.kinds import EventKind
from gateway.core.msisdn import Msisdn
from gateway.dialogue.effects import record_event
from gateway.messaging.receiving.allowance import Allowance, lift
from gateway.messaging.receiving.inbound import record_incoming
from gateway.messaging.tables import alerts, messages, mo_messages, replies_held
from gateway.providers.base import MOMessage
from gateway.registry.database import Database
from gateway.registry.tables import cases, optouts
from tests.messaging.conftest import Office
from tests.messaging.village import Village, number

PHONE = number(1)
BUSY = "I am driving and will answer you after %02d:15"


def writes(office: Office, text: str, *, phone: str = PHONE, **allowed: Any) -> None:
    """An SMS from `phone`, half a minute after the last."""
    office.later(seconds=30)
    message = MOMessage("post", f"{phone}{office.now}", Msisdn(phone), "1330", text)
    with office.database.writing() as connection:
        record_incoming(connection, message, now=office.now, allowance=Allowance(**allowed))


def happens(office: Office, event: str, *, phone: str = PHONE, **data: str) -> dict[str, str]:
    """What a caller did in a dial of its own; what the screen is told."""
    office.later(seconds=30)
    with office.database.writing() as connection:
        return record_event(
            connection,
            key=f"{phone}{office.now}",
            provider="post",
            session_id=None,
            msisdn=phone,
            kind=EventKind(event),
            data=data,
            now=office.now,
        )


def all_of(database: Database, table) -> list:
    """In the order they were written: ids are made by the clock, cases are numbered."""
    with database.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)).all())


def answered(database: Database) -> int:
    """How many answers were queued, however many SMS each took."""
    return len({row.dedupe_key.split(":")[1] for row in all_of(database, messages)})


def held(database: Database) -> list[tuple[str, int]]:
    return [(row.reason, row.held) for row in all_of(database, replies_held)]


class TestAnswers:
    def test_ten_an_hour_and_thirty_a_day(self, office: Office):
        for _hour in range(4):
            for _question in range(15):
                writes(office, "?")
            office.later(hours=1)

        assert answered(office.database) == 30
        assert len(all_of(office.database, mo_messages)) == 60
        assert sum(count for _reason, count in held(office.database)) == 30

    @pytest.mark.parametrize(("per_hour", "per_day", "given"), [(3, 9, 3), (9, 2, 2), (1, 1, 1)])
    def test_the_settings_say_how_many(self, office: Office, per_hour, per_day, given):
        for _question in range(12):
            writes(office, "?", per_hour=per_hour, per_day=per_day)

        assert answered(office.database) == given

    def test_an_hour_later_and_on_the_next_day_there_are_answers_again(self, office: Office):
        for _question in range(3):
            writes(office, "?", per_hour=1, per_day=2)
        office.later(hours=1)
        writes(office, "?", per_hour=1, per_day=2)
        office.later(hours=1)
        writes(office, "?", per_hour=1, per_day=2)
        assert answered(office.database) == 2
        office.later(hours=15)  # past midnight in Vientiane
        writes(office, "?", per_hour=1, per_day=2)

        assert answered(office.database) == 3

    def test_another_number_has_an_allowance_of_its_own(self, office: Office):
        for phone in (PHONE, number(2)):
            for _question in range(2):
                writes(office, "?", phone=phone, per_hour=1)

        assert answered(office.database) == 2

    def test_the_limit_of_sms_and_of_dials_is_one(self, office: Office, village: Village):
        whose = str(village.woman())
        for _time in range(5):
            writes(office, "?")
            happens(office, "summary_requested", beneficiary_id=whose)
        writes(office, "?")
        told = happens(office, "summary_requested", beneficiary_id=whose)

        assert answered(office.database) == 10
        assert told == {"sms": "had"}

    def test_an_answer_of_two_sms_counts_once(self, office: Office, village: Village):
        village.payment(village.woman(1))
        village.woman(2, msisdn=PHONE)
        for _question in range(3):
            writes(office, "?", per_hour=2)

        assert len(all_of(office.database, messages)) == 4

    def test_side_by_side_they_are_not_all_the_first(self, office: Office):
        def ask(index: int) -> None:
            message = MOMessage("post", str(index), Msisdn(PHONE), "1330", "?")
            with office.database.writing() as connection:
                record_incoming(
                    connection, message, now=office.now, allowance=Allowance(per_hour=3)
                )

        with ThreadPoolExecutor(8) as eight:
            list(eight.map(ask, range(24)))

        assert answered(office.database) == 3
        assert held(office.database) == [("hour", 21)]

    @pytest.mark.parametrize(
        ("phone", "given"),
        [
            ("+8562055500001", 1),
            ("+856305550001", 1),
            ("+85621212345", 0),  # a landline in Vientiane
            ("+88213300001", 0),
            ("+18765550123", 0),
            ("+19005550123", 0),
            ("+66812345678", 0),
        ],
    )
    def test_only_lao_mobiles_are_answered(self, office: Office, phone: str, given: int):
        writes(office, "?", phone=phone)

        assert answered(office.database) == given


class TestTheAct:
    """Where there is no answer left, what is asked for is done all the same."""

    @pytest.fixture(autouse=True)
    def _no_answer_left(self, office: Office):
        for _question in range(10):
            writes(office, "?")

    def left(self, office: Office) -> set[str]:
        return {row.category for row in all_of(office.database, optouts)}

    def test_stop_and_start(self, office: Office):
        writes(office, "STOP")
        assert self.left(office) == {"all"}
        writes(office, "START")
        assert self.left(office) == set()
        assert answered(office.database) == 10

    def test_a_case_by_sms(self, office: Office):
        writes(office, "I was not paid")

        assert [case.text for case in all_of(office.database, cases)] == ["I was not paid"]
        assert answered(office.database) == 10

    def test_a_case_by_dial_and_the_screen_promises_no_sms(self, office: Office):
        told = happens(office, "case_opened", kind="not_paid")

        (case,) = all_of(office.database, cases)
        assert told == {"case_number": str(case.number), "sms": "held"}

    def test_when_there_are_answers_again_the_same_case_is_answered(self, office: Office):
        happens(office, "case_opened", kind="not_paid")
        office.later(hours=2)
        told = happens(office, "case_opened", kind="not_paid")

        assert told["sms"] == "queued"

    def test_not_my_number(self, office: Office, village: Village):
        village.woman()
        happens(office, "number_disowned")

        assert [case.kind for case in all_of(office.database, cases)] == ["number_disowned"]


class TestOneOpenCase:
    def test_what_is_said_again_is_added_and_its_number_told_again(self, office: Office):
        told = [happens(office, "case_opened", kind="not_paid") for _dial in range(3)]

        (case,) = all_of(office.database, cases)
        assert [one["case_number"] for one in told] == [str(case.number)] * 3
        assert [one["sms"] for one in told] == ["queued", "had", "had"]
        assert (case.times, case.again_at) == (3, office.now)

    def test_another_woman_and_another_kind_have_one_of_their_own(self, office, village: Village):
        one, other = (str(whose) for whose in village.women([1, 2], msisdn=PHONE))
        for _time in range(2):
            for whose in (one, other):
                happens(office, "case_opened", kind="not_paid", beneficiary_id=whose)
            happens(office, "case_opened", kind="not_paid")
            happens(office, "case_opened", kind="call_back")

        assert [case.times for case in all_of(office.database, cases)] == [2, 2, 2, 2]

    def test_after_it_was_closed_the_next_is_new(self, office: Office):
        happens(office, "case_opened", kind="not_paid")
        with office.database.writing() as connection:
            connection.execute(cases.update().values(state="closed", closed_at=office.now))
        happens(office, "case_opened", kind="not_paid")

        assert [case.state for case in all_of(office.database, cases)] == ["closed", "open"]

    def test_of_twenty_four_sms_side_by_side_nothing_is_lost(self, office: Office):
        texts = [f"letter {index:02d}" for index in range(24)]

        def send(text: str) -> None:
            message = MOMessage("post", text, Msisdn(PHONE), "1330", text)
            with office.database.writing() as connection:
                record_incoming(connection, message, now=office.now)

        with ThreadPoolExecutor(8) as eight:
            list(eight.map(send, texts))

        (case,) = all_of(office.database, cases)
        assert Counter(case.text.split("\n")) == Counter(texts)
        assert (case.number, case.times) == (1, 24)

    def test_what_is_longer_than_a_case_stands_among_the_sms(self, office: Office):
        for _time in range(6):
            writes(office, "ກ" * 1600)

        (case,) = all_of(office.database, cases)
        assert len(case.text) == 4000
        assert len(all_of(office.database, mo_messages)) == 6


class TestTwoMachines:
    def test_the_same_words_are_answered_three_times(self, office: Office):
        for _answer in range(9):
            writes(office, "Thank you for your message. We are closed.")

        assert answered(office.database) == 3
        assert held(office.database) == [("machine", 6)]
        assert all_of(office.database, cases)[0].times == 9

    def test_a_time_or_a_number_in_it_makes_no_difference(self, office: Office):
        for hour in range(9):
            writes(office, BUSY % hour)

        assert answered(office.database) == 3

    def test_nor_does_taking_turns(self, office: Office):
        for _turn in range(6):
            writes(office, "Sorry, unknown command. Send HELP for a list.")
            writes(office, "ຂໍອະໄພ, ບໍ່ມີຄຳສັ່ງນີ້. ກະລຸນາລອງໃໝ່.")

        assert answered(office.database) == 6

    def test_different_letters_of_one_person_are_each_answered(self, office: Office):
        letters = ["I was not paid", "Nobody came to the village", "The number is my sister's",
                   "ເງິນຂ້ອຍຍັງບໍ່ມາ", "ຂ້ອຍຍ້າຍໄປບ້ານອື່ນແລ້ວ"]  # fmt: skip
        for letter in letters:
            writes(office, letter)

        assert answered(office.database) == 5

    def test_tomorrow_it_is_answered_again(self, office: Office):
        for _answer in range(4):
            writes(office, "We are closed")
        office.later(hours=25)
        writes(office, "We are closed")

        assert answered(office.database) == 4


class TestTheAlert:
    def open_ones(self, office: Office) -> int:
        return sum(row.resolved_at is None for row in all_of(office.database, alerts))

    def lift_all(self, office: Office) -> None:
        for row in all_of(office.database, replies_held):
            with office.database.writing() as connection:
                assert lift(connection, row.id, office.now)

    def test_a_number_that_is_held_back_is_one_alert_that_does_not_name_it(self, office: Office):
        for _question in range(20):
            writes(office, "?")

        (alert,) = all_of(office.database, alerts)
        assert alert.kind == "replies_held"
        assert PHONE not in str(alert.detail)

    def test_who_is_told_the_same_again_is_one_after_many_times(self, office: Office):
        for _dial in range(10):
            happens(office, "case_opened", kind="call_back")
        assert self.open_ones(office) == 0
        for _dial in range(10):
            happens(office, "case_opened", kind="call_back")

        assert self.open_ones(office) == 1

    def test_it_is_over_after_a_day(self, office: Office):
        for _question in range(11):
            writes(office, "?")
        office.later(hours=23)
        office.sweep()
        assert self.open_ones(office) == 1
        office.later(hours=2)
        office.sweep()

        assert self.open_ones(office) == 0

    def test_staff_may_lift_it_and_the_number_is_answered_again(self, office: Office):
        for _question in range(11):
            writes(office, "?")
        self.lift_all(office)
        writes(office, "?")

        assert answered(office.database) == 11
        assert self.open_ones(office) == 0

    def test_whoever_goes_on_after_that_is_a_new_one(self, office: Office):
        for _question in range(11):
            writes(office, "?")
        self.lift_all(office)
        for _question in range(11):
            writes(office, "?")

        assert len(all_of(office.database, alerts)) == 2
        assert self.open_ones(office) == 1

    def test_what_is_not_there_cannot_be_lifted(self, office: Office):
        with office.database.writing() as connection:
            assert not lift(connection, UUID(int=1), office.now)


def test_the_clock_of_a_day_is_the_programmes(office: Office):
    """17:00 UTC is midnight in Vientiane."""
    office.now = office.now.replace(hour=16, minute=50)
    for _question in range(12):
        writes(office, "?", per_hour=99, per_day=6)
    assert answered(office.database) == 6
    office.later(minutes=10)
    writes(office, "?", per_hour=99, per_day=6)

    assert answered(office.database) == 7
    with office.database.reading() as connection:
        days = connection.execute(select(func.count()).select_from(replies_held)).scalar_one()
    assert days == 1
