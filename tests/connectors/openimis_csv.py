"""The payroll's CSV reconciliation, as openIMIS's service does it."""

import csv
import io
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.connectors.openimis_server import Openimis

COLUMNS = (
    "Payroll Name", "Payroll Status", "First Name", "Last Name", "Date of Birth", "Code",
    "Status", "Amount", "Type", "Receipt", "Paid",
)  # fmt: skip


def reconciliation(
    openimis: "Openimis", method: str, asked: dict[str, str], kind: str, body: bytes
) -> tuple[int, bytes]:
    """Status and body of an answer."""
    right = "206001" if method == "GET" else "206002"
    if right not in openimis.rights:
        return 403, b'{"detail": "You do not have permission to perform this action."}'
    payroll = openimis.payrolls.get(asked.get("payroll_id", ""))
    if payroll is None:
        return 500, b'{"success": false, "error": "payroll_not_found"}'
    if payroll["status"] != "APPROVE_FOR_PAYMENT":
        return 500, b'{"success": false, "error": "payroll_not_approved_for_payment"}'
    benefits = openimis.benefits_of(payroll["uuid"])
    if method == "GET":
        return 200, _blank(payroll, benefits)
    openimis.before_upload()
    name, text = _uploaded(kind, body)
    if any(one["fileName"] == name for one in openimis.uploads):
        return 500, b'{"success": false, "error": "file exists"}'
    errors = _reconcile(benefits, text)
    status = "PARTIAL_SUCCESS" if errors else "SUCCESS"
    openimis.uploads.append({"uuid": name, "fileName": name, "status": status, "error": errors})
    return 201, b'{"success": true, "error": null}'


def _blank(payroll: dict[str, Any], benefits: list[dict[str, Any]]) -> bytes:
    into = io.StringIO()
    writer = csv.writer(into)
    writer.writerow(COLUMNS)
    for one in benefits:
        person = one["individual"]
        paid = "Yes" if one["status"] == "RECONCILED" else ""
        writer.writerow([
            payroll["name"], payroll["status"], person["firstName"], person["lastName"],
            person["dob"], one["code"], one["status"], one["amount"], one["type"],
            one["receipt"] or "", paid,
        ])  # fmt: skip
    return into.getvalue().encode()


def _uploaded(kind: str, body: bytes) -> tuple[str, str]:
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    (part,) = list(message.walk())[1:]
    octets: bytes = part.get_payload(decode=True)  # type: ignore[assignment]
    return str(part.get_filename()), octets.decode()


def _reconcile(benefits: list[dict[str, Any]], text: str) -> dict[str, list[str]]:
    errors = {}
    by_code = {one["code"]: one for one in benefits}
    for row in csv.DictReader(io.StringIO(text)):
        found = _reconcile_row(by_code.get(row["Code"]), row)
        if found:
            errors[row["Code"]] = found
    return errors


def _reconcile_row(benefit: dict[str, Any] | None, row: dict[str, str]) -> list[str]:
    if benefit is None:
        return ["benefit_consumption_not_found"]
    errors = []
    if row["Paid"] not in {"Yes", "No"}:
        errors.append("paid_column_invalid_value")
    if not row["Receipt"]:
        errors.append("receipt_required")
    if benefit["status"] != row["Status"]:
        errors.append("status_not_matching")
    if not errors and row["Paid"] == "Yes" and benefit["status"] == "ACCEPTED":
        benefit |= {"status": "RECONCILED", "receipt": row["Receipt"]}
    return errors
