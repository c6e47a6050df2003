"""What an SMS is billed as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.encoding import is_gsm7, septets_of
from gateway.core.segments import Segments, segment
from tests.lao_phrases import PHRASES


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count", "left"),
    [
        pytest.param("", "gsm7", 0, 1, 160, id="an empty text is a message"),
        pytest.param("a" * 160, "gsm7", 160, 1, 0, id="one full segment"),
        pytest.param("a" * 161, "gsm7", 161, 2, 145, id="one more costs a second"),
        pytest.param("a" * 306, "gsm7", 306, 2, 0, id="two full segments"),
        pytest.param("a" * 307, "gsm7", 307, 3, 152, id="three"),
        pytest.param("€" * 80, "gsm7", 160, 1, 0, id="pairs alone"),
        pytest.param("€" * 81, "gsm7", 162, 2, 143, id="76 pairs a joined segment"),
        pytest.param("a" * 152 + "€" + "a" * 10, "gsm7", 164, 2, 141, id="no pair is torn"),
        pytest.param("a" * 152 + "€" + "a" * 151, "gsm7", 305, 2, 0, id="torn pair just fits"),
        pytest.param("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3, 152, id="torn pair overflows"),
        pytest.param("ກ" * 70, "ucs2", 70, 1, 0, id="one full Lao segment"),
        pytest.param("ກ" * 71, "ucs2", 71, 2, 63, id="71 Lao characters cost two"),
        pytest.param("ກ" * 134, "ucs2", 134, 2, 0, id="two full Lao segments"),
        pytest.param("ກ" * 135, "ucs2", 135, 3, 66, id="three in Lao"),
        pytest.param("a" * 69 + "\u2019", "ucs2", 70, 1, 0, id="a smart quote in one"),
        pytest.param("a" * 159 + "\u2019", "ucs2", 160, 3, 41, id="a smart quote costs two more"),
        pytest.param("😀" * 35, "ucs2", 70, 1, 0, id="emoji are two units"),
        pytest.param("ກ" * 66 + "😀" + "ກ" * 66, "ucs2", 134, 3, 66, id="no surrogates torn"),
    ],
)
def test_segments(text, encoding, units, count, left):
    assert segment(text) == Segments(encoding, units, count, left)


@pytest.mark.parametrize("key", [key for key in PHRASES if key.startswith("SMS")])
def test_every_sms_of_the_programme_is_one_segment(key):
    assert segment(PHRASES[key]).count == 1


@given(st.text(alphabet="a€ກ😀", max_size=400))
def test_a_text_packed_by_hand_takes_as_many_segments(text):
    gsm7 = is_gsm7(text)
    widths = [septets_of(char) if gsm7 else 1 + (char > "\uffff") for char in text]
    single, joined = (160, 153) if gsm7 else (70, 67)
    packed = [0]
    for width in widths:
        if packed[-1] + width > joined:
            packed.append(0)
        packed[-1] += width
    counted = segment(text)
    assert counted.units == sum(widths)
    if sum(widths) <= single:
        assert (counted.count, counted.left) == (1, single - sum(widths))
    else:
        assert (counted.count, counted.left) == (len(packed), joined - packed[-1])


@given(st.text(alphabet="a€ກ", max_size=300), st.sampled_from("a€ກ"))
def test_a_longer_text_never_costs_less(text, more):
    assert segment(text + more).count >= segment(text).count
