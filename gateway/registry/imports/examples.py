"""An example of each import file, ready to be imported: nobody's numbers, places called example."""

from collections.abc import Sequence
from datetime import date, timedelta

from gateway.core.programme import PROGRAMME
from gateway.registry.imports.vocabulary import FILES

_EXAMPLE = "ຕົວຢ່າງ"
_CHILD, _PREGNANT = "00000001", "00000002"


def example(kind: str, today: date) -> list[Sequence[str]]:
    """The rows below the headings of `FILES[kind]`; days are plausible as of `today`.

    Payments and visits are of the people in the first file. They have no phone: one who imports an
    example by mistake sends nobody an SMS.
    """
    rows = {
        "beneficiaries": _beneficiaries,
        "payments": _payments,
        "visits": _visits,
        "payment_results": _results,
    }[kind](today)
    return [[row.get(column, "") for column in FILES[kind]] for row in rows]


def _beneficiaries(today: date) -> list[dict[str, str]]:
    district = PROGRAMME.rules_on(today).districts[0]
    both = {
        "locale": "lo",
        "status": "enrolled",
        "province": district.province,
        "district": district.name,
        "village": _EXAMPLE,
        "health_centre": _EXAMPLE,
        "pay_point": _EXAMPLE,
        "consent_payment": "no",
        "consent_health": "no",
        "phone_owner": "self",
    }
    born, due = today - timedelta(days=80), today + timedelta(days=100)
    return [
        both
        | {"registration_no": _CHILD, "name": f"{_EXAMPLE} 1", "category": "child"}
        | {"child_dob": born.isoformat()},
        both
        | {"registration_no": _PREGNANT, "name": f"{_EXAMPLE} 2", "category": "pregnant"}
        | {"edd": due.isoformat()},
    ]


def _payments(today: date) -> list[dict[str, str]]:
    rules = PROGRAMME.rules_on(today)
    amount = str(rules.monthly_amount * rules.cycle_months)
    one = {
        "cycle": f"{today:%Y-%m}",
        "due_on": (today + timedelta(days=14)).isoformat(),
        "amount": amount,
        "pay_point": _EXAMPLE,
        "status": "scheduled",
    }
    return [one | {"registration_no": number} for number in (_CHILD, _PREGNANT)]


def _results(today: date) -> list[dict[str, str]]:
    cycle = f"{today:%Y-%m}"
    return [
        {"registration_no": _CHILD, "cycle": cycle, "status": "paid"},
        {"registration_no": _PREGNANT, "cycle": cycle, "status": "missed"},
    ]


def _visits(today: date) -> list[dict[str, str]]:
    done_on = (today - timedelta(days=7)).isoformat()
    return [
        {"registration_no": _CHILD, "visit": "penta1", "done_on": done_on},
        {"registration_no": _PREGNANT, "visit": "anc1", "done_on": done_on},
    ]
