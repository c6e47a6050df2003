"""A village by name, as screens and SMS say it."""

import re
from collections.abc import Callable

from gateway.core.texts import _

# NOTE: village names have up to 16 letters and follow the word for village without a space.
VILLAGE = _("Ban %(village)s")
_SAYS_SO = ("ບ້ານ", "Ban ")
_APART = re.compile("^ບ້ານ +(?=\\S)")


def spelt_together(name: str) -> str:
    """A Lao name as we write it: ບ້ານໂພນແກ້ວ, also where a list has ບ້ານ ໂພນແກ້ວ for a pay point."""
    return _APART.sub("ບ້ານ", name)


def village_text(name: str, gettext: Callable[[str], str]) -> str:
    """The name with the word for village, unless it is part of the name already."""
    return name if name.startswith(_SAYS_SO) else gettext(VILLAGE) % {"village": name}
