"""What a name is found by does not depend on how it is worked out."""

import re
from random import Random

import pytest

from gateway.core.names import bare, look

# Letters, tones, signs above and below, a silent sign, blanks of every kind, marks that compose.
SIGNS = "ກຣລຫນມເແສີວົງ\u0ec8\u0ec9\u0ecd\u0eb2\u0ecc\u200b\ufeff \t\u00a0\u2009.'-aeÉe\u0301ßİ"


def as_a_whole(name: str) -> str:
    """`bare`, told in its own words: of the name without blanks."""
    seen = re.sub("[ກ-ຮ]\u0ecc", "", look(name))
    return "".join(char for char in seen if not "\u0ec8" <= char <= "\u0ecb").replace("ຣ", "ລ")


@pytest.mark.parametrize("seed", range(4))
def test_a_name_of_words_is_the_name_without_blanks(seed: int):
    random = Random(seed)
    for _ in range(500):
        name = "".join(random.choice(SIGNS) for _ in range(random.randrange(16)))
        assert bare(name) == as_a_whole(name), ascii(name)
