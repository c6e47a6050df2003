"""Of several schedulers one works, and no Redis is asked which."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from gateway.messaging.tables import scheduler_turns
from gateway.registry.database import Database
from tests.worker.processes import until
from worker.turn import Turn


def test_of_two_one_has_the_turn_and_keeps_it(database: Database):
    first, second = Turn(database), Turn(database)

    assert [first.is_ours(), second.is_ours(), first.is_ours()] == [True, False, True]


def test_of_many_at_once_one_gets_it(database: Database):
    turns = [Turn(database) for _each in range(8)]
    together = Barrier(len(turns))

    def ask(turn: Turn) -> bool:
        together.wait()
        return turn.is_ours()

    with ThreadPoolExecutor(len(turns)) as pool:
        assert sorted(pool.map(ask, turns)) == [False] * 7 + [True]


def test_a_holder_that_was_killed_is_followed_by_another(database: Database):
    killed, second = Turn(database, seconds=0.05), Turn(database)
    assert killed.is_ours()

    until(second.is_ours)

    until(lambda: not killed.is_ours())


def test_who_gives_it_up_is_followed_at_once(database: Database):
    first, second = Turn(database), Turn(database)
    assert first.is_ours()

    first.give_up()

    assert second.is_ours()
    assert not first.is_ours()


def test_who_does_not_have_it_cannot_give_it_up(database: Database):
    first, second, third = Turn(database), Turn(database), Turn(database)
    assert first.is_ours()

    second.give_up()

    assert not third.is_ours()


def test_the_holder_asks_again_when_half_of_it_is_over(database: Database):
    now = [100.0]
    holder = Turn(database, 5.0, monotonic=lambda: now[0])
    assert holder.is_ours()
    other = Turn(database)
    holder_is_robbed(database)
    now[0] += 2.4
    assert holder.is_ours(), "as far as it knows"
    assert other.is_ours()

    now[0] += 0.1

    assert not holder.is_ours()


def holder_is_robbed(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(scheduler_turns.delete())


def test_without_the_database_nobody_works():
    away = Turn(Database("postgresql://127.0.0.1:1/x"))

    assert not away.is_ours()
    away.give_up()
