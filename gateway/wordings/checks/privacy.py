"""What a phone that others read must not say, and what must not be made a condition."""

import re
from collections.abc import Iterator

from gateway.core.texts import _
from gateway.wordings.checks.proposed import OF_SMS, Proposed
from gateway.wordings.faults import Fault

TELLS = _("“%(word)s” tells of a pregnancy or a birth, and others read this phone.")
NAMES = _("“%(word)s” names the grant for mothers, and others read this phone.")
CONDITION = _("Where health and money stand in one text, it must say that the money stays.")

TELLS_OF_A_PREGNANCY = {
    "lo": re.compile("ຖືພາ|ແມ່ມານ|ພາມານ|ມານລູກ|ທ້ອງ|ເກີດ|ຄອດ|ອອກລູກ|ໃນຄັນ"),
    "lo_Latn": re.compile(
        "thu ?pha|me ?man|pha ?man|man ?louk|thong|keut|khot|ok ?louk", re.IGNORECASE
    ),
    "en": re.compile("pregnan|antenatal|birth|born|deliver|due date", re.IGNORECASE),
}
# The grant by its whole name: an SMS says "grant". The menu's heading has it: she dialled.
NAMES_THE_MOTHER = {
    "lo": re.compile("ແມ່ ?- ?ເດັກ"),
    "lo_Latn": re.compile("me ?- ?dek", re.IGNORECASE),
    "en": re.compile("mother ?- ?child|early childhood", re.IGNORECASE),
}
# What is about health, what about money, and what says that the money stays.
HEALTH_AND_MONEY = {
    "lo": (r"ໄປກວດ|ຂໍ້ຄວາມສຸຂະພາບ", "ເງິນ", "ຍັງຄືເກົ່າ"),
    "lo_Latn": ("pai kouat|khokhouam soukhaphap", "ngeun", "nyang khu kao"),
    "en": (r"\bchecks?\b|\bhealth\b(?! centre)", "money", "not a condition|unchanged"),
}


def check_privacy(proposed: Proposed) -> Iterator[Fault]:
    """No SMS tells of a pregnancy, and no screen that did not before: its caller did not ask."""
    tells = TELLS_OF_A_PREGNANCY[proposed.locale]
    found = tells.search(proposed.wording)
    if found and (proposed.text.key in OF_SMS or not tells.search(proposed.base)):
        yield Fault(TELLS, {"word": found[0]})
    named = NAMES_THE_MOTHER[proposed.locale].search(proposed.wording)
    if named and proposed.text.key in OF_SMS:
        yield Fault(NAMES, {"word": named[0]})


def check_conditions(proposed: Proposed) -> Iterator[Fault]:
    """The money has no condition: no wording makes it look so that did not before."""
    if _seems_one(proposed.locale, proposed.wording) and not _seems_one(
        proposed.locale, proposed.base
    ):
        yield Fault(CONDITION)


def _seems_one(locale: str, text: str) -> bool:
    health, money, stays = (
        re.search(part, text, re.IGNORECASE) for part in HEALTH_AND_MONEY[locale]
    )
    return bool(health and money and not stays)
