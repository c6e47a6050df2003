"""Thanks and greetings by SMS: nobody has to read them."""

import pytest
from sqlalchemy import func, select

from gateway.registry.tables import cases
from tests.messaging.conftest import Office
from tests.messaging.test_inbound import HELP, answers, says


def how_many_cases(office: Office) -> int:
    with office.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(cases)).scalar_one()


@pytest.mark.parametrize("text", ["ຂອບໃຈເດີ້", "ok", "ໄດ້ເງິນແລ້ວ"])
def test_thanks_are_answered_with_nothing(office: Office, text: str):
    says(office, text)

    assert (answers(office), how_many_cases(office)) == ([], 0)


def test_a_greeting_is_answered_with_what_there_is_to_ask(office: Office):
    says(office, "ສະບາຍດີ")

    assert (answers(office), how_many_cases(office)) == ([HELP], 0)


def test_what_stands_beside_a_greeting_is_done_or_read(office: Office):
    says(office, "ສະບາຍດີ, ລູກຂ້ອຍບໍ່ສະບາຍ")

    assert how_many_cases(office) == 1
