"""Four eyes: who may approve, what exactly is approved, and how far it may grow afterwards."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from gateway.messaging.broadcasts.approval import approve_broadcast, most_recipients, version_of
from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.kept_preview import keep_preview, kept_preview
from gateway.messaging.broadcasts.lifecycle import (
    create_broadcast,
    edit_broadcast,
    read_broadcast,
    start_broadcast,
    submit_broadcast,
    uncounted,
    withdraw_broadcast,
)
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.staff.accounts import add_staff
from gateway.staff.audit import Actor, record
from gateway.staff.authors import Author
from gateway.staff.tables import staff_users
from tests.messaging.conftest import ALWAYS, Office
from tests.messaging.village import NOW, Village, ledger

CONTENT: dict[str, Any] = {
    "name": "Flood",
    "texts": {"lo": "ນ້ຳຖ້ວມ"},
    "audience": {},
    "default_locale": "lo",
}
NOY, KEO, PHET = Author("noy@x.la"), Author("keo@x.la"), Author("phet@x.la")


class Desk:
    """What staff do to one broadcast, each in a transaction of its own."""

    def __init__(self, database: Database, author: Author = NOY, *, count: bool = True) -> None:
        self.database = database
        self.id: UUID = self.say(create_broadcast, author=author, **CONTENT)
        if count:
            self.count()

    def say(self, verb, *words, now=NOW, **options):
        with self.database.writing() as connection:
            return verb(connection, *words, now=now, **options)

    def count(self) -> None:
        keep_preview(self.database, self.id, default_locale="lo", now=NOW)

    def edit(self, by: Author, **changes: Any) -> None:
        self.say(edit_broadcast, self.id, by=by, **(CONTENT | changes))
        self.count()

    def submit(self, by: Author = NOY, **times: Any) -> None:
        options = {"start_at": None, "hours": ALWAYS} | times
        self.say(submit_broadcast, self.id, by=by, **options)

    def approve(self, by: Author, **seen: Any) -> int:
        return self.say(approve_broadcast, self.id, by=by, **seen)

    def row(self) -> Any:
        with self.database.reading() as connection:
            return read_broadcast(connection, self.id)

    def refuses(self, by: Author, **seen: Any) -> str:
        """Why `by` may not approve it."""
        before = self.row()
        with pytest.raises(BroadcastError) as refused:
            self.approve(by, **seen)
        assert self.row() == before
        return refused.value.fault


# Who


def test_whoever_wrote_in_it_is_an_author_for_good(database: Database):
    desk = Desk(database)
    desk.edit(KEO, texts={"lo": "ພະຍຸ"})
    desk.edit(NOY, audience={"status": ["enrolled"]})
    desk.edit(PHET, name="Storm", texts={"lo": "ພະຍຸ"})

    assert [desk.refuses(one) for one in (NOY, KEO, PHET)] == ["own"] * 3
    assert desk.approve(Author("somebody@x.la")) == 0


def test_saving_it_as_it_was_makes_nobody_an_author_and_nobody_none(database: Database):
    desk = Desk(database)
    counted = desk.row().preview

    desk.say(edit_broadcast, desk.id, by=KEO, **CONTENT)

    assert desk.row().preview == counted
    assert desk.refuses(NOY) == "own"
    assert desk.approve(KEO) == 0


def test_whoever_says_when_it_goes_is_an_author(database: Database):
    desk = Desk(database)
    desk.submit(by=KEO, start_at=NOW + timedelta(hours=3))

    assert desk.refuses(KEO) == "own"


def test_who_takes_it_back_or_sends_it_back_has_written_nothing(database: Database):
    desk = Desk(database)
    desk.submit()
    desk.say(withdraw_broadcast, desk.id)
    desk.submit()

    assert [one["name"] for one in desk.row().authors] == [NOY.name]


def _account(database: Database, email: str, role: Any = "admin") -> Author:
    with database.writing() as connection:
        staff_id = add_staff(connection, email=email, password_hash="x", role=role, now=NOW)
    return Author(email, staff_id)


def _set(database: Database, maker: Author, whose: Author, action: str, **how: Any) -> None:
    """`maker` does something to an account, as the console writes it into the audit log."""
    with database.writing() as connection:
        row = {"id": maker.staff_id}
        staff: Any = type("Staff", (), row)
        record(
            connection, Actor(maker.name, staff), action, kind="staff",
            object_id=whose.staff_id, **({"now": NOW} | how),
        )  # fmt: skip


MAKING = [
    ("staff.add", {"role": (None, "approver")}, timedelta(0), True),
    ("staff.new_password", None, timedelta(hours=23, minutes=59), True),
    ("staff.change", {"role": ("viewer", "approver")}, timedelta(hours=1), True),
    ("staff.change", None, timedelta(hours=1), False),
    ("staff.add", None, timedelta(hours=24, seconds=1), False),
    ("staff.unlock", None, timedelta(0), False),
]


@pytest.mark.parametrize(("action", "changes", "ago", "held_back"), MAKING)
def test_an_account_in_an_authors_hands_waits_a_day(
    database: Database, action: str, changes, ago: timedelta, held_back: bool
):
    author, approver = _account(database, "a@x.la"), _account(database, "b@x.la", "approver")
    desk = Desk(database, author)
    _set(database, author, approver, action, now=NOW - ago, changes=changes)

    if held_back:
        assert desk.refuses(approver) == "too_close"
    else:
        assert desk.approve(approver) == 0


def test_an_account_made_by_an_account_of_the_author_waits_too(database: Database):
    author, between, approver = (_account(database, f"{name}@x.la") for name in "abc")
    desk = Desk(database, author)
    _set(database, author, between, "staff.add")
    _set(database, between, approver, "staff.add")

    assert desk.refuses(approver) == "too_close"


def test_accounts_of_a_third_person_or_of_nobody_are_not_held_back(database: Database):
    author, third, approver = (_account(database, f"{name}@x.la") for name in "abc")
    desk = Desk(database, author)
    _set(database, third, author, "staff.add")
    _set(database, third, approver, "staff.add")

    assert desk.approve(approver) == 0


def test_an_author_by_command_is_known_by_the_email(database: Database):
    author, approver = _account(database, "a@x.la"), _account(database, "b@x.la")
    desk = Desk(database, Author("A@x.la"))
    _set(database, author, approver, "staff.new_password")

    assert desk.refuses(author) == "own"
    assert desk.refuses(approver) == "too_close"


def test_another_email_does_not_make_an_author_somebody_else(database: Database):
    author = _account(database, "a@x.la")
    desk = Desk(database, author)
    with database.writing() as connection:
        connection.execute(update(staff_users).values(email="new@x.la"))

    assert desk.refuses(Author("new@x.la", author.staff_id)) == "own"


# What


def test_it_is_approved_once_it_is_counted(database: Database, village: Village):
    village.women(range(1, 4))
    desk = Desk(database, count=False)
    desk.submit()
    assert desk.refuses(KEO) == "not_counted"
    with database.reading() as connection:
        assert uncounted(connection) == [desk.id]

    desk.count()

    assert desk.approve(KEO) == 3
    assert desk.row().approved_recipients == 3
    with database.reading() as connection:
        assert uncounted(connection) == []


def test_a_count_that_ends_after_it_was_submitted_is_kept(database: Database):
    desk = Desk(database, count=False)
    desk.submit()
    desk.count()

    assert kept_preview(desk.row()) is not None


def test_what_was_approved_is_not_counted_again(database: Database, village: Village):
    desk = Desk(database)
    desk.approve(KEO)
    village.woman(1)

    desk.count()

    assert desk.row().preview["recipients"] == 0


CHANGES = [
    ("another text", lambda desk, _village: desk.edit(NOY, texts={"lo": "ພະຍຸ"})),
    ("another audience", lambda desk, _village: desk.edit(NOY, audience={"status": ["exited"]})),
    ("another time", lambda desk, _village: desk.submit(start_at=NOW + timedelta(days=1))),
    ("another count", lambda desk, village: (village.woman(7), desk.count())),
]


@pytest.mark.parametrize(("label", "change"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_was_read_is_what_is_approved(database: Database, village: Village, label, change):
    desk = Desk(database)
    seen = version_of(desk.row())
    change(desk, village)

    assert desk.refuses(KEO, seen=seen) == "changed", label
    assert desk.approve(KEO, seen=version_of(desk.row())) in {0, 1}


# How far it may grow


@pytest.mark.parametrize(
    ("approved", "most"), [(0, 10), (3, 13), (100, 110), (101, 111), (3010, 3311)]
)
def test_a_tenth_more_and_ten_at_least(approved: int, most: int):
    assert most_recipients(approved) == most


def _started(database: Database, **times: Any) -> Desk:
    desk = Desk(database)
    desk.submit(**times)
    desk.approve(KEO)
    with database.writing() as connection:
        start_broadcast(connection, desk.id, now=NOW, hours=ALWAYS)
    return desk


def _expand(desk: Desk) -> None:
    expand_broadcast(desk.database, desk.id, default_locale="lo", now=NOW)


def test_an_audience_that_grew_a_little_gets_it(database: Database, village: Village):
    village.women(range(1, 5))
    desk = _started(database)
    village.women(range(5, 15))

    _expand(desk)

    assert desk.row().recipients == 14


def test_an_audience_that_grew_too_much_needs_another_approval(office: Office, village: Village):
    village.women(range(1, 5))
    desk = _started(office.database)
    village.women(range(5, 16))

    _expand(desk)

    row = desk.row()
    assert (row.state, row.approved_by, row.approved_recipients) == ("submitted", None, 4)
    assert row.preview["recipients"] == 15
    assert not ledger(office.database, "id")
    assert desk.refuses(NOY) == "own"
    assert desk.approve(KEO) == 15
    with office.database.writing() as connection:
        start_broadcast(connection, desk.id, now=NOW, hours=ALWAYS)
    _expand(desk)
    assert desk.row().recipients == 15


def test_what_grew_while_half_of_it_was_under_way_is_paused(database: Database, village: Village):
    first, *_others = village.women(range(1, 5))
    desk = _started(database)
    with database.writing() as connection:
        connection.execute(update(broadcasts).values(expanded_to=first))
    village.women(range(5, 16))

    _expand(desk)

    assert desk.row().state == "paused"
    assert not ledger(database, "id")


# Races


def _together(*actions) -> list[BroadcastError | None]:
    """Runs all at once; what each of them was refused with."""
    gate = threading.Barrier(len(actions))
    found: list[BroadcastError | None] = [None] * len(actions)

    def run(index: int, action) -> None:
        gate.wait(timeout=30)
        try:
            action()
        except BroadcastError as error:
            found[index] = error

    threads = [
        threading.Thread(target=run, args=(index, action)) for index, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_of_several_who_approve_at_once_one_does(database: Database):
    desk = Desk(database)
    desk.submit()
    others = [Author(f"{index}@x.la") for index in range(4)]

    refused = _together(*(lambda who=one: desk.approve(who) for one in others))

    assert [error.fault for error in refused if error] == ["state"] * 3
    winner = others[refused.index(None)]
    assert desk.row().approved_by == winner.name


@pytest.mark.parametrize("turn", range(3))
def test_whoever_edits_while_another_approves_comes_before_or_after(database: Database, turn: int):
    desk = Desk(database)
    seen = version_of(desk.row())

    approving, editing = _together(
        lambda: desk.approve(KEO, seen=seen), lambda: desk.edit(NOY, texts={"lo": f"ພະຍຸ {turn}"})
    )

    row = desk.row()
    if approving is None:
        assert (row.state, row.texts) == ("approved", CONTENT["texts"])
        assert editing is not None
    else:
        assert (row.state, row.texts) == ("draft", {"lo": f"ພະຍຸ {turn}"})
        assert approving.fault == "changed"


def test_an_editor_who_approves_while_the_edit_is_saved_is_an_author_or_too_early(
    database: Database,
):
    desk = Desk(database)
    seen = version_of(desk.row())

    approving, _editing = _together(
        lambda: desk.approve(KEO, seen=seen), lambda: desk.edit(KEO, texts={"lo": "ພະຍຸ"})
    )

    row = desk.row()
    assert (row.state == "approved") == (approving is None)
    if row.state == "approved":
        assert KEO.name not in [one["name"] for one in row.authors]
