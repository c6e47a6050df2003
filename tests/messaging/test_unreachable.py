"""The list of those whom no message reaches."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update
from uuid_utils.compat import uuid7

from gateway.messaging.tables import messages
from gateway.messaging.unreachable import unreachable
from gateway.registry.choices import disown_number
from gateway.registry.database import Database
from tests.registry.files import NOW, beneficiary
from tests.registry.importer import Importer

PHONE = "+8562055512345"
ZONE = ZoneInfo("Asia/Vientiane")
A_DAY = timedelta(days=1)


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


def send(importer: Importer, *sent: tuple[str, datetime | None], msisdn: str = PHONE) -> None:
    """Messages to a number: the state each came to, and when it was sent."""
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "dedupe_key": str(uuid7()),
            "category": "payment",
            "priority": 1,
            "msisdn": msisdn,
            "locale": "lo",
            "template": "payment",
            "params": {},
            "state": state,
            "not_before_at": NOW,
            "expires_at": NOW,
            "created_at": NOW,
            "updated_at": NOW,
            "sent_at": sent_at,
        }
        for state, sent_at in sent
    ]
    with importer.database.writing() as connection:
        connection.execute(insert(messages), rows)


def listed(importer: Importer, village: str | None = None) -> list[tuple[str, str]]:
    with importer.database.reading() as connection:
        people = unreachable(connection, now=NOW, zone=ZONE, village=village)
        return [(person.registration_no, person.why) for person in people]


def ago(days: int) -> datetime:
    return NOW - days * A_DAY


def test_who_has_no_number_is_listed_with_where_to_find_her(importer: Importer):
    importer.beneficiaries(
        beneficiary("26000001", phone_owner="", helper_msisdn=""),
        beneficiary(
            "26000002",
            name="ນາງ ແກ້ວ",
            msisdn="",
            phone_owner="neighbour",
            helper_msisdn="02099912345",
        ),
    )

    with importer.database.reading() as connection:
        [person] = unreachable(connection, now=NOW, zone=ZONE)

    assert (person.registration_no, person.name, person.why) == ("26000002", "ນາງ ແກ້ວ", "no number")
    assert (person.district, person.village) == ("ສະໜາມໄຊ", "ໂພນແກ້ວ")
    assert person.health_centre == "ສຸກສາລາ ປິນດົງ"
    assert (person.msisdn, person.phone_owner) == (None, "neighbour")
    assert person.helper_msisdn == "+8562099912345"


def test_who_said_not_my_number_is_listed(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        disown_number(connection, PHONE, NOW)

    assert listed(importer) == [("26000001", "not her number")]


@pytest.mark.parametrize(
    ("label", "sent", "fails"),
    [
        ("nothing sent", "", False),
        ("two days", "failed 2, failed 1", False),
        ("three days", "failed 3, failed 2, failed 1", True),
        ("three on one day", "failed 1, failed 1, failed 1", False),
        ("not there to take it", "expired 3, expired 2, failed 1", True),
        ("one arrived since", "failed 4, failed 3, failed 2, delivered 1", False),
        ("one arrived before", "delivered 9, failed 3, failed 2, failed 1", True),
        ("on their way", "accepted 3, unknown 2, sending 1", False),
        ("refused for good", "refused 4, refused 3, refused 2, refused 1", True),
        ("refused on two days", "refused 2, refused 1", False),
        ("refused, failed, not there", "refused 3, failed 2, expired 1", True),
        ("refused, and one arrived since", "refused 4, refused 3, refused 2, delivered 1", False),
        ("half a year ago", "failed 183, failed 182, failed 181", False),
    ],
)
def test_a_number_fails_on_three_days_with_nothing_delivered_since(
    importer: Importer, label: str, sent: str, fails: bool
):
    """`sent` says what became of each message, and how many days ago it was sent."""
    importer.beneficiaries(beneficiary())
    for state, days in re.findall(r"(\w+) (\d+)", sent):
        send(importer, (state, ago(int(days))))

    assert listed(importer) == ([("26000001", "messages fail")] if fails else []), label


def test_what_expired_before_it_was_sent_says_nothing_of_the_number(importer: Importer):
    importer.beneficiaries(beneficiary())
    send(importer, *[("expired", None)] * 3)

    assert listed(importer) == []


def test_what_was_refused_for_its_text_says_nothing_of_the_number(importer: Importer):
    importer.beneficiaries(beneficiary())
    for days in (3, 2, 1):
        send(importer, ("refused", ago(days)))
    with importer.database.writing() as connection:
        connection.execute(update(messages).values(reason="too_long"))

    assert listed(importer) == []


def test_a_day_is_a_day_in_laos(importer: Importer):
    """17:30 UTC is half past midnight in Vientiane."""
    importer.beneficiaries(beneficiary())
    late = datetime.fromisoformat("2026-11-20T16:30:00+00:00")
    send(importer, ("failed", late), ("failed", late + timedelta(hours=1)), ("failed", ago(1)))

    assert listed(importer) == [("26000001", "messages fail")]


def test_failures_of_an_old_number_do_not_count_against_the_new_one(importer: Importer):
    importer.beneficiaries(beneficiary())
    send(importer, *[("failed", ago(days)) for days in (1, 2, 3)])

    importer.beneficiaries(beneficiary(msisdn="02099912345"))

    assert listed(importer) == []


@pytest.mark.parametrize("status", ["rejected", "exited"])
def test_whose_grant_has_ended_is_not_listed(importer: Importer, status: str):
    importer.beneficiaries(beneficiary(msisdn="", status=status))

    assert listed(importer) == []


@pytest.mark.parametrize("village", ["ໂພນແກ້ວ", "Phonkeo", None])
def test_the_list_may_be_of_one_village(importer: Importer, village: str | None):
    importer.beneficiaries(
        beneficiary("26000001", msisdn=""), beneficiary("26000002", msisdn="", village="ນາຫວ້າ")
    )

    assert ("26000001", "no number") in listed(importer, village)
    assert len(listed(importer, village)) == (2 if village is None else 1)


def test_the_list_goes_from_village_to_village(importer: Importer):
    importer.beneficiaries(
        beneficiary("26000001", msisdn="", village="ຂ", name="ກ"),
        beneficiary("26000002", msisdn="", village="ກ", name="ຂ"),
        beneficiary("26000003", msisdn="", village="ກ", name="ກ"),
    )

    assert [number for number, _why in listed(importer)] == ["26000003", "26000002", "26000001"]
