"""Answers by SMS that stand ready, and what staff may not write in one."""

from datetime import date
from typing import Any

import msgspec
import pytest

from gateway.casework.answers import READY, ready_answers
from gateway.catalogues import LOCALES, load_gettext
from gateway.core.caller import Beneficiary, Payment, Place
from gateway.core.open_words import tells_too_much
from gateway.messaging.wordings import WORDINGS

GETTEXT = load_gettext()
SERVICE = {"hotline": "1234", "service_code": "*123#"}
HOME = Place("ໂພນແກ້ວ", "Phonkeo")
COMING = Payment(
    id="1", cycle="2026-11", due_on=date(2026, 12, 4), amount=300_000, status="scheduled",
    pay_point=Place("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo"),
)  # fmt: skip


def woman(**changes: Any) -> Beneficiary:
    known = Beneficiary(
        id="1", registration_no="26000001", status="enrolled", category="child", since_on=None,
        village=HOME, health_centre=HOME, has_pin=False, next_payment=None, last_payment=None,
        visits=(), course_ended=False, stopped_by_key=False, health_sms=True, disowned=False,
    )  # fmt: skip
    return msgspec.structs.replace(known, **changes)


def offered(kind: str, known: Beneficiary | None, locale: str = "en") -> dict[str, str]:
    found = ready_answers(kind, 12, known, locale=locale, gettext=GETTEXT[locale], service=SERVICE)
    return {one.name: one.text for one in found}


def test_what_is_said_of_a_payday_is_true():
    missed = msgspec.structs.replace(COMING, due_on=date(2026, 11, 4), status="missed")

    nobody, no_payday = offered("sms", None), offered("sms", woman())
    paid = offered("sms", woman(next_payment=COMING, last_payment=missed))
    left = offered("sms", woman(status="exited", next_payment=COMING))

    assert not {"payment_due_guarded", "payment_missed", "no_payment"} & nobody.keys()
    assert "no_payment" in no_payday
    assert paid["payment_due_guarded"] == ("Grant money on 04/12 at Ban Phonkeo. Bring your card.")
    assert "04/11" in paid["payment_missed"]
    assert "no_payment" not in paid
    assert left.keys() == nobody.keys()


def test_a_case_that_nobody_was_not_paid_in_is_not_told_that_it_is_looked_into():
    assert "answer_looking" in offered("not_paid", None)
    assert "answer_looking" not in offered("call_back", None)
    assert offered("number_disowned", None) == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_none_names_an_amount_or_health_or_costs_a_second_sms(locale: str):
    known = woman(next_payment=COMING, last_payment=None)
    missed = woman(last_payment=msgspec.structs.replace(COMING, status="missed"))
    paid = woman(last_payment=msgspec.structs.replace(COMING, status="paid"))
    seen = set()
    for kind in ("call_back", "not_paid", "sms"):
        for whom in (known, missed, paid):
            for one in ready_answers(
                kind, 1234567, whom, locale=locale, gettext=GETTEXT[locale], service=SERVICE
            ):
                assert tells_too_much(one.text) is None, one.text
                assert one.segments == 1, one.text
                seen.add(one.name)

    assert seen == READY.keys()


def test_each_is_a_text_that_editors_word():
    assert READY.keys() <= WORDINGS.keys()
