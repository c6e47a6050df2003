"""Why a place cannot be changed so."""

from gateway.core.texts import _

GONE = _("There is no such place any more: it may have been merged.")
BUSY = _("A file is being imported, or a place is being changed: try again in a minute.")
THE_SAME = _("A place cannot be merged into itself.")
ANOTHER_KIND = _("Only places of one kind can be merged.")
ANOTHER_DISTRICT = _("The two lie in different districts: merge the districts first.")
RETIRED = _("%(name)s is retired: take it back into use first.")
NAME_TAKEN = _("%(name)s is there already: merge the two instead.")
NOT_LATIN = _("Write it in Latin letters: a phone that shows no Lao has no others.")
NO_SHORT_LATIN = _("Give the short name in both scripts, or in neither.")
STILL_USED = _("Something still points at it: see below.")


class PlaceError(Exception):
    """`reason` is a msgid, `params` fill its placeholders; `field` is what it is about, if any."""

    def __init__(self, reason: str, field: str = "", **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.params = params
