"""What people are found by, made anew of their names in small steps."""

import pytest
from sqlalchemy import select, update

from gateway.registry import name_keys
from gateway.registry.database import Database
from gateway.registry.name_keys import refill_name_keys
from gateway.registry.tables import beneficiaries
from tests.registry.files import NOW, beneficiary
from tests.registry.importer import Importer

ANN, BEA, CLO = "26000001", "26000002", "26000003"


@pytest.fixture
def registry(importer: Importer) -> Importer:
    importer.beneficiaries(*(beneficiary(number, msisdn="") for number in (ANN, BEA, CLO)))
    return importer


def change(database: Database, number: str, **values) -> None:
    with database.writing() as connection:
        hers = beneficiaries.c.registration_no == number
        connection.execute(update(beneficiaries).where(hers).values(**values))


def key(database: Database, number: str) -> str | None:
    hers = select(beneficiaries.c.name_key).where(beneficiaries.c.registration_no == number)
    with database.reading() as connection:
        return connection.execute(hers).scalar_one()


def test_an_odd_spelling_that_was_stored_before_is_found(
    registry: Importer, monkeypatch: pytest.MonkeyPatch
):
    database = registry.database
    monkeypatch.setattr(name_keys, "_AT_ONCE", 2)
    change(database, ANN, name_latin="Bwnmiy Xhaynyawoungse")
    change(database, CLO, name_key="of another release")
    right = key(database, BEA)

    steps = list(refill_name_keys(database))

    assert steps == [1, 1, 0]
    assert "bwnmiy" in (key(database, ANN) or "")
    assert key(database, CLO) == right
    assert sum(refill_name_keys(database)) == 0


def test_nobody_who_was_erased_gets_a_key(registry: Importer):
    change(registry.database, ANN, erased_at=NOW, name_key=None)

    assert sum(refill_name_keys(registry.database)) == 0
    assert key(registry.database, ANN) is None
