"""What a reading of the handset's texts found certainly wrong stays mended, in every language."""

import re
from collections.abc import Iterable

import pytest

from gateway.catalogues import load_gettext, read_messages
from gateway.core.segments import segment
from gateway.core.texts import in_context
from gateway.core.villages import village_text
from gateway.messaging.wordings import WORDINGS, write
from menus import build_menu

GETTEXT = load_gettext()
HANDSET = read_messages("lo_Latn")  # holds just what a phone may show
SMS = [text for one in WORDINGS.values() for text in one.texts if text in HANDSET]
HEALTH_SMS = ("health_check", "postnatal", "vaccine")


def said(key: str, locale: str) -> str:
    return GETTEXT[locale](key)


def all_said(keys: Iterable[str], locale: str) -> list[str]:
    return [said(key, locale) if locale == "lo" else said(key, locale).lower() for key in keys]


@pytest.mark.parametrize(
    ("key", "lao", "latin"),
    [
        pytest.param(
            "You were not paid on %(due_on)s. The money is still yours.",
            "^ບໍ່ໄດ້ຮັບເງິນ ",
            "^Bo dai hap ngeun ",
            id="she was not paid, not: she did not pay",
        ),
        pytest.param(
            "You get money on %(due_on)s\n%(pay_point)s\n%(amount)s",
            "^ຮັບເງິນ ",
            "^Hap ngeun ",
            id="a payday's screen says that she receives",
        ),
        pytest.param(
            "SMS sent to the wrong person",
            "ສົ່ງຜິດຄົນ",
            "song phit khon",
            id="true of a stranger's phone only, not of a husband's",
        ),
        pytest.param(
            "Stop every SMS to this number, about money too?",
            "ຢຸດທຸກຂໍ້ຄວາມ.*ຂໍ້ຄວາມເງິນ",
            "Yut thouk khokhouam.*khokhouam ngeun",
            id="what it stops is said before it stops",
        ),
        pytest.param("Registration", "^ທະບຽນ$", "^Thabian$", id="her record, not: to register"),
        pytest.param(
            "This number is not registered. Register at the health centre.",
            "ລົງທະບຽນຢູ່ສຸກສາລາ",
            "Longthabian you souksala",
            id="who is not known reads where to register",
        ),
        pytest.param("Due:", "ຮອດເວລາ", "Hot vela", id="due, not: at this moment"),
        pytest.param(
            in_context("handset", "Language"), "abc", "abc", id="found by who sees boxes only"
        ),
        pytest.param(
            "You are registered since %(since)s.", "ຕັ້ງແຕ່ ", "tangte ", id="since, not: but"
        ),
        pytest.param(
            "You will get reminder SMS. To stop them dial %(service_code)s and choose 6.",
            "ກົດ .* ເລືອກ 6",
            "kot .* luak 6",
            id="dialling alone stops nothing: the key is named",
        ),
        pytest.param("Deworming", "ຢາຂ້າແມ່ທ້ອງ", "Ya kha methong", id="a worm tablet is no vitamin"),
        pytest.param(
            "CHANGED: a grant payment of %(due_on)s is cancelled. To ask: dial %(service_code)s.",
            "ການຈ່າຍເງິນວັນທີ %.* ຖືກຍົກເລີກ",
            "kan chay ngeun vanthi %.* thuk nyokleuk",
            id="the payment of a day is cancelled, not: the grant as of a day",
        ),
        pytest.param("Lao", "ລາວ", r"^Lao \(toua Lao\)$", id="no English word in Latin letters"),
    ],
)
def test_a_text_says_what_is_meant(key, lao, latin):
    assert re.search(lao, said(key, "lo"))
    assert re.search(latin, said(key, "lo_Latn"))


@pytest.mark.parametrize(
    ("locale", "word"),
    [
        pytest.param("lo", "ວັນຈ່າຍ|ບໍ່ໄດ້ຈ່າຍ", id="to pay, of her who is paid"),
        pytest.param("lo", "ເງື່ອນໄຂ", id="a condition"),
        pytest.param("lo", r"ໂທ (\*|%\(service_code\))|ໂທໃໝ່", id="to call, of a code"),
        pytest.param("lo", "ຕິດຕໍ່|ຖາມເພີ່ມ", id="to contact, for: ask there"),
        pytest.param("lo", "ເປີດ|ປິດ", id="to open and close, of SMS"),
        pytest.param("lo", "(?<!ແຈ້ງ)ເຕືອນ", id="to warn, for: to remind"),
        pytest.param("lo", "ປ້ອນ", id="to feed, for: to type"),
        pytest.param("lo", "ຄຳຮ້ອງ", id="a complaint"),
        pytest.param("lo", " = ", id="an equals sign"),
        pytest.param("lo_Latn", r"\bleu\b", id="another spelling of or"),
        pytest.param(
            "lo_Latn", r"\bchay khang|\bvan chay|\bkouat sit\b", id="other words than Lao"
        ),
    ],
)
def test_a_word_that_misleads_stands_nowhere(locale, word):
    assert [text for text in all_said(HANDSET, locale) if re.search(word, text)] == []


def test_in_latin_letters_no_sms_tells_more_than_in_lao():
    assert [text for text in all_said(SMS, "lo_Latn") if "me-dek" in text] == []


# --- health -----------------------------------------------------------------------------------


GRACE = {
    "lo": "\nໄປແລ້ວບໍ່ຕ້ອງໄປ",
    "lo_Latn": "\nPai leo bo tong pai",
    "en": "\nIf you went already, ignore this.",
}
FROM = {"lo": "ຕັ້ງແຕ່ 28/12", "lo_Latn": "tangte 28/12", "en": "from 28/12"}


@pytest.mark.parametrize("locale", GRACE)
@pytest.mark.parametrize("letters", [1, 7, 11, 16])
@pytest.mark.parametrize("name", HEALTH_SMS)
def test_a_health_sms_promises_no_session_and_spares_who_went_in_one_segment(name, letters, locale):
    village = ("ກ" if locale == "lo" else "m") * letters
    params = {"due_on": "28/12", "place": village_text(village, GETTEXT[locale])}
    text = write(WORDINGS[name], params, locale, GETTEXT[locale])
    assert FROM[locale] in text
    assert text.endswith(GRACE[locale])
    assert segment(text).count == 1


@pytest.mark.parametrize("locale", GRACE)
@pytest.mark.parametrize("name", HEALTH_SMS)
def test_a_health_centre_with_a_long_name_costs_no_second_segment(name, locale):
    params = {"due_on": "28/12", "place": "ກ" * 24 if locale == "lo" else "m" * 40}
    text = write(WORDINGS[name], params, locale, GETTEXT[locale])
    assert text.endswith(GRACE[locale])
    assert segment(text).count == 1


def test_the_pages_on_the_way_to_stop_the_health_sms_name_no_visit():
    tree = build_menu("1500")
    for name in ("health_choice", "health_stop", "course_stopped"):
        state = tree.state(name)
        assert set(getattr(state, "slots", {})) == set()
