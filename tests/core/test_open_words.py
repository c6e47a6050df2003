"""What no SMS of staff may say: amounts, however they are written, and health."""

import pytest

from gateway.core.open_words import tells_too_much


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ທ່ານຈະໄດ້ຮັບ 300.000 ກີບ", "300.000 ກີບ"),
        ("You get 300,000 kip", "300,000 kip"),
        ("You get 300000 LAK", "300000 LAK"),
        ("300.000", "300.000"),
        ("You get 300 000 on Monday", "300 000"),
        ("ໄດ້ 300 000 ກີບ", "300 000 ກີບ"),
        ("ໄດ້ ໓໐໐ ໐໐໐", "໓໐໐ ໐໐໐"),
        ("1 200 000.", "1 200 000"),
        ("ສາມແສນກີບ", "ສາມແສນ"),
        ("ໜຶ່ງລ້ານ", "ໜຶ່ງລ້ານ"),
        ("3 ແສນ", "3 ແສນ"),
        ("three hundred thousand", "hundred"),
        ("sam saen kip", "saen kip"),
        ("ເງິນເປັນກີບ", "ກີບ"),
        ("ຕອນນີ້ທ່ານຖືພາ", "ຖືພາ"),
        ("ໄປສັກຢາລູກ", "ສັກຢາ"),
        ("ມື້ທີ່ລູກເກີດ", "ເກີດ"),
        ("Your pregnancy", "pregnan"),
        ("the vaccination is tomorrow", "vaccin"),
        ("Your health", "health"),
        ("HIV", "HIV"),
        ("ຜົນກວດມາລາເຣຍ", "ມາລາເຣຍ"),
        ("The cancer ward", "cancer"),
    ],
)
def test_amounts_and_health_are_found(text: str, word: str):
    found = tells_too_much(text)

    assert found is not None
    assert found[1] == word


@pytest.mark.parametrize(
    "text",
    [
        "ພວກເຮົາຈະໂທຫາທ່ານມື້ນີ້",
        "Please ask at the health centre on 04/12",
        "Call 020 5555 0001 or 1234",
        "Call +856 20 555 000 12",
        "ໂທ 020 5550 0000",
        "Case 1000: call 021 212 000 today",
        "ຖາມຢູ່ສຸກສາລາ ໂພນແກ້ວ ວັນທີ 04/12/2026",
        "ເກີດນ້ຳຖ້ວມຢູ່ບ້ານ",
        "ຖາມອຳນາດການປົກຄອງທ້ອງຖິ່ນ",
        "The day of payment is put off by the flood",
    ],
)
def test_what_staff_usually_write_passes(text: str):
    assert tells_too_much(text) is None
