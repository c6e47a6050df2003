"""A person is erased by two people, and nothing is left that says who she was."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, inspect, select, update
from uuid_utils.compat import uuid7

from gateway.core.kinds import CaseKind
from gateway.messaging.ledger import queue_messages
from gateway.messaging.tables import messages, mo_messages
from gateway.own_data import erasing
from gateway.own_data.collecting import collect
from gateway.own_data.whose import Whose, whose
from gateway.registry.cases import open_case
from gateway.registry.database import Database
from gateway.registry.tables import (
    beneficiaries,
    cases,
    events,
    optouts,
    payments,
    pin_attempts,
    registration_aliases,
)
from gateway.staff.accounts import StaffUser, add_staff, by_email
from gateway.staff.audit import Actor, record
from gateway.staff.rights import Role
from gateway.staff.tables import audit_log
from gateway.uploads.tables import import_changes, imports
from tests.messaging.village import NOW, Village, draft, number

NAME, LATIN = "ນາງ ບຸນມີ ໄຊຍະວົງ", "Nang Bounmi Xainyavong"
MINE = {
    "name": NAME, "name_latin": LATIN, "registration_no": "26000001", "pin_salt": "s",
    "pin_hash": "h", "helper_msisdn": "+8562055577777",
}  # fmt: skip


class Office:
    """One woman with all that can be held of her, and another who shares nothing with her."""

    def __init__(self, database: Database) -> None:
        self.database, self.village = database, Village(database)
        self.hers = self.village.woman(1, **MINE)
        self.other = self.village.woman(2)
        self.payment = self.village.payment(self.hers)
        self.village.payment(self.other)
        self.village.visited(self.hers, ["penta1"])
        with database.writing() as connection:
            self._happen(connection)

    def _happen(self, connection: Any) -> None:
        mine = {"msisdn": number(1), "beneficiary_id": self.hers}
        text = f"I am {LATIN}"
        queue_messages(
            connection,
            [draft(1, beneficiary_id=self.hers, dedupe_key=f"health:{self.hers}:1"),
             draft(1, dedupe_key="reply:1", category="reply"), draft(2)],
            now=NOW,
        )  # fmt: skip
        connection.execute(update(messages).values(body="300.000"))
        row = {"id": uuid7(), "provider_key": "a:1", "shortcode": "1", "handled_as": "other"}
        connection.execute(
            insert(mo_messages).values(**row, msisdn=number(1), text=text, received_at=NOW)
        )
        connection.execute(
            insert(events).values(
                id=uuid7(), event_key="k", provider="p", session_id="s", kind="language_chosen",
                data={"locale": "lo"}, result={}, at=NOW, **mine,
            )
        )  # fmt: skip
        connection.execute(
            insert(pin_attempts).values(
                id=uuid7(), event_key="k", msisdn=number(9), registration_no="26000001",
                outcome="wrong", tries_left=2, at=NOW,
            )
        )  # fmt: skip
        connection.execute(
            insert(registration_aliases).values(
                registration_no="25000009", beneficiary_id=self.hers, was_id=uuid7(), at=NOW
            )
        )
        hers = payments.c.beneficiary_id == self.hers
        connection.execute(update(payments).where(hers).values(came_as="25000009"))
        connection.execute(
            insert(optouts).values(msisdn=number(1), category="health", source="sms", at=NOW)
        )
        open_case(
            connection, event_key="c", kind=CaseKind.SMS, msisdn=number(1), text=text, now=NOW
        )

        for role in ("operator", "approver", "admin"):
            email = f"{role}@example.la"
            add_staff(connection, email=email, password_hash="x", role=role, now=NOW)

    def account(self, role: Role) -> Actor:
        email = f"{role}@example.la"
        with self.database.reading() as connection:
            staff = by_email(connection, email)
        assert isinstance(staff, StaffUser)
        return Actor(name=email, staff=staff)

    def ask(self, actor: Actor | None = None) -> None:
        who = actor or self.account("operator")
        with self.database.writing() as connection:
            erasing.ask(connection, self.hers, f"{LATIN} wants it", actor=who, now=NOW)

    def erase(self, actor: Actor | None = None, typed: str = "26000001") -> dict[str, int]:
        who = actor or self.account("approver")
        with self.database.writing() as connection:
            return erasing.erase(connection, self.hers, typed, actor=who, now=NOW)

    def rows(self, table: Any) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)).mappings())

    def person(self) -> Whose:
        with self.database.reading() as connection:
            found = whose(connection, self.hers)
        assert found is not None
        return found

    def everything(self) -> str:
        """All rows of all tables, as text."""
        names = inspect(self.database.engine).get_table_names()
        with self.database.reading() as connection:
            return "\n".join(
                sorted(
                    str(tuple(row))
                    for name in names
                    for row in connection.exec_driver_sql(f"select * from {name}")  # noqa: S608 - our own names
                )
            )


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def refused(office: Office, **how: Any) -> str:
    before = office.everything()
    with pytest.raises(erasing.ErasureError) as refusal:
        office.erase(**how)
    assert office.everything() == before
    return refusal.value.fault


def test_nothing_is_left_that_says_who_she_was(office: Office):
    office.ask()
    office.erase()

    left = office.everything()
    for telling in (NAME, LATIN, "26000001", "25000009", "+8562055577777", "Bounmi"):
        assert telling not in left, telling
    assert left.count(number(1)) == 1  # the opt-out


def test_what_stays_is_money_counts_and_the_opt_out(office: Office):
    office.ask()
    counts = office.erase()

    assert [row["amount"] for row in office.rows(payments)] == [300_000, 300_000]
    assert [row["msisdn"] for row in office.rows(optouts)] == [number(1)]
    ledger = [(row["state"], row["msisdn"], row["body"]) for row in office.rows(messages)]
    assert sorted(ledger, key=str) == [
        ("cancelled", "", None),
        ("cancelled", "", None),
        ("queued", number(2), "300.000"),
    ]
    (case,) = office.rows(cases)
    assert (case["state"], case["text"], case["closed_at"]) == ("closed", None, NOW)
    assert (counts["messages"], counts["visits"], counts["pin_attempts"]) == (2, 1, 1)
    hers = next(row for row in office.rows(beneficiaries) if row["id"] == office.hers)
    assert (hers["status"], hers["erased_at"]) == ("exited", NOW)


def test_another_persons_rows_stay_as_they_are(office: Office):
    before = next(row for row in office.rows(beneficiaries) if row["id"] == office.other)
    office.ask()
    office.erase()

    assert next(row for row in office.rows(beneficiaries) if row["id"] == office.other) == before


def test_it_takes_two_people(office: Office):
    approver = office.account("approver")
    office.ask(approver)

    assert refused(office, actor=approver) == "same_person"
    assert refused(office, actor=office.account("operator")) == "no_right"
    office.erase(office.account("admin"))


def test_an_account_that_whoever_asked_has_made_is_no_second_person(office: Office):
    admin, approver = office.account("admin"), office.account("approver")
    assert approver.staff is not None
    with office.database.writing() as connection:
        record(connection, admin, "staff.add", now=NOW, kind="staff", object_id=approver.staff.id)
    office.ask(admin)

    assert refused(office) == "same_person"


def test_it_is_confirmed_by_her_number(office: Office):
    office.ask()

    assert refused(office, typed="26000002") == "number"


def test_nobody_is_erased_who_was_not_asked_for(office: Office):
    assert refused(office) == "not_asked"


def test_it_can_be_taken_back_until_it_is_done(office: Office):
    office.ask()
    with pytest.raises(erasing.ErasureError, match="asked"):
        office.ask()
    admin = office.account("admin")
    with office.database.writing() as connection:
        erasing.withdraw(connection, office.hers, actor=admin, now=NOW)

    assert refused(office) == "not_asked"
    office.ask()
    office.erase()
    with pytest.raises(erasing.ErasureError, match="gone"):
        office.erase()


def test_an_sms_that_is_being_sent_is_waited_for(office: Office):
    office.ask()
    with office.database.writing() as connection:
        connection.execute(update(messages).values(state="sending"))

    assert refused(office) == "sending"


def test_of_a_shared_phone_only_what_is_hers_goes(office: Office):
    office.village.woman(3, msisdn=number(1))
    office.ask()
    office.erase()

    assert [row["text"] for row in office.rows(mo_messages)] == [f"I am {LATIN}"]
    assert {row["msisdn"] for row in office.rows(messages)} == {"", number(1), number(2)}
    assert [row["state"] for row in office.rows(cases)] == ["open"]


def test_what_imports_wrote_of_her_goes_too(office: Office):
    import_id = uuid7()
    staff = office.account("admin").staff
    assert staff is not None
    counts = dict.fromkeys(("rows_read", "new", "changed", "unchanged", "kept", "faults"), 0)
    with office.database.writing() as connection:
        connection.execute(
            insert(imports).values(
                id=import_id, kind="beneficiaries", file_name="f", size=1, state="done",
                staff_id=staff.id, who="a", attempts=0, created_at=NOW, updated_at=NOW, **counts,
            )
        )  # fmt: skip
        for line, whom in enumerate((office.hers, office.payment, office.other)):
            connection.execute(
                insert(import_changes).values(
                    import_id=import_id, line=line, object_id=whom, is_new=False,
                    fields={"name": [LATIN, NAME]},
                )
            )  # fmt: skip
    office.ask()
    office.erase()

    assert [row["object_id"] for row in office.rows(import_changes)] == [office.other]


def test_each_step_is_in_the_audit_log_without_her_name(office: Office):
    office.ask()
    office.erase()

    log = [(row["action"], row["who"]) for row in office.rows(audit_log)]
    assert log == [
        ("erasure.ask", "operator@example.la"), ("erasure.done", "approver@example.la"),
    ]  # fmt: skip


def test_her_data_is_all_that_is_held_in_plain_values(office: Office):
    with office.database.reading() as connection:
        data = collect(connection, office.person(), now=NOW + timedelta(hours=1))

    held = json.loads(json.dumps(data))["held"]
    assert data["format"] == "mecg-person-data/1"
    assert held["beneficiaries"][0]["name"] == NAME
    assert "pin_hash" not in held["beneficiaries"][0]
    assert held["payments"][0]["due_on"] == "2026-11-27"
    assert [row["text"] for row in held["mo_messages"]] == [f"I am {LATIN}"]
    assert len(held["messages"]) == 2
    assert held["visits"] == [{"visit": "penta1", "done_on": "2026-11-24"}]
    assert data["places"]["village"] == "ໂພນແກ້ວ"


def test_after_an_erasure_there_is_nobody(office: Office):
    office.ask()
    office.erase()

    with office.database.reading() as connection:
        assert whose(connection, UUID(str(office.hers))) is None
