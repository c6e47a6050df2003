"""Files as programmes deliver them: a good row each, to be changed cell by cell."""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from openpyxl import Workbook

from gateway.core.keys import peppers_of

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PEPPERS = peppers_of("a secret")

BENEFICIARY = {
    "registration_no": "26000001",
    "name": "ນາງ ບຸນມີ ໄຊຍະວົງ",
    "msisdn": "020 5551 2345",
    "locale": "lo",
    "status": "enrolled",
    "category": "child",
    "edd": "",
    "child_dob": "2026-07-20",
    "province": "ອັດຕະປື",
    "district": "ສະໜາມໄຊ",
    "village": "ໂພນແກ້ວ",
    "health_centre": "ສຸກສາລາ ປິນດົງ",
    "pay_point": "ບ້ານ ໂພນແກ້ວ",
    "consent_payment": "yes",
    "consent_health": "yes",
    "pin": "",
}
PAYMENT = {
    "registration_no": "26000001",
    "cycle": "2026-11",
    "due_on": "2026-12-04",
    "amount": "300000",
    "pay_point": "ບ້ານ ໂພນແກ້ວ",
    "status": "scheduled",
}
VISIT = {"registration_no": "26000001", "visit": "penta1", "done_on": "2026-09-02"}

Row = Mapping[str, object]


def beneficiary(registration_no: str = "26000001", **changes: str) -> dict[str, str]:
    return BENEFICIARY | {"registration_no": registration_no} | changes


def payment(registration_no: str = "26000001", **changes: str) -> dict[str, str]:
    return PAYMENT | {"registration_no": registration_no} | changes


def result(registration_no: str = "26000001", **changes: str) -> dict[str, str]:
    """Of a file of payments made or missed."""
    made = {"registration_no": registration_no, "cycle": "2026-11", "status": "paid"}
    return made | changes


def visit(registration_no: str = "26000001", **changes: str) -> dict[str, str]:
    return VISIT | {"registration_no": registration_no} | changes


def write_csv(path: Path, rows: Iterable[Row], encoding: str = "utf-8") -> Path:
    listed = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return path


def write_xlsx(path: Path, rows: Iterable[Row]) -> Path:
    listed = list(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(listed[0]))
    for row in listed:
        sheet.append(list(row.values()))
    book.save(path)
    return path
