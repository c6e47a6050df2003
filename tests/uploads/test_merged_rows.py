"""A row under a number that was merged is reported, however often the file is looked through."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, registration_aliases
from gateway.uploads import store
from gateway.uploads.running import Runner
from gateway.uploads.tables import import_lines, imports
from tests.registry.files import NOW, beneficiary, write_csv
from tests.registry.importer import Importer
from tests.uploads.test_running import bring, runner

__all__ = ["runner"]

HERS, OTHER = "26000001", "26000011"


def kept_lines(database: Database) -> list[tuple[int, str]]:
    with database.reading() as connection:
        rows = connection.execute(select(import_lines).where(import_lines.c.kind == "kept"))
        return [(row.line, row.column) for row in rows]


def state_and_kept(database: Database) -> tuple[str, int]:
    with database.reading() as connection:
        row = connection.execute(select(imports)).one()
    return row.state, row.kept


@pytest.fixture
def waiting(runner: Runner, tmp_path: Path) -> UUID:
    """A file with a row under each of her numbers, and one of somebody new."""
    importer = Importer(runner.database, tmp_path)
    importer.beneficiaries(beneficiary(HERS))
    with runner.database.writing() as connection:
        whose = connection.execute(select(beneficiaries.c.id)).scalar_one()
        connection.execute(
            insert(registration_aliases).values(
                registration_no=OTHER, beneficiary_id=whose, was_id=uuid4(), at=NOW
            )
        )
    rows = [beneficiary(OTHER, village="ນາໄຮ"), beneficiary("26000012", msisdn="")]
    return bring(runner.database, write_csv(tmp_path / "up.csv", rows).read_bytes())


def test_it_is_reported_at_each_check_and_after_the_import(runner: Runner, waiting: UUID):
    runner.run(waiting)
    first = state_and_kept(runner.database), kept_lines(runner.database)
    with runner.database.writing() as connection:
        assert store.check_again(connection, waiting, {"every_new": True}, now=NOW)
    runner.run(waiting)
    again = state_and_kept(runner.database), kept_lines(runner.database)
    with runner.database.writing() as connection:
        assert store.confirm(connection, waiting, now=NOW)
    runner.run(waiting)

    assert first == again == (("ready", 1), [(2, "merged")])
    assert (state_and_kept(runner.database), kept_lines(runner.database)) == (
        ("done", 1), [(2, "merged")],
    )  # fmt: skip
