"""Why something about a person cannot be done so."""

from collections.abc import Mapping

import msgspec

from gateway.core.texts import _

BUSY = _("A file is being imported, or a place is being changed: try again in a minute.")
NUMBER_KNOWN = _("This registration number is known already.")
NUMBER_MERGED = _("This registration number is known already: it was merged into another one.")
CHOOSE_PLACE = _("Choose a place from the list.")
NOT_THIS_STATUS = _("You may register somebody as “applied”; the office does the rest.")


class Fault(msgspec.Struct, frozen=True):
    """`reason` is a msgid, `params` fill its placeholders; `field` is a column of the import file,
    or "" where it is about none."""

    reason: str
    field: str = ""
    params: Mapping[str, object] = {}


class PersonError(Exception):
    """Nothing was changed; `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(one.reason for one in faults))
        self.faults = faults
