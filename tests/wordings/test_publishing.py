"""A second person publishes; what was published stands, is undone, or is in the way."""

import threading

import pytest
from sqlalchemy import select

from gateway.registry.database import Database
from gateway.staff.accounts import by_email
from gateway.staff.audit import Actor, record
from gateway.staff.tables import audit_log
from gateway.ussd.pager import Budget
from gateway.wordings.faults import WordingError
from gateway.wordings.keys import TextId
from gateway.wordings.proposals import Proposal, rewrite
from gateway.wordings.publishing import drop, keep, put_back, roll_back
from gateway.wordings.versions import (
    history_of,
    latest_number,
    newest_wordings,
    publications,
)
from tests.staff.people import add_somebody
from tests.wordings.desk import FRUIT, KEO, LAO, NOW, NOY, ORDER, PHET, SOLD_OUT, Press

FRESH = "ໝາກໄມ້ສົດ"
LONG = "ໝາກໄມ້" * 3
SECRET = TextId("lo", "Secret")


@pytest.fixture
def press(database: Database) -> Press:
    return Press(database)


def refusal(verb, *words, **options) -> str:
    with pytest.raises(WordingError) as refused:
        verb(*words, **options)
    return refused.value.refusal


def test_what_a_second_person_agrees_to_stands(press: Press):
    made = press.propose(FRUIT, FRESH)
    assert press.standing(FRUIT) == LAO["Fruit"]

    assert press.print(made) == 1
    assert press.standing(FRUIT) == FRESH
    now = press.read(made.id)
    assert (now.state, now.decided_by, now.publication) == ("approved", KEO.name, 1)


def test_whoever_wrote_in_it_does_not_publish_it(press: Press):
    made = press.propose(FRUIT, FRESH)
    press.say(rewrite, press.ground(), made.id, "ໝາກສົດ", actor=KEO, seen=1)
    bettered = press.read(made.id)

    for author in (NOY, KEO, Actor(NOY.name.upper())):
        assert refusal(press.print, bettered, by=author) == "own"
    assert press.print(bettered, by=PHET) == 1


def test_an_account_in_an_authors_hands_is_no_second_person(press: Press):
    author = add_somebody(press.database, "editor", email="author@x.la")
    second = add_somebody(press.database, "approver", email="second@x.la")
    with press.database.writing() as connection:
        record(
            connection, Actor(author.email, author), "staff.new_password", now=NOW,
            kind="staff", object_id=second.id,
        )  # fmt: skip
    made = press.propose(FRUIT, FRESH, by=Actor(author.email, author))

    assert refusal(press.print, made, by=Actor(second.email, second)) == "too_close"


def test_what_was_not_read_is_not_published(press: Press):
    seen = press.propose(FRUIT, FRESH)
    press.say(rewrite, press.ground(), seen.id, "ໝາກສົດ", actor=PHET, seen=1)
    draft = press.propose(ORDER, "%(fruit)s ບໍ່?", submit=False)

    assert refusal(press.print, seen) == "changed"
    assert refusal(press.print, draft) == "state"
    assert press.ask(latest_number) == 0


def test_two_that_do_not_hold_together_are_not_published(press: Press):
    first = press.propose(FRUIT, "ໝາກໄມ້" * 3)
    second = press.propose(SECRET, "ຄວາມລັບ" * 2)

    assert refusal(press.print, first, second) == "unfit"
    assert press.print(first) == 1
    assert refusal(press.print, second) == "unfit"
    assert press.standing(SECRET) == "Secret"


def test_one_publication_of_several_has_one_number_and_a_line_of_the_log_each(press: Press):
    number = press.published((FRUIT, FRESH), (ORDER, "%(fruit)s ໜຶ່ງໜ່ວຍບໍ່?"))

    (row,) = press.ask(publications)
    assert (row.number, row.kind, row.approved_by) == (number, "published", KEO.name)
    lines = press.ask(
        lambda c: c.execute(select(audit_log).where(audit_log.c.action == "text.publish")).all()
    )
    assert {line.object_id for line in lines} == {"lo Fruit", "lo One %(fruit)s?"}


def test_two_who_approve_at_once_publish_one_after_the_other(press: Press):
    made = [press.propose(FRUIT, FRESH), press.propose(SOLD_OUT, "ໝົດ.")]
    together = threading.Barrier(2)
    numbers: list[int] = []

    def agree(proposal: Proposal) -> None:
        together.wait(timeout=30)
        numbers.append(press.print(proposal))

    threads = [threading.Thread(target=agree, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(numbers) == [1, 2]
    assert (press.standing(FRUIT), press.standing(SOLD_OUT)) == (FRESH, "ໝົດ.")


def test_one_proposal_that_two_approve_at_once_is_published_once(press: Press):
    made = press.propose(FRUIT, FRESH)
    together = threading.Barrier(2)
    became: list[str] = []

    def agree(by: Actor) -> None:
        together.wait(timeout=30)
        try:
            became.append(str(press.print(made, by=by)))
        except WordingError as error:
            became.append(error.refusal)

    threads = [threading.Thread(target=agree, args=(by,)) for by in (KEO, PHET)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(became) == ["1", "state"]


def test_a_publication_is_undone_with_one_press_and_every_version_is_kept(press: Press):
    press.published((FRUIT, FRESH))
    second = press.published((FRUIT, "ໝາກສົດ"))

    assert press.press(roll_back, second, by=NOY) == 3
    assert press.standing(FRUIT) == FRESH
    kinds = [(one.wording, one.kind) for one in press.ask(history_of, FRUIT)]
    assert kinds == [(FRESH, "rolled_back"), ("ໝາກສົດ", "published"), (FRESH, "published")]


def test_what_was_taken_back_comes_back_by_somebody_who_did_not_write_in_it(press: Press):
    taken_back = press.press(roll_back, press.published((FRUIT, FRESH)), by=NOY)
    assert press.standing(FRUIT) == LAO["Fruit"]

    assert refusal(press.press, roll_back, taken_back, by=NOY) == "own"
    assert press.standing(FRUIT) == LAO["Fruit"]
    undone = press.press(roll_back, taken_back, by=PHET)
    assert press.standing(FRUIT) == FRESH

    press.press(roll_back, undone, by=NOY)
    assert press.standing(FRUIT) == LAO["Fruit"]


def test_a_dropped_wording_comes_back_by_somebody_who_did_not_write_in_it(press: Press):
    press.published((FRUIT, FRESH))
    dropped = press.press(drop, [FRUIT], by=PHET)

    assert refusal(press.press, roll_back, dropped, by=NOY) == "own"
    assert press.press(roll_back, dropped, by=PHET) == 3


def test_what_a_later_publication_says_is_not_undone_with_an_earlier_one(press: Press):
    first = press.published((FRUIT, FRESH), (SOLD_OUT, "ໝົດ."))
    press.published((FRUIT, "ໝາກສົດ"))

    press.press(roll_back, first)
    assert (press.standing(FRUIT), press.standing(SOLD_OUT)) == ("ໝາກສົດ", LAO["Sold out."])
    assert refusal(press.press, roll_back, first) == "nothing_left"
    assert refusal(press.press, roll_back, 99) == "no_such_publication"


def test_a_published_wording_survives_an_upgrade_and_shows_that_the_catalogue_has_changed(
    press: Press,
):
    press.published((FRUIT, FRESH))
    after = press.upgraded(LAO | {"Fruit": "ໝາກໄມ້ຕ່າງໆ"})

    assert after.standing(FRUIT) == FRESH
    assert after.in_the_way() == [("base_changed", FRUIT, FRESH)]

    after.press(keep, [FRUIT])
    assert (after.standing(FRUIT), after.in_the_way()) == (FRESH, [])


def test_a_conflict_is_settled_by_the_catalogues_wording_too(press: Press):
    press.published((FRUIT, FRESH))
    after = press.upgraded(LAO | {"Fruit": "ໝາກໄມ້ຕ່າງໆ"})

    after.press(drop, [FRUIT])
    assert (after.standing(FRUIT), after.in_the_way()) == ("ໝາກໄມ້ຕ່າງໆ", [])
    assert refusal(after.press, drop, [FRUIT]) == "nothing_left"


def test_a_catalogue_that_took_the_wording_over_is_no_conflict(press: Press):
    press.published((FRUIT, FRESH))

    assert press.upgraded(LAO | {"Fruit": FRESH}).in_the_way() == []


def test_the_wording_of_a_text_that_is_gone_is_not_lost(press: Press):
    fruit = TextId("lo", "being checked")
    press.published((fruit, "ກວດຢູ່"))
    base = {
        locale: {key: text for key, text in texts.items() if key != fruit.key}
        for locale, texts in press.repository.base.items()
    }
    after = Press(press.database, base)

    assert after.in_the_way() == [("removed", fruit, "ກວດຢູ່")]
    assert after.ground().published["lo"] == {}
    after.press(drop, [fruit])
    assert after.in_the_way() == []


def test_under_a_smaller_page_what_no_longer_fits_is_put_back_and_listed(press: Press):
    press.published((SOLD_OUT, "ໝົດ."))
    press.published((FRUIT, LONG))
    narrow = press.narrowed(Budget(60, 140))

    assert put_back(press.database, narrow.repository, now=NOW) == [FRUIT]
    assert (narrow.standing(FRUIT), narrow.standing(SOLD_OUT)) == (LAO["Fruit"], "ໝົດ.")
    assert narrow.in_the_way() == [("does_not_fit", FRUIT, LONG)]
    (said,) = press.ask(newest_wordings)[FRUIT].reasons
    assert "of the 60 signs of page 1 of 1 of the screen 0" in said.tell(str)

    assert put_back(press.database, narrow.repository, now=NOW) == []
    narrow.published((FRUIT, "ໝາກ"))
    assert narrow.in_the_way() == []


def test_of_two_that_do_not_fit_together_the_newer_goes(press: Press):
    press.published((FRUIT, "ໝາກໄມ້" * 3))
    press.published((SECRET, "ຄວາມລັບ"))
    narrow = press.narrowed(Budget(67, 140))

    assert put_back(press.database, narrow.repository, now=NOW) == [SECRET]
    assert narrow.standing(FRUIT) == "ໝາກໄມ້" * 3


def test_an_author_is_known_by_the_account_too(press: Press):
    author = add_somebody(press.database, "editor", email="before@x.la")
    made = press.propose(FRUIT, FRESH, by=Actor(author.email, author))
    with press.database.reading() as connection:
        again = by_email(connection, author.email)

    assert refusal(press.print, made, by=Actor("after@x.la", again)) == "own"
