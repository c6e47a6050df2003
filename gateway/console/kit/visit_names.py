"""What health visits are called."""

import re
from collections.abc import Callable

from gateway.console.kit.language import gettext
from gateway.core.texts import _

VISITS: dict[str, str] = {
    **{f"anc{number}": _("Pregnancy check %(number)s") for number in range(1, 9)},
    **{f"pnc{number}": _("Check after birth %(number)s") for number in range(1, 5)},
    **{f"penta{number}": _("Penta %(number)s") for number in range(1, 4)},
    **{f"pcv{number}": _("PCV %(number)s") for number in range(1, 4)},
    **{f"opv{number}": _("Polio drops %(number)s") for number in range(1, 4)},
    **{f"rota{number}": _("Rotavirus %(number)s") for number in range(1, 3)},
    **{f"mr{number}": _("Measles and rubella %(number)s") for number in range(1, 3)},
    "bcg": _("BCG"),
    "hepb0": _("Hepatitis B at birth"),
    "ipv": _("Polio injection"),
    "je": _("Japanese encephalitis"),
    "vitamin_a_6m": _("Vitamin A, 6 months"),
    "vitamin_a_12m": _("Vitamin A, 12 months"),
    "deworming_12m": _("Deworming, 12 months"),
}

_NUMBERED = re.compile(r"(\d+)$")


def visit_name(key: str, gettext: Callable[[str], str] = gettext) -> str:
    """A visit in the reader's language, or another; a key that nobody named stands for itself."""
    found = _NUMBERED.search(key)
    name = gettext(VISITS.get(key, key))
    return name % {"number": found[1]} if found else name
