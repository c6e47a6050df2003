"""Checks side by side: none holds the others up, none hides them."""

from threading import Event

import pytest

from gateway.cli.checkup.examining import Check, Installation, examine
from gateway.core.findings import Finding, Level, fault
from gateway.registry.database import Database
from gateway.settings import Settings
from tests.cli.checkup.conftest import Doctor
from tests.hanging import relay_to

HERE = Installation(Settings(), {}, Database("sqlite://"))


def unfinished(_here: Installation) -> list[Finding]:
    raise ZeroDivisionError


def test_one_that_hangs_and_one_that_stumbles_are_said_and_left():
    never = Event()
    checks = (
        Check("hangs", "", lambda _: () * never.wait(), seconds=0.2),
        Check("stumbles", "", unfinished),
        Check("well", "", lambda _: []),
    )
    hangs, stumbles, well = examine(checks, HERE)
    never.set()
    assert hangs.findings[0].wrong == "There was no answer within 0.2 s."
    assert stumbles.findings[0].wrong == "The check itself failed: ZeroDivisionError."
    assert (hangs.level, stumbles.level, well.level) == (Level.UNKNOWN, Level.UNKNOWN, Level.OK)


def test_what_stands_in_the_way_is_said_once():
    checks = (
        Check("third", "", unfinished, needs="second"),
        Check("second", "", unfinished, needs="first"),
        Check("first", "", lambda _: [fault("away", "start it")]),
    )
    third, second, first = examine(checks, HERE)
    assert first.level is Level.FAULT
    assert second.findings[0].wrong == "Not looked at: first mend what is said of first."
    assert third.findings[0].wrong == "Not looked at: first mend what is said of second."


@pytest.mark.long
def test_a_database_that_swallows_everything(doctor: Doctor, postgresql_url: str):
    with relay_to(postgresql_url) as relay:
        assert doctor("database", database_url=relay.url) == ()
        relay.swallows = True
        for check in ("database", "migrations", "limits"):
            (found,) = doctor(check, database_url=relay.url)
            assert found.level in {Level.FAULT, Level.UNKNOWN}, check
