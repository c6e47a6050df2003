"""The correction SMS as phones will show it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.console.kit.context import ports
from gateway.core.formats import format_short_date
from gateway.core.segments import segment
from gateway.messaging.texts import VILLAGE, WORDINGS, write

LOCALES = ("lo", "lo_Latn", "en")


def correction_texts(due_on: date, pay_point: Any, about: Any) -> Mapping[str, tuple[str, int]]:
    """{locale: (text, segments)} for the payments of a village on the new day at the new place."""
    texts = {}
    for locale in LOCALES:
        gettext = ports().gettext[locale]
        own = "" if locale == "lo" else "_latin"
        short = getattr(pay_point, f"short_name{own}")
        village = gettext(VILLAGE) % {"village": getattr(about, f"village{own}")}
        params = {"due_on": format_short_date(due_on), "place": short or village}
        text = write(WORDINGS["payment_changed"], params, locale, gettext)
        texts[locale] = (text, segment(text).count)
    return texts
