"""A dialogue in Lao, from the handset over SMPP to the menu and back."""

import pytest

from gateway.registry.tables import events
from tests.handset import Handset
from tests.kannel.lines import ANSWER, ASK, CLOSE, DIAL
from tests.kannel.smsc import UCS2
from tests.lines import EngineLine

pytestmark = [pytest.mark.kannel, pytest.mark.usefixtures("gateway")]

MOTHER = "+8562055500001"  # enrolled, reads Lao
STRANGER = "+8562099900001"


@pytest.fixture
def engine(house):
    rules, registry = house.application.extensions["engine"]
    return EngineLine(rules, registry, house.clock)


@pytest.fixture
def recorded(house):
    def read(kind: str):
        with house.database.reading() as connection:
            rows = connection.execute(events.select().where(events.c.kind == kind)).all()
        return [row.data for row in rows]

    return read


def walk(line, engine, msisdn: str, keys: list[str]):
    """Presses `keys` on both; what the SMSC was given, checked against the engine's pages."""
    seen, bare = [], Handset(engine, msisdn)
    bare.dial()
    for index in range(len(keys) + 1):
        seen.append(line.hop("one", msisdn, "*".join(keys[:index])))
        if index:
            bare.press(keys[index - 1])
        assert ("END " if seen[-1].op == CLOSE else "CON ") + seen[-1].text == bare.body
    return seen


def is_lao(text: str) -> bool:
    return any("\u0e80" <= character <= "\u0eff" for character in text)


def test_with_paging_back_and_an_end(line, engine):
    seen = walk(line, engine, MOTHER, ["6", "9", "0", "0", "1", "1", "9", "0", "00", "6"])
    for page in seen:
        print(page.op, repr(page.text))
    assert 0
