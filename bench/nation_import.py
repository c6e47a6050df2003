"""An import of people beside the floor: COPY, and INSERT ... SELECT into the same indexes."""

import csv
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bench.console_data import CENTRES_EACH, DISTRICTS, VILLAGES_EACH
from bench.meter import Meter
from gateway.core.keys import peppers_of
from gateway.core.names import latin_of, name_key
from gateway.registry.database import Database
from gateway.registry.imports import import_beneficiaries

ROWS = 100_000
FIRST = 50_000_000
COLUMNS = (
    "registration_no", "name", "msisdn", "locale", "status", "category", "edd", "child_dob",
    "province", "district", "village", "health_centre", "pay_point", "consent_payment",
    "consent_health", "pin",
)  # fmt: skip
_SYLLABLES = ("ບຸນ", "ມີ", "ຄຳ", "ແກ້ວ", "ສົມ", "ພອນ", "ວັນ", "ນາ", "ຈັນ", "ທາ", "ສີ", "ດາ", "ວົງ", "ໄຊ",
              "ພິມ", "ມະ", "ນີ", "ລັດ", "ຕະ", "ນະ", "ເພັດ", "ສຸກ", "ອິນ", "ທະ")  # fmt: skip
_FLOOR = """
CREATE TEMPORARY TABLE raw (registration_no text, name text, name_latin text, name_key text,
    msisdn text, child_dob date, district text, village text, health_centre text, pay_point text)
    ON COMMIT DROP
"""
_INSERT = """
INSERT INTO beneficiaries (id, registration_no, name, name_latin, name_key, msisdn, locale, status,
    category, child_dob, enrolled_on, district_id, village_id, health_centre_id, pay_point_id,
    consent_payment, consent_health, set_here, created_at, updated_at)
SELECT gen_random_uuid(), r.registration_no, r.name, r.name_latin, r.name_key, r.msisdn, 'lo',
    'enrolled', 'child', r.child_dob, current_date, d.id, v.id, h.id, p.id, true, true, '[]', now(),
    now()
FROM raw r JOIN districts d ON d.name = r.district
JOIN villages v ON v.district_id = d.id AND v.name = r.village
JOIN health_centres h ON h.district_id = d.id AND h.name = r.health_centre
JOIN pay_points p ON p.district_id = d.id AND p.name = r.pay_point
"""
_FORGET = f"DELETE FROM beneficiaries WHERE registration_no >= '{FIRST}'"  # noqa: S608 - our own number


def measure_import(meter: Meter, database: Database, now: datetime) -> Iterator[dict[str, object]]:
    """ROWS new people: by the floor, by the import, and the same file once more."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        _write(path, now.date())
        known = _keys(path)
        yield _speed(meter.measure("floor of an import", lambda: _copied(database, path, known)))
        _forgotten(database)
        yield _speed(meter.measure("import", lambda: _imported(database, path, now)))
        yield _speed(meter.measure("the same file again", lambda: _imported(database, path, now)))
        _forgotten(database)


def _speed(row: dict[str, object]) -> dict[str, object]:
    cpu = float(str(row["worker CPU s"])) + float(str(row["database CPU s"]))
    return row | {"rows a second of CPU": round(ROWS / cpu)}


def _write(path: Path, today: date) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(people(today, ROWS))


def people(today: date, count: int) -> Iterator[tuple[str, ...]]:
    """Rows of a file with COLUMNS: the same ones each time."""
    dice = random.Random(1)  # noqa: S311 - as said
    for number in range(count):
        district, place = 1 + number % DISTRICTS, 1 + number // DISTRICTS % VILLAGES_EACH
        name = f"ນາງ {_name(dice, 2)} {_name(dice, 3)}"
        born_on = today - timedelta(days=dice.randrange(1, 360))
        yield (
            str(FIRST + number), name, f"020 2{number:07d}", "lo", "enrolled", "child", "",
            born_on.isoformat(), "ແຂວງ", f"ເມືອງ {district}", f"ບ້ານ {place}",
            f"ສຸກສາລາ {1 + place % CENTRES_EACH}", f"ບ່ອນຈ່າຍ {place}", "yes", "yes", "",
        )  # fmt: skip


def _name(dice: random.Random, length: int) -> str:
    return "".join(dice.choice(_SYLLABLES) for _ in range(length))


def _keys(path: Path) -> dict[str, tuple[str, str]]:
    """{name: its Latin letters, its key}: of the floor they are given, not made."""
    with path.open(newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    with ProcessPoolExecutor(1) as other:  # what an import remembers, it has to find out itself
        return dict(other.map(_keyed, names, chunksize=1000))


def _keyed(name: str) -> tuple[str, tuple[str, str]]:
    return name, (latin_of(name), name_key(name, latin_of(name)))


def _copied(database: Database, path: Path, keys: dict[str, tuple[str, str]]) -> int:
    with database.writing() as connection, path.open(newline="") as file:
        connection.execute(text(_FLOOR))
        cursor = connection.connection.cursor()
        with cursor.copy("COPY raw FROM STDIN") as copy:
            for row in csv.DictReader(file):
                name, number = row["name"], f"+856{row['msisdn'][1:].replace(' ', '')}"
                copy.write_row(
                    (row["registration_no"], name, *keys[name], number, row["child_dob"],
                     row["district"], row["village"], row["health_centre"], row["pay_point"])
                )  # fmt: skip
        return connection.execute(text(_INSERT)).rowcount


def _imported(database: Database, path: Path, now: datetime) -> int:
    report = import_beneficiaries(
        database, path, now=now, today=now.date(), peppers=peppers_of("bench")
    )
    if report.errors:
        raise RuntimeError(report.errors[0])
    return report.new + report.unchanged


def _forgotten(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text(_FORGET))
    with database.engine.connect() as connection:
        asked = connection.execution_options(isolation_level="AUTOCOMMIT")
        asked.execute(text("VACUUM ANALYZE beneficiaries"))
