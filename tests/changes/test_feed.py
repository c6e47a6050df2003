"""The feed tells everything once, in order, to whoever may know it; and says where it cannot."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, insert, update
from uuid_utils.compat import uuid7

from gateway.changes.feed import BEGIN, LostError, Page, Place, Wanted, check_kept, newest, read
from gateway.changes.numbering import number_all
from gateway.core.learnt import Learnt
from gateway.registry.database import Database
from gateway.registry.learning import change_positions, changes, learn

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
PHONE = "+8562055500001"


def say(database: Database, *locales: str, district_id: int | None = None) -> None:
    with database.writing() as connection:
        for locale in locales:
            learn(
                connection, Learnt.LANGUAGE_CHOSEN, at=NOW, msisdn=PHONE, district_id=district_id,
                data={"locale": locale},
            )  # fmt: skip
    number_all(database, ())


def page(database: Database, after: Place = BEGIN, **wanted: Any) -> Page:
    with database.reading() as connection:
        return read(connection, Wanted(after=after, **wanted))


def told(found: Page) -> list[str]:
    return [row.data["locale"] for row in found.rows]


def test_page_by_page_everything_comes_once(database: Database):
    say(database, "lo", "en", "lo_Latn")

    first = page(database, at_most=2)
    second = page(database, first.next, at_most=2)
    third = page(database, second.next, at_most=2)

    assert [told(one) for one in (first, second, third)] == [["lo", "en"], ["lo_Latn"], []]
    assert [one.more for one in (first, second, third)] == [True, False, False]
    assert third.next == second.next
    say(database, "en")
    assert told(page(database, third.next)) == ["en"]


def test_what_is_not_wanted_is_passed_over_and_not_looked_through_again(database: Database):
    say(database, "lo", "en", district_id=1)
    say(database, "lo_Latn", district_id=2)

    assert told(page(database, district_id=2)) == ["lo_Latn"]
    nothing = page(database, kinds=[Learnt.CASE_OPENED])
    assert (told(nothing), nothing.next[0]) == ([], 3)


def test_an_empty_feed_has_a_place_to_go_on_from(database: Database):
    with database.reading() as connection:
        here = newest(connection)

    assert here == BEGIN
    say(database, "lo")
    assert told(page(database, here)) == ["lo"]


def test_the_change_of_ones_place_may_be_erased(database: Database):
    say(database, "lo", "en")
    here = page(database, at_most=1).next
    with database.writing() as connection:
        connection.execute(delete(changes).where(changes.c.id == here[1]))

    assert told(page(database, here)) == ["en"]


def go_back_to(connection: Connection, position: int) -> None:
    """What a restored backup is to a reader."""
    connection.execute(delete(changes).where(changes.c.position > position))
    connection.execute(update(change_positions).values(last=position))


@pytest.mark.parametrize("since", [[], ["en", "en", "en"]])
def test_a_place_from_before_a_restore_is_told_so(database: Database, since: list[str]):
    """Whether the positions of that time have been given anew or not."""
    say(database, "lo", "lo", "lo")
    kept = page(database, at_most=1).next
    here = page(database).next
    with database.writing() as connection:
        go_back_to(connection, 1)
    say(database, *since)

    with pytest.raises(LostError, match="restored"):
        page(database, here)
    assert told(page(database, kept)) == since


def test_a_place_that_was_made_up_is_told_so(database: Database):
    with pytest.raises(LostError, match="restored"):
        page(database, (7, UUID(int=7)))


def test_who_comes_after_a_year_is_told_that_something_is_gone(database: Database):
    row = {"id": uuid7(), "position": 900, "kind": "case.noted", "at": NOW, "data": {}}
    old: Place = (1, UUID(int=int((NOW - timedelta(days=400)).timestamp() * 1000) << 80))
    with database.writing() as connection:
        connection.execute(insert(changes).values(row))

    with database.reading() as connection:
        with pytest.raises(LostError, match="forgotten"):
            check_kept(connection, old, timedelta(days=365), NOW)
        check_kept(connection, (899, old[1]), timedelta(days=365), NOW)
        check_kept(connection, BEGIN, timedelta(days=365), NOW)
