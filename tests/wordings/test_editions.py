"""What a process speaks: read behind its back, and kept for the sessions that began with it."""

import os

import pytest
from sqlalchemy.exc import SQLAlchemyError

from gateway.registry.database import Database
from gateway.registry.deadlines import within
from gateway.wordings.editions import KEPT_SECONDS, Editions
from gateway.wordings.publishing import roll_back
from gateway.wordings.watching import Watch
from tests.hanging import relay_to
from tests.wordings.desk import BASE, FRUIT, LAO, SOLD_OUT, Press
from tests.worker.processes import until

FRESH = "ໝາກໄມ້ສົດ"


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def press(database: Database) -> Press:
    return Press(database)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def editions(database: Database, seconds: Seconds) -> Editions:
    return Editions(database, BASE, seconds)


def says(editions: Editions, text=FRUIT) -> str:
    return editions.gettext[text.locale](text.key)


def test_a_process_that_has_read_nothing_speaks_the_catalogue(editions: Editions):
    assert says(editions) == LAO["Fruit"]


def test_what_is_published_is_spoken_from_the_next_look_on(editions: Editions, press: Press):
    editions.refresh()
    before = editions.current
    press.published((FRUIT, FRESH))
    assert editions.current is before

    editions.refresh()
    assert (says(editions), says(editions, SOLD_OUT)) == (FRESH, LAO["Sold out."])
    assert editions.current.version != before.version
    assert editions.current.published["lo"] == {"Fruit": FRESH}


def test_the_first_dial_of_a_process_reads_it(editions: Editions, press: Press):
    press.published((FRUIT, FRESH))

    assert editions.at_dial().gettext["lo"]("Fruit") == FRESH
    press.published((FRUIT, "ໝາກສົດ"))
    assert editions.at_dial().gettext["lo"]("Fruit") == FRESH


def test_an_edition_is_kept_as_long_as_a_session_may_live(
    editions: Editions, press: Press, seconds: Seconds
):
    begun = editions.at_dial()
    press.published((FRUIT, FRESH))
    editions.refresh()
    assert editions.find(begun.version) is begun
    assert begun.gettext["lo"]("Fruit") == LAO["Fruit"]

    seconds.now += KEPT_SECONDS + 1
    press.published((FRUIT, "ໝາກສົດ"))
    editions.refresh()
    assert editions.find(begun.version) is None
    assert editions.find("00000000") is None


def test_a_publication_that_is_undone_is_the_edition_of_before(editions: Editions, press: Press):
    begun = editions.at_dial()
    press.press(roll_back, press.published((FRUIT, FRESH)))
    editions.refresh()

    assert editions.current.version == begun.version


def test_what_a_page_looks_like_is_known_by_the_same_name_in_every_process(
    database: Database, press: Press
):
    press.published((FRUIT, FRESH))
    one, other = Editions(database, BASE), Editions(database, BASE)

    assert one.at_dial().version == other.at_dial().version


def test_a_database_that_is_away_leaves_the_last_words_in_use(
    postgresql: Database, postgresql_url: str
):
    press = Press(postgresql)
    press.published((FRUIT, FRESH))
    with relay_to(postgresql_url) as way:
        database = Database(way.url)
        editions = Editions(database, BASE)
        editions.refresh()
        way.swallows = True

        with pytest.raises(SQLAlchemyError), within(0.2, "texts", each=True):
            editions.refresh()
        assert says(editions) == FRESH
        assert says(Editions(database, BASE)) == LAO["Fruit"], "a new process has the catalogue's"
        database.dispose()


def test_a_database_without_the_tables_is_no_reason_not_to_speak(tmp_path):
    editions = Editions(Database(f"sqlite:///{tmp_path}/empty.sqlite"), BASE)

    assert editions.at_dial().gettext["lo"]("Fruit") == LAO["Fruit"]


def test_a_process_looks_by_itself_from_its_first_request_on(editions: Editions, press: Press):
    watch = Watch(editions, every_seconds=0.02)
    watch.begin()
    watch.begin()

    press.published((FRUIT, FRESH))
    until(lambda: says(editions) == FRESH)
    press.published((FRUIT, "ໝາກສົດ"))
    until(lambda: says(editions) == "ໝາກສົດ")
    watch.end()


def test_a_watch_goes_on_where_the_database_failed_once(editions: Editions, press: Press, caplog):
    with press.database.writing() as connection:
        connection.exec_driver_sql("alter table wording_publications rename to elsewhere")
    watch = Watch(editions, every_seconds=0.02)
    try:
        watch.begin()
        until(lambda: "published texts stay as they are" in caplog.text)
    finally:
        with press.database.writing() as connection:
            connection.exec_driver_sql("alter table elsewhere rename to wording_publications")
    press.published((FRUIT, FRESH))

    until(lambda: says(editions) == FRESH)
    watch.end()
    assert caplog.text.count("published texts stay as they are") == 1


def test_a_child_of_a_fork_looks_for_itself(editions: Editions):
    """What waits in the parent's thread is not there in the child's."""
    watch = Watch(editions, every_seconds=600)
    watch.begin()
    assert watch._process == os.getpid()

    watch._process = os.getppid()  # as a child finds it
    watch.begin()
    assert watch._process == os.getpid()
    watch.end()
