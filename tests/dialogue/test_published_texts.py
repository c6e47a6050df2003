"""Texts are published while people call: a session speaks the words it began with."""

import pytest

from gateway.registry.database import Database
from gateway.settings import Settings
from gateway.ussd.screens import BACK as BACK_LINE
from gateway.ussd.screens import MENU_CHANGED
from gateway.wordings.keys import TextId
from tests.dialogue.screens import AGAIN, EN, MOTHER, is_main_menu
from tests.handset import Handset
from tests.keys import BACK, HELP, WHO_CAN_GET_IT
from tests.lines import AfricasTalkingLine
from tests.service import Clock, Service, composed
from tests.worker.publisher import agreed

LINE = TextId("en", BACK_LINE)
NEW = "0 Return"


@pytest.fixture
def publishing(service: Service):
    """`publishing(text, wording)`: two people, and this process has looked since."""

    def go(text: TextId, wording: str, *, seen: bool = True) -> None:
        repository = service.app.extensions["repository"]
        agreed(service.database, repository, text, wording, service.clock())
        if seen:
            service.app.extensions["editions"].refresh()

    return go


def test_a_session_goes_on_in_the_words_it_began_with(phone, publishing):
    handset = phone()
    handset.dial()
    publishing(LINE, NEW)

    assert handset.press(HELP).rpartition("\n")[2].startswith(EN(BACK_LINE))
    again = phone()
    again.dial()
    assert again.press(HELP).rpartition("\n")[2].startswith(NEW)


def test_a_retry_gets_the_page_of_before(phone, publishing):
    handset = phone()
    handset.dial()
    handset.press(HELP)
    publishing(LINE, NEW)

    handset.retry()


def test_a_replay_under_other_words_asks_to_dial_again(phone, publishing, service: Service):
    handset = phone()
    handset.dial()
    handset.press(HELP)
    service.flush_redis()
    publishing(LINE, NEW)

    assert handset.press(BACK) == AGAIN


@pytest.fixture
def another(service: Service, redis_client):
    """A process beside `service` that has not looked for what is published, or has other pages."""
    url = service.app.extensions["ports"].settings.redis_url

    def start(**more) -> Service:
        database: Database = service.database
        settings = Settings(database_url=str(database.engine.url), redis_url=url, **more)
        context = composed(settings, Clock(), console=False)
        app = context.__enter__()
        started.append(context)
        return Service(app, database, service.clock, redis_client)

    started: list = []
    yield start
    for context in started:
        context.__exit__(None, None, None)


def carried_on(handset: Handset, service: Service) -> Handset:
    """The same call, whose next hop another process answers."""
    handset.line = AfricasTalkingLine(service)
    return handset


def test_a_process_that_does_not_know_the_words_draws_the_screen_anew(
    phone, publishing, another, service: Service
):
    other = another()
    other.app.extensions["editions"].refresh()
    publishing(LINE, NEW)
    handset = phone()
    handset.dial()
    shown = handset.press(HELP)
    assert NEW in shown

    drawn = carried_on(handset, other).press("1")
    assert drawn.startswith(f"CON {EN(MENU_CHANGED)}\n")
    assert EN(BACK_LINE) in drawn
    assert NEW not in drawn


def test_where_the_words_on_the_screen_are_the_same_nothing_is_noticed(
    phone, publishing, another, service: Service
):
    """Main has no line that leads back."""
    other = another()
    other.app.extensions["editions"].refresh()
    publishing(LINE, NEW)
    handset = phone()
    handset.dial()

    assert (
        not carried_on(handset, other).press(WHO_CAN_GET_IT).startswith(f"CON {EN(MENU_CHANGED)}")
    )


def test_a_smaller_page_is_another_menu(phone, another):
    """Pages end elsewhere there: what 9 leads to is not what the caller saw."""
    handset = phone()
    handset.dial()
    help_page = handset.press(HELP)

    drawn = carried_on(handset, another(ussd_septets=100)).press("1")
    assert help_page != drawn
    assert drawn.startswith(f"CON {EN(MENU_CHANGED)}\n")


def test_the_first_dial_of_a_new_process_speaks_what_is_published(
    phone, publishing, another, service: Service
):
    publishing(LINE, NEW, seen=False)
    handset = phone(MOTHER, AfricasTalkingLine(another()))

    assert is_main_menu(handset.dial())
    assert NEW in handset.press(HELP)
