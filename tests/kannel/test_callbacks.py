"""Kannel's callbacks as smsbox calls them, without a Kannel."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from gateway.registry.database import Database
from gateway.registry.tables import ussd_sessions
from tests.kannel.boxes import TEMPLATES
from tests.kannel.conftest import CALLBACK_KEY, settings_of
from tests.kannel.lines import ANSWER, CLOSE, DIAL
from tests.keys import BACK, HELP, LANGUAGE, PAYDAY, deep
from tests.providers.ledger import Ledger
from tests.service import DEAD_REDIS, Clock, composed

MOTHER = "8562055500001"
HUNG_UP = 33


@pytest.fixture
def operators_file(tmp_path):
    """The settings as shipped, of an operator that reports when a caller hangs up."""
    shipped = (TEMPLATES / "operators.toml").read_text()
    file = tmp_path / "operators.toml"
    file.write_text(shipped.replace("[unitel]\n", f"[unitel]\nend_ops = [{HUNG_UP}]\n"))
    return file


class Smsbox:
    """What smsbox asks; `ago` is how long before our clock the handset's request came in."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self._client = app.test_client()
        self._clock = clock

    def ask(self, path: str = "mo", **fields: str):
        query = {"key": CALLBACK_KEY, **fields}
        return self._client.get(f"/callbacks/kannel/{path}", query_string=query)

    def ussd(self, op: int, text: str, *, ago: float = 0, **changes: str):
        asked_at = self._clock() - timedelta(seconds=ago)
        fields = {
            "from": MOTHER,
            "to": "*123#",
            "text": text,
            "meta": f"?smpp?ussd_service_op=%{op:02X}&its_session_info=%00%01&",
            "id": str(uuid4()),
            "smsc": "unitel-ussd",
            "time": str(int(asked_at.timestamp())),
        }
        return self.ask(**{**fields, **changes})


@pytest.fixture
def smsbox(service):
    return Smsbox(service.app, service.clock)


@pytest.fixture
def ledger(service):
    return Ledger(service.database)


@pytest.fixture
def ended(service):
    def read():
        with service.database.reading() as connection:
            return connection.execute(ussd_sessions.select()).all()

    return read


def closes(answer) -> bool:
    return f"ussd_service_op={CLOSE}&" in answer.headers["X-Kannel-Meta-Data"]


def says_nothing(answer) -> bool:
    return answer.status_code == 200 and answer.data == b""


@pytest.mark.parametrize(
    ("ago", "answered"),
    [
        pytest.param(0, True, id="at once"),
        pytest.param(29, True, id="repeated while the handset waits"),
        pytest.param(31, False, id="repeated when it has given up"),
        pytest.param(600, False, id="the last repetition"),
    ],
)
def test_a_handset_is_answered_while_it_waits(smsbox, ago, answered):
    assert says_nothing(smsbox.ussd(DIAL, "*123#", ago=ago)) is not answered


def test_a_stale_dial_leaves_the_dialogue_of_today_alone(smsbox):
    smsbox.ussd(DIAL, "*123#")
    help_page = smsbox.ussd(ANSWER, HELP)
    smsbox.ussd(DIAL, "*123#", ago=60)
    assert not closes(help_page)
    back = smsbox.ussd(ANSWER, BACK)
    assert not closes(back)
    assert back.text == smsbox.ussd(DIAL, "*123#", **{"from": "8562055500003"}).text


def test_a_repeated_request_gets_the_same_bytes(smsbox):
    dial = {"id": str(uuid4())}
    first = smsbox.ussd(DIAL, "*123#", **dial)
    assert smsbox.ussd(DIAL, "*123#", **dial).data == first.data
    answer = {"id": str(uuid4())}
    second = smsbox.ussd(ANSWER, HELP, **answer)
    assert smsbox.ussd(ANSWER, HELP, **answer).data == second.data != first.data


def test_the_same_key_pressed_twice_is_two_steps(smsbox):
    smsbox.ussd(DIAL, "*123#")
    once, twice = smsbox.ussd(ANSWER, "1"), smsbox.ussd(ANSWER, "1")
    assert once.data != twice.data


def test_a_caller_who_hangs_up_is_counted_and_answered_nothing(smsbox, ended):
    smsbox.ussd(DIAL, "*123#")
    smsbox.ussd(ANSWER, LANGUAGE)
    assert says_nothing(smsbox.ussd(HUNG_UP, ""))
    (row,) = ended()
    assert (row.status, row.last_state) == ("incomplete", "language")


def test_a_caller_who_hangs_up_at_an_answer_has_had_it(smsbox, ended):
    smsbox.ussd(DIAL, "*123#")
    smsbox.ussd(ANSWER, HELP)
    smsbox.ussd(HUNG_UP, "")
    (row,) = ended()
    assert (row.status, row.last_state) == ("answered", "help")


def test_the_end_of_a_dialogue_nobody_knows_is_not_counted(smsbox, ended):
    assert says_nothing(smsbox.ussd(HUNG_UP, ""))
    assert ended() == []


def test_an_end_that_cannot_be_read_is_not_asked_for_again(smsbox, ended):
    assert says_nothing(smsbox.ussd(HUNG_UP, "", **{"from": "Unitel"}))
    assert ended() == []


def test_what_says_please_dial_again_is_no_end_of_a_dialogue(smsbox, ended):
    assert closes(smsbox.ussd(ANSWER, "1"))
    assert ended() == []


def test_a_bind_that_no_table_names_is_served_too(smsbox):
    answer = smsbox.ussd(DIAL, "*123#", smsc="elsewhere")
    assert not closes(answer)
    assert answer.data == smsbox.ussd(DIAL, "*123#").data


@pytest.mark.parametrize("sender", ["Unitel", "1234"])
def test_an_sms_from_no_phone_is_kept_for_staff_and_not_answered(smsbox, ledger, sender):
    sms = {"from": sender, "to": "1234", "text": "Win a car", "id": "1", "smsc": "unitel"}
    assert says_nothing(smsbox.ask(**sms))
    assert [message.msisdn for message in ledger.incoming()] == [sender]
    assert ledger.rows() == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"from": ""}, id="from nobody"),
        pytest.param({"id": ""}, id="no id"),
    ],
)
def test_an_sms_that_no_repetition_mends_is_not_asked_for_again(smsbox, ledger, fields):
    sms = {"from": MOTHER, "to": "1234", "text": "STOP", "id": "1", "smsc": "unitel"}
    assert says_nothing(smsbox.ask(**{**sms, **fields}))
    assert ledger.incoming() == []


def test_an_sms_is_answered_with_no_text_that_kannel_would_send(smsbox, ledger):
    sms = {"from": MOTHER, "to": "1234", "text": "STOP", "id": "1", "smsc": "unitel"}
    assert says_nothing(smsbox.ask(**sms))
    assert len(ledger.incoming()) == 1


def test_a_receipt_that_names_no_message_is_not_asked_for_again(smsbox):
    assert says_nothing(smsbox.ask("dlr", type="1", message="none of ours"))


def test_a_query_of_a_thousand_fields_is_not_asked_for_again(smsbox):
    fields = {f"f{number}": "1" for number in range(1000)}
    assert says_nothing(smsbox.ask(**fields))
    assert says_nothing(smsbox.ask("dlr", **fields))


@pytest.fixture
def without_redis(demo_registry: Database, operators_file):
    clock = Clock()
    settings = settings_of(str(demo_registry.engine.url), DEAD_REDIS, operators_file)
    with composed(settings, clock, console=False) as application:
        yield Smsbox(application, clock)


def test_without_redis_a_dial_gets_its_first_page(without_redis, smsbox):
    page = without_redis.ussd(DIAL, "*123#")
    assert not closes(page)
    assert page.data == smsbox.ussd(DIAL, "*123#").data


def test_without_redis_a_deep_dial_gets_its_page(without_redis, smsbox):
    assert without_redis.ussd(DIAL, deep(PAYDAY)).data == smsbox.ussd(DIAL, deep(PAYDAY)).data


def test_without_redis_an_answer_is_asked_to_dial_again(without_redis):
    without_redis.ussd(DIAL, "*123#")
    assert closes(without_redis.ussd(ANSWER, PAYDAY))
