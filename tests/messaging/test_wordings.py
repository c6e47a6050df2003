"""Every SMS the gateway writes: one segment, in every language, and nothing that gives her away."""

import pytest

from gateway.catalogues import load_gettext
from gateway.core.caller import Place
from gateway.core.encoding import is_gsm7
from gateway.core.formats import format_amount
from gateway.core.segments import segment
from gateway.core.villages import village_text
from gateway.messaging.wordings import (
    WORDINGS,
    Wording,
    fit,
    oversized,
    write,
)

GETTEXT = load_gettext()
REMINDERS = [
    "payment_due",
    "payment_due_guarded",
    "payment_due_together",
    "payment_due_together_guarded",
    "payment_changed",
    "payment_changed_one",
    "payment_cancelled",
    "payment_withdrawn",
    "payment_missed",
    "payment_missed_one",
    "health_check",
    "postnatal",
    "vaccine",
]
# 16 units: the longest village an import lets in.
LONGEST = {"lo": "ບ" * 16, "lo_Latn": "b" * 32, "en": "b" * 32}


def params(locale: str, village: str) -> dict[str, str]:
    gettext = GETTEXT[locale]
    return {
        "amount": format_amount(1_200_000, locale, gettext),
        "due_on": "28/12",
        "people": "12",
        "place": village_text(village, gettext),
        "hotline": "1234",
        "service_code": "*123#",
        "case": "1234567",
        "digits": "001",
        "text": "",
    }


@pytest.mark.parametrize("template", WORDINGS)
@pytest.mark.parametrize("locale", GETTEXT)
def test_every_text_is_one_segment_with_the_longest_village(template: str, locale: str):
    text = write(WORDINGS[template], params(locale, LONGEST[locale]), locale, GETTEXT[locale])

    assert segment(text).count == 1, f"{segment(text).units}: {text}"


def test_the_check_of_the_catalogues_finds_none_too_long():
    assert oversized(GETTEXT) == []


def test_the_check_of_the_catalogues_names_what_is_too_long():
    long_winded = {"lo": lambda msgid: f"{msgid} {'ກ' * 70}"}

    assert oversized(long_winded)


@pytest.mark.parametrize("length", [7, 11, 16])
@pytest.mark.parametrize("template", REMINDERS)
def test_the_full_text_is_used_where_it_fits(template: str, length: int):
    """Most villages have up to 11 letters; theirs is the text with the last clause."""
    values = params("lo", "ບ" * length)
    text = write(WORDINGS[template], values, "lo", GETTEXT["lo"])
    full = GETTEXT["lo"](WORDINGS[template].full) % values

    assert (text == full) == (segment(full).count == 1)


def test_the_last_clause_goes_before_a_second_segment_comes():
    wording = Wording("A" * 161, "A")

    assert write(wording, {}, "en", str) == "A"
    assert write(Wording("A" * 160, "A"), {}, "en", str) == "A" * 160
    assert write(Wording("A" * 161), {}, "en", str) == "A" * 161


@pytest.mark.parametrize("template", WORDINGS)
def test_latin_texts_stay_in_the_cheap_alphabet(template: str):
    text = write(WORDINGS[template], params("lo_Latn", "Phonkeo"), "lo_Latn", GETTEXT["lo_Latn"])

    assert is_gsm7(text)


@pytest.mark.parametrize("template", WORDINGS)
@pytest.mark.parametrize("locale", GETTEXT)
def test_no_text_names_a_pregnancy(template: str, locale: str):
    gettext = GETTEXT[locale]
    wording = WORDINGS[template]
    for msgid in wording.texts:
        for word in ("ຖືພາ", "ຝາກທ້ອງ", "thupha", "fakthong", "pregnan", "antenatal"):
            assert word not in gettext(msgid).lower()


def test_no_amount_is_named_where_a_pin_is_set():
    for name in ("payment_due_guarded", "payment_due_together_guarded"):
        guarded = WORDINGS[name]
        assert "amount" not in guarded.full + (guarded.short or "")


@pytest.mark.parametrize(
    ("name", "said"),
    [("Phonkeo", "Ban Phonkeo"), ("Ban Phonkeo", "Ban Phonkeo"), ("ບ້ານໃໝ່", "ບ້ານໃໝ່")],
)
def test_a_village_whose_name_says_so_is_not_called_village_twice(name, said):
    assert village_text(name, str) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ບ້ານ ໂພນແກ້ວ", "ບ້ານໂພນແກ້ວ"),
        ("ບ້ານໂພນແກ້ວ", "ບ້ານໂພນແກ້ວ"),
        ("ໂພນແກ້ວ", "ບ້ານໂພນແກ້ວ"),
    ],
)
def test_a_village_is_spelt_one_way_however_a_list_has_it(name, said):
    place = Place(name, "Ban Phonkeo").in_locale("lo")
    assert village_text(place, GETTEXT["lo"]) == said


@pytest.mark.parametrize("locale", ["lo", "lo_Latn", "en"])
@pytest.mark.parametrize("sign", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200f"])
def test_nothing_turns_the_order_of_a_text(locale: str, sign: str):
    assert fit(f"1234{sign}5678", locale) == "12345678"
