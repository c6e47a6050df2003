"""Answers by SMS that stand ready in every language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.core.caller import Beneficiary
from gateway.core.formats import format_short_date
from gateway.core.kinds import CaseKind
from gateway.core.segments import segment
from gateway.core.villages import village_text
from gateway.messaging.wordings import WORDINGS, Gettext, fit

_EVERY = frozenset({CaseKind.CALL_BACK, CaseKind.NOT_PAID, CaseKind.SMS})
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

# Names of WORDINGS in the order they are offered, and to which kinds of cases. They are texts like
# others: editors word them, and the checks of wordings keep amounts out of none but these.
READY: Mapping[str, frozenset[CaseKind]] = {
    "answer_will_call": _EVERY,
    "answer_no_reply": _EVERY,
    "answer_looking": frozenset({CaseKind.NOT_PAID, CaseKind.SMS}),
    "answer_paid": frozenset({CaseKind.NOT_PAID}),
    "payment_missed": frozenset({CaseKind.NOT_PAID, CaseKind.SMS}),
    "payment_due_guarded": _EVERY,
    "no_payment": _EVERY,
    "answer_ask": _EVERY,
    "answer_done": _EVERY,
}

# Those that say what became of her last payment, and what that must be.
_OF_THE_LAST = {"answer_paid": "paid", "payment_missed": "missed"}


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An answer with its placeholders filled; `segments` it costs as it stands."""

    name: str
    text: str
    segments: int


def ready_answers(
    kind: str,
    number: int,
    woman: Beneficiary | None,
    *,
    locale: str,
    gettext: Gettext,
    service: Mapping[str, str],
) -> Iterator[Ready]:
    """Those that are true for a case of this `kind` and `number`; `service` has the numbers
    `hotline` and `service_code`."""
    for name, kinds in READY.items():
        params = {"case": str(number), **service, **_said_of(name, woman, locale, gettext)}
        text = gettext(WORDINGS[name].full)
        if kind in kinds and _fits(name, woman) and _filled(text) <= params.keys():
            filled = fit(text % params, locale)
            yield Ready(name=name, text=filled, segments=segment(filled).count)


def _filled(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _fits(name: str, woman: Beneficiary | None) -> bool:
    """Without a payday nothing is said of one; with one, not that there is none."""
    if name != "no_payment":
        return True
    return woman is not None and woman.told_of_paydays and woman.next_payment is None


def _said_of(name: str, woman: Beneficiary | None, locale: str, gettext: Gettext) -> dict[str, str]:
    if woman is None or not woman.told_of_paydays:
        return {}
    last = woman.last_payment
    if name in _OF_THE_LAST:
        fits = last is not None and last.status == _OF_THE_LAST[name]
        return _day(last.due_on) if last is not None and fits else {}
    coming = woman.next_payment
    if coming is None:
        return {}
    here = woman.village.in_locale(locale)
    place = coming.pay_point.in_locale(locale)
    at_home = coming.pay_point.name == woman.village.name
    return _day(coming.due_on) | {"place": village_text(here, gettext) if at_home else place}


def _day(due_on: date) -> dict[str, str]:
    return {"due_on": format_short_date(due_on)}
