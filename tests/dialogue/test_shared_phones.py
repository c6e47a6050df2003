"""Many people on one phone: each can be reached, told apart by how her registration number ends."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from gateway.core.caller import MOST_ON_ONE_PHONE
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import beneficiaries, payments
from tests.dialogue.screens import EN, MOTHER, UNKNOWN
from tests.handset import Handset
from tests.keys import MORE, PAYDAY, deep
from tests.lines import AfricasTalkingLine

NEIGHBOUR = UNKNOWN
# Numbers as a district gives them out; the ninth was registered in another year.
TWELVE = [f"3140{n:04}" for n in range(1, 9)] + ["31510001"] + [f"3140{n:04}" for n in (10, 11, 12)]


@pytest.fixture
def share(service):
    """Women with these registration numbers on the neighbour's phone, each paid on a day hers."""

    def register(numbers):
        with service.database.writing() as connection:
            whose = beneficiaries.c.msisdn == MOTHER
            mother = connection.execute(select(beneficiaries).where(whose)).one()._asdict()
            hers = payments.c.beneficiary_id == mother["id"]
            scheduled = hers & (payments.c.status == "scheduled")
            payment = connection.execute(select(payments).where(scheduled)).one()._asdict()
            for index, number in enumerate(numbers):
                woman = {"id": uuid4(), "registration_no": number, "msisdn": NEIGHBOUR}
                connection.execute(insert(beneficiaries).values(mother | woman))
                paid = {"id": uuid4(), "beneficiary_id": woman["id"], "amount": 1000 + index}
                connection.execute(insert(payments).values(payment | paid))

    return register


def listed(handset: Handset) -> dict[str, tuple[str, int]]:
    """{ending: (key, page)} of all that the list shows, paged through to its end."""
    found: dict[str, tuple[str, int]] = {}
    handset.dial(deep(PAYDAY))
    page = 0
    while True:
        for line in handset.screen.splitlines():
            key, _blank, ending = line.partition(" ...")
            if ending:
                found[ending] = (key, page)
        if not re.search(r" 9 \S+$", handset.screen):
            return found
        handset.press(MORE)
        page += 1


@pytest.fixture(params=["lo", "lo_Latn", "en"])
def handset(request, service):
    with service.database.writing() as connection:
        set_caller_locale(connection, NEIGHBOUR, request.param, service.clock())
    return Handset(AfricasTalkingLine(service), NEIGHBOUR)


def test_each_of_twelve_is_on_the_list_and_leads_to_her_own_payday(share, handset):
    share(TWELVE)
    found = listed(handset)
    assert len(found) == 12
    for ending, (key, page) in found.items():
        (amount,) = [1000 + at for at, one in enumerate(TWELVE) if one.endswith(ending)]
        shown = handset.dial(deep(PAYDAY, *[MORE] * page, key))
        assert str(amount) in re.sub(r"[.,]", "", shown)


@pytest.mark.parametrize(
    ("numbers", "endings"),
    [
        pytest.param(["31400001", "31400002"], {"001", "002"}, id="three are enough"),
        pytest.param(["31400001", "31410001"], {"00001", "10001"}, id="five are needed"),
        pytest.param(["31500377", "31501377"], {"0377", "1377"}, id="four are needed"),
        pytest.param(["31400001", "41400001"], {"31400001", "41400001"}, id="all are needed"),
        pytest.param(["31400007", "31500007", "31400008"], None, id="one pair needs more"),
    ],
)
def test_endings_are_as_long_as_it_takes_to_tell_them_apart(share, handset, numbers, endings):
    share(numbers)
    found = set(listed(handset))
    assert len(found) == len(numbers)
    assert endings is None or found == endings


def test_a_longer_list_than_any_says_that_it_ends(share, phone):
    share([f"3140{n:04}" for n in range(MOST_ON_ONE_PHONE + 1)])
    handset = phone(NEIGHBOUR)
    found = listed(handset)
    assert len(found) == MOST_ON_ONE_PHONE
    assert handset.screen.count(EN("Not in the list")) == 1
    (last,) = [line for line in handset.screen.splitlines() if EN("Not in the list") in line]
    assert handset.press(last.partition(" ")[0]).startswith("END Too many people")
