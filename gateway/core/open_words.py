"""What no SMS that staff write may say, since others may read the phone: an amount, health. Pure.

It catches what is written as people write it. Whoever wants to get round it can: a second person
reads a broadcast before it goes out, and every answer stands in the case's story.
"""
# ruff: noqa: RUF001 - digits and signs of several scripts

import re
from typing import Literal

TooOpen = Literal["tells_amount", "tells_health"]

_KIP = r"(?:ກີບ|kips?\b|lak\b|₭)"
_LAO_COUNT = "(?:ໜຶ່ງ|ຫນຶ່ງ|ນຶ່ງ|ສອງ|ສາມ|ສີ່|ຫ້າ|ຫົກ|ເຈັດ|ແປດ|ເກົ້າ|ສິບ|ຊາວ|ຮ້ອຍ|ຫຼາຍ|ເຄິ່ງ)"
_LAO_THOUSANDS = "(?:ພັນ|ໝື່ນ|ຫມື່ນ|ແສນ|ລ້ານ)"
_AMOUNT = re.compile(
    rf"\d[\d.,\s\u202f'’]*{_KIP}"  # 300 000 kip, in the digits of any language
    rf"|{_LAO_COUNT}\s*{_LAO_THOUSANDS}|\d\s*{_LAO_THOUSANDS}"
    r"|\b(?:hundred|thousand|million)s?\b|\b(?:phan|muen|saen|lan)\s+kip\b"
    rf"|(?:\b(?=[kl])|(?=[₭ກ])){_KIP}"
    r"|\d{1,3}(?:[.,'’]\d{3})+"
    r"|(?<![\d+])(?<!\d )[1-9໑-໙]\d{0,2}(?:[\s\u202f]\d{3})*[\s\u202f][0໐]{3}(?!\s?\d)",
    re.IGNORECASE,
)
# A pregnancy, a birth, a visit, an illness: in any language, whatever the reader's is. ເກີດ also is
# what a flood or an accident does, ທ້ອງ what is local.
_HEALTH = re.compile(
    "ຖືພາ|ທ້ອງ(?!ຖິ່ນ|ຟ້າ)|ຄອດ|ໃນຄັນ|ແທ້ງ|ຫຼຸລູກ"
    "|ເກີດ(?!ຂຶ້ນ|ຂື້ນ|ເຫດ|ມີ|ນ້ຳ|ນໍ້າ|ໄພ|ຈາກ|ການ|ບັນຫາ|ອຸບັດ|ຄວາມ)"
    "|ສຸຂະພາບ|ວັກຊີນ|ສັກຢາ|ພະຍາດ|ກວດຫຼັງ|ໄວຣັດ|ເອດສ໌|ເອສໄອວີ|ເຮສໄອວີ|ວັນນະໂລກ|ມະເລັງ"
    "|ມາລາເຣຍ|ຕັບອັກເສບ|ຄຸມກຳເນີດ|ຢາຄຸມ|ປະຈຳເດືອນ|ຂາດສານອາຫານ"
    r"|thupha|soukhaphap|vakxin|phanyat|\bkeut\b(?! (?:khuen|het|nam|phai))"
    r"|pregnan|antenatal|ante-natal|postnatal|\banc\b|\bpnc\b|\bbirth|\bborn\b|newborn"
    r"|miscarr|abortion|contracepti|family planning|vaccin|immuni[sz]|disease|illness"
    r"|\bhiv\b|\baids\b|tubercul|malaria|hepatitis|syphilis|cancer|malnutri"
    r"|\bhealth\b(?! cent(?:re|er))",
    re.IGNORECASE,
)


def tells_too_much(text: str) -> tuple[TooOpen, str] | None:
    """(what is wrong, the word) of a text that names an amount or says something about a pregnancy
    or health; None of any other."""
    patterns: tuple[tuple[TooOpen, re.Pattern[str]], ...] = (
        ("tells_amount", _AMOUNT),
        ("tells_health", _HEALTH),
    )
    for fault, pattern in patterns:
        found = pattern.search(text)
        if found:
            return fault, found[0]
    return None
