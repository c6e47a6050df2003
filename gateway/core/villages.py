"""A village by name, as screens and SMS say it."""

from collections.abc import Callable

from gateway.core.texts import _

# NOTE: village names have up to 16 letters and follow the word for village without a space.
VILLAGE = _("%(village)s village")
_SAYS_SO = ("ບ້ານ", "Ban ")


def village_text(name: str, gettext: Callable[[str], str]) -> str:
    """The name with the word for village, unless it is part of the name already."""
    return name if name.startswith(_SAYS_SO) else gettext(VILLAGE) % {"village": name}
