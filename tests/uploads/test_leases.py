"""The lease of a file is kept while it is worked on; where it is lost, the work ends at once."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gateway.registry.database import Database
from gateway.uploads.leases import LeaseKeeper, Superseded, TookTooLong


def keeper(renew=lambda: True, seconds: float = 600.0, every: float = 0.01) -> LeaseKeeper:
    return LeaseKeeper(renew, seconds=seconds, every_seconds=every, monotonic=time.monotonic)


def test_the_lease_is_renewed_until_the_work_is_over():
    renewed, enough = [], threading.Event()

    def renew() -> bool:
        renewed.append(1)
        if len(renewed) == 3:
            enough.set()
        return True

    with keeper(renew) as kept:
        enough.wait()
        kept.check()
    count = len(renewed)

    assert count >= 3
    assert not any(one.name == "lease" for one in threading.enumerate())


@pytest.mark.parametrize(
    ("label", "renew", "seconds", "why"),
    [
        ("cancelled", lambda: False, 600.0, Superseded),
        ("too long", lambda: True, 0.05, TookTooLong),
    ],
)
def test_a_statement_that_runs_is_interrupted(
    postgresql: Database, label: str, renew, seconds: float, why: type[Exception]
):
    def work() -> None:
        with postgresql.engine.connect() as connection, keeper(renew, seconds) as kept:
            kept.watch(connection)
            connection.execute(text("select pg_sleep(600)"))

    with pytest.raises(why):
        work()


def test_a_database_that_is_away_for_a_moment_loses_no_lease():
    asked, enough = [], threading.Event()

    def renew() -> bool:
        asked.append(1)
        if len(asked) < 3:
            raise OperationalError("", {}, Exception())
        enough.set()
        return True

    with keeper(renew) as kept:
        enough.wait()
        kept.check()
