"""A benefit within a payroll as a row of an import file. Money is never guessed.

An amount with a fraction, two live benefits of one person and cycle that say otherwise, a word for
a status that is not known: each stands in the rows as it came, and the import refuses the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.connectors.openimis.people import text_of
from gateway.connectors.openimis.settings import PAYMENT_STATUSES, OpenimisSettings
from gateway.connectors.source import Texts

NAMES = frozenset({"registration_no", "cycle", "due_on", "amount", "pay_point", "status"})
Node = Mapping[str, Any]


def row_of(node: Node, number: str, settings: OpenimisSettings) -> Texts | None:
    """None where nothing is to be said of it: see `payment_statuses` and `payroll_statuses`."""
    payroll, benefit = node.get("payroll") or {}, node.get("benefit") or {}
    status = _status(payroll, benefit, settings)
    if not status or not number or node.get("isDeleted"):
        return None
    cycle = payroll.get("paymentCycle") or {}
    return {
        "registration_no": number,
        "cycle": text_of(cycle.get("startDate"))[:7],
        "due_on": text_of(benefit.get("dateDue"))[:10],
        "amount": whole(text_of(benefit.get("amount"))),
        "pay_point": text_of((payroll.get("paymentPoint") or {}).get("name")),
        "status": status,
    }


def whole(amount: str) -> str:
    """ "150000.00" as "150000"; anything else than whole kip as it is."""
    try:
        value = Decimal(amount)
        kip = int(value) if value.is_finite() and abs(value) < 10**16 else None
    except InvalidOperation:
        return amount
    return str(kip) if kip is not None and kip == value else amount


def key_of(row: Texts) -> tuple[str, str]:
    """Of a person in a cycle there is one payment."""
    return row["registration_no"], row["cycle"]


def without_superseded(rows: Iterable[Texts]) -> Sequence[Texts]:
    """One row for each person and cycle, unless two live ones say otherwise: then all of them."""
    by_key: dict[tuple[str, str], list[Texts]] = {}
    for row in rows:
        same = by_key.setdefault(key_of(row), [])
        if row not in same:
            same.append(row)
    kept = []
    for same in by_key.values():
        live = [row for row in same if row["status"] != "cancelled"]
        kept += live or same[-1:]
    return kept


def _status(payroll: Node, benefit: Node, settings: OpenimisSettings) -> str:
    said = text_of(benefit.get("status"))
    known = {**PAYMENT_STATUSES, **settings.payment_statuses}
    status = known.get(said, said)
    if status == "paid":
        return status  # whatever became of its payroll since
    if text_of(payroll.get("status")) == "REJECTED" or payroll.get("isDeleted"):
        return "cancelled" if status else ""
    if benefit.get("isDeleted"):
        return "cancelled" if status else ""
    return status if text_of(payroll.get("status")) in settings.payroll_statuses else ""
