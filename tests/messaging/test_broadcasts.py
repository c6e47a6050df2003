"""A broadcast's life, by two people: what may be said when, and what it means for messages."""

from datetime import timedelta

import pytest

from gateway.messaging.audience import UnknownAudienceError
from gateway.messaging.broadcasts.approval import approve_broadcast
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.lifecycle import (
    MAY,
    cancel_broadcast,
    edit_broadcast,
    finish_broadcasts,
    pause_broadcast,
    start_scheduled,
)
from gateway.messaging.sending.claims import Sending, claim_due, mark_sending
from gateway.messaging.tables import broadcasts
from gateway.staff.authors import Author
from tests.messaging.broadcasting import APPROVER, CONTENT, OPERATOR, TEXTS, BroadcastDesk
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import accepting
from tests.messaging.village import NOW, Village, ledger, number, states


@pytest.fixture
def desk(office: Office) -> BroadcastDesk:
    return BroadcastDesk(office)


VERBS = {
    "edit": lambda desk, one: desk.say(edit_broadcast, one, by=OPERATOR, **CONTENT),
    "approve": lambda desk, one: desk.say(approve_broadcast, one, by=APPROVER),
    "start": lambda desk, one: desk.start(one),
    "pause": lambda desk, one: desk.say(pause_broadcast, one),
    "resume": lambda desk, one: desk.resume(one),
    "cancel": lambda desk, one: desk.say(cancel_broadcast, one),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "state", ["draft", "approved", "scheduled", "running", "paused", "done", "cancelled"]
)
def test_what_may_be_said_in_which_state(desk: BroadcastDesk, verb: str, state: str):
    one = desk.draft()
    with desk.office.database.writing() as connection:
        connection.execute(broadcasts.update().values(state=state, start_at=NOW))

    if state in MAY[verb]:
        VERBS[verb](desk, one)
        return
    with pytest.raises(BroadcastError, match=f"is {state} cannot be told to {verb}"):
        VERBS[verb](desk, one)
    assert desk.row(one).state == state


@pytest.mark.parametrize("who", ["operator@x", "Operator@X"])
def test_nobody_approves_their_own(desk: BroadcastDesk, who: str):
    one = desk.draft()

    with pytest.raises(BroadcastError, match="second person"):
        desk.say(approve_broadcast, one, by=Author(who))

    assert desk.row(one).state == "draft"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"texts": {"en": "x"}}, "the text in lo is missing"),
        ({"texts": {"lo": "  "}}, "the text in lo is missing"),
        ({"name": " "}, "needs a name"),
        ({"name": "x" * 121}, "needs a name"),
        ({"texts": {"lo": "\u200b\u2060 \ufeff"}}, "the text in lo is missing"),
        ({"name": "\u200b\u3164"}, "needs a name"),
        ({"texts": {"lo": "ສະບາຍດີ ((name))"}}, r"\(\(name\)\) stays as it is"),
        ({"texts": {"lo": "ເງິນ 300.000 ກີບ"}}, "it names an amount, 300.000 ກີບ"),
        ({"texts": {"lo": "ສະບາຍດີ", "en": "Are you pregnant?"}}, "it speaks of health, pregnan"),
        ({"texts": {"lo": "ສະບາຍດີ", "en": "Hello {name}"}}, "{name} stays as it is"),
    ],
)
def test_a_draft_needs_a_name_and_a_text(desk: BroadcastDesk, change, sentence: str):
    with pytest.raises(BroadcastError, match=sentence):
        desk.draft(**change)


def test_a_filter_nobody_knows_is_refused(desk: BroadcastDesk):
    with pytest.raises(UnknownAudienceError, match="colour"):
        desk.draft(audience={"colour": ["red"]})


def test_a_broadcast_nobody_wrote_is_no_broadcast(desk: BroadcastDesk, village: Village):
    with pytest.raises(BroadcastError, match="no such"):
        desk.row(village.woman())


def test_everybody_gets_it_in_her_language(desk: BroadcastDesk, village: Village):
    village.woman(1)
    village.woman(2, locale="lo_Latn")
    village.woman(3, locale=None)

    one = desk.running()
    desk.office.send()

    assert sorted(desk.office.provider.calls) == sorted(
        [(TEXTS["lo"], [number(1), number(3)]), (TEXTS["lo_Latn"], [number(2)])]
    )
    assert desk.results(one) == {("accepted", None): 3}


def test_a_language_without_a_text_gets_the_default(desk: BroadcastDesk, village: Village):
    village.woman(1, locale="lo_Latn")

    desk.running(texts={"lo": TEXTS["lo"]})
    desk.office.send()

    assert desk.office.provider.calls == [(TEXTS["lo"], [number(1)])]


def test_one_sms_a_handset_however_many_people_share_it(desk: BroadcastDesk, village: Village):
    village.women([1, 2, 3], msisdn=number(1))

    one = desk.running()
    desk.office.send()

    assert desk.office.provider.handsets == [number(1)]
    assert desk.row(one).recipients == 1


def test_one_who_agreed_stands_for_all_on_her_phone(desk: BroadcastDesk, village: Village):
    village.woman(1, consent_payment=False, consent_health=False)
    village.woman(2, msisdn=number(1))

    desk.running()
    desk.office.send()

    assert desk.office.provider.handsets == [number(1)]


def test_expanding_it_again_adds_nothing(desk: BroadcastDesk, village: Village):
    village.women(range(1, 6))

    one = desk.running()
    desk.expand(one)

    assert len(ledger(desk.office.database, "id")) == 5


def test_an_expansion_that_was_interrupted_goes_on_where_it_was(
    desk: BroadcastDesk, village: Village
):
    first, *_others = village.women(range(1, 6))
    one = desk.approved()
    desk.start(one)
    with desk.office.database.writing() as connection:
        connection.execute(broadcasts.update().values(expanded_to=first))

    assert desk.say(start_scheduled) == [one]
    desk.expand(one)

    assert [row.msisdn for row in ledger(desk.office.database, "msisdn")] == [
        number(index) for index in range(2, 6)
    ]
    assert desk.say(start_scheduled) == []


def test_it_waits_for_its_time(desk: BroadcastDesk, village: Village):
    village.woman(1)
    one = desk.approved()
    assert not desk.start(one, start_at=NOW + timedelta(hours=2))
    assert desk.row(one).state == "scheduled"

    assert desk.say(start_scheduled) == []
    desk.office.later(hours=2)
    assert desk.say(start_scheduled) == [one]
    desk.expand(one)
    desk.office.send()

    assert desk.office.provider.handsets == [number(1)]


def test_an_end_before_the_start_is_refused(desk: BroadcastDesk):
    one = desk.approved()

    with pytest.raises(BroadcastError, match="end before it starts"):
        desk.start(one, expires_at=NOW)


def test_a_pause_holds_from_the_next_batch_on(desk: BroadcastDesk, village: Village):
    village.women(range(1, 7))
    desk.office.batch_size = 2
    one = desk.running()

    def pause_meanwhile(body, recipients):
        desk.say(pause_broadcast, one)
        return accepting(body, recipients)

    desk.office.provider.answers = [pause_meanwhile]
    desk.office.send()
    assert len(desk.office.provider.handsets) == 2
    assert states(desk.office.database).count("queued") == 4

    desk.resume(one)
    desk.office.send()
    assert len(desk.office.provider.handsets) == 6


def test_a_pause_holds_a_batch_that_was_claimed_before_nothing_else(desk, village: Village):
    """What is paused does not keep other messages waiting."""
    village.women(range(1, 4))
    one = desk.running()
    desk.say(pause_broadcast, one)
    other = desk.running(name="Other", texts={"lo": "ອື່ນ"})

    desk.office.send()

    assert len(desk.office.provider.handsets) == 3
    assert desk.results(one) == {("queued", None): 3}
    assert desk.results(other) == {("accepted", None): 3}


def test_what_stays_paused_until_its_end_goes_on_with_a_new_end_only(
    desk: BroadcastDesk, village: Village
):
    village.woman(1)
    one = desk.running()
    desk.say(pause_broadcast, one)
    desk.office.send()
    desk.office.later(days=4)
    desk.office.sweep()

    with pytest.raises(BroadcastError, match="give it a new end"):
        desk.resume(one)
    assert desk.row(one).state == "paused"
    assert desk.results(one) == {("queued", None): 1}

    desk.resume(one, expires_at=desk.office.now + timedelta(hours=2))
    desk.office.sweep()
    desk.office.send()
    assert desk.results(one) == {("accepted", None): 1}


def test_what_is_paused_beyond_its_end_keeps_nobody_busy(desk: BroadcastDesk, village: Village):
    village.woman(1)
    one = desk.running()
    desk.say(pause_broadcast, one)
    desk.office.later(days=4)

    desk.office.send()
    desk.office.send()

    assert desk.results(one) == {("queued", None): 1}
    (row,) = ledger(desk.office.database, "not_before_at")
    assert row.not_before_at == desk.office.now + timedelta(days=1)


def test_a_pause_takes_back_what_a_worker_holds_and_counts_what_is_being_sent(desk, village):
    village.women(range(1, 7))
    one = desk.running()
    with desk.office.database.writing() as connection:
        claim = claim_due(
            connection, now=NOW, lease=timedelta(minutes=1), replies_only=False, at_most=4
        )
        sending = Sending("text", None, 1)
        mark_sending(connection, claim, claim.message_ids[:1], sending, provider="post", now=NOW)

    assert desk.say(pause_broadcast, one) == 1
    assert sorted(states(desk.office.database)) == ["queued"] * 5 + ["sending"]
    with desk.office.database.writing() as connection:  # the worker finds that it holds no more
        held = mark_sending(connection, claim, claim.message_ids, sending, provider="post", now=NOW)
    assert held == {claim.message_ids[0]}


def test_cancelling_takes_back_what_a_worker_holds(desk: BroadcastDesk, village: Village):
    village.women(range(1, 4))
    one = desk.running()
    with desk.office.database.writing() as connection:
        claim_due(connection, now=NOW, lease=timedelta(minutes=1), replies_only=False, at_most=2)

    assert desk.say(cancel_broadcast, one) == 3
    assert desk.results(one) == {("cancelled", "broadcast_cancelled"): 3}


def test_what_is_cancelled_is_not_sent_any_more(desk: BroadcastDesk, village: Village):
    village.women(range(1, 7))
    desk.office.batch_size = 2
    one = desk.running()

    def cancel_meanwhile(body, recipients):
        assert desk.say(cancel_broadcast, one) == 4
        return accepting(body, recipients)

    desk.office.provider.answers = [cancel_meanwhile]
    desk.office.send()

    assert desk.results(one) == {("accepted", None): 2, ("cancelled", "broadcast_cancelled"): 4}


def test_a_cancelled_broadcast_is_not_expanded_on(desk: BroadcastDesk, village: Village):
    village.woman(1)
    one = desk.approved()
    desk.start(one)
    desk.say(cancel_broadcast, one)

    desk.expand(one)

    assert not ledger(desk.office.database, "id")


def test_it_is_done_when_nothing_is_left_to_send(desk: BroadcastDesk, village: Village):
    village.woman(1)
    one = desk.running()
    assert desk.say(finish_broadcasts) == 0

    desk.office.send()

    assert desk.say(finish_broadcasts) == 1
    assert desk.row(one).state == "done"
