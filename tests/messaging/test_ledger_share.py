"""Several providers over one ledger: a number has one of them, a message one at a time."""

import pytest
from sqlalchemy import select, update

from gateway.messaging.sending.breaker import (
    note_failure,
    read_stop,
    release_provider,
    stop_provider,
    switch_off_provider,
)
from gateway.messaging.sending.ledger_share import LedgerShare, share_of
from gateway.messaging.sending.rate import Unlimited
from gateway.messaging.tables import alerts, messages
from gateway.providers.routing import Routing, Scope
from gateway.registry.tables import beneficiaries
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import ScriptedProvider, failing
from tests.messaging.village import NOW, PAYDAY, Village, draft, number, queue

UNITEL_NUMBER, LAOTEL_NUMBER, ETL_NUMBER = "+8562095500001", "+8562055500001", "+8562025500001"
ROUTING = Routing("rest", {"unitel": "to-unitel", "laotel": "to-laotel"})


class Operators:
    """Three providers at work, each with its own share of the ledger."""

    def __init__(self, office: Office, routing: Routing = ROUTING) -> None:
        self.office = office
        self.providers = {name: ScriptedProvider(name=name) for name in routing.providers}
        self.shares = {name: share_of(name, routing) for name in routing.providers}

    def send(self, *names: str) -> None:
        for name in names or self.providers:
            share, post = self.shares[name], self.providers[name]
            self.office.dispatcher(provider=post, share=share).drain(seconds=10)

    def got(self, name: str) -> list[str]:
        return self.providers[name].handsets

    def rows(self) -> list[tuple[str, str, str | None]]:
        columns = select(messages.c.msisdn, messages.c.state, messages.c.provider)
        with self.office.database.reading() as connection:
            found = connection.execute(columns.order_by(messages.c.id))
            return [(row.msisdn, row.state, row.provider) for row in found]

    def stop(self, function, *arguments, **named):
        with self.office.database.writing() as connection:
            return function(connection, *arguments, **named)


@pytest.fixture
def operators(office: Office) -> Operators:
    return Operators(office)


@pytest.fixture
def three_messages(office: Office) -> None:
    numbers = (UNITEL_NUMBER, LAOTEL_NUMBER, ETL_NUMBER)
    queue(
        office.database,
        *(draft(index, msisdn=msisdn) for index, msisdn in enumerate(numbers)),
    )


@pytest.mark.usefixtures("three_messages")
def test_every_number_gets_its_message_by_its_operator(operators):
    operators.send()
    assert operators.got("to-unitel") == [UNITEL_NUMBER]
    assert operators.got("to-laotel") == [LAOTEL_NUMBER]
    assert operators.got("rest") == [ETL_NUMBER]


@pytest.mark.usefixtures("three_messages")
def test_one_provider_leaves_what_is_not_its_own_alone(operators):
    operators.send("to-unitel")
    assert operators.rows() == [
        (UNITEL_NUMBER, "accepted", "to-unitel"),
        (LAOTEL_NUMBER, "queued", None),
        (ETL_NUMBER, "queued", None),
    ]


@pytest.mark.usefixtures("three_messages")
def test_a_single_provider_has_everything(operators):
    operators.shares["rest"] = LedgerShare("rest")
    operators.send("rest")
    assert operators.got("rest") == [UNITEL_NUMBER, LAOTEL_NUMBER, ETL_NUMBER]


def test_what_was_handed_to_a_provider_stays_with_it_when_the_routes_change(office):
    before = Operators(office, Routing("rest", {}))
    queue(office.database, draft(1, msisdn=UNITEL_NUMBER))
    before.providers["rest"].always = failing("retry", "connect_failed")
    before.send()
    assert before.rows() == [(UNITEL_NUMBER, "queued", "rest")]

    after = Operators(office)
    office.later(hours=1)
    after.send("to-unitel", "to-laotel")
    assert after.got("to-unitel") == []
    after.send("rest")
    assert after.got("rest") == [UNITEL_NUMBER]
    assert after.rows() == [(UNITEL_NUMBER, "accepted", "rest")]


def test_what_was_handed_to_a_provider_that_is_gone_goes_by_the_number(office):
    gone = Operators(office, Routing("gone", {}))
    queue(office.database, draft(1, msisdn=UNITEL_NUMBER))
    gone.providers["gone"].always = failing("retry", "connect_failed")
    gone.send()

    now = Operators(office)
    office.later(hours=1)
    now.send()
    assert now.rows() == [(UNITEL_NUMBER, "accepted", "to-unitel")]


def test_a_message_follows_its_person_to_another_operator(operators, office, village: Village):
    woman = village.woman(1, msisdn=UNITEL_NUMBER)
    payment = village.payment(woman)
    reminder = draft(
        1,
        template="payment_due",
        msisdn=UNITEL_NUMBER,
        beneficiary_id=woman,
        payment_id=payment,
        params={"due_on": str(PAYDAY)},
    )
    queue(office.database, reminder)
    village.change(beneficiaries, woman, msisdn=LAOTEL_NUMBER)

    operators.send("to-unitel")
    assert operators.got("to-unitel") == []
    assert operators.rows() == [(LAOTEL_NUMBER, "queued", None)]
    operators.send()
    assert operators.got("to-laotel") == [LAOTEL_NUMBER]
    assert operators.rows() == [(LAOTEL_NUMBER, "accepted", "to-laotel")]


def test_a_message_that_moved_is_not_tried_more_often_for_it(operators, office, village: Village):
    woman = village.woman(1, msisdn=UNITEL_NUMBER)
    queue(office.database, draft(1, msisdn=UNITEL_NUMBER, beneficiary_id=woman))
    village.change(beneficiaries, woman, msisdn=LAOTEL_NUMBER)
    operators.send()
    with office.database.reading() as connection:
        assert connection.execute(select(messages.c.attempts)).scalar_one() == 1


@pytest.mark.usefixtures("three_messages", "_off")
class TestAnOperatorThatIsSwitchedOff:
    @pytest.fixture
    def _off(self, operators):
        operators.stop(switch_off_provider, "to-unitel", NOW)

    def test_is_sent_nothing_and_the_others_are(self, operators):
        operators.send()
        assert operators.got("to-unitel") == []
        assert operators.got("to-laotel") == [LAOTEL_NUMBER]
        assert operators.got("rest") == [ETL_NUMBER]

    def test_is_sent_what_waited_once_it_is_on_again(self, operators):
        operators.send()
        operators.stop(release_provider, "to-unitel", NOW)
        operators.send()
        assert operators.got("to-unitel") == [UNITEL_NUMBER]

    def test_stays_off_whatever_a_call_that_was_under_way_finds_out(self, operators):
        operators.stop(note_failure, "to-unitel", reason="no_answer", now=NOW)
        operators.stop(stop_provider, "to-unitel", reason="throttled", until=NOW, now=NOW)
        assert operators.stop(read_stop, "to-unitel").reason == "switched_off"
        operators.send("to-unitel")
        assert operators.got("to-unitel") == []

    def test_stays_off_for_as_long_as_anyone_lives(self, operators, office):
        office.later(days=365)
        operators.send("to-unitel")
        assert operators.got("to-unitel") == []

    def test_may_be_switched_off_again(self, operators):
        operators.stop(switch_off_provider, "to-unitel", NOW)
        assert operators.stop(read_stop, "to-unitel").reason == "switched_off"

    def test_is_nothing_to_alert_anybody_about(self, office):
        with office.database.reading() as connection:
            assert connection.execute(select(alerts)).all() == []


def test_switching_off_settles_the_alert_of_a_stop(operators, office):
    operators.stop(stop_provider, "to-unitel", reason="authentication", until=NOW, now=NOW)
    operators.stop(switch_off_provider, "to-unitel", NOW)
    with office.database.reading() as connection:
        (alert,) = connection.execute(select(alerts))
    assert alert.resolved_at is not None
    assert operators.stop(read_stop, "to-unitel").reason == "switched_off"


def test_the_rate_counts_only_what_its_provider_may_claim(operators, office):
    """Else tokens would be taken for others' messages."""
    queue(office.database, *(draft(index, msisdn=number(index)) for index in range(3)))
    taken = []

    class CountingRate(Unlimited):
        per_second = 10

        def take(self, segments, *, patience_seconds):
            taken.append((segments, patience_seconds))
            return True

    share, post = operators.shares["to-unitel"], operators.providers["to-unitel"]
    office.dispatcher(provider=post, share=share, rate=CountingRate()).send_batch()
    assert taken == []


def test_a_message_back_from_unknown_stays_with_its_provider(operators, office):
    queue(office.database, draft(1, msisdn=UNITEL_NUMBER))
    with office.database.writing() as connection:
        connection.execute(update(messages).values(provider="to-laotel"))
    operators.send()
    assert operators.got("to-laotel") == [UNITEL_NUMBER]
    assert operators.got("to-unitel") == []


def test_a_scope_of_no_number_claims_nothing(operators, office):
    queue(office.database, draft(1, msisdn=UNITEL_NUMBER))
    operators.shares["rest"] = LedgerShare("rest", Scope(within=()), ("to-unitel",))
    operators.send("rest")
    assert operators.got("rest") == []
