"""What every catalogue promises to the woman who reads it: her script, her room, her privacy."""

import re
from functools import cache

import pytest

from gateway.catalogues import LOCALES, key_of, load_gettext, read_messages
from gateway.cli.catalogue import STAFF_ONLY, template
from gateway.core.encoding import is_gsm7
from gateway.core.formats import format_amount
from gateway.core.lao_text import compose
from gateway.core.segments import segment
from gateway.core.villages import village_text
from gateway.messaging.wordings import POSTNATAL, WORDINGS, write
from gateway.ussd.check import check
from gateway.ussd.check.room import widest
from gateway.ussd.drawing import lay_out
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MENU_CHANGED, NO_SUCH_CHOICE, NOT_A_NUMBER, Screen
from gateway.wordings.checks.privacy import HEALTH_AND_MONEY, NAMES_THE_MOTHER, TELLS_OF_A_PREGNANCY
from menus import build_menu

FULL, NARROW = Budget(80, 182), Budget(72, 160)
LAO = re.compile("[\u0e80-\u0eff]")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
# Not what staff wrote themselves: that is nobody's to translate.
OUR_WORDINGS = {
    name: wording for name, wording in WORDINGS.items() if wording.full in read_messages("lo")
}


@cache
def messages(locale):
    return read_messages(locale)


@cache
def gettext(locale):
    return load_gettext()[locale]


@cache
def tree():
    return build_menu("12345678")


def handset_texts(locale):
    """(msgid, text) of what a phone may show; `lo_Latn` holds just these."""
    return [(msgid, messages(locale)[msgid]) for msgid in messages("lo_Latn")]


# --- complete -------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_of_the_sources_is_translated(locale):
    wanted = {key_of(message) for message in template(locale) if message.id}
    assert {msgid for msgid, text in messages(locale).items() if text} == wanted


def test_romanised_lao_holds_every_text_of_the_menus_and_of_the_sms():
    from_menus = {key_of(message) for message in template() if on_a_handset(message)}
    assert from_menus <= set(messages("lo_Latn"))


def on_a_handset(message):
    return any(
        path.startswith(("menus/", "gateway/messaging/")) and not path.startswith(STAFF_ONLY)
        for path, _line in message.locations
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_those_of_the_msgid_and_no_other_percent_sign(locale):
    for msgid, text in messages(locale).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(msgid)), text
        assert PLACEHOLDER.sub("", text).count("%") == PLACEHOLDER.sub("", msgid).count("%"), text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_ends_in_a_blank_only_where_its_msgid_does(locale):
    for msgid, text in messages(locale).items():
        assert (text == text.strip()) == (msgid == msgid.strip()), text


# --- letters --------------------------------------------------------------------------------


def test_no_lao_letter_stands_in_the_latin_locales_of_a_handset():
    for locale in ("lo_Latn", "en"):
        assert [text for _, text in handset_texts(locale) if LAO.search(text)] == []


def test_one_text_outside_gsm7_would_halve_a_latin_page():
    for locale in ("lo_Latn", "en"):
        assert [text for _, text in handset_texts(locale) if not is_gsm7(text)] == []


def test_lao_is_spelled_in_the_fewest_signs_and_none_is_invisible():
    assert [text for text in messages("lo").values() if compose(text) != text] == []


def test_lao_texts_are_lao():
    spoken = [text for _, text in handset_texts("lo") if letters_of(text) > 12]
    assert [text for text in spoken if not LAO.search(text)] == []


def letters_of(text):
    return len(PLACEHOLDER.sub("", text))


def test_digits_are_european():
    assert [text for text in messages("lo").values() if re.search("[໐-໙]", text)] == []


@pytest.mark.parametrize(
    ("lao", "latin"),
    [
        ("ກວດ", "kouat"),
        ("ເງິນ", "ngeun"),
        ("ສຸກສາລາ", "souksala"),
        ("ປຶ້ມສີບົວ", "pum siboua"),
        ("ລົງທະບຽນ", "longthabian"),
        ("ເລກທະບຽນ", "lek thabian"),
        ("ຂໍ້ຄວາມ", "khokhouam"),
        ("ລະຫັດລັບ", "lahat lap"),
        ("ສຸຂະພາບ", "soukhaphap"),
        ("ຢຸດ", "yut"),
        ("ຮັບເລື່ອງ", "hap luang"),
    ],
)
def test_a_word_has_one_spelling_in_latin_letters(lao, latin):
    pairs = [(text, messages("lo_Latn")[msgid]) for msgid, text in handset_texts("lo")]
    with_it = [(text, romanised.lower()) for text, romanised in pairs if lao in text]
    assert with_it
    assert [pair for pair in with_it if latin not in pair[1]] == []


# --- room on the screen ---------------------------------------------------------------------


@pytest.mark.parametrize("budget", [FULL, NARROW], ids=["160 octets", "144 octets"])
def test_every_screen_holds_its_pages_with_the_widest_data(budget):
    catalogues = {locale: messages(locale) for locale in LOCALES}
    assert check(tree(), catalogues, budget, session_seconds=180) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("notice", "key"),
    [
        pytest.param("", "", id="at the dial"),
        pytest.param(NO_SUCH_CHOICE, "77", id="after a key that is no choice"),
        pytest.param(NOT_A_NUMBER, "", id="after a letter"),
        pytest.param(MENU_CHANGED, "", id="after a new menu was put in service"),
    ],
)
def test_the_main_menu_is_one_page_on_the_narrowest_network(locale, notice, key):
    main = tree().by_name["main"]
    said = gettext(locale)(notice) % ({"key": key} if key else {}) if notice else ""
    pages = widest(main, locale, messages(locale), notice=said, deep=0, budget=NARROW)
    assert len(pages) == 1
    assert pages[0].count("\n") == 6, "a line of heading or notice, and six choices"


def test_a_mother_reads_date_place_and_amount_on_one_page_of_the_narrowest_network():
    state = tree().by_name["next_payment"]
    first, *_rest = lay_out(
        state,
        gettext("lo"),
        values={
            "due_on": "15/08/2026",
            "pay_point": "ກ" * 24,
            "amount": format_amount(300_000, "lo", gettext("lo")),
        },
        labels=("1 " + gettext("lo")("By SMS"), "2 " + gettext("lo")("Last one")),
        notice="",
        deep=1,
        budget=NARROW,
        latin=False,
    )
    assert all(part in first.text for part in ("15/08/2026", "ກ" * 24, "300.000"))


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_wrong_key_the_answer_to_each_main_question_is_one_page(locale):
    """The place of a payday may push the choices to a second page, and visits are a list."""
    for name in (
        "eligibility_pregnant",
        "eligibility_months",
        "eligibility_child",
        "eligibility_registered",
        "eligibility_may_be",
        "payment_missed",
        "payment_none",
        "status_applied",
        "status_enrolled",
    ):
        state = tree().by_name[name]
        assert isinstance(state, Screen)
        pages = widest(state, locale, messages(locale), notice="", deep=2, budget=NARROW)
        assert len(pages) == 1, name


# --- room in an SMS -------------------------------------------------------------------------


def sms(name, locale, *, place, amount=1_500_000):
    params = {
        "amount": format_amount(amount, locale, gettext(locale)),
        "due_on": "15/08",
        "place": place,
        "hotline": "12345678",
        "service_code": "*123*45#",
        "case": "1234567",
        "digits": "123",
        "people": "12",
    }
    return write(WORDINGS[name], params, locale, gettext(locale))


def in_the_village(letters, locale):
    name = ("ກ" if locale == "lo" else "m") * letters
    return village_text(name, gettext(locale))


@pytest.mark.parametrize("name", OUR_WORDINGS)
def test_every_sms_is_one_segment_with_the_longest_village(name):
    for locale, letters in (("lo", 16), ("lo_Latn", 32), ("en", 32)):
        text = sms(name, locale, place=in_the_village(letters, locale))
        assert segment(text).count == 1, text


@pytest.mark.parametrize("name", OUR_WORDINGS)
def test_every_sms_is_one_segment_with_the_longest_pay_point_or_health_centre(name):
    for locale, letter, most in (("lo", "ກ", 24), ("lo_Latn", "m", 40), ("en", "m", 40)):
        text = sms(name, locale, place=letter * most)
        assert segment(text).count == 1, text


@pytest.mark.parametrize(
    ("name", "bring"),
    [
        ("payment_due", "ເອົາບັດໄປນຳ"),
        ("payment_due_guarded", "ເອົາບັດໄປນຳ"),
        ("payment_changed", "ເອົາບັດໄປນຳ"),
        ("health_check", "ຖືປຶ້ມສີບົວ"),
        ("postnatal", "ຖືປຶ້ມສີບົວ"),
        ("vaccine", "ຖືປຶ້ມສີບົວ"),
    ],
)
def test_nineteen_villages_in_twenty_leave_room_for_what_to_bring(name, bring):
    text = sms(name, "lo", place=in_the_village(11, "lo"), amount=300_000)
    assert bring in text, text


# --- privacy --------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sms_tells_of_a_pregnancy_or_a_birth(locale):
    for wording in OUR_WORDINGS.values():
        for text in wording.texts:
            assert not TELLS_OF_A_PREGNANCY[locale].search(messages(locale)[text]), text


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sms_gives_the_grant_the_name_that_says_whose_it_is(locale):
    names = NAMES_THE_MOTHER[locale]
    for wording in OUR_WORDINGS.values():
        for text in wording.texts:
            assert not names.search(messages(locale)[text]), text
    assert names.search(messages(locale)["Mother-child money"]), "the menu may: she dialled it"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_looked_for_are_those_the_screens_use(locale):
    for msgid in ("Are you pregnant?", "Check after birth"):
        assert TELLS_OF_A_PREGNANCY[locale].search(messages(locale)[msgid])


def test_the_check_after_birth_is_announced_as_one_for_mother_and_child():
    for text in POSTNATAL.texts:
        assert "ແມ່ລູກ" in messages("lo")[text]


@pytest.mark.parametrize("locale", LOCALES)
def test_where_health_and_money_meet_the_text_says_that_the_money_stays(locale):
    health, money, stays = (re.compile(part, re.IGNORECASE) for part in HEALTH_AND_MONEY[locale])
    both = [text for _, text in handset_texts(locale) if health.search(text) and money.search(text)]
    both = [text for text in both if "%(number)s" not in text and not CHECK_AGAIN.search(text)]
    assert len(both) >= 4
    assert [text for text in both if not stays.search(text)] == []


CHECK_AGAIN = re.compile("check again|kouat khun")
