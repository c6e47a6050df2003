"""Names that look or sound alike: what is suggested for a misspelt place or person."""

import pytest

from gateway.registry.imports.likeness import likeness
from gateway.registry.imports.spelling import spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ໂພນແກ້ວ", "ໂພນແກວ້"),
        ("ສະໜາມໄຊ", "ສະໜາມໄຊຍ໌"),
        ("Phonkeo", "Ponekeo"),
        ("Sanamxay", "Sanamsai"),
        ("Phouxay", "Pouxai"),
        ("Khounkham", "Kunkam"),
    ],
)
def test_the_same_name_by_another_hand_is_alike(one, other):
    assert likeness(one, other) >= 0.75


@pytest.mark.parametrize(
    ("one", "other"), [("ໂພນແກ້ວ", "ດອນແດງ"), ("Phonkeo", "Vongxay"), ("ພູໄຊ", "ໜອງບົວ")]
)
def test_another_name_is_not(one, other):
    assert likeness(one, other) < 0.7


def test_known_places_are_suggested_in_either_script_the_likest_first():
    known = spellings(
        "village", [("ໂພນແກ້ວ", "Phonkeo"), ("ໂພນແພງ", "Phonpheng"), ("ວົງໄຊ", "Vongxay")]
    )

    assert known.like("ໂພນແກວ")[0] == "ໂພນແກ້ວ"
    assert known.like("Pone Keo")[0] == "ໂພນແກ້ວ"
    assert known.like("Vong sai") == ["ວົງໄຊ"]
    assert known.like("ໜອງບົວ") == []
