"""`flask menus`, as typed."""

import re

import pytest
from sqlalchemy import select

from gateway.catalogues import LOCALES, load_gettext
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import cases, events
from gateway.ussd.screens import Screen
from tests.dialogue.screens import EN, MOTHER, UNKNOWN
from tests.keys import CALL_BACK, NOT_PAID

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

    def test_of_a_page_that_is_too_small_says_one_sentence_a_state_and_language(self, menus):
        failed = menus("check", "--ucs2", "40", "--septets", "80")
        assert failed.exit_code == 1
        fault = re.compile(
            r"(\w+ in \w+): (\d+ (unit|septet)s? over on page \d+ of \d+(, with the notice '.+')?"
            r"|\*[\d*]+# leads to .+)"
        )
        found = [fault.fullmatch(line) for line in failed.output.splitlines()]
        assert len(found) > 40
        assert all(found), failed.output
        places = [one[1] for one in found if one]
        assert len(places) == len(set(places))

    def test_shows_the_room_of_each_screen_in_each_language(self, menus, service):
        shown = menus("check", "--room")
        assert shown.exit_code == 0
        heading, *lines, _blank, way, _another, proof = shown.output.splitlines()
        assert heading.split() == ["LEFT", "OF", "PAGES", "SCREEN", "LANGUAGE", "FULLEST", "WITH"]
        rows = [
            re.match(r" *(\d+)  (80 units|182 septets) +(\d+) of (\d+) +(\w+) +(\w+)", line)
            for line in lines
        ]
        assert all(rows), shown.output
        screens = [one for one in service.app.extensions["menu"].states if isinstance(one, Screen)]
        places = {(one[5], one[6]) for one in rows if one}
        assert places == {(one.name, locale) for one in screens for locale in LOCALES}
        assert re.match(r"\d+ of 180 s are left on the longest way, \d pages of 20 s: main > ", way)
        assert "hold at 80" in proof

    def test_shows_the_room_that_is_lacking_before_the_faults(self, menus):
        failed = menus("check", "--room", "--ucs2", "60")
        assert failed.exit_code == 1
        assert re.search(r"\n *-\d+  60 units", failed.output)
        assert re.search(r"units over on page \d of \d", failed.output.splitlines()[-1])

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
        dialled = menus("dial", "--locale", "en", keys=(*CALL_BACK.split("*"), "9", "9"))
        assert dialled.exit_code == 0
        assert dialled.output.rstrip().endswith(
            EN("Case %(case)s: we will call you back. You get an SMS.") % {"case": 1}
        )
        with service.database.reading() as connection:
            assert len(connection.execute(select(cases)).all()) == 1

    def test_two_dials_are_two_sessions(self, menus, service):
        for _ in range(2):
            menus("dial", keys=NOT_PAID.split("*"))
        with service.database.reading() as connection:
            assert len(set(connection.execute(select(events.c.session_id)).scalars())) == 2

    @pytest.mark.parametrize("number", [UNKNOWN, "020 5551 2399", "2055512399", "8562055512399"])
    def test_takes_a_number_in_any_usual_form(self, menus, service, number):
        menus("dial", "--msisdn", number, keys=CALL_BACK.split("*"))
        with service.database.reading() as connection:
            assert connection.execute(select(cases.c.msisdn)).scalars().all() == [UNKNOWN]

    @pytest.mark.parametrize("number", ["", "mother", "+85620"])
    def test_refuses_what_is_no_number(self, menus, number):
        refused = menus("dial", "--msisdn", number)
        assert refused.exit_code == 2
        assert "--msisdn" in refused.stderr
