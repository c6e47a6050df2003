"""Migration 0023 on a database whose people cannot be found by a part of their name yet."""

from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from tests.registry.test_migrations import new_database

PLACES = (
    "insert into districts (id, province, province_latin, name, name_latin)"
    " values (1, 'p', 'p', 'd', 'd')",
    *(
        f"insert into {table} (id, district_id, name, name_latin) values (1, 1, 'n', 'n')"  # noqa: S608 - our own names
        for table in ("villages", "health_centres", "pay_points")
    ),
)
WOMAN = (
    "insert into beneficiaries (id, registration_no, name, name_latin, status, category,"
    " district_id, village_id, health_centre_id, pay_point_id, consent_payment, consent_health,"
    " set_here, created_at, updated_at) values (:id, :number, 'ນາງ ບຸນມີ', 'Nang Bounmi',"
    " 'enrolled', 'child', 1, 1, 1, 1, true, true, '[]', '2026-11-20 02:00:00',"
    " '2026-11-20 02:00:00')"
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everybody_gets_a_key_of_her_name(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
):
    url = f"sqlite:///{tmp_path}/search.sqlite"
    if kind == "postgresql":
        url = new_database(request.getfixturevalue("postgresql_server"), "search")
    upgrade(url, "0022")
    database = Database(url)
    women = [{"id": f"{n:032x}", "number": f"{n:08d}"} for n in range(1, 12)]
    with database.writing() as connection:
        for statement in PLACES:
            connection.execute(text(statement))
        connection.execute(text(WOMAN), women)

    upgrade(url)

    with database.reading() as connection:
        keys = connection.execute(text("select distinct name_key from beneficiaries")).scalars()
        assert keys.all() == ["ນາງບຸນມີ nangbounmi nangbunmi"]
    database.dispose()
