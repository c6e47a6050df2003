"""A standby taken for the primary, and what the doctor says to it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.findings import Level
from tests.cli.checkup.conftest import Doctor, says
from tests.worker.postgresql_pair import Pair

pytestmark = pytest.mark.long


@pytest.fixture
def pair(postgresql_server: str) -> Iterator[Pair]:
    assert postgresql_server  # it sets up what the pair is started by
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's user goes through it
        both = Pair(Path(folder) / "pair", synchronous=False)
        yield both
        both.close()


def test_a_standby_for_the_primary(doctor: Doctor, pair: Pair):
    alone = f"postgresql://postgres@127.0.0.1:{pair.standby.port}/postgres"
    found = doctor("writable", database_url=alone)
    says(found, Level.FAULT, "DATABASE_URL leads to a standby")
    assert doctor("writable", database_url=pair.url) == ()


def test_nobody_promoted_it(doctor: Doctor, pair: Pair):
    pair.primary.kill()
    found = doctor("database", database_url=pair.url)
    says(found, Level.FAULT, "None of the hosts of DATABASE_URL can be written to")
