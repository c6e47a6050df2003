"""A dialogue in Lao, from the handset over SMPP to the menu and back."""

import pytest

from gateway.registry.tables import events, ussd_sessions
from tests.handset import Handset
from tests.kannel.lines import ANSWER, ASK, CLOSE, DIAL
from tests.kannel.smsc import UCS2
from tests.keys import BACK, HELP, LANGUAGE, MORE, PAYDAY, REMINDERS, deep, key_of
from tests.lines import EngineLine

pytestmark = [pytest.mark.kannel, pytest.mark.usefixtures("gateway")]

MOTHER = "+8562055500001"  # enrolled, reads Lao
STRANGER = "+8562099900001"


@pytest.fixture
def engine(service):
    rules, registry = service.app.extensions["engine"]
    return EngineLine(rules, registry, service.clock)


@pytest.fixture
def recorded(service):
    def read(kind: str):
        with service.database.reading() as connection:
            rows = connection.execute(events.select().where(events.c.kind == kind)).all()
        return [row.data for row in rows]

    return read


def walk(line, engine, msisdn: str, keys: list[str]):
    """Presses `keys` on both; what the SMSC was given, checked against the engine's pages."""
    seen, bare = [], Handset(engine, msisdn)
    bare.dial()
    for index in range(len(keys) + 1):
        seen.append(line.hop("one", msisdn, "*".join(keys[:index])))
        if index:
            bare.press(keys[index - 1])
        assert ("END " if seen[-1].op == CLOSE else "CON ") + seen[-1].text == bare.body
    return seen


def is_lao(text: str) -> bool:
    return any("\u0e80" <= character <= "\u0eff" for character in text)


TO_REMINDERS = key_of("help", "reminders")
PAYMENT_ON = key_of("reminders", "reminders_on", category="payment")
PAYMENT_OFF = key_of("reminders", "payment_stop")
YES = key_of("payment_stop", "reminders_off")


def test_in_lao_with_paging_back_and_an_end(line, engine):
    keys = [HELP, MORE, BACK, TO_REMINDERS, BACK, TO_REMINDERS, PAYMENT_OFF, YES]
    seen = walk(line, engine, MOTHER, keys)
    menu, first, second, first_again, reminders, _help, _reminders, _sure, end = seen
    assert first.text == first_again.text != second.text
    assert [page.op for page in seen] == [ASK] * 8 + [CLOSE]
    for page in seen:
        assert is_lao(page.text)
        assert page.data_coding == UCS2
        assert page.octets == page.text.encode("utf-16-be")
        assert len(page.octets) <= 160
        assert page.source == "*123#"
    assert len({menu.text, first.text, second.text, reminders.text, end.text}) == 5


def test_a_deep_dial_is_answered_at_once(line, engine):
    dialled = line.hop("one", MOTHER, PAYDAY)
    assert dialled.text == Handset(engine, MOTHER).dial(deep(PAYDAY))[4:]


class Phone:
    """A phone on an operator whose session ids come again, or that sends none."""

    def __init__(self, smsc, msisdn: str, session: bytes | None) -> None:
        self._smsc = smsc
        self._msisdn = msisdn
        self._session = session

    def send(self, op: int, text: str):
        return self._smsc.exchange(self._msisdn, text, op=op, session=self._session)

    def dial_and_press(self, *keys: str):
        page = self.send(DIAL, "*123#")
        for key in keys:
            page = self.send(ANSWER, key)
        return page


@pytest.mark.parametrize("session", [pytest.param(b"\x00\x07", id="an id"), None])
def test_what_is_chosen_again_in_a_later_dialogue_under_the_same_id_counts_again(
    smsc, recorded, session
):
    phone = Phone(smsc, MOTHER, session)
    for keys in ((PAYMENT_OFF, YES), (PAYMENT_ON,), (PAYMENT_OFF, YES)):
        assert phone.dial_and_press(*REMINDERS.split("*"), *keys).op == CLOSE
    assert len(recorded("reminders_stopped")) == 2
    assert len(recorded("reminders_started")) == 1


def test_two_callers_under_one_id_do_not_meet(smsc, engine):
    mother, stranger = (Phone(smsc, number, b"\x00\x01") for number in (MOTHER, STRANGER))
    mother.send(DIAL, "*123#")
    stranger.send(DIAL, "*123#")
    asked = [mother.send(ANSWER, PAYDAY).text, stranger.send(ANSWER, PAYDAY).text]
    bare = [Handset(engine, number).dial(deep(PAYDAY))[4:] for number in (MOTHER, STRANGER)]
    assert asked == bare


def test_a_dial_in_mid_menu_offers_to_go_on_where_the_number_is_the_session(smsc):
    phone = Phone(smsc, STRANGER, None)
    menu = phone.send(DIAL, "*123#")
    question = phone.send(ANSWER, LANGUAGE)
    offer = phone.send(DIAL, "*123#")
    assert offer.text not in {menu.text, question.text}
    assert phone.send(ANSWER, "1").text == question.text


def test_an_answer_in_no_dialogue_is_asked_to_dial_again(smsc):
    page = Phone(smsc, MOTHER, b"\x00\x09").send(ANSWER, PAYDAY)
    assert page.op == CLOSE
    assert is_lao(page.text)


def test_a_dialogue_that_reached_its_end_is_counted(smsc, service):
    Phone(smsc, MOTHER, b"\x00\x01").dial_and_press(*REMINDERS.split("*"), PAYMENT_OFF, YES)
    with service.database.reading() as connection:
        (row,) = connection.execute(ussd_sessions.select())
    assert (row.provider, row.msisdn, row.status) == ("kannel-unitel", MOTHER, "success")
    assert row.last_state == "reminders_off"
