"""What a dial reads, in which language it answers, and how much room its pages take."""

import pytest
from sqlalchemy import event

from gateway.core.encoding import octets
from gateway.registry.choices import set_caller_locale
from gateway.settings import Settings
from gateway.ussd.pager import Budget
from tests.dialogue.screens import GETTEXT, MOTHER, TWO_ON_ONE_PHONE, UNKNOWN
from tests.handset import Handset
from tests.keys import BACK, CALL_BACK, HOME, LANGUAGE, PAYDAY, REMINDERS, WHO_CAN_GET_IT, deep
from tests.lines import AfricasTalkingLine
from tests.service import Service, composed


class TestTheDatabase:
    @pytest.fixture
    def statements(self, service):
        """SQL that the application has sent, but for what frames a transaction."""
        sent = []

        def listen(_connection, _cursor, statement, *_):
            if statement.split()[0] not in {"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"}:
                sent.append(statement)

        service.app.extensions["editions"].refresh()  # as any process but a new one has done
        engine = service.app.extensions["ports"].database.engine
        event.listen(engine, "before_cursor_execute", listen)
        yield sent
        event.remove(engine, "before_cursor_execute", listen)

    @pytest.mark.parametrize("msisdn", [MOTHER, TWO_ON_ONE_PHONE, UNKNOWN])
    def test_is_read_at_the_dial_and_not_at_a_key(self, phone, statements, msisdn):
        handset = phone(msisdn)
        handset.dial()
        assert len(statements) == 1
        statements.clear()
        for key in ("7", WHO_CAN_GET_IT, BACK, *REMINDERS.split("*"), BACK, HOME):
            handset.press(key)
            handset.retry()
        assert statements == []

    @pytest.mark.parametrize("keys", [PAYDAY, f"{PAYDAY}*0*{PAYDAY}*0*{PAYDAY}", "7*7*7"])
    def test_is_read_once_by_a_deep_dial(self, phone, statements, keys):
        phone().dial(deep(keys))
        assert len(statements) == 1

    def test_is_not_read_for_an_offer_to_go_on_but_once(self, phone, statements):
        handset = phone()
        handset.dial(deep(PAYDAY))
        handset.timeout()
        statements.clear()
        handset.dial()
        assert len([one for one in statements if one.startswith("SELECT")]) <= 2
        statements.clear()
        handset.press("1")
        assert statements == []


LAO = range(0x0E80, 0x0F00)


class TestTheLanguage:
    @pytest.mark.parametrize("keys", ["", "1", "2", "3", "4", "5", "6", CALL_BACK])
    @pytest.mark.parametrize("locale", ["lo", "lo_Latn", "en"])
    def test_of_every_reply_is_the_callers(self, service, locale, keys):
        with service.database.writing() as connection:
            set_caller_locale(connection, MOTHER, locale, service.clock())
        handset = Handset(AfricasTalkingLine(service), MOTHER)
        handset.dial(deep(keys))
        written_in_lao = any(ord(letter) in LAO for letter in handset.screen)
        assert written_in_lao == (locale == "lo") or keys == LANGUAGE

    def test_without_a_choice_is_the_registered_one(self, service):
        romanised = Handset(AfricasTalkingLine(service), "+8562055500005").dial()
        assert romanised.startswith(f"CON {GETTEXT['lo_Latn']('Mother-child money')}\n")


@pytest.mark.parametrize("msisdn", [f"+856205550000{last}" for last in range(1, 7)] + [UNKNOWN])
def test_every_page_within_three_keys_fits_the_smallest_page(service, redis_url, msisdn):
    url = str(service.database.engine.url)
    settings = Settings(database_url=url, redis_url=redis_url, ussd_ucs2_units=72)
    with composed(settings, service.clock, console=False) as app:
        line = AfricasTalkingLine(Service(app, service.database, service.clock, None))
        handset = Handset(line, msisdn, budget=Budget(72, 182))
        reached = [""]
        for path in reached:
            handset.dial(deep(path))
            assert octets(handset.screen) <= 160
            if handset.body.startswith("CON ") and path.count("*") < 2:
                shown = {line.split(" ")[0] for line in handset.screen.split("\n")}
                keys = [*sorted(shown & {*"123456789"}), "4321"]
                reached += [f"{path}*{key}".lstrip("*") for key in keys]
    assert len(reached) > 20
