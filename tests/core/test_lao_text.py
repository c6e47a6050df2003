"""Lao spelled shorter, names tidied, and Latin drafts for phones without Lao letters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.encoding import is_gsm7
from gateway.core.lao_text import compose, compose_around_breaks, romanise, tidy_name
from tests.lao_phrases import PHRASES

LAO = "".join(map(chr, range(0x0E80, 0x0F00)))
ANY_TEXT = st.text(alphabet=st.one_of(st.sampled_from(LAO + "\u200b \n1a.é"), st.characters()))


@pytest.mark.parametrize(
    ("typed", "composed"),
    [
        pytest.param("ຫນອງ", "ໜອງ", id="ho and no are one letter"),
        pytest.param("ຫມໍ", "ໝໍ", id="ho and mo are one letter"),
        pytest.param("ໃຫມ່", "ໃໝ່", id="after a leading vowel too"),
        pytest.param("ຫຼັງ ຫຍັງ ຫວັດ", "ຫຼັງ ຫຍັງ ຫວັດ", id="other digraphs have no letter"),
        pytest.param("ຈ\u0ecdານວນ", "ຈຳນວນ", id="am of two signs"),
        pytest.param("ນ\u0ec9\u0ecdາ", "ນ\u0ec9ຳ", id="am around a tone"),
        pytest.param("ນ\u0ecd\u0ec9າ", "ນ\u0ec9ຳ", id="am around a tone, the other way"),
        pytest.param("ນຳ\u0ec9", "ນ\u0ec9ຳ", id="the tone typed last"),
        pytest.param("ທ\u0ec8\u0eb5", "ທ\u0eb5\u0ec8", id="the tone typed before the vowel"),
        pytest.param("ເເມ່", "ແມ່", id="ae typed as e twice"),
        pytest.param("ບ້າ\u200bນ\u200b", "ບ້ານ", id="invisible spaces of keyboards"),
        pytest.param("ບໍ່", "ບໍ່", id="o alone stays"),
        pytest.param("ນາມ ແມ່ນ", "ນາມ ແມ່ນ", id="nothing to do"),
    ],
)
def test_compose_is_shorter_and_looks_the_same(typed, composed):
    assert compose(typed) == composed
    assert len(composed) <= len(typed)


def test_an_author_can_keep_the_marks_where_a_line_may_break():
    assert compose_around_breaks("ຫມໍ\u200bຫນອງ") == "ໝໍ\u200bໜອງ"
    assert compose("ຫມໍ\u200bຫນອງ") == "ໝໍໜອງ"


@given(ANY_TEXT)
def test_composing_twice_is_composing_once(text):
    assert compose(compose(text)) == compose(text)


@given(ANY_TEXT)
def test_composed_text_has_no_invisible_space_and_is_nfc(text):
    composed = compose(text)
    assert "\u200b" not in composed
    assert unicodedata.normalize("NFC", composed) == composed


@pytest.mark.parametrize("text", PHRASES.values(), ids=PHRASES)
def test_the_texts_of_the_programme_are_composed_already(text):
    assert compose(text) == text


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        pytest.param("  ບ້ານ   ຫນອງ ", "ບ້ານ ໜອງ", id="blanks"),
        pytest.param("\ufeffນາງ ຄໍາ", "ນາງ ຄຳ", id="a byte order mark"),
        pytest.param("ນາງ\u00a0ຄຳ\r\nແພງ\tວັນ", "ນາງ ຄຳ ແພງ ວັນ", id="breaks are blanks"),
        pytest.param("ນາງ\u200b\u200e \x07ຄຳ\x00", "ນາງ ຄຳ", id="the unseen"),
        pytest.param("Ban\ud800", "Ban", id="half a character"),
        pytest.param("\u200b \t", "", id="nothing at all"),
    ],
)
def test_names_are_tidied(typed, tidied):
    assert tidy_name(typed) == tidied


@pytest.mark.parametrize(
    ("lao", "latin"),
    [
        ("ບ້ານໂພນແກ້ວ", "Ban Phonkeo"),
        ("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo"),
        ("ບ້ານຫນອງ", "Ban Nong"),
        ("ສະໜາມໄຊ", "Sanamxai"),
        ("ພູວົງ", "Phouvong"),
        ("ນອງ", "Nong"),
        ("ເມືອງນອງ", "Muang Nong"),
        ("ສະຫວັນນະເຂດ", "Savannakhet"),
        ("ສຸກສາລາເມືອງນອງ", "Souksala Muang Nong"),
        ("ບ້ານາ", "Bana"),  # the kind of place is no part of another word
        ("ບ້ານ", "Ban"),
        ("ຕະມໍຢອດ", "Tamoyot"),
        ("ວັງໄຊ 2", "Vangxai 2"),
        ("ໂພນ໑", "Phon1"),
        ("ໂພນສະອາດ (ໃໝ່)", "Phonsaat (Mai)"),
        ("Ban ນາ", "Ban Na"),
    ],
)
def test_place_names_are_romanised(lao, latin):
    assert romanise(lao) == latin


@pytest.mark.parametrize(
    ("lao", "latin"),
    [
        pytest.param("ກວດ", "Kouat", id="wo between consonants"),
        pytest.param("ການໄປກວດ", "Kanpaikouat", id="wo after a syllable that needs no final"),
        pytest.param("ຫ້ວຍ", "Houay", id="wo after a tone"),
        pytest.param("ຂໍ້ຄວາມ", "Khokhouam", id="wo in a cluster"),
        pytest.param("ແຂວງ", "Khoueng", id="wo under a leading vowel"),
        pytest.param("ສະຫວັນ", "Savan", id="ho wo is v"),
        pytest.param("ເທວດາ", "Theoda", id="wo that closes"),
        pytest.param("ຮັກວັນ", "Hakvan", id="wo after a consonant that closes"),
        pytest.param("ສຸກວິໄລ", "Soukvilai", id="wo after a consonant that may close"),
        pytest.param("ເລກໄວ້", "Lekvai", id="wo under a leading vowel of its own"),
        pytest.param("ອາຍຸ", "Ayou", id="age"),
        pytest.param("ເອື້ອຍ", "Uay", id="silent o"),
        pytest.param("ເອົາ", "Ao", id="silent o under ao"),
        pytest.param("ອ້ວນ", "Ouan", id="silent o before wo"),
        pytest.param("ເລື້ອຍໆ", "Luayluay", id="the sign of repetition"),
        pytest.param("ນ້ໍາ", "Nam", id="am of two signs"),
    ],
)
def test_words_that_the_library_alone_reads_wrongly(lao, latin):
    assert romanise(lao) == latin


@pytest.mark.parametrize(
    ("key", "draft"),
    [
        (
            "may be entitled",
            "thanatmisithapngeun. pailongthabianyousouksala. thamipumsiboua haithupai.",
        ),
        ("not entitled", "khoaphai, tamlabiapdiaoni atbomisithapngeun. thamyousouksala."),
        ("next payment", "hapngeun 15/08/2026\nban phonkeo\n300.000 kip"),
        ("being checked", "kamlangkouatsopkanlongthabiankhongthan."),
        ("wrong PIN", "lahatlapbothuk. longdaiik 2 khang."),
        ("not a condition", "paikouat lu bopai, sithapngeunnyangkhukao."),
    ],
)
def test_the_reviewed_drafts_of_the_programme_come_out(key, draft):
    assert romanise(PHRASES[key]).lower() == draft


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        pytest.param("Sêkong \u2013 Ñ\u0301 `é`", "Sekong - N 'e'", id="accents and typography"),
        pytest.param("ไทย", "???", id="letters of others are for a person to correct"),
        pytest.param("a\x07b\nc", "ab\nc", id="control characters go, lines stay"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_not_lao_becomes_ascii(text, latin):
    assert romanise(text) == latin


@given(ANY_TEXT)
def test_whatever_comes_in_plain_gsm7_comes_out(text):
    latin = romanise(text)
    assert latin.isascii()
    assert is_gsm7(latin)
    assert romanise(latin) == latin


@pytest.mark.parametrize("count", [1, 29, 30, 31, 64])
def test_marks_by_the_dozen_lose_none(count: int):
    piled = "ກ" + "\u0301\u0327" * count

    assert sorted(compose(piled)) == sorted(piled)
    if 2 * count <= 30:
        assert compose(piled) == unicodedata.normalize("NFC", piled)
