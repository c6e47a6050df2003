"""Where Lao may be cut, with ICU as the oracle: its word breaks must all be ours, and no break of
ours may part what a reader sees as one character.
"""

from itertools import accumulate

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker, LineBreaker

from gateway.catalogues import read_messages
from gateway.core.encoding import ucs2_units
from gateway.ussd.syllables import BLANKS, break_points, cut, may_break, syllables
from tests.lao_phrases import PHRASES

LEADING_VOWELS = "ເແໂໃໄ"
LAO_LETTERS = "".join(map(chr, [*range(0x0E81, 0x0EDF)]))
OTHERS = " \n\u200b\u00a0.,:;!?/()[]\"'*#%-–“”‘’«»+$1290aZé໑໒\u0301\u200d"
RANDOM_TEXT = st.text(alphabet=LAO_LETTERS + OTHERS, max_size=60)


def ends(pieces):
    """Offsets at which pieces of a text end, without the text's own end."""
    return set(list(accumulate(map(len, pieces)))[:-1])


def line_breaks_of_icu(text):
    """ICU's, but for those we refuse: at or in a placeholder, and before a sign that repeats."""
    return {
        end
        for end in ends(list(LineBreaker(text, "lo")))
        if text[end - 1 : end + 1] not in ("%(", ".%") and text[end] not in "ໆຯ"
    }


def graphemes(text):
    return ends(list(CharacterBreaker(text, "lo")))


def catalogue_texts():
    """What a handset shows: only that is ever cut."""
    lao = read_messages("lo")
    return [lao[msgid] for msgid in read_messages("lo_Latn")]


@pytest.mark.parametrize("text", PHRASES.values(), ids=PHRASES)
def test_every_line_break_of_icu_is_one_of_ours(text):
    assert line_breaks_of_icu(text) <= set(break_points(text))


@pytest.mark.parametrize("text", PHRASES.values(), ids=PHRASES)
def test_no_break_of_ours_is_inside_a_character(text):
    assert set(break_points(text)) <= graphemes(text)


def test_the_catalogue_breaks_where_icu_does():
    texts = catalogue_texts()
    assert texts
    for text in texts:
        assert line_breaks_of_icu(text) <= set(break_points(text)), text
        assert set(break_points(text)) <= graphemes(text), text


@pytest.mark.parametrize(
    "cut_up",
    [
        pytest.param("ສະ|ໜາມ|ໄຊ", id="Sanamxay"),
        pytest.param("ພູ|ວົງ", id="Phouvong"),
        pytest.param("ສະ|ຫວັນ|ນະ|ເຂດ", id="Savannakhet"),
        pytest.param("ອັດ|ຕະ|ປື", id="Attapeu"),
        pytest.param("ຫລວງ|ພະ|ບາງ", id="an old digraph before wo"),
        pytest.param("ຫຼວງ", id="a subjoined lo before wo"),
        pytest.param("ຕະ|ມໍ|ຢອດ", id="a name no dictionary knows"),
        pytest.param("ໂນນ|ສະ|ຫວັນ", id="a final before the next initial"),
        pytest.param("ມາ|ນອນ", id="an initial before o"),
        pytest.param("ການ|ອອກ", id="a final before o that carries o"),
        pytest.param("ບ້ານ|ອຸ່ນ", id="a final before o that carries a vowel"),
        pytest.param("ຈຳ|ນວນ", id="an initial before wo"),
        pytest.param("ການ|ວັດ", id="a final before wo"),
        pytest.param("ດີ|ກວ່າ", id="a cluster with wo"),
        pytest.param("ບອກ|ວ່າ", id="o needs its final"),
        pytest.param("ຮັກ|ວຽກ", id="short a needs its final"),
        pytest.param("ໄຊ|ວອນ", id="wo with o after a leading vowel"),
        pytest.param("ເທວ|ດາ", id="wo that closes"),
        pytest.param("ໂຫວດ", id="ho wo"),
        pytest.param("ຫ້ວຍ", id="ho with tone before wo"),
        pytest.param("ຫົວ|ໃຈ", id="oua"),
        pytest.param("ບວ|ລະ|ພາ", id="wo as an open vowel"),
        pytest.param("ທະ|ບຽນ", id="ia"),
        pytest.param("ເມຍ|ເສຍ|ຊີ|ວິດ", id="e with nyo"),
        pytest.param("ເມືອງ|ອື່ນ", id="uea"),
        pytest.param("ເຫຼືອ|ເລື້ອຍ", id="uea with tone"),
        pytest.param("ເຂົ້າ|ເກາະ", id="ao and o around"),
        pytest.param("ແລະ|ໂຕະ", id="short vowels"),
        pytest.param("ບໍ່|ຍອມ|ຄໍຍ", id="o alone, and with nyo"),
        pytest.param("ນ້ຳ|ນໍ້າ|ກຳ|ລັງ", id="am in one sign or two"),
        pytest.param("ໂປຣ|ແກຣມ|ຄລິ|ນິກ|ພຣະ", id="loan clusters"),
        pytest.param("ສັກດິ໌|ວັນທ໌|ດີ", id="silenced consonants"),
        pytest.param("ເລື້ອຍໆ|ໄປ", id="the sign of repetition"),
        pytest.param("ເລື້ອຍ ໆ |ໄປ", id="the sign of repetition apart"),
        pytest.param("ໝາກ |ຯລຯ |ກົມຯ", id="et cetera and abbreviation"),
        pytest.param("ສປປ |ລາວ |ຮສສ.", id="letters of abbreviations"),
        pytest.param("ແມ່-|ເດັກ", id="a hyphen stays before the break"),
    ],
)
def test_syllables(cut_up):
    assert syllables(cut_up.replace("|", "")) == cut_up.split("|")


@pytest.mark.parametrize(
    "cut_up",
    [
        pytest.param("15/08/2026\n|ທີ່ |ບ້ານ", id="a date"),
        pytest.param("ຈຳ|ນວນ|300.000|ກີບ", id="an amount between Lao"),
        pytest.param("300.000\u00a0ກີບ |ດີ", id="an amount and its no-break space"),
        pytest.param("໑໕/໐໘ |ດີ", id="Lao digits"),
        pytest.param("ໂທ|*123#|ເພື່ອ", id="a service code"),
        pytest.param("ມີ|%(months)s|ເດືອນ", id="a placeholder between Lao"),
        pytest.param("50% |100%", id="per cent"),
        pytest.param("Lao |(abc) |English", id="Latin words"),
        pytest.param("ດີ |(ລາວ), |ດີ", id="brackets around Lao"),
        pytest.param("abc|(ລາວ)", id="an opening bracket goes with what it opens"),
        pytest.param("“ລາວ”! |'ດີ' |\"ດີ\"", id="quotes around Lao"),
        pytest.param("ດີ. |ດີ? |ດີ… |ດີ", id="closing punctuation stays"),
        pytest.param("ດີ\u200b|ດີ", id="an author's mark"),
        pytest.param("ດີ\r\n\n|ດີ", id="line ends"),
        pytest.param(" |ດີ ", id="blanks outside"),
        pytest.param("https://example.la/a?b=1", id="an address"),
    ],
)
def test_what_is_not_lao_stays_whole_with_its_punctuation(cut_up):
    assert syllables(cut_up.replace("|", "")) == cut_up.split("|")


def test_no_text_has_no_breaks():
    assert syllables("") == []
    assert break_points("") == []
    assert break_points("ດີ") == []


@given(RANDOM_TEXT)
def test_nothing_is_lost_and_no_piece_is_empty(text):
    assert "".join(syllables(text)) == text
    assert all(syllables(text))


@given(st.text(max_size=60))
def test_nothing_of_any_script_is_lost(text):
    assert "".join(syllables(text)) == text


@given(RANDOM_TEXT)
def test_no_break_is_inside_a_character_or_after_a_leading_vowel(text):
    breaks = break_points(text)
    assert set(breaks) <= graphemes(text)
    assert not [at for at in breaks if text[at - 1] in LEADING_VOWELS]


SHAPES = (
    "{i}{t}າ", "{i}{t}າ{f}", "{i}ະ", "{i}\u0eb5{t}", "{i}\u0eb9{t}{f}", "{i}\u0ecd{t}", "{i}{t}ຳ",
    "{i}\u0eb1{t}{f}", "{i}\u0ebb{t}{f}", "{i}\u0ebb{t}ວ", "{i}{t}ຽ{f}", "{i}{t}ອ{f}", "{i}{t}ວ{f}",
    "ເ{i}{t}{f}", "ແ{i}{t}", "ໂ{i}ະ", "ໄ{i}{t}", "ໃ{i}{t}", "ເ{i}\u0ebb{t}າ", "ເ{i}{t}າະ",
    "ເ{i}\u0eb5{t}{f}", "ເ{i}\u0eb7{t}ອ{f}", "ເ{i}\u0eb1{t}{f}",
)  # fmt: skip
INITIALS = (*"ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຮອໜໝ", "ຫຼ", "ຫງ", "ຫຍ", "ຂວ")


@st.composite
def spelled_syllables(draw):
    return draw(st.sampled_from(SHAPES)).format(
        i=draw(st.sampled_from(INITIALS)),
        t=draw(st.sampled_from(["", "\u0ec8", "\u0ec9"])),
        f=draw(st.sampled_from("ກງຍດນບມ")),
    )


def reads_in_one_way(left, right):
    """False where the letters alone do not say which syllable a consonant belongs to."""
    cluster = right[0] in "ວຣລ" and left[-1] in "ກຂຄຈຊສຕຖທລຮປພຜຟຝບດ"
    return not cluster


@given(st.lists(spelled_syllables(), max_size=8))
def test_names_made_of_syllables_come_apart_into_them(name):
    assume(all(map(reads_in_one_way, name, name[1:])))
    assume("ວວ" not in "".join(name) and "ອວ" not in "".join(name))
    assert syllables("".join(name)) == name


@pytest.mark.parametrize(
    ("value", "width", "kept"),
    [
        ("ສະຫວັນນະເຂດ", 11, "ສະຫວັນນະເຂດ"),
        ("ສະຫວັນນະເຂດ", 10, "ສະຫວັນນະ"),
        ("ສະຫວັນນະເຂດ", 6, "ສະຫວັນ"),
        ("ສະຫວັນນະເຂດ", 5, "ສະ"),
        ("ບ້ານ ໂພນແກ້ວ", 5, "ບ້ານ"),  # no blank at the end
        ("Ban Phonkeo", 6, "Ban"),
        ("Savannakhet", 5, "Savan"),  # a first word that is too long is cut between letters
        ("ເມືອງ", 3, "ເມື"),
        ("ເມືອງ", 2, ""),  # not a vowel without its consonant, nor that without its sign
        ("ດີ", 0, ""),
    ],
)
def test_a_value_is_cut_on_a_syllable(value, width, kept):
    assert cut(value, width) == kept


def test_a_width_can_be_measured_otherwise():
    assert cut("ສະຫວັນ ດີ", 12, lambda text: 2 * len(text)) == "ສະຫວັນ"


@given(RANDOM_TEXT.filter(bool), st.data())
def test_a_cut_value_is_the_beginning_and_fits(text, data):
    width = data.draw(st.integers(0, ucs2_units(text) - 1))
    kept = cut(text, width)
    assert text.startswith(kept)
    assert ucs2_units(kept) <= width
    if kept and text[len(kept)] not in BLANKS:
        assert len(kept) in graphemes(text)
        assert kept[-1] not in LEADING_VOWELS


def test_the_last_resort_parts_whole_characters_only():
    text = "ເກັບ\u0301é"
    assert [at for at in range(-1, 9) if may_break(text, at)] == [3, 5]
