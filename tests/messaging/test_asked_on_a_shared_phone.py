"""A question from a phone of several: each answer says whose it is."""

import pytest

from gateway.core.caller import endings
from tests.messaging.conftest import Office
from tests.messaging.test_effects import happens
from tests.messaging.test_inbound import answers, says
from tests.messaging.village import Village, number


def test_what_differs_is_told_behind_the_end_of_each_registration_number(
    office: Office, village: Village
):
    village.payment(village.woman(1))
    village.woman(2, msisdn=number(1))
    village.woman(3, msisdn=number(1), status="suspended")

    says(office, "?")

    assert answers(office) == [
        "...001: Grant money 300.000 kip on 27/11 at Ban ໂພນແກ້ວ.",
        "...002: No payment date yet. Please check again later.",
        "...003: On hold. Please ask at the health centre.",
    ]


def test_by_sms_on_a_screen_says_whose_it_is_too(office: Office, village: Village):
    first = village.woman(1)
    village.payment(first)
    village.woman(2, msisdn=number(1))

    happens(office.database, "summary_requested", beneficiary_id=str(first))

    assert answers(office) == ["...001: Grant money 300.000 kip on 27/11 at Ban ໂພນແກ້ວ."]


def test_on_a_phone_of_her_own_nothing_stands_before_it(office: Office, village: Village):
    whose = village.woman(1)
    village.woman(2)

    happens(office.database, "summary_requested", beneficiary_id=str(whose))
    says(office, "?")

    assert answers(office) == ["No payment date yet. Please check again later."] * 2


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
    assert [answer[:27] for answer in three] == [
        f"...00{n}: Grant money 30{n}.000" for n in (1, 2, 3)
    ]
    assert last == "You are registered. Dial *123# for more."


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        (["26000001"], ["001"]),
        (["26000001", "26000002"], ["001", "002"]),
        (["26010001", "26020001"], ["10001", "20001"]),
        (["16000001", "26000001"], ["16000001", "26000001"]),
    ],
)
def test_an_ending_has_as_many_digits_as_tell_them_apart(numbers: list[str], shown: list[str]):
    assert endings(numbers) == shown
