"""Two web workers, one session, the same moment: one effect, and two valid pages."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count

import pytest
from sqlalchemy import func, select

from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.tables import cases, events, pin_attempts
from gateway.settings import Settings
from tests.callbacks.forms import hop, is_a_screen
from tests.keys import AMOUNT, CALL_BACK, HELP, NOT_PAID, texts
from tests.service import DEAD_REDIS, TODAY, Clock, Service, composed

ROUNDS, FEWER = 50, 10
WITH_PIN = "+8562055500004"
_numbers = count(1)


class TwoApplications:
    """Two applications on one database and one Redis, and a thread for each."""

    def __init__(self, services, pool):
        self.services = services
        self.database = services[0].database
        self._pool = pool
        self._at_once = threading.Barrier(2)

    def send(self, first, second) -> list:
        """Both hops at the same moment, each to an application of its own."""
        return list(self._pool.map(self._post, self.services, (first, second)))

    def one(self, form):
        return self.services[0].post("ussd", form)

    def _post(self, service, form):
        self._at_once.wait()
        return service.post("ussd", form)

    def count(self, table) -> int:
        with self.database.reading() as connection:
            total: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
        return total


@pytest.fixture(scope="module")
def bring_up():
    """The applications of one database and Redis, for all tests of this module."""
    known: dict[Settings, TwoApplications] = {}
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(2))

        def bring(settings: Settings) -> TwoApplications:
            if settings not in known:
                clock, database = Clock(), Database(settings.database_url)
                stack.callback(database.dispose)
                apps = [
                    stack.enter_context(composed(settings, clock, console=False)) for _ in range(2)
                ]
                known[settings] = TwoApplications(
                    [Service(app, database, clock, None) for app in apps], pool
                )
            return known[settings]

        yield bring


@pytest.fixture(params=["with Redis", "without Redis"])
def applications(request, bring_up, database_url, redis_url) -> TwoApplications:
    if request.param == "without Redis":
        redis_url = DEAD_REDIS
    applications: TwoApplications = bring_up(
        Settings(database_url=database_url, redis_url=redis_url)
    )
    return applications


def new_session(msisdn=None, **fields):
    """A request of a caller of its own: a number has one open case of a kind."""
    number = next(_numbers)
    caller = msisdn or f"+856205551{number:04d}"
    return hop(sessionId=f"ATUid_{number:032x}", phoneNumber=caller, **fields)


def all_screens(answers) -> bool:
    return all(answer.status_code == 200 and is_a_screen(answer.text) for answer in answers)


def test_the_same_request_twice_is_one_event_one_case_one_sms_and_one_answer(applications):
    for _ in range(ROUNDS):
        dial = new_session()
        applications.one(dial)
        applications.one(dial | {"text": HELP})
        first, second = applications.send(dial | {"text": CALL_BACK}, dial | {"text": CALL_BACK})
        assert all_screens((first, second))
        assert first.data == second.data
    assert (
        applications.count(events)
        == applications.count(cases)
        == applications.count(messages)
        == ROUNDS
    )


def test_two_dials_of_one_session_show_the_same(applications):
    for _ in range(FEWER):
        dial = new_session()
        first, second = applications.send(dial, dial)
        assert all_screens((first, second))
        assert first.data == second.data


def test_a_deep_dial_and_its_repetition_open_one_case(applications):
    for _ in range(FEWER):
        dial = new_session(text=NOT_PAID)
        first, second = applications.send(dial, dial)
        assert first.data == second.data
    assert applications.count(cases) == FEWER


def test_a_wrong_pin_sent_twice_costs_one_try(applications):
    load_demo(applications.database, peppers=Settings().peppers, on=TODAY)
    dial = new_session(WITH_PIN)
    for text in texts(AMOUNT):
        applications.one(dial | {"text": text})
    wrong = dial | {"text": f"{AMOUNT}*1111"}
    first, second = applications.send(wrong, wrong)
    assert all_screens((first, second))
    assert first.data == second.data
    assert applications.count(pin_attempts) == 1


def test_two_different_keys_are_two_valid_pages_and_each_event_once(applications):
    for _ in range(FEWER):
        dial = new_session()
        applications.one(dial | {"text": HELP})
        answers = applications.send(dial | {"text": CALL_BACK}, dial | {"text": NOT_PAID})
        assert all_screens(answers)
        again = [applications.one(dial | {"text": text}) for text in (CALL_BACK, NOT_PAID)]
        assert all_screens(again)
    assert applications.count(events) <= 2 * FEWER


def test_a_late_request_beside_the_next_one_is_two_valid_pages(applications):
    for _ in range(FEWER):
        dial = new_session()
        applications.one(dial)
        answers = applications.send(dial | {"text": HELP}, dial | {"text": CALL_BACK})
        assert all_screens(answers)
        after = applications.one(dial | {"text": CALL_BACK})
        assert after.text.startswith("END ")
    assert applications.count(cases) == FEWER
