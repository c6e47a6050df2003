"""Broadcasts that a system drafts and submits; people decide, and not those who hold its key."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.api.keys import Wanted, make_key, rotate_key
from gateway.messaging.broadcasts.approval import approve_broadcast
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.kept_preview import keep_preview
from gateway.messaging.tables import broadcasts
from gateway.registry.tables import beneficiaries, districts
from gateway.staff.accounts import add_staff, by_email
from gateway.staff.audit import Actor
from gateway.staff.authors import Author
from tests.api.conftest import PEPPER, System
from tests.service import Service

Systems = Callable[..., System]
SCOPES = ("broadcasts:write",)
DRAFT = {"name": "Flood", "texts": {"lo": "ນ້ຳຖ້ວມ: ສຸກສາລາປິດ"}}


def kept(service: Service) -> list[Any]:
    with service.database.reading() as connection:
        return list(connection.execute(select(broadcasts).where(broadcasts.c.name == "Flood")))


def count(service: Service, broadcast_id: str) -> None:
    """As a worker does it that was woken."""
    keep_preview(service.database, UUID(broadcast_id), default_locale="lo", now=service.clock())


def test_a_system_drafts_sees_and_submits(system: Systems, service: Service):
    registry = system(*SCOPES)

    drafted = registry("POST", "/broadcasts", DRAFT)
    one = drafted.get_json()["id"]
    assert (drafted.status_code, drafted.get_json()["state"]) == (201, "draft")
    assert drafted.get_json()["preview"] is None

    count(service, one)
    seen = registry.get(f"/broadcasts/{one}").get_json()
    assert seen["preview"]["audience"] >= seen["preview"]["recipients"] > 0

    submitted = registry("POST", f"/broadcasts/{one}/submit", {})
    assert (submitted.status_code, submitted.get_json()["state"]) == (200, "submitted")
    again = registry("POST", f"/broadcasts/{one}/submit", {})
    assert again.status_code == 422
    assert "cannot be told to submit" in again.get_json()["errors"][0]["reason"]


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("no Lao", {"texts": {"en": "Closed"}}, "texts"),
    ("an amount", {"texts": {"lo": "300.000 kip"}}, "texts"),
    ("a placeholder", {"texts": {"lo": "{name}"}}, "texts"),
    ("too long", {"texts": {"lo": "ກ" * 400}}, "texts"),
    ("no name", {"name": " "}, "name"),
    ("a place that is none", {"audience": {"district": ["nowhere"]}}, "audience"),
    ("a filter that is none", {"audience": {"name": ["Kham"]}}, "audience"),
    ("no cycle", {"audience": {"cycle": ["soon"]}}, "audience.cycle[0]"),
    ("another language", {"texts": {"lo": "x", "fr": "y"}}, "texts"),
]


@pytest.mark.parametrize(
    ("changes", "field"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_what_no_broadcast_may_be(
    system: Systems, service: Service, changes: dict[str, Any], field: str
):
    answer = system(*SCOPES)("POST", "/broadcasts", DRAFT | changes)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith(field)
    assert kept(service) == []


@pytest.mark.parametrize(
    ("start_at", "status"),
    [
        ("2026-11-25T09:00:00+07:00", 200),
        ("2026-11-25T09:00:00", 422),
        ("2020-01-01T00:00:00Z", 422),
        ("0001-01-01T00:00:00Z", 422),
        ("9999-12-31T23:59:59Z", 422),
    ],
)
def test_when_it_may_start(system: Systems, start_at: str, status: int):
    registry = system(*SCOPES)
    one = registry("POST", "/broadcasts", DRAFT).get_json()["id"]

    answer = registry("POST", f"/broadcasts/{one}/submit", {"start_at": start_at})

    assert answer.status_code == status


def test_a_key_of_a_district_writes_to_its_people_and_sees_its_own(
    system: Systems, service: Service
):
    with service.database.reading() as connection:
        home, other = connection.execute(
            select(districts.c.id, districts.c.name)
            .where(districts.c.id.in_(select(beneficiaries.c.district_id)))
            .order_by(districts.c.id)
            .limit(2)
        ).all()
    everywhere, local = system(*SCOPES), system(*SCOPES, district_id=home.id)
    foreign = everywhere("POST", "/broadcasts", DRAFT).get_json()["id"]

    mine = local("POST", "/broadcasts", DRAFT).get_json()["id"]
    elsewhere = local("POST", "/broadcasts", DRAFT | {"audience": {"district": [other.name]}})

    assert elsewhere.status_code == 422
    assert local.get(f"/broadcasts/{mine}").status_code == 200
    assert local.get(f"/broadcasts/{foreign}").status_code == 404
    assert local("POST", f"/broadcasts/{foreign}/submit", {}).status_code == 404
    assert local("POST", f"/broadcasts/{foreign}/preview").status_code == 404
    [row] = [one for one in kept(service) if str(one.id) == mine]
    assert (row.audience, row.district_id) == ({"district": [home.id]}, home.id)


def test_a_teams_key_writes_none(system: Systems, service: Service):
    team = system(*SCOPES, kind="team", numbers=("+8562055512345",))

    assert team("POST", "/broadcasts", DRAFT).status_code == 403
    assert kept(service) == []


def test_of_what_a_tests_key_drafts_nothing_stays(system: Systems, service: Service):
    trial = system(*SCOPES, kind="test")

    answer = trial("POST", "/broadcasts", DRAFT)

    assert (answer.status_code, answer.get_json()["state"]) == (201, "draft")
    assert trial("POST", "/broadcasts", DRAFT | {"name": " "}).status_code == 422
    assert kept(service) == []


@pytest.mark.parametrize(
    ("scopes", "status"), [(("broadcasts:read",), 403), (("messages:write",), 403), (SCOPES, 201)]
)
def test_drafting_is_a_scope(system: Systems, scopes: tuple[str, ...], status: int):
    assert system(*scopes)("POST", "/broadcasts", DRAFT).status_code == status


def test_a_repetition_drafts_nothing_twice(system: Systems, service: Service):
    registry, under = system(*SCOPES), {"Idempotency-Key": "one"}

    first = registry("POST", "/broadcasts", DRAFT, headers=under)
    again = registry("POST", "/broadcasts", DRAFT, headers=under)

    assert first.data == again.data
    assert len(kept(service)) == 1


# Four eyes: a key is no second person, and neither is whoever has seen its secret.


def person(service: Service, email: str) -> Actor:
    with service.database.writing() as connection:
        add_staff(connection, email=email, password_hash="-", role="admin", now=service.clock())
        return Actor(email, by_email(connection, email))


def test_nobody_approves_alone_what_a_key_of_theirs_wrote(service: Service):
    maker, renewer, other = (
        person(service, f"{one}@x.la") for one in ("maker", "renewer", "other")
    )
    wanted = Wanted(name="registry", kind="live", scopes=SCOPES)
    with service.database.writing() as connection:
        key_id, _shown = make_key(connection, wanted, by=maker, now=service.clock(), pepper=PEPPER)
        shown = rotate_key(connection, key_id, by=renewer, now=service.clock(), pepper=PEPPER)
    assert shown is not None
    one = System(service, shown)("POST", "/broadcasts", DRAFT).get_json()["id"]
    count(service, one)

    def approve(who: Actor) -> str:
        assert who.staff is not None
        try:
            with service.database.writing() as connection:
                approve_broadcast(
                    connection, UUID(one), by=Author(who.name, who.staff.id), now=service.clock()
                )
        except BroadcastError as error:
            return error.fault
        return "approved"

    assert [approve(one) for one in (maker, renewer, other)] == ["own", "own", "approved"]
