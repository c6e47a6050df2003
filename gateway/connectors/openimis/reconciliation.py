"""The sink: what staff confirmed as paid, by the CSV reconciliation of the payrolls it stands in.

openIMIS reconciles a row only where it says Yes and the benefit is ACCEPTED, and says that it took
a file even where it took no row. So what counts is what the payroll's list says afterwards;
whatever stands there already is not sent again, and a push that was killed may be repeated.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.connectors.driver import Ground
from gateway.connectors.openimis import payments
from gateway.connectors.openimis.people import text_of
from gateway.connectors.openimis.registry import Registry, listed, make
from gateway.connectors.openimis.settings import OpenimisSettings
from gateway.connectors.openimis.windows import Node
from gateway.connectors.source import Fault, Outcome, Pushed, SourceError

PATH = "/api/payroll/csv_reconciliation/"
NOT_FOUND = "no benefit of this person, cycle and amount"
SEVERAL = "several benefits of this person, cycle and amount"
NOT_KEPT = "openIMIS keeps no record of a payment that was not made"
CLOSED = "its payroll takes no reconciliation"
NOT_TAKEN = "openIMIS has not reconciled it"
_UPLOADS = """query Uploads($name: String) {
  uploads: csvReconciliationUpload(fileName: $name, first: 1) {
    edges { cursor node { status error } } } }"""
Key = tuple[str, str, int]  # registration number, cycle, kip


@dataclass(frozen=True)
class Benefit:
    """Where an outcome is to be written; `is_open`: its payroll takes reconciliations."""

    payroll: UUID
    code: str
    is_done: bool
    is_open: bool


def make_sink(settings: OpenimisSettings, ground: Ground) -> "Reconciliation":
    """Raises ConnectionsError."""
    return Reconciliation(make(settings, ground), ground)


@dataclass(frozen=True)
class Reconciliation:
    """Tells one openIMIS what was paid."""

    registry: Registry
    ground: Ground

    def push(self, outcomes: Sequence[Outcome], *, dry_run: bool) -> Pushed:
        refused = {one.payment_id: NOT_KEPT for one in outcomes if not one.paid}
        made = [one for one in outcomes if one.paid]
        found = self._found(made) if made else {}
        by_payroll: dict[UUID, dict[str, Outcome]] = defaultdict(dict)
        taken: list[UUID] = []
        for one in made:
            place, reason = _only(found.get(_key(one), set()))
            if place is None:
                refused[one.payment_id] = reason
            elif place.is_done:
                taken.append(one.payment_id)
            else:
                by_payroll[place.payroll][place.code] = one
        for payroll, wanted in by_payroll.items():
            done, wrong = self._reconcile(payroll, wanted, dry_run=dry_run)
            taken += done
            refused |= wrong
        return Pushed(taken=tuple(taken), refused=refused)

    def _found(self, outcomes: Sequence[Outcome]) -> Mapping[Key, set[Benefit]]:
        """Where each stands; the list is read page by page, and only what was asked for kept."""
        wanted = {_key(one) for one in outcomes}
        found: dict[Key, set[Benefit]] = defaultdict(set)
        days = [one.due_on for one in outcomes]
        for node, number in self.registry.benefits_due(min(days), max(days)):
            row = payments.row_of(node, number, self.registry.settings)
            if row is None or not row["amount"].isdecimal() or row["status"] == "cancelled":
                continue
            key = (row["registration_no"], row["cycle"], int(row["amount"]))
            if key in wanted:
                found[key].add(_benefit(node))
        return found

    def _reconcile(
        self, payroll: UUID, wanted: Mapping[str, Outcome], *, dry_run: bool
    ) -> tuple[list[UUID], dict[UUID, str]]:
        columns, before = self._list(payroll)
        done = {code for code in wanted if _is_done(before.get(code))}
        open_ones = [before[code] for code in wanted if code in before and code not in done]
        gone = {one.payment_id: NOT_FOUND for code, one in wanted.items() if code not in before}
        if dry_run or not open_ones:
            done |= {row["Code"] for row in open_ones}
            return [wanted[code].payment_id for code in sorted(done)], gone
        sent = [
            {**row, "Paid": "Yes", "Receipt": receipt_of(wanted[row["Code"]])} for row in open_ones
        ]
        name = f"gateway-{self.ground.now():%Y%m%dT%H%M%S%f}.csv"
        self._post(payroll, name, _written(columns, sent))
        _columns, after = self._list(payroll)
        done |= {row["Code"] for row in sent if _is_done(after.get(row["Code"]))}
        said = self._errors(name)
        wrong = {
            one.payment_id: said.get(code, NOT_TAKEN)
            for code, one in wanted.items()
            if code not in done and code in before
        }
        return [wanted[code].payment_id for code in sorted(done)], gone | wrong

    def _list(self, payroll: UUID) -> tuple[list[str], dict[str, dict[str, str]]]:
        """The columns, and {code: row} of the payroll's list."""
        asked = {"payroll_id": str(payroll), "blank": "true"}
        octets = self.registry.session.file("GET", PATH, params=asked)
        try:
            reader = csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline=""))
            rows = list(reader)
        except (UnicodeDecodeError, csv.Error):
            raise SourceError(Fault.MALFORMED, "csv_reconciliation") from None
        columns = list(reader.fieldnames or ())
        lacking = {"Code", "Status", "Receipt", "Paid"} - set(columns)
        if lacking:
            raise SourceError(Fault.UNKNOWN_SHAPE, f"csv_reconciliation lacks {min(lacking)}")
        return columns, {row["Code"]: row for row in rows}

    def _post(self, payroll: UUID, name: str, text: str) -> None:
        octets = self.registry.session.file(
            "POST",
            PATH,
            params={"payroll_id": str(payroll)},
            files={"file": (name, text.encode(), "text/csv")},
        )
        try:
            told = json.loads(octets)
        except ValueError:
            raise SourceError(Fault.MALFORMED, "csv_reconciliation") from None
        if not isinstance(told, dict) or told.get("success") is not True:
            raise SourceError(Fault.MALFORMED, "csv_reconciliation")

    def _errors(self, name: str) -> Mapping[str, str]:
        """{code: what openIMIS said of the row}, of the file of that name."""
        told = self.registry.session.ask(_UPLOADS, {"name": name}, "csvReconciliationUpload")
        for node, _cursor in listed(told.get("uploads")):
            held = node.get("error")
            try:
                read = json.loads(held) if isinstance(held, str) else held
            except ValueError:
                read = None
            if isinstance(read, dict):
                return {str(code): _sentence(said) for code, said in read.items() if said}
        return {}


def _only(places: set[Benefit]) -> tuple[Benefit | None, str]:
    if len(places) != 1:
        return None, SEVERAL if places else NOT_FOUND
    (place,) = places
    return (place, "") if place.is_done or place.is_open else (None, CLOSED)


def _benefit(node: Node) -> Benefit:
    payroll, benefit = node["payroll"], node["benefit"]
    return Benefit(
        payroll=_uuid(text_of(payroll.get("uuid"))),
        code=text_of(benefit.get("code")),
        is_done=benefit.get("status") == "RECONCILED",
        is_open=payroll.get("status") == "APPROVE_FOR_PAYMENT",
    )


def receipt_of(outcome: Outcome) -> str:
    """The same for a payment whenever it is told."""
    return f"GW-{outcome.payment_id.hex}"


def _key(outcome: Outcome) -> Key:
    return outcome.registration_no, outcome.cycle, outcome.amount


def _is_done(row: Mapping[str, str] | None) -> bool:
    return row is not None and row.get("Status") == "RECONCILED"


def _sentence(said: object) -> str:
    return ", ".join(map(str, said))[:200] if isinstance(said, list) else str(said)[:200]


def _written(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    into = io.StringIO(newline="")
    writer = csv.DictWriter(into, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return into.getvalue()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SourceError(Fault.MALFORMED, "payroll") from None
