"""When a broadcast may go out: holidays and quiet hours leave time, or it is said."""

from datetime import datetime, timedelta

import pytest

from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.windows import LONGEST_AHEAD, check_start, is_over, window_from
from tests.core.reminding import HOURS, VIENTIANE, at


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("an ordinary day", "2026-11-24 10:00", "2026-11-27 10:00"),
        ("in the evening", "2026-11-24 20:00", "2026-11-28 08:00"),
        ("at night", "2026-11-24 03:00", "2026-11-27 08:00"),
        ("over a holiday", "2026-11-30 10:00", "2026-12-04 10:00"),
        ("first morning of the New Year", "2027-04-14 08:00", "2027-04-20 08:00"),
        ("the evening before it", "2027-04-13 19:00", "2027-04-20 08:00"),
        ("an hour before the quiet hours before it", "2027-04-13 18:00", "2027-04-19 18:00"),
        ("five days in 2028", "2028-04-13 19:00", "2028-04-22 08:00"),
    ],
)
def test_three_days_are_days_on_which_something_may_go_out(label: str, start: str, end: str):
    window = window_from(at(start), None, hours=HOURS)

    assert window.ends_at == at(end), label
    assert not is_over(window.starts_at, window.ends_at, hours=HOURS)


@pytest.mark.parametrize(
    ("label", "start", "end", "leaves_time"),
    [
        ("a minute", "2026-11-24 18:59", "2026-11-24 19:00", True),
        ("less than a minute", "2026-11-24 18:59:30", "2026-11-24 19:30", False),
        ("quiet hours alone", "2026-11-24 19:00", "2026-11-25 08:00", False),
        ("a minute of the morning", "2026-11-24 19:00", "2026-11-25 08:01", True),
        ("the New Year", "2027-04-13 19:00", "2027-04-17 08:00", False),
        ("the New Year and a minute", "2027-04-13 19:00", "2027-04-17 08:01", True),
    ],
)
def test_an_end_must_leave_an_allowed_minute(label: str, start: str, end: str, leaves_time: bool):
    assert is_over(at(start), at(end), hours=HOURS) is not leaves_time, label
    if leaves_time:
        assert window_from(at(start), at(end), hours=HOURS).ends_at == at(end)
        return
    with pytest.raises(BroadcastError) as refused:
        window_from(at(start), at(end), hours=HOURS)
    assert refused.value.fault == "no_time"
    first = refused.value.params["first"]
    assert isinstance(first, datetime)
    assert first + timedelta(minutes=1) > at(end)


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        ("2026-11-24 10:00", "ends_first"),
        ("2026-11-23 10:00", "ends_first"),
        ("0001-01-01 00:00", "ends_first"),
        ("2026-12-08 10:00", None),
        ("2026-12-08 10:01", "too_long"),
        ("9999-12-31 23:59", "too_long"),
    ],
)
def test_an_end_lies_after_the_start_and_within_a_fortnight(end: str, fault: str | None):
    _refused(fault, lambda: window_from(at("2026-11-24 10:00"), at(end), hours=HOURS))


@pytest.mark.parametrize(
    ("start", "fault"),
    [
        (at("2026-11-24 10:00"), None),
        (at("2026-11-24 09:59:30"), None),
        (at("2026-11-24 06:00"), "in_the_past"),
        (at("0001-01-01 00:00"), "in_the_past"),
        (at("2026-11-24 10:00") + LONGEST_AHEAD, None),
        (at("2026-11-24 10:01") + LONGEST_AHEAD, "too_far"),
        (datetime.max.replace(tzinfo=VIENTIANE), "too_far"),
    ],
)
def test_a_start_lies_neither_in_the_past_nor_too_far_ahead(start: datetime, fault: str | None):
    _refused(fault, lambda: check_start(start, now=at("2026-11-24 10:00"), hours=HOURS))


def _refused(fault, ask) -> None:
    if fault is None:
        ask()
        return
    with pytest.raises(BroadcastError) as refused:
        ask()
    assert refused.value.fault == fault
