"""People who may be one: the list, two side by side, merged or told apart."""

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from gateway.people.pairs import find_pairs
from gateway.registry.tables import (
    beneficiaries,
    districts,
    optouts,
    payments,
    registration_aliases,
)
from tests.console.conftest import Staff
from tests.console.people import actions, put_pair
from tests.service import Service

MOTHER, NEIGHBOUR = "26000001", "26000003"


def numbered(service: Service, number: str) -> Any:
    wanted = select(beneficiaries).where(beneficiaries.c.registration_no == number)
    with service.database.reading() as connection:
        return connection.execute(wanted).one_or_none()


def twin_of_the_mother(service: Service) -> None:
    """She is there twice, with one letter more."""
    row = {**numbered(service, MOTHER)._mapping}
    row |= {"id": row["id"].__class__(int=1), "registration_no": "26000900", "msisdn": None}
    with service.database.writing() as connection:
        connection.execute(insert(beneficiaries).values(row | {"name": f"{row['name']}ດ"}))


def test_a_pair_is_listed_compared_and_told_apart(service: Service, staff: Staff):
    twin_of_the_mother(service)
    for _step in find_pairs(service.database, now=service.clock()):
        pass
    operator = staff("operator", "Sanamxay")

    page = operator.get("beneficiaries/duplicates/")
    (row,) = [one for one in page.rows() if "•••••900" in one[2]]
    link = next(one for one in page.links() if "/duplicates/" in one and "00000000-" not in one)
    compared = operator.get(link)
    told = operator.submit(f"{link}/different")

    assert row[3] == "a like name, day of birth, village"
    assert "Alike are: a like name, day of birth, village." in compared.words
    assert told.flashes() == ["It is remembered that they are not the same."]
    assert operator.get("beneficiaries/duplicates/").rows() == []
    assert "said on" in operator.get(link).words


def test_nobody_sees_a_pair_of_which_one_lives_elsewhere(service: Service, staff: Staff):
    pair = put_pair(service, MOTHER, "26000005")
    confined = staff("operator", "Nong")

    confined.get(f"beneficiaries/duplicates/{pair}", 404)
    assert confined.get("beneficiaries/duplicates/").rows() == []


def test_two_are_merged_with_what_was_decided_and_the_old_address_leads_on(
    service: Service, staff: Staff
):
    pair = put_pair(service, MOTHER, NEIGHBOUR)
    kept, away = numbered(service, MOTHER), numbered(service, NEIGHBOUR)
    operator = staff("operator")
    path = f"beneficiaries/duplicates/{pair}"

    page = operator.get(path)
    sent = page.fields(f"/console/{path}")
    keeps = "one" if page.rows()[0][1].endswith("001") else "other"
    sent |= {"keeps": keeps, "name": "other" if keeps == "one" else "one"}
    unsure = operator.post(path, sent, status=200)
    merged = operator.submit(path, sent | {"sure": "y"})

    assert unsure.errors() == [
        "The two are one woman. This cannot be undone.: Tick this if it is so."
    ]
    over = operator.follow(path)
    assert over.flashes() == [
        "These two are not compared any more: they are one by now, or one of them is gone."
    ]
    assert merged.flashes()[0].startswith("The two are one: everything of both is here.")
    assert "Also known under: •••••003" in merged.words
    assert numbered(service, NEIGHBOUR) is None
    assert numbered(service, MOTHER).name == away.name
    led = operator.raw("GET", f"beneficiaries/{away.id}")
    assert led.headers["Location"].endswith(f"/beneficiaries/{kept.id}")
    found = operator.get(f"beneficiaries/?q={NEIGHBOUR}")
    assert f"/console/beneficiaries/{kept.id}" in found.text
    assert [action for action, _changes in actions(service)].count("beneficiary.merge") == 1
    with service.database.reading() as connection:
        (alias,) = connection.execute(select(registration_aliases)).all()
    assert (alias.registration_no, alias.beneficiary_id) == (NEIGHBOUR, kept.id)


def test_what_was_changed_while_it_was_read_is_shown_again(service: Service, staff: Staff):
    pair = put_pair(service, MOTHER, NEIGHBOUR)
    operator = staff("operator")
    path = f"beneficiaries/duplicates/{pair}"
    sent = operator.get(path).fields(f"/console/{path}")
    with service.database.writing() as connection:
        connection.execute(beneficiaries.update().values(updated_at=service.clock()))

    page = operator.post(path, sent | {"sure": "y"}, status=200)

    assert page.errors()[0].startswith("This was changed after you opened it.")
    assert numbered(service, NEIGHBOUR) is not None


def test_two_that_nobody_took_for_alike_are_compared_by_number(service: Service, staff: Staff):
    operator = staff("operator")
    path = f"beneficiaries/{numbered(service, MOTHER).id}/same-as"

    nobody = operator.post(path, {"other_number": "99999999"}, status=200)
    herself = operator.post(path, {"other_number": MOTHER}, status=200)
    page = operator.submit(path, {"other_number": "໒໖໐໐໐໐໐໓"})

    assert nobody.errors()[0].endswith("No beneficiary has this registration number.")
    assert herself.errors()[0].endswith("That is this woman herself.")
    assert page.heading == "Are these two one woman?"


def test_paid_under_both_numbers_is_said_before_and_after_and_listed(
    service: Service, staff: Staff
):
    pair = put_pair(service, MOTHER, NEIGHBOUR)
    paid_both(service, MOTHER, NEIGHBOUR)
    operator = staff("operator")
    path = f"beneficiaries/duplicates/{pair}"

    page = operator.get(path)
    merged = operator.submit(path, page.fields(f"/console/{path}") | {"sure": "y"})

    assert f"Both numbers were paid for the cycle {CYCLE}." in page.words
    assert f"Both numbers were paid for {CYCLE}:" in merged.flashes()[0]
    assert f"paid under both numbers: {CYCLE}: 300000 + 150000" in merged.words
    listed = operator.get("beneficiaries/duplicates/")
    (row,) = [one for one in listed.rows() if CYCLE in one]
    assert "300,000" in row[3]
    assert "150,000" in row[3]
    assert CYCLE not in staff("operator", "Nong").get("beneficiaries/duplicates/").words
    (settle,) = [
        action
        for form in listed.all(".//form")
        if "paid-twice" in (action := form.get("action") or "")
    ]
    done = operator.submit(settle.removeprefix("/console/"))
    assert done.flashes() == ["It is remembered that somebody has seen to it."]
    assert CYCLE not in done.words
    assert actions(service)[-1][0] == "beneficiary.paid_twice_settled"


CYCLE = "2024-03"


def paid_both(service: Service, *numbers: str) -> None:
    """Of one cycle, and of no other."""
    with service.database.writing() as connection:
        connection.execute(payments.update().values(status="missed"))
        for number, amount in zip(numbers, (300000, 150000), strict=True):
            hers = numbered(service, number)
            connection.execute(
                insert(payments).values(
                    id=uuid4(), beneficiary_id=hers.id, cycle=CYCLE, due_on=date(2024, 4, 5),
                    amount=amount, pay_point_id=hers.pay_point_id, status="paid",
                    updated_at=service.clock(),
                )
            )  # fmt: skip


def test_whose_phone_it_is_is_told_beside_the_number(service: Service, staff: Staff):
    pair = put_pair(service, MOTHER, NEIGHBOUR)
    with service.database.writing() as connection:
        connection.execute(beneficiaries.update().values(phone_owner="neighbour"))
        hers = beneficiaries.c.registration_no == MOTHER
        connection.execute(
            beneficiaries.update().where(hers).values(msisdn="+8562055512399", phone_owner="self")
        )

    page = staff("operator").get(f"beneficiaries/duplicates/{pair}")

    assert "+856 20 ••• 2399, her own phone" in page.words
    assert page.all(".//input[@name='phone_owner']") == []


def test_that_a_number_has_sent_stop_and_that_payments_move_is_said_before(
    service: Service, staff: Staff
):
    pair = put_pair(service, MOTHER, "26000005")
    stopped = {"msisdn": numbered(service, MOTHER).msisdn, "category": "all", "source": "sms"}
    with service.database.writing() as connection:
        elsewhere = connection.execute(
            select(districts.c.id).order_by(districts.c.id.desc())
        ).first()
        hers = beneficiaries.c.registration_no == "26000005"
        connection.execute(
            beneficiaries.update().where(hers).values(district_id=elsewhere.id if elsewhere else 0)
        )
        connection.execute(insert(optouts).values(stopped | {"at": service.clock()}))

    page = staff("operator").get(f"beneficiaries/duplicates/{pair}")

    assert "This number has left: all messages but answers" in page.words
    assert "One of the two numbers wants no such SMS" in page.words
    assert "They live in two districts." in page.words
