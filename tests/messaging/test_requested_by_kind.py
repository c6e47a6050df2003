"""What keys of teams and keys for tests ask for: the one reaches a list, the other nobody."""

import pytest
from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from gateway.messaging.requested.magic import MAGIC
from gateway.messaging.requested.wanted import Sender
from gateway.messaging.tables import api_test_messages, messages
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from tests.messaging.conftest import Office
from tests.messaging.requesting import TEXT, System
from tests.messaging.village import Village, ledger, number, states

# Keys of teams: to the numbers on their list only.


@pytest.fixture
def team(database: Database) -> System:
    listed = frozenset({number(1), number(7)})
    return System(database, Sender(key_id=uuid7(), kind="team", listed=listed))


def test_a_team_reaches_the_numbers_on_its_list_only(team: System, village: Village):
    village.women([1, 2])

    team.sent(registration_no="00000001", **TEXT)
    team.sent(msisdn=number(7), **TEXT)

    assert team.refused(registration_no="00000002", **TEXT) == ("registration_no", "not_listed")
    assert team.refused(msisdn=number(7), template="registered") == ("msisdn", "unknown")
    assert [row.msisdn for row in ledger(team.database, "msisdn")] == [number(1), number(7)]


def test_a_listed_number_that_changes_hands_is_not_followed(
    team: System, village: Village, office: Office
):
    woman = village.woman(1)
    message_id = team.sent(registration_no="00000001", **TEXT)

    village.change(beneficiaries, woman, msisdn=number(2))
    office.send()

    seen = team.sees(message_id)
    assert seen is not None
    assert (seen.state, seen.reason) == ("suppressed", "not_listed")
    assert office.provider.calls == []


# Keys for tests: nothing leaves.


@pytest.fixture
def trial(database: Database) -> System:
    return System(database, Sender(key_id=uuid7(), kind="test"))


@pytest.mark.parametrize("magic", sorted(MAGIC))
def test_a_magic_number_brings_its_outcome(trial: System, office: Office, magic: str):
    message_id = trial.sent(msisdn=magic, **TEXT)
    office.send()

    seen = trial.sees(message_id)
    assert seen is not None
    assert (seen.state, seen.reason) == MAGIC[magic]
    assert office.provider.calls == []


def test_a_test_is_checked_like_the_real_thing_and_leaves_the_ledger_alone(
    trial: System, village: Village, office: Office
):
    village.woman(1)
    village.woman(2, consent_payment=False)

    message_id = trial.sent(registration_no="00000001", **TEXT)
    office.send()

    assert trial.refused(registration_no="00000002", **TEXT)[1] == "no_consent"
    assert [one.id for one in trial.lists()] == [message_id]
    assert [one.state for one in trial.lists()] == ["delivered"]
    assert trial.sent(registration_no="00000001", **TEXT) == message_id
    assert states(trial.database) == []
    assert office.provider.calls == []


def test_a_test_sees_neither_real_messages_nor_those_of_others(
    trial: System, system: System, village: Village
):
    village.woman(1)
    real = system.sent(registration_no="00000001", **TEXT)
    others = System(trial.database, Sender(key_id=uuid7(), kind="test"))
    other = others.sent(registration_no="00000001", **TEXT)

    assert trial.sees(real) is None
    assert trial.sees(other) is None
    assert system.sees(other) is None
    with trial.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(messages)).scalar_one() == 1
        tried = select(func.count()).select_from(api_test_messages)
        assert connection.execute(tried).scalar_one() == 1
