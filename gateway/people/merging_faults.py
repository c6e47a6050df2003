"""Why two people cannot be merged so."""

from gateway.core.texts import _

DECIDED = _("Somebody has decided about these two already.")
GONE = _("One of the two is not there any more: they may have been merged.")
THE_SAME = _("A person cannot be merged with herself.")
OPEN_FOR_BOTH = _("Something is open for both, like an erasure asked for: decide that first.")
PAID_ONCE = _("One of the two was paid out: that one stays.")
