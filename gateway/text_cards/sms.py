"""The SMS as a phone shows them: with data as they are, and with the widest there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.core.formats import format_amount, format_short_date
from gateway.core.kinds import CASE_NUMBER
from gateway.core.programme import PROGRAMME
from gateway.core.segments import Segments, segment
from gateway.core.villages import VILLAGE, village_text
from gateway.messaging.wordings import (
    LONGEST_VILLAGE,
    WIDEST,
    WORDINGS,
    fit,
)
from gateway.ussd.drawing import Gettext

_VILLAGE = {"lo": "ໂພນແກ້ວ"}  # elsewhere in Latin letters
_LATIN_VILLAGE = "Phonkeo"


@dataclass(frozen=True, kw_only=True)
class Data:
    """What is filled in: `on` is the day on which it is drawn, `numbers` those of the service."""

    on: date
    numbers: Mapping[str, str]

    def of(self, locale: str, gettext: Gettext) -> dict[str, str]:
        """{placeholder: value}."""
        amount = PROGRAMME.rules_on(self.on).cycle_amount
        return {
            "amount": format_amount(amount, locale, gettext),
            "due_on": format_short_date(self.on + timedelta(days=9)),
            "place": village_text(_VILLAGE.get(locale, _LATIN_VILLAGE), gettext),
            "people": "2",
            "case": CASE_NUMBER,
            "digits": "001",
            "text": "",
            **self.numbers,
        }


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One text of an SMS by locale; `short`: it goes where the full one would cost two segments."""

    template: str
    key: str
    short: bool
    data: Data
    texts: Mapping[str, str]
    usual: Mapping[str, Segments]
    widest: Mapping[str, Segments]

    def redrawn(self, locale: str, gettext: Gettext) -> str:
        """The same with other words."""
        return fit(gettext(self.key) % self.data.of(locale, gettext), locale)


def sent(
    key: str, gettext: Mapping[str, Gettext], on: date, *, service_code: str, hotline: str
) -> tuple[Sent, ...]:
    """Every SMS that `key` is a text of, or is part of."""
    data = Data(on=on, numbers={"service_code": service_code, "hotline": hotline})
    return tuple(
        _drawn(name, text, gettext, data)
        for name, wording in WORDINGS.items()
        for text in wording.texts
        if key == text or _is_part(key, text)
    )


def _is_part(key: str, text: str) -> bool:
    """The word for village stands in every place."""
    return key == VILLAGE and "%(place)s" in text


def _drawn(name: str, text: str, gettext: Mapping[str, Gettext], data: Data) -> Sent:
    usual, widest = {}, {}
    for locale, translate in gettext.items():
        usual[locale] = fit(translate(text) % data.of(locale, translate), locale)
        village = translate(VILLAGE) % {"village": LONGEST_VILLAGE[locale == "lo"]}
        widest[locale] = fit(translate(text) % {**WIDEST, "place": village}, locale)
    return Sent(
        template=name,
        key=text,
        short=text != WORDINGS[name].full,
        data=data,
        texts=usual,
        usual={locale: segment(one) for locale, one in usual.items()},
        widest={locale: segment(one) for locale, one in widest.items()},
    )
