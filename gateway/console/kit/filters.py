"""How templates write moments, days, amounts and numbers: by Babel, in the reader's language."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from gateway.console.kit.context import settings
from gateway.console.kit.language import babel_locale, gettext, language
from gateway.console.kit.words import GONE, HEALTH_ENDED
from gateway.core.formats import format_amount
from gateway.core.texts import _

DIGITS_SHOWN = 3  # of a masked registration number
NOTHING = "–"  # noqa: RUF001 - a dash for an empty cell
# Babel's own are American: the month before the day.
_DAYS_IN_ENGLISH = {"medium": "d MMM y", "long": "d MMMM y", "full": "EEEE d MMMM y"}
_LAO = re.compile(r"[\u0e80-\u0eff]")
_SENDER = re.compile(r"\d{1,6}|[^\d+][^+]*")  # a short code or a word: nobody's own number
_NUMBER = re.compile(r"(\+856)(\d{2})(\d+)(\d{4})")


def moment(at: datetime | None) -> str:
    """24 Nov 2026, 09:05, in the programme's time zone."""
    if at is None:
        return NOTHING
    return f"{day(_local(at).date())}, {clock(at)}"


def clock(at: datetime | None) -> str:
    """09:05"""
    if at is None:
        return NOTHING
    return format_time(_local(at), "HH:mm", locale=babel_locale())


def _local(at: datetime) -> datetime:
    """In the programme's time zone; at the ends of the calendar as it is."""
    try:
        return at.astimezone(settings().zone)
    except OverflowError:
        return at


def day(on: date | None, form: str = "medium") -> str:
    """24 Nov 2026; `form` as Babel names them: short, medium, long, full."""
    if on is None:
        return NOTHING
    if language() == "en":
        form = _DAYS_IN_ENGLISH.get(form, form)
    return format_date(on, form, locale=babel_locale())


def iso_day(text: str) -> str:
    """The day that is stored as 2026-11-24, as `day` writes it."""
    return day(date.fromisoformat(text))


def duration(seconds: float) -> str:
    """45 seconds, 2 minutes, 7 hours: the nearest number of the largest unit that fits."""
    return format_timedelta(timedelta(seconds=seconds), locale=babel_locale())


def month(on: date) -> str:
    """November 2026"""
    return format_date(on, "LLLL y", locale=babel_locale())


def number(value: float | None) -> str:
    """1,234,567"""
    return NOTHING if value is None else format_decimal(value, locale=babel_locale())


def percent(share: float | None) -> str:
    """0.973 as 97.3 %"""
    return NOTHING if share is None else format_percent(share, "#,##0.#%", locale=babel_locale())


def amount(value: int | None) -> str:
    """Whole LAK with its word."""
    return NOTHING if value is None else format_amount(value, language(), gettext)


def masked(msisdn: str | None) -> str:
    """+856 20 ••• 0001: enough to tell two apart, too little to call."""
    if not msisdn:
        return NOTHING
    match = _NUMBER.fullmatch(msisdn)
    if match is None:
        if _SENDER.fullmatch(msisdn):
            return msisdn
        return f"{msisdn[:4]} ••• {msisdn[-3:]}"
    return f"{match[1]} {match[2]} ••• {match[4]}"


def spaced(msisdn: str | None) -> str:
    """The number in full, as people read it. Opening it is a right, and in the audit log."""
    if not msisdn:
        return NOTHING
    match = _NUMBER.fullmatch(msisdn)
    return " ".join(match.groups()) if match else msisdn


def masked_name(name: str) -> str:
    """The first letters of each word: Mrs. K••• S•••"""
    return " ".join(f"{word[:2]}•••" for word in name.split()) or NOTHING


def masked_registration(registration_no: str) -> str:
    """•••••001: its last digits, which they are told apart by."""
    return f"•••••{registration_no[-DIGITS_SHOWN:]}"


def lao(text: str | None) -> Markup:
    """Marks text with Lao letters as Lao, so that a screen reader on an English page knows."""
    if not text:
        return escape(NOTHING)
    if language() == "lo" or not _LAO.search(text):
        return escape(text)
    return Markup('<span lang="lo">{}</span>').format(text)


def short_id(value: str) -> str:
    """Enough of a long id to tell it from its neighbours: its end; ours begin with the time."""
    return value if len(value) <= 12 else f"…{value[-6:]}"


def changed_value(value: Any) -> Markup:
    """What stood in a field, in the audit log."""
    if isinstance(value, bool):
        return escape(gettext(_("yes") if value else _("no")))
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return lao(None if value is None else str(value))


def place(row: Any, field: str = "name") -> str:
    """A place in the reader's letters: `row.name` or `row.name_latin`, a row or a mapping."""
    key = field if language() == "lo" else f"{field}_latin"
    found = row[key] if isinstance(row, dict) else getattr(row, key)
    return str(found) if found else NOTHING


def gone(row: Any) -> tuple[str, str] | None:
    """What whoever pays her or goes to her house must know first: a msgid and its tone."""
    return GONE.get(row.course_ended_reason or "")


def ended(row: Any) -> tuple[str, str] | None:
    """The same, or that she gets no health messages any more."""
    return gone(row) or (HEALTH_ENDED if row.course_ended_at is not None else None)


FILTERS = {
    function.__name__: function
    for function in (
        moment, clock, day, iso_day, duration, month, number, percent, amount,
        masked, masked_name, masked_registration, spaced, lao, place, short_id, changed_value,
        gone, ended,
    )
}  # fmt: skip


def add_filters(app: Flask) -> None:
    """Every function of FILTERS under its name, `long_day`, and the test `is lao`."""
    app.jinja_env.filters.update({name: _each_time(one) for name, one in FILTERS.items()})
    app.jinja_env.tests["lao"] = lambda text: bool(_LAO.search(str(text)))
    app.jinja_env.filters["long_day"] = _each_time(partial(day, form="full"))


def _each_time(write: Callable[..., Any]) -> Callable[..., Any]:
    """Else "1000 | number" is written once, when the template is read, in the language of whoever
    asked first: Jinja works out what has no context ahead."""

    @pass_context
    def written(_context: Context, *args: Any, **named: Any) -> Any:
        return write(*args, **named)

    return written
