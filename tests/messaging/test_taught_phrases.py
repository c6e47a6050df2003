"""What a screen or an SMS teaches is understood as an SMS: derived from the texts themselves."""

import re
from collections.abc import Iterator

import pytest

from gateway.catalogues import LOCALES, load_gettext
from gateway.messaging.receiving.keywords import Command, understand
from gateway.messaging.receiving.vocabulary import VOCABULARY
from gateway.messaging.wordings import HELP, WORDINGS, WRONG_NUMBER
from gateway.ussd.screens import Choice, Menu, targets
from menus import build_menu

GETTEXT = load_gettext()
TREE = build_menu("1234")

# What a choice of the menu does, by the state it leads to, and the SMS that does the same.
ANYWHERE: dict[str, Command] = {
    "summary_sent": Command("ask"),
    "payment_pin": Command("ask"),
    "payment_stop": Command("stop", "payment"),
    "reminders_stop": Command("stop", "health"),
    "health_stop": Command("stop", "health"),
    "reminders_guard": Command("help"),
    "call_back": Command("call_back"),
    "not_paid": Command("not_paid"),
    "not_my_number": Command("wrong_number"),
}
OF_THE_MAIN_MENU: dict[str, Command] = {
    "payment": Command("ask"),
    "registration": Command("ask"),
    "health_guard": Command("help"),
    "eligibility_registered": Command("help"),
    "help": Command("help"),
}


def taught() -> Iterator[tuple[str, Command]]:
    """(label, what it is understood as) of every choice that an SMS can make as well."""
    for state in TREE.states:
        for choice in state.choices if isinstance(state, Menu) else ():
            command = isinstance(choice, Choice) and wanted(state.name, choice)
            if isinstance(command, Command):
                yield choice.label, command


def wanted(state: str, choice: Choice) -> Command | None:
    known = ANYWHERE | (OF_THE_MAIN_MENU if state == TREE.start else {})
    if "reminders_on" in targets(choice.to):
        return Command("start", "health" if choice.sets["category"] == "health" else "payment")
    if "language_set" in targets(choice.to):
        return Command("language", locale=choice.sets["locale"])
    return next((known[name] for name in targets(choice.to) if name in known), None)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_choice_of_the_menu_does_the_same_as_an_sms(locale: str):
    rows = [(GETTEXT[locale](label), command) for label, command in taught()]
    assert len(rows) >= 15
    assert [(text, understand(text)) for text, _command in rows] == rows


@pytest.mark.parametrize("dress", ["“{}”", "{}…", "{} 🙏", "{} ແດ່", "please {}", "\u2066{}\u2069?"])
def test_so_it_does_in_any_dress(dress: str):
    for label, command in taught():
        for locale in LOCALES:
            text = dress.format(GETTEXT[locale](label))
            assert understand(text) == command, text


def test_the_line_for_languages_is_answered_and_where_it_says_abc_chooses_those_letters():
    main = TREE.by_name[TREE.start]
    assert isinstance(main, Menu)
    labels = [one.label for one in main.choices if isinstance(one, Choice) and one.to == "language"]
    for text in (GETTEXT[locale](label) for label in labels for locale in LOCALES):
        chosen = Command("language", locale="lo_Latn") if "abc" in text else Command("help")
        assert understand(text) == chosen
    assert labels


@pytest.mark.parametrize("locale", LOCALES)
def test_whatever_choice_begins_with_stop_or_start_is_one_as_an_sms(locale: str):
    stopping = [word.strip() for word in VOCABULARY["stop"].split(",")]
    found = 0
    for state in TREE.states:
        for choice in state.choices if isinstance(state, Menu) else ():
            text = GETTEXT[locale](choice.label)
            if re.match("|".join(map(re.escape, stopping)), text.casefold()):
                found += 1
                assert understand(text).wish == "stop", text
    assert found >= 4


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_that_an_sms_says_to_send_are_understood(locale: str):
    ask, stop = sent(locale, HELP.full)
    for text in (ask, *parts_of(ask)):
        assert understand(text) == Command("ask"), text
    for text in (stop, *parts_of(stop), *sent(locale, WRONG_NUMBER.full)):
        assert understand(text) == Command("stop"), text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "verb", ["{}", "ສົ່ງ {}", "ສົ່ງ{}", "Song {}", "song “{}”", "Send {}", "ຕອບ {} ແດ່"]
)
def test_so_they_are_with_the_verb_and_with_the_words_around_them(locale: str, verb: str):
    for msgid in handset_texts():
        for phrase in sent(locale, msgid):
            for text in (phrase, *parts_of(phrase)):
                assert understand(verb.format(text)).wish in {"ask", "stop"}, text


@pytest.mark.parametrize("locale", LOCALES)
def test_so_is_what_a_text_calls_it_before_it_says_what_to_send(locale: str):
    before = SEND.split(GETTEXT[locale](WRONG_NUMBER.full))[0]
    called = re.split(r"[.]", before)[-1]
    assert understand(called) == Command("stop"), called


@pytest.mark.parametrize("locale", LOCALES)
def test_no_other_text_says_what_to_send(locale: str):
    told = [text for text in handset_texts() if SEND.search(GETTEXT[locale](text))]
    assert told == [WRONG_NUMBER.full, HELP.full]


def handset_texts() -> Iterator[str]:
    """The msgids of what a phone shows: SMS, and the screens' texts."""
    for wording in WORDINGS.values():
        yield from wording.texts
    for state in TREE.states:
        yield from filter(None, (getattr(state, "text", ""), getattr(state, "heading", "")))


def sent(locale: str, msgid: str) -> list[str]:
    """["? for the payday", "STOP to end SMS"]: what a text says to send, as it says it."""
    text = GETTEXT[locale](msgid)
    return SEND.split(text)[-1].strip(" .").split(", ") if SEND.search(text) else []


def parts_of(phrase: str) -> tuple[str, str]:
    """The word alone, and what it does: "STOP", "to end SMS"."""
    word, _blank, rest = phrase.partition(" ")
    return word, rest or word


SEND = re.compile(r"\b(?:send|reply|song|top)\b(?! khokhouam| phit| ha | ik)|ສົ່ງ ", re.IGNORECASE)
