"""Days, months and moments as an address or a form brings them: within what a page can count."""

from datetime import UTC, date, datetime
from typing import Any

from wtforms import DateField

from gateway.console.kit.language import gettext
from gateway.core.texts import _

# A day before, a month after and any time zone must be days too.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
NO_DAY = _("This is no day from 1900 to 2199: write it as 2026-11-24.")


class DayField(DateField):  # type: ignore[misc]
    """A day of our time."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext(NO_DAY)) from None
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(gettext(NO_DAY))


def read_day(text: str | None) -> date | None:
    """The day "2026-11-24"; None for what is none of our time."""
    try:
        on = date.fromisoformat(text or "")
    except ValueError:
        return None
    return on if EARLIEST <= on <= LATEST else None


def read_month(text: str | None) -> date | None:
    """The first day of the month "2026-11"; None for what is none of our time."""
    return read_day(f"{text}-01")


def read_moment(text: str | None) -> datetime | None:
    """An aware moment in ISO format, UTC where it says no zone; None for what is none."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if not EARLIEST <= at.date() <= LATEST:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
