"""An SMS costs one segment, with the longest place and the highest amount."""

from collections.abc import Iterator, Mapping

from gateway.catalogues import lookup_in
from gateway.core.texts import _
from gateway.messaging.wordings import Widest, widest
from gateway.wordings.checks.proposed import Proposed
from gateway.wordings.faults import Fault

TWO_SEGMENTS = _(
    "The SMS takes %(used)s of the %(most)s of one segment, with the longest data: %(text)s"
)
_OF_ONE = {"gsm7": 160, "ucs2": 70}


def check_sms(proposed: Proposed) -> Iterator[Fault]:
    """Where it is no worse than before, it is not this wording's fault."""
    locale = proposed.locale
    long = {one.template: one for one in _long(locale, proposed.messages)}
    if not long:
        return
    before = {one.template: one.size.units for one in _long(locale, proposed.ground.texts[locale])}
    for template, one in long.items():
        if one.size.units > before.get(template, 0):
            params: dict[str, str | int] = {
                "used": one.size.units,
                "most": _OF_ONE[one.size.encoding],
                "text": one.text,
            }
            yield Fault(TWO_SEGMENTS, params)


def _long(locale: str, messages: Mapping[str, str]) -> Iterator[Widest]:
    return (one for one in widest(locale, lookup_in(messages)) if one.size.count > 1)
