"""What staff confirmed as paid is reconciled in openIMIS: once, row by row, and nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gateway.connectors.driver import Ground
from gateway.connectors.openimis.reconciliation import (
    CLOSED,
    NOT_FOUND,
    NOT_KEPT,
    NOT_TAKEN,
    SEVERAL,
)
from gateway.connectors.source import Fault, Outcome, Pushed, RegistrySink, SourceError
from tests.connectors.openimis_schema import RECIPIENT
from tests.connectors.openimis_server import PASSWORD, USERNAME, Openimis, served
from tests.connectors.test_openimis import benefits, connection_of, full

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def sink_of(url: str) -> RegistrySink:
    secrets = {"NAME": USERNAME, "WORD": PASSWORD}
    zone = ZoneInfo("Asia/Vientiane")
    ground = Ground(name="registry", secrets=secrets, zone=zone, now=lambda: NOW)
    sink = connection_of(url).sink(ground)
    assert sink is not None
    return sink


def outcome(number: int, **changes: Any) -> Outcome:
    said: dict[str, Any] = {
        "payment_id": UUID(int=number + 1), "registration_no": str(26000000 + number),
        "cycle": "2026-11", "due_on": date(2026, 11, 25), "amount": 300000, "paid": True, "at": NOW,
    } | changes  # fmt: skip
    return Outcome(**said)


def pushed(openimis: Openimis, *outcomes: Outcome, dry_run: bool = False) -> Pushed:
    with served(openimis) as url:
        return sink_of(url).push(outcomes, dry_run=dry_run)


def reconciled(openimis: Openimis) -> list[str]:
    return [
        one["individual"]["jsonExt"]["registration_no"]
        for one in benefits(openimis)
        if one["status"] == "RECONCILED"
    ]


@pytest.mark.parametrize("benefit", ["individual: IndividualGQLType", RECIPIENT])
def test_what_was_confirmed_is_reconciled_and_nothing_else(benefit: str):
    openimis = full(12, benefit=benefit)
    told = pushed(openimis, outcome(3), outcome(11))
    assert set(told.taken) == {UUID(int=4), UUID(int=12)}
    assert reconciled(openimis) == ["26000003", "26000011"]
    assert benefits(openimis)[3]["receipt"] == f"GW-{UUID(int=4).hex}"


def test_a_dry_run_says_what_it_would_tell_and_tells_nothing():
    openimis = full(3)
    assert pushed(openimis, outcome(1), dry_run=True).taken == (UUID(int=2),)
    assert (reconciled(openimis), openimis.uploads) == ([], [])


def test_twice_is_once():
    openimis = full(3)
    first = pushed(openimis, outcome(1))
    assert pushed(openimis, outcome(1)) == first
    assert len(openimis.uploads) == 1


def closed(openimis: Openimis) -> None:
    next(iter(openimis.payrolls.values()))["status"] = "RECONCILED"


def second(openimis: Openimis) -> None:
    openimis.pay(next(iter(openimis.people.values())), next(iter(openimis.payrolls.values())),
                 "2026-11-20T08:00:00+00:00")  # fmt: skip


def at_a_gateway(openimis: Openimis) -> None:
    benefits(openimis)[0]["status"] = "APPROVE_FOR_PAYMENT"


@pytest.mark.parametrize(
    ("said", "prepare", "reason"),
    [
        (outcome(0, paid=False), None, NOT_KEPT),
        (outcome(0, amount=600000), None, NOT_FOUND),
        (outcome(0, registration_no="26999999"), None, NOT_FOUND),
        (outcome(0), second, SEVERAL),
        (outcome(0), closed, CLOSED),
        (outcome(0), at_a_gateway, NOT_TAKEN),
    ],
)
def test_what_openimis_does_not_take_is_named(
    said: Outcome, prepare: Callable[[Openimis], None] | None, reason: str
):
    openimis = full(2)
    if prepare:
        prepare(openimis)
    told = pushed(openimis, said)
    assert (told.taken, told.refused) == ((), {said.payment_id: reason})
    assert reconciled(openimis) == []


def test_of_a_file_that_was_taken_in_part_each_row_has_its_reason():
    """Somebody rejects a benefit between the list and the file."""
    openimis = full(2)

    def reject() -> None:
        benefits(openimis)[1]["status"] = "REJECTED"

    openimis.before_upload = reject
    told = pushed(openimis, outcome(0), outcome(1))
    assert told.taken == (UUID(int=1),)
    assert told.refused == {UUID(int=2): "status_not_matching"}


@pytest.mark.parametrize("right", ["206001", "206002", "202001"])
def test_a_right_that_the_account_lacks_ends_the_push(right: str):
    openimis = full(2)
    openimis.rights.discard(right)
    with pytest.raises(SourceError) as raised:
        pushed(openimis, outcome(0))
    assert raised.value.fault == Fault.REFUSED
    assert reconciled(openimis) == []
