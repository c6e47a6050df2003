"""The host on Africa's Talking's line: repeated requests, deep dials, offers to go on, replays."""

import pytest
from sqlalchemy import update

from gateway.core.msisdn import parse, pseudonym
from gateway.dialogue.host import DIAL_AGAIN
from gateway.registry.tables import (
    beneficiaries,
    cases,
    payments,
    pin_attempts,
)
from gateway.settings import Settings
from tests.dialogue.rows import count, event_rows
from tests.dialogue.screens import (
    AGAIN,
    EN,
    GETTEXT,
    MOTHER,
    TWO_ON_ONE_PHONE,
    UNKNOWN,
    WITH_PIN,
    is_main_menu,
    offers_to_go_on,
)
from tests.keys import (
    AMOUNT,
    BACK,
    CALL_BACK,
    HEALTH,
    HELP,
    IN_ENGLISH,
    IN_LAO,
    MONTHS,
    NOT_MY_NUMBER,
    OTHER_NUMBER,
    PAYDAY,
    PREGNANT,
    REGISTRATION,
    REMINDERS,
    SOMEONE_ELSE,
    WHO_CAN_GET_IT,
    deep,
    texts,
)
from tests.lines import AfricasTalkingLine
from tests.service import Service, composed

PSEUDONYMS = Settings().key("pseudonyms")


class TestARepeatedRequest:
    @pytest.mark.parametrize(
        "keys",
        [
            "",
            PAYDAY,
            f"{PAYDAY}*2",
            WHO_CAN_GET_IT,
            "7",
            "x",
            f"{OTHER_NUMBER}*123",
            HELP,
            REMINDERS,
            CALL_BACK,
            IN_LAO,
            f"{PAYDAY}*0",
            f"{PAYDAY}*00",
        ],
    )
    def test_gets_the_same_bytes_and_headers_and_does_nothing_again(self, service, keys):
        form = {"sessionId": "s", "phoneNumber": MOTHER, "text": ""}
        for text in texts(keys):
            first = service.post("ussd", form | {"text": text})
        before = event_rows(service)
        again = service.post("ussd", form | {"text": keys})
        assert (again.data, again.headers) == (first.data, first.headers)
        assert event_rows(service) == before

    def test_even_after_redis_forgot_it_a_case_is_opened_once(self, phone, service):
        handset = phone()
        handset.dial()
        for key in CALL_BACK.split("*"):
            shown = handset.press(key)
        service.flush_redis()
        assert handset.repeat() == shown
        assert count(service, cases) == 1

    def test_a_wrong_pin_costs_one_try(self, phone, service):
        handset = phone(WITH_PIN)
        handset.dial()
        for key in (*AMOUNT.split("*"), "1111"):
            handset.press(key)
        for _ in range(3):
            handset.retry()
        service.flush_redis()
        handset.retry()
        assert count(service, pin_attempts) == 1


class TestADeepDial:
    @pytest.mark.parametrize(
        "keys",
        [PAYDAY, HEALTH, REMINDERS, f"{PAYDAY}*2", f"{PAYDAY}*0", f"{WHO_CAN_GET_IT}*9", "7"],
    )
    def test_answers_what_the_same_keys_would(self, phone, keys):
        pressed, at_once = phone(MOTHER), phone(MOTHER)
        pressed.dial()
        for key in keys.split("*"):
            pressed.press(key)
        assert at_once.dial(deep(keys)) == pressed.body

    def test_keys_beyond_the_end_are_left_alone(self, phone, service):
        handset = phone()
        assert handset.dial(deep(CALL_BACK, CALL_BACK, "1")).startswith("END ")
        assert count(service, cases) == 1

    def test_one_that_is_too_long_asks_to_dial_again(self, phone):
        assert phone(UNKNOWN).dial(deep(*"7" * 201)) == f"END {GETTEXT['lo'](DIAL_AGAIN)}"

    def test_a_pin_in_it_is_asked_of_the_registry_as_any_other(self, phone, service):
        handset = phone(WITH_PIN)
        right = handset.dial(deep(AMOUNT, "4321"))
        assert "kip" in right
        assert handset.dial(deep(AMOUNT, "1111")) != right
        assert count(service, pin_attempts) == 2


class TestAnOfferToGoOn:
    @pytest.fixture
    def cut_off(self, phone):
        """A mother about to say how long she has been pregnant, and then her signal is gone."""
        handset = phone()
        handset.dial()
        for key in PREGNANT.split("*"):
            handset.seen = handset.press(key)
        handset.timeout()
        return handset

    @pytest.mark.parametrize(
        ("msisdn", "keys"),
        [
            pytest.param(MOTHER, PAYDAY, id="payday"),
            pytest.param(MOTHER, REGISTRATION, id="status"),
            pytest.param(MOTHER, IN_ENGLISH, id="language"),
            pytest.param(MOTHER, HELP, id="hotline"),
            pytest.param(WITH_PIN, PAYDAY, id="payday with a PIN"),
            pytest.param(UNKNOWN, REGISTRATION, id="not registered"),
        ],
    )
    def test_is_not_made_to_who_was_answered(self, phone, msisdn, keys):
        handset = phone(msisdn)
        handset.dial()
        for key in keys.split("*"):
            assert handset.press(key).startswith("CON ")
        handset.timeout()
        assert is_main_menu(handset.dial())

    @pytest.mark.parametrize(
        ("msisdn", "keys"),
        [
            pytest.param(UNKNOWN, MONTHS, id="a question"),
            pytest.param(MOTHER, f"{OTHER_NUMBER}*260", id="a number"),
            pytest.param(TWO_ON_ONE_PHONE, PAYDAY, id="whose"),
            pytest.param(WITH_PIN, AMOUNT, id="a PIN"),
            pytest.param(MOTHER, NOT_MY_NUMBER, id="whether to stop"),
        ],
    )
    def test_is_made_to_who_was_asked(self, phone, msisdn, keys):
        handset = phone(msisdn)
        handset.dial()
        for key in keys.split("*"):
            handset.press(key)
        handset.timeout()
        assert offers_to_go_on(handset.dial())

    def test_is_made_on_the_next_dial_and_goes_on_where_it_broke_off(self, cut_off):
        assert offers_to_go_on(cut_off.dial())
        assert cut_off.press("1") == cut_off.seen

    def test_may_be_declined(self, cut_off):
        cut_off.dial()
        assert is_main_menu(cut_off.press("2"))

    def test_stands_for_ten_minutes(self, cut_off, redis_client):
        key = f"ussd:cut:{pseudonym(parse(MOTHER), PSEUDONYMS)}"
        assert 590 < redis_client.ttl(key) <= 600
        redis_client.delete(key)  # as after ten minutes
        assert is_main_menu(cut_off.dial())

    def test_is_made_again_where_it_was_cut_off_itself(self, cut_off):
        cut_off.dial()
        cut_off.timeout()
        assert offers_to_go_on(cut_off.dial())
        assert cut_off.press("1") == cut_off.seen

    def test_is_not_made_on_a_deep_dial(self, cut_off):
        assert cut_off.dial(deep(PREGNANT)) == cut_off.seen

    @pytest.mark.usefixtures("cut_off")
    def test_is_not_made_to_another_number(self, phone):
        assert is_main_menu(phone(UNKNOWN).dial())

    def test_is_not_made_after_an_end(self, phone):
        handset = phone()
        handset.dial(deep(CALL_BACK))
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
        for key in REMINDERS.split("*"):
            asked = handset.press(key)
        guarded = handset.press("4321")
        assert guarded.startswith("CON ")
        handset.timeout()
        handset.dial()
        assert handset.press("1") == asked
        assert handset.press("4321") == guarded

    @pytest.mark.parametrize("msisdn", [MOTHER, TWO_ON_ONE_PHONE])
    def test_is_not_made_where_an_import_has_changed_who_is_asked_about(
        self, phone, service, msisdn
    ):
        handset = phone(msisdn)
        handset.dial(deep(SOMEONE_ELSE if msisdn == MOTHER else PAYDAY))
        handset.timeout()
        with service.database.writing() as connection:
            whose = beneficiaries.c.msisdn == msisdn
            connection.execute(update(beneficiaries).where(whose).values(msisdn=UNKNOWN))
        assert is_main_menu(handset.dial())

    @pytest.mark.parametrize("echoes", [True, False])
    def test_cannot_be_replayed_so_without_redis_one_dials_again(self, phone, service, echoes):
        handset = phone(echoes=echoes)
        handset.dial(deep(SOMEONE_ELSE))
        handset.timeout()
        assert offers_to_go_on(handset.dial())
        service.flush_redis()
        assert handset.press("1") == AGAIN


class TestAReplay:
    """Redis has lost the session; the network brings all input, and maybe our metadata."""

    @pytest.fixture
    def amid(self, phone, service):
        def go(keys=PAYDAY, **options):
            handset = phone(**options)
            handset.dial()
            for key in keys.split("*"):
                handset.press(key)
            service.flush_redis()
            return handset

        return go

    @pytest.mark.parametrize("echoes", [True, False])
    @pytest.mark.parametrize("keys", [PAYDAY, WHO_CAN_GET_IT, REMINDERS, HEALTH, f"7*x*{PAYDAY}"])
    def test_shows_what_would_have_been_shown(self, amid, phone, echoes, keys):
        handset, reference = amid(keys, echoes=echoes), phone()
        reference.dial(deep(keys, BACK))
        assert handset.press(BACK) == reference.body

    @pytest.mark.parametrize("part", [1, 2, 3], ids=["start", "menu", "facts"])
    def test_of_another_time_menu_or_registry_asks_to_dial_again(self, amid, part):
        handset = amid()
        parts = handset._metadata.split(".")
        parts[part] = "00000000"
        handset._metadata = ".".join(parts)
        assert handset.press(BACK) == AGAIN

    def test_after_an_import_has_changed_the_facts_asks_to_dial_again(self, amid, service):
        handset = amid()
        with service.database.writing() as connection:
            connection.execute(update(payments).values(amount=payments.c.amount + 1))
        assert handset.press(BACK) == AGAIN

    def test_after_an_import_of_other_people_goes_on(self, amid, service):
        handset = amid()
        whose = beneficiaries.c.msisdn == TWO_ON_ONE_PHONE
        with service.database.writing() as connection:
            connection.execute(update(beneficiaries).where(whose).values(status="suspended"))
        assert is_main_menu(handset.press(BACK))

    def test_where_nothing_is_echoed_takes_the_facts_as_they_are_now(self, amid, service):
        handset = amid(echoes=False)
        with service.database.writing() as connection:
            connection.execute(update(payments).values(amount=123_000))
        handset.press(BACK)
        assert "123,000" in handset.press(PAYDAY)

    def test_counts_a_pin_once_and_knows_that_it_was_right(self, amid, service):
        handset = amid(f"{REMINDERS}*4321", msisdn=WITH_PIN)
        assert handset.press("7").startswith(f"CON {EN('No choice %(key)s.') % {'key': 7}}")
        assert count(service, pin_attempts) == 1


class TestANetworkThatBringsOnlyTheNewestInput:
    @pytest.fixture
    def newest(self, service, redis_url, redis_client):
        url = str(service.database.engine.url)
        settings = Settings(database_url=url, redis_url=redis_url, ussd_accumulates=False)
        with composed(settings, service.clock, console=False) as app:
            yield NewestLine(Service(app, service.database, service.clock, redis_client))

    def test_each_key_is_one_step(self, phone, newest):
        handset, reference = phone(line=newest), phone(UNKNOWN)
        handset.dial()
        reference.dial()
        for key in (HELP, "7", *NOT_MY_NUMBER.split("*")[1:], "2", HELP):
            assert handset.press(key) == reference.press(key)

    def test_the_echoed_turn_tells_a_retry(self, phone, newest):
        handset = phone(line=newest)
        handset.dial()
        sent = handset._metadata
        shown = handset.press(HELP)
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
        handset.press(HELP)
        newest.forget()
        assert handset.press("1") == AGAIN


class NewestLine(AfricasTalkingLine):
    def send(self, session_id, msisdn, text, metadata):
        return super().send(session_id, msisdn, text.rpartition("*")[2], metadata)
