"""Rules of our own, so that a test does not change its mind when the ministry does."""

from datetime import date, time
from typing import Any

from gateway.core.programme import Rules, VisitRule
from gateway.core.programme_file import Age, District

_MARK: dict[str, Any] = {"source": "this test", "sure": "public source"}


def visit_rule(key: str, kind: Any, opens: Age, closes: Age, **more: Any) -> VisitRule:
    values: dict[str, Any] = {
        "where": "centre" if kind in {"antenatal", "postnatal"} else "outreach",
        "lead_days": 3,
        "after": None,
        "after_weeks": 0,
        **more,
    }
    return VisitRule(key=key, kind=kind, opens=opens, closes=closes, **values)


VISITS = (
    visit_rule("anc1", "antenatal", Age(weeks=12), Age(weeks=25)),
    visit_rule("anc2", "antenatal", Age(weeks=26), Age(weeks=31)),
    visit_rule("anc3", "antenatal", Age(weeks=36), Age(weeks=41)),
    visit_rule("pnc1", "postnatal", Age(days=0), Age(days=1), lead_days=0),
    visit_rule("pnc2", "postnatal", Age(weeks=6), Age(weeks=8)),
    visit_rule("bcg", "vaccine", Age(days=0), Age(months=12), lead_days=0, where="centre"),
    visit_rule("penta1", "vaccine", Age(weeks=6), Age(months=12)),
    visit_rule("penta2", "vaccine", Age(weeks=10), Age(months=12), after="penta1", after_weeks=4),
    visit_rule("penta3", "vaccine", Age(weeks=14), Age(months=12), after="penta2", after_weeks=4),
    visit_rule("vitamin_a", "supplement", Age(months=6), Age(months=11)),
    visit_rule("mr1", "vaccine", Age(months=9), Age(months=18)),
)


def rules(**changes: Any) -> Rules:
    values: dict[str, Any] = {
        "from_on": date(2020, 1, 1),
        "monthly_amount": 150_000,
        "cycle_months": 2,
        "pregnancy_from_week": 13,
        "child_entry_months": 6,
        "paid_until_months": 12,
        "paying_ends_at": time(16),
        "send_at": time(9),
        "first_payment_reminder_days": 3,
        "last_payment_reminder_days": 1,
        "missed_notice_days": 14,
        "catch_up_every_days": 28,
        "catch_up_times": 2,
        "antenatal": "anc4",
        "districts": (
            District(
                key="nong",
                name="ນອງ",
                latin="Nong",
                province="ສະຫວັນນະເຂດ",
                province_latin="Savannakhet",
                **_MARK,
            ),
        ),
        "visits": VISITS,
        **changes,
    }
    return Rules(**values)
