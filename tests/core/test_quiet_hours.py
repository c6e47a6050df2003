from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.programme import PROGRAMME
from gateway.core.programme_file import HolidayChanges
from gateway.core.quiet_hours import (
    SendingHours,
    is_allowed,
    lao_holidays,
    last_allowed_before,
    next_allowed_from,
    no_holidays,
)

VIENTIANE = ZoneInfo("Asia/Vientiane")
NIGHT = (time(19), time(8))
NOON = (time(12), time(14))


def hours(quiet=NIGHT, holidays=(), wave=60) -> SendingHours:
    return SendingHours(
        zone=VIENTIANE,
        quiet=quiet,
        is_holiday=frozenset(holidays).__contains__,
        wave=timedelta(minutes=wave),
    )


def at(text: str) -> datetime:
    """A moment of Vientiane: "2026-11-24 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=VIENTIANE)


@pytest.mark.parametrize(
    ("quiet", "moment", "allowed"),
    [
        (NIGHT, "2026-11-24 07:59:59", False),
        (NIGHT, "2026-11-24 08:00:00", True),
        (NIGHT, "2026-11-24 18:59:59", True),
        (NIGHT, "2026-11-24 19:00:00", False),
        (NIGHT, "2026-11-24 23:59:59", False),
        (NIGHT, "2026-11-25 00:00:00", False),
        (NOON, "2026-11-24 00:00:00", True),
        (NOON, "2026-11-24 11:59:59", True),
        (NOON, "2026-11-24 12:00:00", False),
        (NOON, "2026-11-24 14:00:00", True),
        (NOON, "2026-11-24 23:59:59", True),
        ((time(0), time(8)), "2026-11-24 00:00:00", False),
        ((time(0), time(8)), "2026-11-24 08:00:00", True),
        ((time(19), time(0)), "2026-11-24 00:00:00", True),
        ((time(19), time(0)), "2026-11-24 19:00:00", False),
        (None, "2026-11-24 03:00:00", True),
        ((time(8), time(8)), "2026-11-24 08:00:00", True),
    ],
)
def test_quiet_begins_at_its_start_and_is_over_at_its_end(quiet, moment, allowed):
    assert is_allowed(at(moment), hours(quiet)) is allowed


@pytest.mark.parametrize(
    ("utc", "allowed"),
    [
        (datetime(2026, 11, 24, 0, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 11, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), False),
    ],
)
def test_the_hours_are_those_of_vientiane_whatever_zone_the_moment_has(utc, allowed):
    assert is_allowed(utc, hours()) is allowed


def test_a_holiday_is_a_day_of_vientiane():
    closed = hours(quiet=None, holidays=[date(2026, 12, 2)])
    assert is_allowed(datetime(2026, 12, 1, 16, 59, tzinfo=UTC), closed)
    assert not is_allowed(datetime(2026, 12, 1, 17, 0, tzinfo=UTC), closed)
    assert not is_allowed(datetime(2026, 12, 2, 16, 59, tzinfo=UTC), closed)
    assert is_allowed(datetime(2026, 12, 2, 17, 0, tzinfo=UTC), closed)


NEW_YEAR = [date(2026, 4, 14), date(2026, 4, 15), date(2026, 4, 16)]
MOVES = [
    ("allowed", "2026-04-10 09:00", "2026-04-10 09:00", "2026-04-10 09:00"),
    ("first allowed moment", "2026-04-10 08:00", "2026-04-10 08:00", "2026-04-10 08:00"),
    ("quiet begins", "2026-04-10 19:00", "2026-04-10 18:00", "2026-04-11 08:00"),
    ("late evening", "2026-04-10 23:30", "2026-04-10 18:00", "2026-04-11 08:00"),
    ("midnight", "2026-04-11 00:00", "2026-04-10 18:00", "2026-04-11 08:00"),
    ("early morning", "2026-04-11 07:59", "2026-04-10 18:00", "2026-04-11 08:00"),
    ("first holiday", "2026-04-14 09:00", "2026-04-13 18:00", "2026-04-17 08:00"),
    ("last holiday", "2026-04-16 18:59", "2026-04-13 18:00", "2026-04-17 08:00"),
    ("evening before", "2026-04-13 20:00", "2026-04-13 18:00", "2026-04-17 08:00"),
    ("morning after", "2026-04-17 07:00", "2026-04-13 18:00", "2026-04-17 08:00"),
    ("day after", "2026-04-17 09:00", "2026-04-17 09:00", "2026-04-17 09:00"),
]


@pytest.mark.parametrize(("label", "moment", "before", "after"), MOVES)
def test_a_reminder_goes_out_before_quiet_and_holidays_a_broadcast_after(
    label, moment, before, after
):
    closed = hours(holidays=NEW_YEAR, wave=60)
    assert last_allowed_before(at(moment), closed) == at(before), label
    assert next_allowed_from(at(moment), closed) == at(after), label


def test_a_wave_longer_than_the_day_starts_with_the_day():
    short_day = hours(quiet=(time(9), time(8, 30)), wave=60)
    assert last_allowed_before(at("2026-11-24 12:00"), short_day) == at("2026-11-24 08:30")


def test_in_the_last_hour_nothing_is_moved():
    moment = at("2026-11-24 18:59")
    assert last_allowed_before(moment, hours(wave=60)) == moment


def test_between_two_spans_of_a_day_the_earlier_or_the_later_is_taken():
    moment = at("2026-11-24 13:00")
    assert last_allowed_before(moment, hours(NOON, wave=30)) == at("2026-11-24 11:30")
    assert next_allowed_from(moment, hours(NOON)) == at("2026-11-24 14:00")


def test_without_quiet_hours_a_holiday_still_counts():
    closed = hours(quiet=None, holidays=[date(2026, 12, 2)], wave=60)
    assert last_allowed_before(at("2026-12-02 09:00"), closed) == at("2026-12-01 23:00")
    assert next_allowed_from(at("2026-12-02 09:00"), closed) == at("2026-12-03 00:00")


def test_a_reminder_of_new_years_day_goes_out_in_the_old_year():
    closed = hours(holidays=[date(2027, 1, 1)], wave=60)
    assert last_allowed_before(at("2027-01-01 09:00"), closed) == at("2026-12-31 18:00")


times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
closed_days = st.frozensets(st.dates(date(2026, 4, 1), date(2026, 4, 30)))
moments = st.datetimes(
    datetime(2026, 4, 1),  # noqa: DTZ001 - hypothesis takes the zone apart
    datetime(2026, 4, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, VIENTIANE]),
)


@given(moments, st.none() | st.tuples(times, times), closed_days, st.integers(1, 1000))
def test_what_is_moved_is_allowed_and_on_the_right_side(moment, quiet, holidays, wave):
    anything = hours(quiet, holidays, wave)
    before = last_allowed_before(moment, anything)
    after = next_allowed_from(moment, anything)
    assert before <= moment <= after
    assert is_allowed(before, anything)
    assert is_allowed(after, anything)
    assert (before == moment == after) is is_allowed(moment, anything)


@given(moments, st.none() | st.tuples(times, times), closed_days)
def test_no_allowed_minute_lies_between_a_moment_and_where_a_broadcast_goes(
    moment, quiet, holidays
):
    anything = hours(quiet, holidays)
    after = next_allowed_from(moment, anything)
    skipped = min(int((after - moment).total_seconds() // 60), 600)
    assert not any(
        is_allowed(moment + timedelta(minutes=minute), anything) for minute in range(skipped)
    )


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 1, 1), True),
        (date(2026, 4, 13), False),
        (date(2026, 4, 14), True),
        (date(2026, 4, 15), True),
        (date(2026, 4, 16), True),
        (date(2026, 4, 17), False),
        (date(2026, 5, 1), True),
        (date(2026, 12, 2), True),
        (date(2026, 12, 25), False),
        (date(2030, 4, 14), True),
    ],
)
def test_public_holidays_are_those_of_laos(day, holiday):
    assert lao_holidays(PROGRAMME.holidays)(day) is holiday


def test_the_programme_file_adds_and_removes_holidays():
    changes = HolidayChanges(
        added=frozenset({date(2026, 4, 17)}), removed=frozenset({date(2026, 5, 1)})
    )
    is_holiday = lao_holidays(changes)
    assert is_holiday(date(2026, 4, 17))
    assert not is_holiday(date(2026, 5, 1))
    assert is_holiday(date(2026, 4, 14))


def test_what_may_go_on_any_day_knows_no_holiday():
    assert not no_holidays(date(2026, 4, 14))
