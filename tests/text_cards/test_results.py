"""What mothers pressed, played on the menu: whether they found it, and where they gave up."""

import pytest
from sqlalchemy import select

from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.text_cards.results import (
    by_screen,
    by_task,
    entries,
    is_pressed,
    keep,
    keys_of,
    play,
    take_out,
)
from gateway.text_cards.tables import text_trials
from gateway.text_cards.trial import TASKS, keys
from tests.text_cards.test_cards import ON, service
from tests.wordings.desk import NOW

NOY = Actor("noy@example.la")
WAYS = {one.task.name: one for one in keys(service().tree, service().gettext, service().budget, ON)}


def kept(database: Database, **pressed: str) -> int:
    with database.writing() as connection:
        return keep(connection, service(), pressed, tried_on=ON, actor=NOY, now=NOW)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_interviewer_s_way_finds_it(task):
    way = WAYS[task.name]
    played = play(service(), task, " ".join(way.keys))

    assert played.reached
    assert played.keys == len(way.keys)
    assert [state for state, _key in played.steps] == list(way.states[:-1])


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_whoever_presses_nothing_has_not_found_it(task):
    played = play(service(), task, "-")

    assert (played.reached, played.keys) == (False, 0)
    assert played.steps == ((service().tree.start, ""),)


def test_who_cannot_read_these_letters_finds_others_and_not_the_same_again():
    (other,) = (task for task in TASKS if task.name == "language")

    assert WAYS["language"].keys == ("5", "2")
    assert not play(service(), other, "5 1").reached
    assert play(service(), other, "5 2").reached


def test_a_way_round_is_a_way_too():
    (payday,) = (task for task in TASKS if task.name == "payday")
    way = WAYS["payday"].keys
    played = play(service(), payday, " ".join(["88", *way]))

    assert played.reached
    assert played.keys == len(way) + 1


@pytest.mark.parametrize("written", ["1 9 2", "1*9*2", "192", "1, 9, 2", "*1*9*2#"])
def test_keys_are_read_however_they_were_written(written: str):
    assert keys_of(written) == ["1", "9", "2"]


@pytest.mark.parametrize("written", ["໑ ໙ ໒", "１９２"])
def test_lao_and_full_width_digits_are_the_same_keys(written: str):
    assert keys_of(written) == ["1", "9", "2"]
    assert is_pressed(written)


@pytest.mark.parametrize("written", ["abc", "4 <script>", ", ,", "--"])
def test_what_is_no_key_is_none(written: str):
    assert not is_pressed(written)


def test_an_entry_is_taken_out(database: Database):
    kept(database, payday="1", ask="-")
    with database.writing() as connection:
        (wrong,) = entries(connection)["payday"]
        assert take_out(connection, wrong.id, actor=NOY, now=NOW)
        assert not take_out(connection, wrong.id, actor=NOY, now=NOW)
        assert entries(connection).keys() == {"ask"}


def test_a_number_that_was_typed_stays_one():
    assert keys_of("3 26000001") == ["3", "26000001"]


def test_what_was_pressed_is_kept_and_told_of_each_task(database: Database):
    way = " ".join(WAYS["payday"].keys)
    assert kept(database, payday=way, ask="-", registered="  ") == 2

    with database.reading() as connection:
        told = by_task(connection)
    assert (told["payday"].tried, told["payday"].reached, told["payday"].pressed) == (1, 1, [way])
    assert (told["ask"].tried, told["ask"].reached) == (1, 0)
    assert told["registered"].tried == 0


def test_it_is_told_of_each_screen_what_was_pressed_and_who_gave_up(database: Database):
    way = " ".join(WAYS["payday"].keys)
    for pressed in (way, way, "-"):
        kept(database, payday=pressed)

    start = service().tree.start
    with database.reading() as connection:
        told = by_screen(connection, [start, "help"])
    assert told.keys() == {start}
    assert (told[start].seen, told[start].gave_up) == (3, 1)
    assert told[start].keys[WAYS["payday"].keys[0]] == 2


def test_nobody_is_named(database: Database):
    kept(database, payday="-")
    with database.reading() as connection:
        (row,) = connection.execute(select(text_trials)).all()
    assert set(row._mapping) == {
        "id", "tried_on", "task", "pressed", "reached", "keys", "steps", "entered_by", "entered_at",
    }  # fmt: skip
