"""What `programme.toml` looks like: its tables as frozen records, read and checked by `parse`."""

import calendar
import tomllib
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal

import msgspec

from gateway.core.errors import GatewayError

Sure = Literal["public source", "inferred, needs confirmation", "from memory, needs confirmation"]
Kind = Literal["antenatal", "postnatal", "vaccine", "supplement", "deworming"]
Where = Literal["centre", "outreach"]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,32}$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class ProgrammeError(GatewayError):
    """The programme file is wrong; the sentence names the key."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: a key it does not know is an error, not a silent nothing."""


class Marked(Table, frozen=True, kw_only=True):
    """Where a rule comes from, and how well it is known."""

    source: Text
    sure: Sure


class DatedNumber(Marked, frozen=True, kw_only=True):
    from_on: date
    value: Positive


class DatedTime(Marked, frozen=True, kw_only=True):
    from_on: date
    value: time


class DatedKey(Marked, frozen=True, kw_only=True):
    from_on: date
    value: Key


class DatedRules(Table, frozen=True, kw_only=True):
    """Each rule as the list of its values over time, oldest first."""

    monthly_amount: tuple[DatedNumber, ...]
    cycle_months: tuple[DatedNumber, ...]
    pregnancy_from_week: tuple[DatedNumber, ...]
    child_entry_months: tuple[DatedNumber, ...]
    paid_until_months: tuple[DatedNumber, ...]
    paying_ends_at: tuple[DatedTime, ...]
    send_at: tuple[DatedTime, ...]
    first_payment_reminder_days: tuple[DatedNumber, ...]
    last_payment_reminder_days: tuple[DatedNumber, ...]
    missed_notice_days: tuple[DatedNumber, ...]
    catch_up_every_days: tuple[DatedNumber, ...]
    catch_up_times: tuple[DatedNumber, ...]
    antenatal: tuple[DatedKey, ...]


class Spell(Marked, frozen=True, kw_only=True):
    """Something that holds from a day to a day, both included, where they are given."""

    from_on: date = date.min
    until_on: date = date.max


class District(Spell, frozen=True, kw_only=True):
    """A district served; `key` is what a menu's answer and an audience's filter carry."""

    key: Key
    name: Text
    latin: Text
    province: Text
    province_latin: Text


class Age(Table, frozen=True, kw_only=True):
    """A length of time in calendar units."""

    days: Count = 0
    weeks: Count = 0
    months: Count = 0

    def after(self, start: date) -> date:
        return _later(start, self.months, self.days + 7 * self.weeks)


class Contact(Table, frozen=True, kw_only=True):
    """One visit: the ages at which it opens and closes, the dose that must lie before it."""

    key: Key
    opens: Age
    closes: Age
    after: Key | None = None
    after_weeks: Count = 0


class Schedule(Spell, frozen=True, kw_only=True):
    """Visits of one kind; one with a `preset` counts while the antenatal rule names it."""

    name: Text
    kind: Kind
    place: Where
    lead_days: Count
    visits: tuple[Contact, ...]
    preset: Key | None = None


class HolidayChanges(Table, frozen=True, kw_only=True):
    """Days that differ from the package's list of Lao public holidays."""

    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()


class ProgrammeFile(Table, frozen=True, kw_only=True):
    version: Text
    rules: DatedRules
    districts: tuple[District, ...]
    schedules: tuple[Schedule, ...]
    holidays: HolidayChanges = HolidayChanges()


@lru_cache(maxsize=2**14)  # births of a year or two, for each age of the schedules
def _later(start: date, months: int, days: int) -> date:
    return add_months(start, months) + timedelta(days=days)


def add_months(start: date, months: int) -> date:
    """The same day of a later month; the 31st of a shorter month is its last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def parse(text: str) -> ProgrammeFile:
    """The file of `text`; raises ProgrammeError naming the key that is missing or wrong."""
    try:
        return msgspec.convert(tomllib.loads(text), ProgrammeFile)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeError(f"programme.toml is no TOML: {error}") from None
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        key = path.rstrip("`") or "the file"
        raise ProgrammeError(f"programme.toml, {key}: {reason}") from None
