"""A broadcast's life, by two people: what may be said when, and what it means for messages."""

from datetime import timedelta
from uuid import UUID

import pytest

from gateway.messaging.approval import approve_broadcast
from gateway.messaging.audience import UnknownAudienceError, audience_of
from gateway.messaging.authors import Author
from gateway.messaging.broadcasts import (
    MAY,
    cancel_broadcast,
    create_broadcast,
    edit_broadcast,
    finish_broadcasts,
    pause_broadcast,
    read_broadcast,
    results_of,
    resume_broadcast,
    start_broadcast,
    start_scheduled,
)
from gateway.messaging.claims import Sending, claim_due, mark_sending
from gateway.messaging.expansion import expand_broadcast
from gateway.messaging.faults import BroadcastError
from gateway.messaging.previewing import keep_preview
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments
from tests.messaging.conftest import Office
from tests.messaging.post import accepting
from tests.messaging.village import NOW, Village, ledger, number, states

TEXTS = {"lo": "ສຸກສາລາປິດ 3 ມື້", "lo_Latn": "Souksala pit 3 mu", "en": "Closed for 3 days"}
OPERATOR, APPROVER = Author("operator@x"), Author("approver@x")
CONTENT = {"name": "Flood", "texts": TEXTS, "audience": {}, "default_locale": "lo"}


class Desk:
    """Says the verbs of a broadcast in transactions of their own."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def say(self, verb, *arguments, **options):
        with self.office.database.writing() as connection:
            return verb(connection, *arguments, now=self.office.now, **options)

    def draft(self, **changes) -> UUID:
        one = self.say(create_broadcast, author=OPERATOR, **(CONTENT | changes))
        keep_preview(self.office.database, one, default_locale="lo", now=self.office.now)
        return one

    def approved(self, **changes) -> UUID:
        one = self.draft(**changes)
        self.say(approve_broadcast, one, by=APPROVER)
        return one

    def start(self, one: UUID, **times) -> bool:
        return self.say(start_broadcast, one, hours=self.office.hours, **times)

    def resume(self, one: UUID, **times) -> bool:
        return self.say(resume_broadcast, one, hours=self.office.hours, **times)

    def running(self, **changes) -> UUID:
        """Approved, started and expanded."""
        broadcast_id = self.approved(**changes)
        assert self.start(broadcast_id)
        self.expand(broadcast_id)
        return broadcast_id

    def expand(self, broadcast_id: UUID) -> None:
        expand_broadcast(
            self.office.database, broadcast_id, default_locale="lo", now=self.office.now
        )

    def row(self, broadcast_id: UUID):
        with self.office.database.reading() as connection:
            return read_broadcast(connection, broadcast_id)

    def results(self, broadcast_id: UUID):
        with self.office.database.reading() as connection:
            return results_of(connection, broadcast_id)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


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
def test_what_may_be_said_in_which_state(desk: Desk, verb: str, state: str):
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
def test_nobody_approves_their_own(desk: Desk, who: str):
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
        ({"texts": {"lo": "ສະບາຍດີ", "en": "Hello {name}"}}, "{name} stays as it is"),
    ],
)
def test_a_draft_needs_a_name_and_a_text(desk: Desk, change, sentence: str):
    with pytest.raises(BroadcastError, match=sentence):
        desk.draft(**change)


def test_a_filter_nobody_knows_is_refused(desk: Desk):
    with pytest.raises(UnknownAudienceError, match="colour"):
        desk.draft(audience={"colour": ["red"]})


def test_a_broadcast_nobody_wrote_is_no_broadcast(desk: Desk, village: Village):
    with pytest.raises(BroadcastError, match="no such"):
        desk.row(village.woman())


def test_everybody_gets_it_in_her_language(desk: Desk, village: Village):
    village.woman(1)
    village.woman(2, locale="lo_Latn")
    village.woman(3, locale=None)

    one = desk.running()
    desk.office.send()

    assert sorted(desk.office.post.calls) == sorted(
        [(TEXTS["lo"], [number(1), number(3)]), (TEXTS["lo_Latn"], [number(2)])]
    )
    assert desk.results(one) == {("accepted", None): 3}


def test_a_language_without_a_text_gets_the_default(desk: Desk, village: Village):
    village.woman(1, locale="lo_Latn")

    desk.running(texts={"lo": TEXTS["lo"]})
    desk.office.send()

    assert desk.office.post.calls == [(TEXTS["lo"], [number(1)])]


def test_one_sms_a_handset_however_many_people_share_it(desk: Desk, village: Village):
    village.women([1, 2, 3], msisdn=number(1))

    one = desk.running()
    desk.office.send()

    assert desk.office.post.handsets == [number(1)]
    assert desk.row(one).recipients == 1


def test_one_who_agreed_stands_for_all_on_her_phone(desk: Desk, village: Village):
    village.woman(1, consent_payment=False, consent_health=False)
    village.woman(2, msisdn=number(1))

    desk.running()
    desk.office.send()

    assert desk.office.post.handsets == [number(1)]


def test_expanding_it_again_adds_nothing(desk: Desk, village: Village):
    village.women(range(1, 6))

    one = desk.running()
    desk.expand(one)

    assert len(ledger(desk.office.database, "id")) == 5


def test_an_expansion_that_was_interrupted_goes_on_where_it_was(desk: Desk, village: Village):
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


def test_it_waits_for_its_time(desk: Desk, village: Village):
    village.woman(1)
    one = desk.approved()
    assert not desk.start(one, start_at=NOW + timedelta(hours=2))
    assert desk.row(one).state == "scheduled"

    assert desk.say(start_scheduled) == []
    desk.office.later(hours=2)
    assert desk.say(start_scheduled) == [one]
    desk.expand(one)
    desk.office.send()

    assert desk.office.post.handsets == [number(1)]


def test_an_end_before_the_start_is_refused(desk: Desk):
    one = desk.approved()

    with pytest.raises(BroadcastError, match="end before it starts"):
        desk.start(one, expires_at=NOW)


def test_a_pause_holds_from_the_next_batch_on(desk: Desk, village: Village):
    village.women(range(1, 7))
    desk.office.batch_size = 2
    one = desk.running()

    def pause_meanwhile(body, recipients):
        desk.say(pause_broadcast, one)
        return accepting(body, recipients)

    desk.office.post.answers = [pause_meanwhile]
    desk.office.send()
    assert len(desk.office.post.handsets) == 2
    assert states(desk.office.database).count("queued") == 4

    desk.resume(one)
    desk.office.send()
    assert len(desk.office.post.handsets) == 6


def test_a_pause_holds_a_batch_that_was_claimed_before_nothing_else(desk, village: Village):
    """What is paused does not keep other messages waiting."""
    village.women(range(1, 4))
    one = desk.running()
    desk.say(pause_broadcast, one)
    other = desk.running(name="Other", texts={"lo": "ອື່ນ"})

    desk.office.send()

    assert len(desk.office.post.handsets) == 3
    assert desk.results(one) == {("queued", None): 3}
    assert desk.results(other) == {("accepted", None): 3}


def test_what_stays_paused_until_its_end_goes_on_with_a_new_end_only(desk: Desk, village: Village):
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


def test_what_is_paused_beyond_its_end_keeps_nobody_busy(desk: Desk, village: Village):
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


def test_cancelling_takes_back_what_a_worker_holds(desk: Desk, village: Village):
    village.women(range(1, 4))
    one = desk.running()
    with desk.office.database.writing() as connection:
        claim_due(connection, now=NOW, lease=timedelta(minutes=1), replies_only=False, at_most=2)

    assert desk.say(cancel_broadcast, one) == 3
    assert desk.results(one) == {("cancelled", "broadcast_cancelled"): 3}


def test_what_is_cancelled_is_not_sent_any_more(desk: Desk, village: Village):
    village.women(range(1, 7))
    desk.office.batch_size = 2
    one = desk.running()

    def cancel_meanwhile(body, recipients):
        assert desk.say(cancel_broadcast, one) == 4
        return accepting(body, recipients)

    desk.office.post.answers = [cancel_meanwhile]
    desk.office.send()

    assert desk.results(one) == {("accepted", None): 2, ("cancelled", "broadcast_cancelled"): 4}


def test_a_cancelled_broadcast_is_not_expanded_on(desk: Desk, village: Village):
    village.woman(1)
    one = desk.approved()
    desk.start(one)
    desk.say(cancel_broadcast, one)

    desk.expand(one)

    assert not ledger(desk.office.database, "id")


def test_it_is_done_when_nothing_is_left_to_send(desk: Desk, village: Village):
    village.woman(1)
    one = desk.running()
    assert desk.say(finish_broadcasts) == 0

    desk.office.send()

    assert desk.say(finish_broadcasts) == 1
    assert desk.row(one).state == "done"


# --- The audience --------------------------------------------------------------------------


def whom(database: Database, **wanted) -> list[str]:
    office = Office(database)
    with database.reading() as connection:
        audience = audience_of(connection, wanted)
    Desk(office).running(audience=audience)
    return sorted(row.msisdn for row in ledger(database, "msisdn"))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"village": ["ໂພນແກ້ວ"]}, [1, 2]),
        ({"village": ["Saphan"]}, [3]),
        ({"village": ["Saphan", "Phonkeo"]}, [1, 2, 3]),
        ({"pay_point": ["Saphan"], "category": ["pregnant"]}, []),
        ({"health_centre": ["Phonkeo"], "category": ["pregnant"]}, [2]),
        ({"status": ["suspended"]}, [3]),
        ({"status": ["enrolled"], "village": []}, [1, 2]),
        ({"cycle": ["2026-11"]}, [1]),
        ({"cycle": ["2026-09"]}, []),
    ],
)
def test_filters_choose_whom_it_is_for(database: Database, village: Village, wanted, expected):
    other = Village(database, "ສະພານ", "Saphan")
    village.payment(village.woman(1))
    village.payment(village.woman(2, category="pregnant"), status="cancelled")
    other.woman(3, status="suspended")

    assert whom(database, **wanted) == [number(index) for index in expected]


@pytest.mark.parametrize("category", ["pregnant", "child"])
def test_whose_course_has_ended_is_in_no_category(database: Database, village: Village, category):
    village.woman(1, category=category)
    village.woman(2, category=category, course_ended_at=NOW, course_ended_reason="moved")

    assert whom(database, category=[category]) == [number(1)]


def test_whose_course_has_ended_still_hears_of_a_flood(database: Database, village: Village):
    village.woman(1, course_ended_at=NOW, course_ended_reason="loss")

    assert whom(database, status=["enrolled"]) == [number(1)]


# What happens to somebody between expansion and sending, and why she does not get it any more.
LEAVING = [
    ("the pregnancy has ended", {"course_ended_at": NOW}, "not_in_audience"),
    ("the child is born", {"category": "child"}, "not_in_audience"),
    ("exited", {"status": "exited"}, "not_in_audience"),
    ("suspended", {"status": "suspended"}, "not_in_audience"),
    ("not her number", {"msisdn_disowned_at": NOW}, "number_disowned"),
    ("agrees to nothing", {"consent_payment": False, "consent_health": False}, "no_consent"),
    ("no number", {"msisdn": None}, "no_number"),
    ("nothing", {"updated_at": NOW}, None),
]


@pytest.mark.parametrize(("label", "changes", "reason"), LEAVING, ids=[row[0] for row in LEAVING])
def test_whoever_left_the_audience_after_it_was_expanded_does_not_get_it(
    desk: Desk, village: Village, label: str, changes, reason: str | None
):
    whose = village.woman(1, category="pregnant")
    one = desk.running(audience={"category": ["pregnant"], "status": ["enrolled"]})
    village.change(beneficiaries, whose, **changes)

    desk.office.send()

    expected = ("suppressed", reason) if reason else ("accepted", None)
    assert desk.results(one) == {expected: 1}, label


def test_who_has_moved_to_another_village_or_has_no_payment_left_is_out(desk, village: Village):
    other = Village(desk.office.database, "ສະພານ", "Saphan")
    first, second = village.women([1, 2])
    paid = village.payments([first, second])
    one = desk.running(audience={"village": [village.village_id], "cycle": ["2026-11"]})
    village.change(beneficiaries, first, village_id=other.village_id)
    village.change(payments, paid[1], status="cancelled")

    desk.office.send()

    assert desk.results(one) == {("suppressed", "not_in_audience"): 2}


def test_a_phone_gets_it_for_another_who_is_still_meant(desk: Desk, village: Village):
    first = village.woman(1, category="pregnant")
    village.woman(2, category="pregnant", msisdn=number(1))
    desk.running(audience={"category": ["pregnant"]})
    village.change(beneficiaries, first, course_ended_at=NOW)

    desk.office.send()

    assert desk.office.post.handsets == [number(1)]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"village": ["Nowhere"]}, "no village is called 'Nowhere'"),
        ({"category": ["old"]}, "'old' is no category"),
        ({"colour": ["red"]}, "no filter 'colour'"),
    ],
)
def test_a_place_or_word_nobody_knows_is_named(database: Database, wanted, sentence: str):
    with (
        database.reading() as connection,
        pytest.raises(UnknownAudienceError, match=sentence),
    ):
        audience_of(connection, wanted)
