"""The host on Africa's Talking's line: retries, replays, offers to go on, deploys."""

import msgspec
import pytest
from sqlalchemy import event, select, update

from gateway.catalogues import load_gettext
from gateway.core.encoding import octets
from gateway.core.msisdn import parse, pseudonym
from gateway.dialogue.host import DIAL_AGAIN
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import beneficiaries, cases, events, payments, pin_attempts
from gateway.settings import Settings
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MENU_CHANGED
from tests.handset import Handset
from tests.lines import AfricasTalkingLine
from tests.service import Service, composed

MOTHER = "+8562055500001"
TWO_ON_ONE_PHONE = "+8562055500003"
WITH_PIN = "+8562055500004"
UNKNOWN = "+8562055512399"
GETTEXT = load_gettext()
EN = GETTEXT["en"]
AGAIN = f"END {EN(DIAL_AGAIN)}"
SECRET = Settings().secret_key.encode()


@pytest.fixture
def phone(service):
    """A handset in English on the service."""

    def connect(msisdn=MOTHER, line=None, **options):
        with service.database.writing() as connection:
            set_caller_locale(connection, msisdn, "en", service.clock())
        return Handset(line or AfricasTalkingLine(service), msisdn, **options)

    return connect


def count(service, table) -> int:
    with service.database.reading() as connection:
        return len(connection.execute(select(table)).all())


def is_main_menu(body: str) -> bool:
    return body.startswith("CON ") and EN("6 Help").removeprefix("6 ") in body


def offers_to_go_on(body: str) -> bool:
    return body.startswith(f"CON {EN('You were cut off.')}")


class TestARepeatedRequest:
    @pytest.mark.parametrize(
        "keys",
        ["", "2", "2*2", "1", "7", "x", "3*2*123", "6", "6*3", "6*1", "5*1", "2*0", "2*00"],
    )
    def test_gets_the_same_bytes_and_headers_and_does_nothing_again(self, service, keys):
        form = {"sessionId": "s", "phoneNumber": MOTHER, "text": ""}
        for text in _prefixes(keys):
            first = service.post("ussd", form | {"text": text})
        before = _events(service)
        again = service.post("ussd", form | {"text": keys})
        assert (again.data, again.headers) == (first.data, first.headers)
        assert _events(service) == before

    def test_even_after_redis_forgot_it_a_case_is_opened_once(self, phone, service):
        handset = phone()
        handset.dial()
        handset.press("6")
        shown = handset.press("1")
        service.flush_redis()
        assert handset.repeat() == shown
        assert count(service, cases) == 1

    def test_a_wrong_pin_costs_one_try(self, phone, service):
        handset = phone(WITH_PIN)
        handset.dial()
        for key in ("2", "1", "1111"):
            handset.press(key)
        for _ in range(3):
            handset.retry()
        service.flush_redis()
        handset.retry()
        assert count(service, pin_attempts) == 1


def _prefixes(keys: str) -> list[str]:
    parts = keys.split("*") if keys else []
    return ["*".join(parts[:length]) for length in range(len(parts) + 1)]


def _events(service):
    with service.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(events)).all()]


class TestADeepDial:
    @pytest.mark.parametrize("keys", ["2", "4", "6*3", "2*2", "2*0", "1*9", "7"])
    def test_answers_what_the_same_keys_would(self, phone, keys):
        pressed, deep = phone(MOTHER), phone(MOTHER)
        pressed.dial()
        for key in keys.split("*"):
            pressed.press(key)
        pressed.timeout()
        assert deep.dial(f"*123*{keys}#") == pressed.body

    def test_keys_beyond_the_end_are_left_alone(self, phone, service):
        handset = phone()
        assert handset.dial("*123*6*1*6*1*1#").startswith("END ")
        assert count(service, cases) == 1

    def test_one_that_is_too_long_asks_to_dial_again(self, phone, service):
        before = service.app.extensions["ports"].database
        assert phone(UNKNOWN).dial(f"*123*{'7*' * 200}7#") == f"END {GETTEXT['lo'](DIAL_AGAIN)}"
        assert before is service.app.extensions["ports"].database

    def test_a_pin_in_it_is_asked_of_the_registry_as_any_other(self, phone, service):
        handset = phone(WITH_PIN)
        right = handset.dial("*123*2*1*4321#")
        assert "kip" in right
        assert handset.dial("*123*2*1*1111#") != right
        assert count(service, pin_attempts) == 2


class TestAnOfferToGoOn:
    @pytest.fixture
    def cut_off(self, phone):
        """A mother who has seen when she is paid, and then lost her signal."""
        handset = phone()
        handset.dial()
        handset.seen = handset.press("2")
        handset.timeout()
        return handset

    def test_is_made_on_the_next_dial_and_goes_on_where_it_broke_off(self, cut_off):
        assert offers_to_go_on(cut_off.dial())
        assert cut_off.press("1") == cut_off.seen

    def test_may_be_declined(self, cut_off):
        cut_off.dial()
        assert is_main_menu(cut_off.press("2"))

    def test_stands_for_ten_minutes(self, cut_off, redis_client):
        key = f"ussd:cut:{pseudonym(parse(MOTHER), SECRET)}"
        assert 590 < redis_client.ttl(key) <= 600
        redis_client.delete(key)  # as after ten minutes
        assert is_main_menu(cut_off.dial())

    def test_is_made_again_where_it_was_cut_off_itself(self, cut_off):
        cut_off.dial()
        cut_off.timeout()
        assert offers_to_go_on(cut_off.dial())
        assert cut_off.press("1") == cut_off.seen

    def test_is_not_made_on_a_deep_dial(self, cut_off):
        assert cut_off.dial("*123*2#") == cut_off.seen

    def test_is_not_made_to_another_number(self, cut_off, phone):
        assert is_main_menu(phone(UNKNOWN).dial())

    def test_is_not_made_after_an_end(self, phone):
        handset = phone()
        handset.dial("*123*6*1#")
        assert is_main_menu(handset.dial())

    def test_is_not_made_to_who_has_pressed_nothing(self, phone):
        handset = phone()
        handset.dial()
        handset.press("7")
        handset.timeout()
        assert is_main_menu(handset.dial())

    def test_asks_the_pin_again_of_who_was_behind_it(self, phone):
        handset = phone(WITH_PIN)
        handset.dial()
        handset.press("2")
        asked = handset.press("1")
        amount = handset.press("4321")
        handset.timeout()
        handset.dial()
        assert handset.press("1") == asked
        assert handset.press("4321") == amount

    @pytest.mark.parametrize("echoes", [True, False])
    def test_cannot_be_replayed_so_without_redis_one_dials_again(self, phone, service, echoes):
        handset = phone(echoes=echoes)
        handset.dial("*123*2#")
        handset.timeout()
        assert offers_to_go_on(handset.dial())
        service.flush_redis()
        assert handset.press("1") == AGAIN


class TestAReplay:
    """Redis has lost the session; the network brings all input, and maybe our metadata."""

    @pytest.fixture
    def amid(self, phone, service):
        def go(keys="2", **options):
            handset = phone(**options)
            handset.dial()
            for key in keys.split("*"):
                handset.press(key)
            service.flush_redis()
            return handset

        return go

    @pytest.mark.parametrize("echoes", [True, False])
    @pytest.mark.parametrize("keys", ["2", "1", "6*3", "4", "7*x*2"])
    def test_shows_what_would_have_been_shown(self, amid, phone, echoes, keys):
        handset, reference = amid(keys, echoes=echoes), phone()
        reference.dial(f"*123*{keys}*0#")
        assert handset.press("0") == reference.body

    @pytest.mark.parametrize("part", [1, 2, 3], ids=["start", "menu", "facts"])
    def test_of_another_time_menu_or_registry_asks_to_dial_again(self, amid, part):
        handset = amid()
        parts = handset._metadata.split(".")
        parts[part] = "00000000"
        handset._metadata = ".".join(parts)
        assert handset.press("0") == AGAIN

    def test_after_an_import_has_changed_the_facts_asks_to_dial_again(self, amid, service):
        handset = amid()
        with service.database.writing() as connection:
            connection.execute(update(payments).values(amount=payments.c.amount + 1))
        assert handset.press("0") == AGAIN

    def test_after_an_import_of_other_people_goes_on(self, amid, service):
        handset = amid()
        whose = beneficiaries.c.msisdn == TWO_ON_ONE_PHONE
        with service.database.writing() as connection:
            connection.execute(update(beneficiaries).where(whose).values(status="suspended"))
        assert is_main_menu(handset.press("0"))

    def test_where_nothing_is_echoed_takes_the_facts_as_they_are_now(self, amid, service):
        handset = amid(echoes=False)
        with service.database.writing() as connection:
            connection.execute(update(payments).values(amount=123_000))
        handset.press("0")
        assert "123,000" in handset.press("2")

    def test_knows_what_was_looked_up_under_a_pin(self, amid, service):
        handset = amid("2*1*4321", msisdn=WITH_PIN)
        assert handset.press("0").startswith("CON ")
        assert count(service, pin_attempts) == 1


class TestANetworkThatBringsOnlyTheNewestInput:
    @pytest.fixture
    def newest(self, service, sqlite_url, redis_url, redis_client):
        settings = Settings(
            database_url=sqlite_url, redis_url=redis_url, ussd_accumulates=False
        )
        with composed(settings, service.clock) as app:
            yield NewestLine(Service(app, service.database, service.clock, redis_client))

    def test_each_key_is_one_step(self, phone, newest):
        handset, reference = phone(line=newest), phone(UNKNOWN)
        for handy in (handset, reference):
            handy.dial()
            handy.press("6")
        assert handset.press("3") != handset.press("0")
        assert handset.body == reference.body

    def test_the_echoed_turn_tells_a_retry(self, phone, newest):
        handset = phone(line=newest)
        handset.dial()
        sent = handset._metadata
        shown = handset.press("6")
        handset._metadata = sent
        assert handset.repeat() == shown

    @pytest.mark.parametrize("echoes", [True, False])
    def test_the_dial_again_is_a_retry(self, phone, newest, echoes):
        handset = phone(line=newest, echoes=echoes)
        handset.dial()
        handset._metadata = ""
        handset.retry()

    def test_a_lost_session_asks_to_dial_again(self, phone, newest):
        handset = phone(line=newest)
        handset.dial()
        handset.press("6")
        newest.forget()
        assert handset.press("1") == f"END {GETTEXT['lo'](DIAL_AGAIN)}"


class NewestLine(AfricasTalkingLine):
    def send(self, session_id, msisdn, text, metadata):
        return super().send(session_id, msisdn, text.rpartition("*")[2], metadata)


class TestADeploy:
    """The menu has changed while a session was open."""

    @pytest.fixture
    def amid(self, phone, redis_client):
        """A session at `6*3` (help, reminders), put back changed."""

        def go(change, keys=("6", "3"), **head):
            handset = phone()
            handset.dial()
            for key in keys:
                handset.press(key)
            (key,) = redis_client.keys("ussd:africastalking:*")
            turn, stored = redis_client.get(key).split(b"|", 1)
            changed = msgspec.json.decode(stored)
            changed |= {"menu": "00000000", **head}
            changed["session"] |= change
            redis_client.set(key, turn + b"|" + msgspec.json.encode(changed))
            return handset

        return go

    def starts_again(self, body: str) -> bool:
        return is_main_menu(body) and body.startswith(f"CON {EN(MENU_CHANGED)}")

    def test_without_the_stored_state_starts_again_with_a_word(self, amid):
        handset = amid({"state": "no_such_state"})
        assert self.starts_again(handset.press("1"))
        handset.retry()
        assert handset.press("2").startswith("CON ")

    def test_without_the_state_before_it_starts_again_on_the_way_back(self, amid):
        handset = amid({"history": ["main", "no_such_state"]})
        assert self.starts_again(handset.press("0"))

    def test_with_another_kind_of_state_of_that_name_starts_again(self, amid):
        handset = amid({"state": "reminders_guard"})
        assert self.starts_again(handset.press("1"))

    def test_whose_state_wants_an_answer_nobody_gave_starts_again(self, amid):
        handset = amid({"state": "payment_amount", "answers": {}, "history": ["main"]})
        assert handset.press("x").startswith("CON ")

    def test_that_still_has_the_state_goes_on(self, amid):
        handset = amid({})
        assert not self.starts_again(handset.press("0"))

    def test_that_knows_callers_by_other_facts_asks_to_dial_again(self, amid):
        handset = amid({}, facts={"other": 1})
        assert handset.press("0") == AGAIN

    def test_repeats_what_was_shown_before_it(self, amid):
        handset = amid({"state": "no_such_state"})
        handset.retry()

    def test_cannot_go_on_where_an_offer_stood_and_starts_again(self, amid):
        handset = amid({"state": "no_such_state", "history": ["main"]})
        handset.timeout()
        assert offers_to_go_on(handset.dial())
        assert self.starts_again(handset.press("1"))


class TestTheDatabase:
    @pytest.fixture
    def statements(self, service):
        """SQL that the application has sent, but for what frames a transaction."""
        sent = []

        def listen(_connection, _cursor, statement, *_):
            if statement.split()[0] not in {"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"}:
                sent.append(statement)

        engine = service.app.extensions["ports"].database.engine
        event.listen(engine, "before_cursor_execute", listen)
        yield sent
        event.remove(engine, "before_cursor_execute", listen)

    @pytest.mark.parametrize("msisdn", [MOTHER, TWO_ON_ONE_PHONE, UNKNOWN])
    def test_is_read_at_the_dial_and_not_at_a_key(self, phone, statements, msisdn):
        handset = phone(msisdn)
        handset.dial()
        assert 0 < len(statements) <= 4
        statements.clear()
        for key in ("7", "1", "0", "6", "3", "0", "00"):
            handset.press(key)
            handset.retry()
        assert statements == []

    @pytest.mark.parametrize("keys", ["2", "2*0*2*0*2", "7*7*7"])
    def test_is_read_once_by_a_deep_dial(self, phone, statements, keys):
        phone().dial(f"*123*{keys}#")
        assert len(statements) <= 4

    def test_is_not_read_for_an_offer_to_go_on_but_once(self, phone, statements):
        handset = phone()
        handset.dial("*123*2#")
        handset.timeout()
        statements.clear()
        handset.dial()
        assert len([one for one in statements if one.startswith("SELECT")]) <= 4
        statements.clear()
        handset.press("1")
        assert statements == []


LAO = range(0x0E80, 0x0F00)


class TestTheLanguage:
    @pytest.mark.parametrize("keys", ["", "1", "2", "3", "4", "5", "6", "6*1"])
    @pytest.mark.parametrize("locale", ["lo", "lo_Latn", "en"])
    def test_of_every_reply_is_the_callers(self, service, locale, keys):
        with service.database.writing() as connection:
            set_caller_locale(connection, MOTHER, locale, service.clock())
        handset = Handset(AfricasTalkingLine(service), MOTHER)
        handset.dial(f"*123*{keys}#" if keys else "*123#")
        written_in_lao = any(ord(letter) in LAO for letter in handset.screen)
        assert written_in_lao == (locale == "lo") or keys == "5"

    def test_without_a_choice_is_the_registered_one(self, service):
        romanised = Handset(AfricasTalkingLine(service), "+8562055500005").dial()
        assert romanised.startswith(f"CON {GETTEXT['lo_Latn']('Mother-child money')}\n")


@pytest.mark.parametrize("units", [80, 72])
@pytest.mark.parametrize(
    "msisdn", [f"+856205550000{number}" for number in range(1, 7)] + [UNKNOWN]
)
def test_every_page_within_three_keys_is_at_most_160_octets(
    service, sqlite_url, redis_url, msisdn, units
):
    settings = Settings(database_url=sqlite_url, redis_url=redis_url, ussd_ucs2_units=units)
    with composed(settings, service.clock) as app:
        line = AfricasTalkingLine(Service(app, service.database, service.clock, None))
        handset = Handset(line, msisdn, budget=Budget(units, 182))
        found, reached = {""}, [""]
        for path in reached:
            handset.dial(f"*123*{path}#" if path else "*123#")
            assert octets(handset.screen) <= 160
            if handset.body.startswith("CON ") and path.count("*") < 2:
                shown = {line.split(" ")[0] for line in handset.screen.split("\n")}
                new = {f"{path}*{key}".lstrip("*") for key in shown & {*"123456789"} | {"4321"}}
                reached += sorted(new - found)
                found |= new
    assert len(found) > 20
