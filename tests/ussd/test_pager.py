"""Pages as a phone shows them: whole words, whole choices, and always inside the budget."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker

from gateway.core.encoding import is_gsm7, octets, septets, ucs2_units
from gateway.core.errors import MenuError
from gateway.ussd.pager import Budget, Footer, fill_up
from gateway.ussd.pager import paginate as sheets
from tests.lao_phrases import PHRASES

NORMAL, NARROW = Budget(), Budget(ucs2_units=72, septets=160)
NO_FOOTER = Footer(back=None, more="9 More", home=None)
LATIN = Footer(back="0 Back", more="9 More", home="00 Menu")
LAO = Footer(back="0 ກັບຄືນ", more="9 ຕໍ່ໄປ", home="00 ເມນູ")


def paginate(text, choices, footer, budget):
    return tuple(sheet.text for sheet in sheets(text, choices, footer, budget))


def lines(*pages):
    """The pages as one drawing, a page under another."""
    return "\n--\n".join(pages)


def drawing(text):
    return "\n".join(line.strip() for line in text.strip().splitlines())


@pytest.mark.parametrize(
    ("page", "budget", "fits"),
    [
        pytest.param("a" * 182, NORMAL, True, id="182 septets"),
        pytest.param("a" * 183, NORMAL, False, id="183 septets"),
        pytest.param("€" * 91, NORMAL, True, id="91 pairs"),
        pytest.param("€" * 92, NORMAL, False, id="92 pairs"),
        pytest.param("ກ" * 80, NORMAL, True, id="80 units"),
        pytest.param("ກ" * 81, NORMAL, False, id="81 units"),
        pytest.param("a" * 80 + "ກ", NORMAL, False, id="a Lao letter at the end of Latin"),
        pytest.param("😀" * 40, NORMAL, True, id="40 emoji"),
        pytest.param("😀" * 41, NORMAL, False, id="41 emoji"),
        pytest.param("a" * 160, NARROW, True, id="160 septets, narrow"),
        pytest.param("a" * 161, NARROW, False, id="161 septets, narrow"),
        pytest.param("ກ" * 72, NARROW, True, id="72 units, narrow"),
        pytest.param("ກ" * 73, NARROW, False, id="73 units, narrow"),
    ],
)
def test_a_page_is_weighed_in_the_encoding_it_will_have(page, budget, fits):
    assert budget.fits(page) == fits
    if fits and budget is NORMAL:
        assert octets(page) <= 160


@pytest.mark.parametrize(
    ("text", "choices", "footer", "page"),
    [
        pytest.param("Hello", (), NO_FOOTER, "Hello", id="text alone has no footer line"),
        pytest.param("Hello", (), LATIN, "Hello\n0 Back 00 Menu", id="back comes before home"),
        pytest.param("Pay?", ("1 Yes", "2 No"), NO_FOOTER, "Pay?\n1 Yes\n2 No", id="choices"),
        pytest.param("", ("1 Yes",), NO_FOOTER, "1 Yes", id="choices alone"),
        pytest.param(" Hello \n", (), NO_FOOTER, "Hello", id="blanks outside go"),
        pytest.param("A\n\nB", (), NO_FOOTER, "A\n\nB", id="blanks inside stay"),
        pytest.param("ສະ\u200bບາຍ", (), NO_FOOTER, "ສະບາຍ", id="an author's mark is not sent"),
        pytest.param("", (), LATIN, "0 Back 00 Menu", id="nothing but the footer"),
    ],
)
def test_what_fits_is_one_page_without_more(text, choices, footer, page):
    assert paginate(text, choices, footer, NORMAL) == (page,)


def test_the_main_menu_fits_with_an_error_line_on_the_narrow_page():
    menu = PHRASES["main menu"].split("\n", 1)[1]
    (page,) = paginate("ບໍ່ມີ 7", tuple(menu.split("\n")), NO_FOOTER, NARROW)
    assert page == f"ບໍ່ມີ 7\n{menu}"


def test_home_is_left_out_where_it_would_cost_a_page():
    text = "ກ" * 67
    assert paginate(text, (), LATIN, NORMAL) == (f"{text}\n0 Back",)
    assert paginate(text[:66], (), LATIN, NORMAL) == (f"{text[:66]}\n0 Back",)
    assert paginate(text[:65], (), LATIN, NORMAL) == (f"{text[:65]}\n0 Back 00 Menu",)


def test_a_lao_footer_makes_a_latin_page_ucs2():
    text = "word " * 20
    assert len(paginate(text, (), LATIN, NORMAL)) == 1
    assert len(paginate(text, (), LAO, NORMAL)) == 2


def test_a_long_lao_text_parts_between_words_with_more_and_back_on_their_pages():
    text = f"{PHRASES['not entitled']}\n{PHRASES['no date yet']}"
    assert lines(*paginate(text, ("1 ແມ່ນ", "2 ບໍ່ແມ່ນ"), LAO, NORMAL)) == drawing(
        """
        ຂໍອະໄພ, ຕາມລະບຽບດຽວນີ້ ອາດບໍ່ມີສິດຮັບເງິນ. ຖາມຢູ່ສຸກສາລາ.
        0 ກັບຄືນ 9 ຕໍ່ໄປ
        --
        ຍັງບໍ່ມີວັນຮັບເງິນ. ກະລຸນາກວດເບິ່ງໃໝ່ພາຍຫຼັງ.
        1 ແມ່ນ
        2 ບໍ່ແມ່ນ
        0 ກັບຄືນ 00 ເມນູ
        """
    )


def test_lao_without_blanks_parts_between_syllables():
    text = "ກະລຸນາປ້ອນລະຫັດລັບຂອງທ່ານຢູ່ບ່ອນນີ້ແລ້ວລໍຖ້າຂໍ້ຄວາມຕອບກັບຈາກພວກເຮົາໃນມື້ນີ້ຫຼືມື້ອື່ນຕອນເຊົ້າ"
    assert lines(*paginate(text, (), LAO, NORMAL)) == drawing(
        """
        ກະລຸນາປ້ອນລະຫັດລັບຂອງທ່ານຢູ່ບ່ອນນີ້ແລ້ວລໍຖ້າຂໍ້ຄວາມຕອບກັບຈາກພວກ
        0 ກັບຄືນ 9 ຕໍ່ໄປ
        --
        ເຮົາໃນມື້ນີ້ຫຼືມື້ອື່ນຕອນເຊົ້າ
        0 ກັບຄືນ 00 ເມນູ
        """
    )


WORDS = "ກາ" * 14


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param(f"{WORDS}ກາກາ\n{WORDS} {WORDS}", f"{WORDS}ກາກາ", id="a line"),
        pytest.param(f"{WORDS}ກາກາ {WORDS}\u200b{WORDS}", f"{WORDS}ກາກາ", id="a word"),
        pytest.param(f"{WORDS}ກາກາ\u200b{WORDS}{WORDS}", f"{WORDS}ກາກາ", id="an author's mark"),
        pytest.param(f"{WORDS}{WORDS}{WORDS}", "ກາ" * 31, id="a syllable"),
        pytest.param(f"ກາກາ\n{WORDS}{WORDS}{WORDS}", f"ກາກາ\n{'ກາ' * 29}", id="no short page"),
    ],
)
def test_a_page_ends_with_the_strongest_break(text, first):
    assert paginate(text, (), LAO, NORMAL)[0].split("\n0 ")[0] == first


def test_a_strong_break_is_passed_over_where_it_would_cost_a_page():
    line, rest = "ກາ" * 20, "ກາ" * 36
    pages = paginate(f"{line}\n{rest}", (), LAO, NORMAL)
    assert len(pages) == 2
    assert pages[0].startswith(f"{line}\nກາ")


def test_choices_run_over_pages_and_keep_their_numbers():
    choices = tuple(f"{number} ບ້ານ ໂພນແກ້ວ" for number in range(1, 9))
    assert lines(*paginate("ເລືອກ:", choices, LAO, NARROW)) == drawing(
        """
        ເລືອກ:
        1 ບ້ານ ໂພນແກ້ວ
        2 ບ້ານ ໂພນແກ້ວ
        3 ບ້ານ ໂພນແກ້ວ
        0 ກັບຄືນ 9 ຕໍ່ໄປ
        --
        4 ບ້ານ ໂພນແກ້ວ
        5 ບ້ານ ໂພນແກ້ວ
        6 ບ້ານ ໂພນແກ້ວ
        0 ກັບຄືນ 00 ເມນູ 9 ຕໍ່ໄປ
        --
        7 ບ້ານ ໂພນແກ້ວ
        8 ບ້ານ ໂພນແກ້ວ
        0 ກັບຄືນ 00 ເມນູ
        """
    )


def test_a_word_longer_than_a_page_parts_between_letters():
    pages = paginate("x" * 200 + "ເ" * 3, (), LATIN, NORMAL)
    assert "".join(page.removesuffix("\n0 Back 9 More") for page in pages[:-1]) == "x" * 168
    assert pages[-1] == "x" * 32 + "ເເເ\n0 Back 00 Menu"


@pytest.mark.parametrize(
    ("text", "choices", "footer"),
    [
        pytest.param("Hello", ("1 " + "ກ" * 80,), NO_FOOTER, id="a choice"),
        pytest.param("Hello", ("1 A", "2 " + "ກ" * 72), LAO, id="a choice with its footer"),
        pytest.param("ກາ", (), Footer("0 " + "ກ" * 78, "9", None), id="the footer"),
    ],
)
def test_what_can_never_fit_is_an_error_of_the_menu(text, choices, footer):
    with pytest.raises(MenuError, match="longer than a page"):
        paginate(text, choices, footer, NORMAL)


def test_the_error_does_not_show_the_text():
    with pytest.raises(MenuError) as refused:
        paginate("", ("1 " + "ກ" * 80,), NO_FOOTER, NORMAL)
    assert "ກ" not in str(refused.value)


PROSE = st.lists(
    st.one_of(
        st.sampled_from(list(PHRASES.values())),
        st.text(alphabet="ກຂນວອາ\u0eb5\u0ec8ເໄ \n\u200bab1.é\u0301", max_size=12),
        st.text(alphabet="abc€ .\n", max_size=120),
    ),
    max_size=5,
).map("".join)
CHOICES = st.lists(st.sampled_from(["ບ້ານ ໂພນແກ້ວ", "Yes", "ກວດສຸຂະພາບ", "{a}"]), max_size=9).map(
    lambda labels: tuple(f"{number} {label}" for number, label in enumerate(labels, 1))
)
FOOTERS = st.sampled_from([NO_FOOTER, LATIN, LAO, Footer(None, "9 ຕໍ່ໄປ", "00 ເມນູ")])
BUDGETS = st.sampled_from([NORMAL, NARROW])
LEADING_VOWELS = "ເແໂໃໄ"
VOWEL_WITHOUT_CONSONANT = re.compile(f"[{LEADING_VOWELS}]+(?=[ \n\u200b]|$)")
pages_drawn = given(PROSE, CHOICES, FOOTERS, BUDGETS)


def contents(pages, footer):
    """The pages without their footer lines."""
    for number, page in enumerate(pages, 1):
        more = number < len(pages)
        for home in (True, False):
            line = footer.line(more=more, home=home)
            if line and (page == line or page.endswith(f"\n{line}")):
                yield page.removesuffix(line).removesuffix("\n")
                break
        else:
            assert not footer.line(more=more, home=False)
            yield page


def seen(text):
    return "".join(text.replace("\u200b", "").split())


@pages_drawn
def test_every_page_fits(text, choices, footer, budget):
    for page in paginate(text, choices, footer, budget):
        length = septets(page) if is_gsm7(page) else None
        fits_gsm7 = length is not None and length <= budget.septets
        assert fits_gsm7 or ucs2_units(page) <= budget.ucs2_units


@pages_drawn
def test_the_pages_together_hold_the_text_and_every_choice_whole(text, choices, footer, budget):
    shown = list(contents(paginate(text, choices, footer, budget), footer))
    assert seen("".join(shown)) == seen(text + "".join(choices))
    rows = [row for page in shown for row in page.split("\n")]
    assert rows[len(rows) - len(choices) :] == list(choices)


@pages_drawn
def test_no_page_is_blank_or_begins_or_ends_blank(text, choices, footer, budget):
    shown = list(contents(paginate(text, choices, footer, budget), footer))
    if len(shown) > 1:
        assert all(shown)
    assert all(page == page.strip(" \n") for page in shown)
    assert "\u200b" not in "".join(shown)


@pages_drawn
def test_no_page_begins_inside_a_character_or_after_a_leading_vowel(text, choices, footer, budget):
    text = VOWEL_WITHOUT_CONSONANT.sub("", text)
    shown = list(contents(paginate(text, choices, footer, budget), footer))
    for before, after in pairwise(shown):
        assert list(CharacterBreaker(before + after, "lo")) == [
            *CharacterBreaker(before, "lo"),
            *CharacterBreaker(after, "lo"),
        ]
        assert before[-1] not in LEADING_VOWELS


@pages_drawn
def test_what_is_over_when_the_last_page_takes_all_is_what_needs_another(
    text, choices, footer, budget
):
    try:
        needed = len(paginate(text, choices, footer, budget))
    except MenuError:
        needed = None
    for most in (1, 2, 3):
        *full, last = fill_up(text, choices, footer, budget, most=most)
        assert all(budget.fits(page.text) for page in full)
        if needed is None:
            assert len(full) < most
        else:
            assert len(full) + 1 == min(most, needed)
        assert budget.fits(last.text) == (needed is not None and needed <= most)


class _Scales(Budget):
    """Counts how often a page is weighed."""

    weighed = 0

    def fits(self, text: str) -> bool:
        type(self).weighed += 1
        return super().fits(text)


def test_a_list_twice_as_long_is_not_four_times_the_work():
    def work(people):
        _Scales.weighed = 0
        choices = tuple(f"{number} ...{number:08}" for number in range(people))
        assert len(paginate("ໃຜ?", choices, LAO, _Scales(40, 80))) > people / 4
        return _Scales.weighed

    assert work(120) < 3 * work(60)
