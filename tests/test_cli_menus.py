"""`flask menus`, as typed."""

import re

import pytest
from sqlalchemy import select

from gateway.catalogues import LOCALES, load_gettext
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import cases, events
from tests.dialogue.screens import EN, MOTHER, UNKNOWN

HEADING = {locale: load_gettext()[locale]("Mother-child money") for locale in LOCALES}


@pytest.fixture
def menus(service):
    """`flask menus …`; `keys` are typed one a line, and then an empty one."""

    def type_in(*words, keys=()):
        typed = "".join(f"{key}\n" for key in (*keys, ""))
        return service.app.test_cli_runner().invoke(args=["menus", *words], input=typed)

    return type_in


class TestCheck:
    def test_says_how_much_it_has_proved(self, menus, service):
        checked = menus("check")
        assert checked.exit_code == 0, checked.output
        states = len(service.app.extensions["menu"].states)
        assert checked.output.startswith(f"{states} states in 3 locales hold at 80 UCS-2 units ")

    def test_of_the_smallest_page_passes_too(self, menus):
        assert menus("check", "--ucs2", "72").exit_code == 0

    def test_of_a_page_that_is_too_small_lists_the_faults_and_fails(self, menus):
        failed = menus("check", "--ucs2", "66", "--septets", "145")
        assert failed.exit_code == 1
        assert len(failed.output.splitlines()) > 10
        fault = re.compile(r"\w+: (needs \d+ pages|\*[\d*]+# leads to )")
        assert all(fault.match(line) for line in failed.output.splitlines())

    @pytest.mark.parametrize(
        "words", [["--ucs2", "81"], ["--ucs2", "39"], ["--septets", "183"], ["--septets", "x"]]
    )
    def test_of_a_page_that_no_phone_has_is_refused(self, menus, words):
        refused = menus("check", *words)
        assert refused.exit_code == 2
        assert words[0] in refused.stderr


class TestGraph:
    @pytest.mark.parametrize("locale", LOCALES)
    def test_draws_every_state_in_the_language_asked_for(self, menus, service, locale):
        drawn = menus("graph", "--locale", locale)
        assert drawn.exit_code == 0
        assert drawn.output.startswith("flowchart TD\n")
        assert f'main["{HEADING[locale]}"]' in drawn.output
        boxes = re.findall(r"^    (\w+)[\[({]", drawn.output, re.MULTILINE)
        assert boxes == [state.name for state in service.app.extensions["menu"].states]

    def test_every_arrow_ends_at_a_box(self, menus):
        drawn = menus("graph").output
        boxes = set(re.findall(r"^    (\w+)[\[({]", drawn, re.MULTILINE))
        arrows = re.findall(r"^    (\w+) -->(?:\|.*?\|)? (\w+)$", drawn, re.MULTILINE)
        assert len(arrows) > len(boxes)
        assert {name for arrow in arrows for name in arrow} <= boxes


class TestDial:
    def test_is_a_phone_that_an_empty_line_hangs_up(self, menus):
        dialled = menus("dial")
        assert dialled.exit_code == 0
        assert HEADING["lo"] in dialled.output

    @pytest.mark.parametrize("locale", LOCALES)
    def test_answers_in_the_language_asked_for(self, menus, locale):
        assert HEADING[locale] in menus("dial", "--locale", locale).output

    def test_without_one_in_the_callers_own(self, menus, service):
        with service.database.writing() as connection:
            set_caller_locale(connection, MOTHER, "en", service.clock())
        assert HEADING["en"] in menus("dial").output

    def test_stops_at_the_end_of_the_session(self, menus, service):
        dialled = menus("dial", "--locale", "en", keys=("6", "1", "9", "9"))
        assert dialled.exit_code == 0
        assert dialled.output.rstrip().endswith(
            EN("Case %(case)s: we will call you back. You get an SMS.") % {"case": 1}
        )
        with service.database.reading() as connection:
            assert len(connection.execute(select(cases)).all()) == 1

    def test_two_dials_are_two_sessions(self, menus, service):
        for _ in range(2):
            menus("dial", keys=("6", "2"))
        with service.database.reading() as connection:
            assert len(set(connection.execute(select(events.c.session_id)).scalars())) == 2

    @pytest.mark.parametrize("number", [UNKNOWN, "020 5551 2399", "2055512399", "8562055512399"])
    def test_takes_a_number_in_any_usual_form(self, menus, service, number):
        menus("dial", "--msisdn", number, keys=("6", "1"))
        with service.database.reading() as connection:
            assert connection.execute(select(cases.c.msisdn)).scalars().all() == [UNKNOWN]

    @pytest.mark.parametrize("number", ["", "mother", "+85620"])
    def test_refuses_what_is_no_number(self, menus, number):
        refused = menus("dial", "--msisdn", number)
        assert refused.exit_code == 2
        assert "--msisdn" in refused.stderr
