"""A wording is proposed, bettered, decided; everybody who wrote in it is known."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from gateway.registry.database import Database
from gateway.staff.tables import audit_log
from gateway.wordings.faults import WordingError
from gateway.wordings.keys import TextId
from gateway.wordings.proposals import (
    open_proposals,
    proposals_of,
    reject,
    rewrite,
    submit,
    withdraw,
)
from tests.wordings.desk import DOOR, FRUIT, KEO, LAO, NOW, NOY, Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def refusal(verb, *words, **options) -> str:
    with pytest.raises(WordingError) as refused:
        verb(*words, **options)
    return refused.value.refusal


def test_a_proposal_keeps_what_stood_there_and_who_wrote(desk: Desk):
    made = desk.propose(FRUIT, " ຫມາກໄມ້ສົດ ", note="fresh")

    assert (made.text, made.wording, made.instead_of) == (FRUIT, "ໝາກໄມ້ສົດ", LAO["Fruit"])
    assert (made.state, made.revision, made.note) == ("submitted", 1, "fresh")
    assert [one["name"] for one in made.authors] == [NOY.name]
    assert desk.ask(open_proposals) == [made]


def test_one_that_does_not_hold_is_refused_with_every_sentence_and_nothing_is_written(desk: Desk):
    with pytest.raises(WordingError, match=r"The wording cannot stay like this\. 41 too many"):
        desk.propose(FRUIT, "ໝາກໄມ້" * 12)

    assert desk.ask(open_proposals) == []


@pytest.mark.parametrize(
    ("text", "wording", "refused"),
    [
        (FRUIT, LAO["Fruit"], "same"),
        (TextId("lo", "Nowhere"), "x", "no_such_text"),
        (TextId("fr", "Fruit"), "x", "no_such_text"),
    ],
)
def test_what_is_no_new_wording_of_a_text_is_refused(desk: Desk, text, wording, refused):
    assert refusal(desk.propose, text, wording) == refused


def test_a_text_has_one_open_proposal(desk: Desk):
    first = desk.propose(FRUIT, "ໝາກໄມ້ສົດ")
    assert refusal(desk.propose, FRUIT, "ໝາກ") == "open"

    desk.say(withdraw, first.id, actor=NOY)
    desk.propose(FRUIT, "ໝາກ")
    assert [one.state for one in desk.ask(proposals_of, FRUIT)] == ["withdrawn", "submitted"]


def test_whoever_betters_it_is_one_of_its_authors(desk: Desk):
    made = desk.propose(FRUIT, "ໝາກໄມ້ສົດ")
    desk.say(rewrite, desk.ground(), made.id, "ໝາກສົດ", actor=KEO, seen=1)

    now = desk.read(made.id)
    assert (now.wording, now.revision, now.state) == ("ໝາກສົດ", 2, "submitted")
    assert [one["name"] for one in now.authors] == [NOY.name, KEO.name]


def test_what_somebody_changed_meanwhile_is_not_written_over(desk: Desk):
    made = desk.propose(FRUIT, "ໝາກໄມ້ສົດ")
    desk.say(rewrite, desk.ground(), made.id, "ໝາກສົດ", actor=KEO, seen=1)

    assert refusal(desk.say, rewrite, desk.ground(), made.id, "ໝາກ", actor=NOY, seen=1) == "changed"
    assert desk.read(made.id).wording == "ໝາກສົດ"


def test_a_draft_waits_for_its_author(desk: Desk):
    made = desk.propose(DOOR, "Side door", submit=False)
    assert refusal(desk.say, reject, made.id, actor=KEO) == "state"

    desk.say(submit, made.id, actor=KEO, seen=1)
    now = desk.read(made.id)
    assert (now.state, now.revision) == ("submitted", 2)
    assert [one["name"] for one in now.authors] == [NOY.name, KEO.name]


def test_what_is_decided_is_decided(desk: Desk):
    made = desk.propose(DOOR, "Side door")
    later = NOW + timedelta(hours=1)
    desk.say(reject, made.id, actor=KEO, reason=" It is the front door. ", now=later)

    now = desk.read(made.id)
    assert (now.state, now.decided_by, now.decided_at) == ("rejected", KEO.name, later)
    assert now.reason == "It is the front door."
    for verb in (withdraw, reject):
        assert refusal(desk.say, verb, made.id, actor=NOY) == "state"
    assert refusal(desk.say, submit, made.id, actor=NOY, seen=1) == "state"


def test_a_proposal_that_there_is_not_is_told_so(desk: Desk):
    assert refusal(desk.say, withdraw, uuid4(), actor=NOY) == "no_such_proposal"


def test_each_step_is_in_the_audit_log(desk: Desk):
    made = desk.propose(FRUIT, "ໝາກໄມ້ສົດ", submit=False)
    desk.say(rewrite, desk.ground(), made.id, "ໝາກສົດ", actor=KEO, seen=1, submit=False)
    desk.say(submit, made.id, actor=KEO, seen=2)
    desk.say(withdraw, made.id, actor=NOY)

    lines = desk.ask(lambda c: c.execute(select(audit_log).order_by(audit_log.c.id)).all())
    assert [(line.who, line.action, line.object_id) for line in lines] == [
        (NOY.name, "text.propose", "lo Fruit"),
        (KEO.name, "text.rewrite", "lo Fruit"),
        (KEO.name, "text.submit", "lo Fruit"),
        (NOY.name, "text.withdraw", "lo Fruit"),
    ]
    assert lines[0].changes == {"wording": [LAO["Fruit"], "ໝາກໄມ້ສົດ"]}
