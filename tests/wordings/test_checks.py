"""Each fault of a wording is named by a sentence, and a sound wording has none."""

from dataclasses import replace

import pytest

from gateway.callbacks.ussd import TRY_LATER
from gateway.catalogues import LOCALES, load_gettext, load_texts
from gateway.dialogue.host import DIAL_AGAIN, LAO_NUMBERS_ONLY
from gateway.messaging.wordings import OPTED_OUT, PAYMENT
from gateway.ussd.pager import Budget
from gateway.ussd.screens import BACK, Code
from gateway.wordings.checks import check_together, check_wording
from gateway.wordings.checks.letters import LONGEST
from gateway.wordings.checks.proposed import tidied
from gateway.wordings.checks.screens import ALONE
from gateway.wordings.ground import Ground
from gateway.wordings.keys import TextId
from menus import build_menu
from tests.ussd.kiosk import KIOSK, TODAY
from tests.wordings.desk import DOOR, FRUIT, LAO, ORDER, SOLD_OUT, ground

VISITORS = {"fruits": [], "vip": False}


def told(text: TextId, wording: str, on: Ground | None = None) -> list[str]:
    return [fault.tell(str) for fault in check_wording(on or ground(), text, wording)]


@pytest.mark.parametrize(
    ("text", "wording", "said"),
    [
        pytest.param(FRUIT, " ", ["It is empty."], id="blank"),
        pytest.param(
            FRUIT, "ກ" * (LONGEST + 1), ["It has 501 characters, 500 are the most."], id="endless"
        ),
        pytest.param(FRUIT, "ໝາກ\x00ໄມ້", ["It holds a sign that nobody sees: U+0000"], id="NUL"),
        pytest.param(
            DOOR, "Do\ud800or", ["It holds a sign that nobody sees: U+D800"], id="half a letter"
        ),
        pytest.param(
            DOOR, "\u202eDoor", ["It holds a sign that nobody sees: U+202E"], id="turned around"
        ),
        pytest.param(
            DOOR, "Doꝛ", ["These signs would halve the room of the page or SMS: ꝛ"], id="not GSM-7"
        ),
        pytest.param(FRUIT, "ໝາກ ໑", ["Digits are written 0 to 9: ໑"], id="Lao digits"),
        pytest.param(
            SOLD_OUT, "Everything is gone", ["There is no Lao letter in it."], id="not Lao"
        ),
        pytest.param(
            ORDER, "ໜຶ່ງບໍ່?", ["The placeholder %(fruit)s is missing."], id="a placeholder less"
        ),
        pytest.param(
            FRUIT, "ໝາກ %(name)s", ["There is no placeholder %(name)s here."], id="one more"
        ),
        pytest.param(
            ORDER,
            "%(fruit)s 100% ບໍ່?",
            ["A % stands only in a placeholder as %(name)s."],
            id="per cent",
        ),
        pytest.param(
            ORDER,
            "%(fruit)s %(fruit)s ໜຶ່ງບໍ່?",
            ["The placeholder %(fruit)s stands there more often than in the English text."],
            id="twice",
        ),
        pytest.param(FRUIT, "ໝາກໄມ້ 🥭", ["Not every phone shows these signs: 🥭"], id="emoji"),
        pytest.param(
            FRUIT,
            "ໝາກ {amount}",
            ["{ } stand in no text: what the phone fills in is written as in [due_on]."],
            id="braces",
        ),
        pytest.param(
            FRUIT,
            "ໝາກ [",
            ["[ stand in no text: what the phone fills in is written as in [due_on]."],
            id="a bracket alone",
        ),
        pytest.param(
            FRUIT,
            "ໝາກ\n9 x",
            ["“9 x” reads as a key to press, and none is there."],
            id="a key that is none",
        ),
        pytest.param(
            FRUIT,
            "ໝາກ http://x.la",
            ["“http://x.la” is an address that nobody opens here."],
            id="an address",
        ),
        pytest.param(
            TextId("lo", OPTED_OUT.full),
            "ແມ່ຖືພາຢຸດຂໍ້ຄວາມແລ້ວ. ສິດຮັບເງິນຍັງຄືເກົ່າ.",
            ["“ຖືພາ” tells of a pregnancy or a birth, and others read this phone."],
            id="an SMS that tells",
        ),
        pytest.param(
            TextId("lo", OPTED_OUT.full),
            "ແມ່ມານຢຸດຂໍ້ຄວາມແລ້ວ. ສິດຮັບເງິນຍັງຄືເກົ່າ.",
            ["“ແມ່ມານ” tells of a pregnancy or a birth, and others read this phone."],
            id="the same, as people say it",
        ),
        pytest.param(
            TextId("lo_Latn", OPTED_OUT.full),
            "Me-dek: yut khokhouam. Sit hap ngeun nyang khu kao.",
            ["“Me-dek” names the grant for mothers, and others read this phone."],
            id="an SMS that says whose grant it is",
        ),
        pytest.param(
            TextId("lo", OPTED_OUT.full),
            "ປິດຂໍ້ຄວາມແລ້ວ. ສິດຮັບເງິນຍັງຄືເກົ່າ.",
            ["“ປິດ” is not said: for “stop” the word is “ຢຸດ” everywhere."],
            id="a word that is not said",
        ),
        pytest.param(
            TextId("lo", OPTED_OUT.full),
            "ຢຸດ SMS ແລ້ວ. ສິດຮັບເງິນບໍ່ປ່ຽນ.",
            ["For “unchanged” the word is “ຄືເກົ່າ” everywhere: it is missing."],
            id="another word than everywhere",
        ),
        pytest.param(
            TextId("lo", OPTED_OUT.full),
            "ຢຸດຂໍ້ຄວາມເງິນອຸດໜູນແລ້ວ. ສິດຮັບເງິນຍັງຄືເກົ່າ.",
            ["“ເງິນອຸດໜູນ” is the word for “grant”, which the English text does not have."],
            id="a word for something else",
        ),
        pytest.param(
            DOOR,
            "Pregnant?",
            ["“Pregnan” tells of a pregnancy or a birth, and others read this phone."],
            id="a screen that tells what it did not",
        ),
        pytest.param(
            DOOR,
            "No money without checks",
            ["Where health and money stand in one text, it must say that the money stays."],
            id="a condition",
        ),
        pytest.param(
            TextId("lo", "being checked"),
            "ກຳລັງກວດເບິ່ງຢູ່",
            ["It stands within other texts, which leave it 8 signs; it has 16."],
            id="within another text",
        ),
        pytest.param(
            TextId("lo", DIAL_AGAIN),
            "ກະລຸນາກົດໃໝ່. " * 10,
            ["It stands within other texts, which leave it 72 signs; it has 140."],
            id="an answer of its own",
        ),
    ],
)
def test_what_is_wrong_is_said(text: TextId, wording: str, said: list[str]):
    assert told(text, wording) == said


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        (FRUIT, "ໝາກໄມ້ສົດ"),
        (ORDER, "ຢາກໄດ້ %(fruit)s ໜຶ່ງໜ່ວຍບໍ່?"),
        (TextId("lo", DIAL_AGAIN), "ກະລຸນາກົດເບີນັ້ນໃໝ່ອີກຄັ້ງ."),
        (DOOR, "Side door"),
    ],
)
def test_a_sound_wording_has_no_fault(text: TextId, wording: str):
    assert told(text, wording) == []


def test_what_is_too_long_says_by_how_much_and_where():
    (said,) = told(FRUIT, "ໝາກໄມ້" * 12)

    assert said == (
        "41 too many of the 80 signs of page 1 of 1 of the screen 0, with the longest data. "
        "So it is with this line on top: The menu has changed."
    )


def test_the_page_of_the_narrowest_network_is_looked_at_too():
    (said,) = told(FRUIT, "ໝາກໄມ້" * 4)

    assert said.startswith("1 too many of the 72 signs of page 1 of 1 of the screen 0")


def test_a_smaller_page_of_the_settings_is_looked_at_as_well():
    wording = "ໝາກໄມ້" * 3

    assert told(FRUIT, wording) == []
    assert "of the 60 signs of page 1 of 1 of the screen 0" in "".join(
        told(FRUIT, wording, ground(page=Budget(60, 140)))
    )


def test_where_a_screen_did_not_hold_before_whoever_makes_it_no_longer_is_not_blamed():
    narrow = ground(page=Budget(40, 80))
    assert told(FRUIT, "ໝາກໄມ້ສົດ", narrow) != []

    assert told(FRUIT, "ໝາກ", narrow) == []


def test_the_line_of_keys_is_looked_at_on_every_screen():
    said = told(TextId("lo", BACK), "0 ກັບຄືນ" + "ໄປໜ້າກ່ອນ" * 6)

    assert {part.split(" of the screen ")[1].split(",")[0] for part in said} >= {"0.2", "1.1"}


def test_an_sms_of_two_segments_is_named_with_its_text():
    (said,) = told(
        TextId("lo", PAYMENT.full.replace(" Bring your card.", "")), LAO[PAYMENT.full]
    ) or [""]
    assert said == "", "it has a shorter text"

    (said,) = told(TextId("lo", OPTED_OUT.full), "ຢຸດຂໍ້ຄວາມແລ້ວ. ສິດຮັບເງິນຍັງຄືເກົ່າ. " + "ກ" * 40)
    assert said.startswith("The SMS takes ")
    assert " of the 70 of one segment" in said


def test_a_taught_code_that_would_lead_elsewhere_is_named():
    taught = replace(KIOSK, codes=(Code("3*1", "painted", VISITORS, TODAY),))
    colours = TextId("lo", "Pick:")

    assert told(colours, "ເລືອກ:", ground(tree=taught)) == []
    said = told(colours, "ເລືອກ" * 16, ground(tree=taught))
    assert (
        "The taught code *3*1# would lead elsewhere on pages of 80 signs. A taught code is what "
        "cards and texts tell people to dial: its keys must lead to the same screen in every "
        "language."
    ) in said


def test_two_that_hold_alone_may_not_hold_together():
    both = {FRUIT: "ໝາກໄມ້" * 3, TextId("lo", "Secret"): "ຄວາມລັບ" * 2}
    assert [told(text, wording) for text, wording in both.items()] == [[], []]

    assert check_together(ground(), both).keys() == both.keys()


def test_what_comes_in_is_tidied_as_it_would_be_sent():
    assert tidied(FRUIT, "ໝາກ  ໄມ້ \t ສົດ") == "ໝາກ ໄມ້ ສົດ"
    assert tidied(FRUIT, " ຫມາກ\u200bໄມ້\r\n") == "ໝາກໄມ້"
    assert tidied(DOOR, "The “door”…\r\nhere ") == 'The "door"...\nhere'


def test_the_answers_outside_of_the_menu_are_known():
    assert set(ALONE) == {DIAL_AGAIN, LAO_NUMBERS_ONLY, TRY_LATER}


def test_the_catalogues_of_the_repository_have_no_fault():
    """On the programme's menu; in one language at once, as the checks of a publication are."""
    real = Ground(build_menu("12345678"), load_texts(), {}, Budget(72, 160))
    for locale in LOCALES:
        texts = [text for text in real.handset_texts() if text.locale == locale]
        alone = {text: real.texts[locale][text.key] for text in texts[:40]}
        assert check_together(real, alone) == {}


@pytest.mark.parametrize("locale", ["lo", "en"])
def test_every_sentence_is_told_in_the_language_of_whoever_reads_it(locale: str):
    gettext = load_gettext()[locale]
    (fault,) = check_wording(ground(), FRUIT, "ໝາກໄມ້" * 12)

    assert fault.tell(gettext) != fault.sentence
    assert "41" in fault.tell(gettext)
