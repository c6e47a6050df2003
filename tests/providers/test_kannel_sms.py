"""sendsms: what smsbox is asked, and what its answers mean for the ledger."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import msgspec
import pytest

from gateway.providers.base import Recipient
from gateway.providers.kannel.operators import KannelOperator, KannelOperators
from gateway.providers.kannel.sms import AT_ONCE, KannelSms, Smsbox, kannel_senders
from tests.providers.upstream import Answer, Asked, Upstream, listening

UNITEL = KannelOperator(name="unitel", sms="unitel", ussd="unitel-ussd", sender="MECG")
ACCEPTED = Answer(202, "0: Accepted for delivery")
MOTHER = Recipient(UUID("01890000-0000-7000-8000-000000000001"), "+8562055512345")


@pytest.fixture
def smsbox() -> Iterator[Upstream]:
    with listening(Upstream(lambda _asked: ACCEPTED)) as upstream:
        yield upstream


def provider_at(
    url: str,
    operator: KannelOperator = UNITEL,
    *,
    read_seconds: float = 5.0,
    batch_seconds: float = 10.0,
) -> KannelSms:
    timeouts = (1.0, read_seconds)
    return KannelSms(operator, account_at(url), timeouts=timeouts, batch_seconds=batch_seconds)


def account_at(url: str) -> Smsbox:
    return Smsbox(
        url=f"{url}/cgi-bin/sendsms",
        username="gateway",
        password="secret-password",
        gateway_url="http://127.0.0.1:8000",
        callback_key="k&y %/",
    )


def many(count: int) -> list[Recipient]:
    return [Recipient(uuid4(), f"+85620{55500000 + number}") for number in range(count)]


def outcomes(results) -> list[tuple[str, str | None]]:
    return [(result.outcome, result.reason) for result in results]


class TestARequest:
    @staticmethod
    def fields(smsbox: Upstream, body: str = "ສະບາຍດີ", operator=UNITEL):
        provider_at(smsbox.url, operator).send(body, [MOTHER])
        return smsbox.asked[0].fields

    def test_names_the_bind_the_number_and_the_account(self, smsbox):
        fields = self.fields(smsbox)
        assert fields["smsc"] == "unitel"
        assert fields["to"] == "+8562055512345"
        assert fields["username"] == "gateway"
        assert fields["password"] == "secret-password"

    def test_carries_the_text_as_it_is(self, smsbox):
        fields = self.fields(smsbox, "ຮັບເງິນ 300.000 ກີບ\n& + % =")
        assert fields["charset"] == "UTF-8"
        assert fields["text"] == "ຮັບເງິນ 300.000 ກີບ\n& + % ="

    @pytest.mark.parametrize(
        ("body", "coding"),
        [
            pytest.param("ສະບາຍດີ", "2", id="Lao"),
            pytest.param("Sabaidi", "0", id="Latin"),
            pytest.param("[€]", "0", id="GSM-7's extension"),
            pytest.param("it’s", "2", id="one character outside GSM-7"),
        ],
    )
    def test_is_in_the_shorter_coding_that_can_write_the_text(self, smsbox, body, coding):
        assert self.fields(smsbox, body)["coding"] == coding

    @pytest.mark.parametrize(
        ("own", "sent"),
        [
            pytest.param("MECG", "MECG", id="the operator's own"),
            pytest.param("", None, id="else Kannel's"),
        ],
    )
    def test_has_the_sender_id_agreed_with_the_operator(self, smsbox, own, sent):
        operator = msgspec.structs.replace(UNITEL, sender=own)
        assert self.fields(smsbox, operator=operator).get("from") == sent

    def test_asks_for_every_receipt_at_an_url_that_names_the_message(self, smsbox):
        fields = self.fields(smsbox)
        assert fields["dlr-mask"] == "31"
        assert fields["dlr-url"] == (
            "http://127.0.0.1:8000/callbacks/kannel/dlr?key=k%26y+%25%2F"
            "&message=01890000-0000-7000-8000-000000000001&operator=unitel"
            "&type=%d&ref=%F&answer=%A"
        )


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        pytest.param(Answer(202, "0: Accepted for delivery"), "accepted", None, id="accepted"),
        pytest.param(
            Answer(202, "3: Queued for later delivery"), "accepted", None, id="the bind is down"
        ),
        pytest.param(
            Answer(503, "Temporal failure, try again later."), "retry", "queue_full", id="full"
        ),
        pytest.param(
            Answer(400, "Number(s) has/have been denied by white- and/or black-lists."),
            "refused",
            "number_denied",
            id="a number on a black list",
        ),
        pytest.param(
            Answer(400, "Charset or body misformed, rejected"),
            "refused",
            "text_misformed",
            id="a text that cannot be written",
        ),
        pytest.param(
            Answer(400, "Sender missing and no global set, rejected"),
            "stop",
            "no_sender",
            id="no sender id",
        ),
        pytest.param(
            Answer(403, "Authorization failed for sendsms"),
            "stop",
            "authentication",
            id="a wrong password",
        ),
        pytest.param(
            Answer(403, "Not routable. Do not try again."), "stop", "not_routable", id="no bind"
        ),
        pytest.param(
            Answer(400, "DLR-URL field misformed, rejected"), "stop", "http_400", id="our mistake"
        ),
        pytest.param(Answer(404, "Unknown request."), "stop", "http_404", id="a wrong URL"),
        pytest.param(Answer(500, "Sending failed."), "unknown", "http_500", id="a fault"),
        pytest.param(Answer(503, "<html>"), "unknown", "http_503", id="somebody in between"),
        pytest.param(Answer(200, "welcome"), "unknown", "http_200", id="not smsbox at all"),
        pytest.param(Answer(202, "later"), "unknown", "http_202", id="an unknown acceptance"),
        pytest.param(
            Answer(302, headers=(("Location", "/elsewhere"),)), "unknown", "http_302", id="moved"
        ),
    ],
)
def test_an_answer_means_one_thing_for_the_ledger(smsbox, answer, outcome, reason):
    smsbox.answer = lambda _asked: answer
    (result,) = provider_at(smsbox.url).send("Hello", [MOTHER])
    assert (result.outcome, result.reason) == (outcome, reason)
    assert result.message_id == MOTHER.message_id
    assert result.wait_seconds == (300 if outcome == "stop" else None)


def test_everybody_has_a_result(smsbox):
    recipients = many(50)
    results = provider_at(smsbox.url).send("Hello", recipients)
    assert [result.message_id for result in results] == [one.message_id for one in recipients]
    assert {result.outcome for result in results} == {"accepted"}


def test_everybody_is_asked_for_once(smsbox):
    recipients = many(50)
    provider_at(smsbox.url).send("Hello", recipients)
    numbers = [asked.fields["to"] for asked in smsbox.asked]
    assert sorted(numbers) == sorted(one.msisdn for one in recipients)


def test_connections_are_kept_for_the_next_batch(smsbox):
    provider = provider_at(smsbox.url)
    for _ in range(5):
        provider.send("Hello", many(20))
    assert len(smsbox.asked) == 100
    assert smsbox.connections <= AT_ONCE


def test_one_refused_number_stops_nobody_else(smsbox):
    denied = Answer(400, "Number(s) has/have been denied by white- and/or black-lists.")
    recipients = many(10)

    def answer(asked: Asked) -> Answer:
        return denied if asked.fields["to"] == recipients[3].msisdn else ACCEPTED

    smsbox.answer = answer
    results = provider_at(smsbox.url).send("Hello", recipients)
    assert outcomes(results)[3] == ("refused", "number_denied")
    assert [result.outcome for result in results].count("accepted") == 9


def test_a_wrong_password_is_tried_once_or_as_often_as_requests_are_under_way(smsbox):
    smsbox.answer = lambda _asked: Answer(403, "Authorization failed for sendsms")
    results = provider_at(smsbox.url).send("Hello", many(100))
    assert set(outcomes(results)) == {("stop", "authentication")}
    assert len(smsbox.asked) <= AT_ONCE


def test_where_nobody_listens_nothing_was_sent():
    results = provider_at("http://127.0.0.1:1").send("Hello", many(100))
    assert set(outcomes(results)) == {("retry", "connect_failed")}


def test_what_got_no_answer_is_unknown_and_the_rest_is_not_tried(smsbox):
    smsbox.answer = lambda _asked: Answer(hangs=True)
    results = provider_at(smsbox.url, read_seconds=0.3).send("Hello", many(100))
    assert outcomes(results).count(("unknown", "no_answer")) == len(smsbox.asked) <= AT_ONCE
    assert set(outcomes(results)) == {("unknown", "no_answer"), ("retry", "not_tried")}


def test_a_connection_lost_after_the_request_is_unknown(smsbox):
    smsbox.answer = lambda _asked: Answer(drops=True)
    (result,) = provider_at(smsbox.url).send("Hello", [MOTHER])
    assert (result.outcome, result.reason) == ("unknown", "no_answer")


def test_a_fault_of_smsbox_is_not_repeated_for_everybody(smsbox):
    smsbox.answer = lambda _asked: Answer(500, "Sending failed.")
    results = provider_at(smsbox.url).send("Hello", many(100))
    assert outcomes(results).count(("unknown", "http_500")) == len(smsbox.asked) <= AT_ONCE


def test_no_request_begins_once_the_batch_has_taken_its_time(smsbox):
    provider = provider_at(smsbox.url, batch_seconds=-1.0)
    results = provider.send("Hello", many(10))
    assert set(outcomes(results)) == {("retry", "not_tried")}
    assert smsbox.asked == []


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("ກ" * 670, "accepted", id="ten segments"),
        pytest.param("ກ" * 671, "refused", id="eleven: Kannel would cut it"),
    ],
)
def test_a_text_is_sent_whole_or_not_at_all(smsbox, body, outcome):
    (result,) = provider_at(smsbox.url).send(body, [MOTHER])
    assert result.outcome == outcome
    assert len(smsbox.asked) == (1 if outcome == "accepted" else 0)


def test_nobody_to_send_to_is_no_request(smsbox):
    assert provider_at(smsbox.url).send("Hello", []) == []
    assert smsbox.asked == []


def test_the_ledger_knows_an_operator_by_its_own_name():
    provider = provider_at("http://127.0.0.1:1")
    assert provider.name == "kannel-unitel"
    assert provider.reports_reliably is True


def test_whoever_carries_sms_is_a_provider_of_its_own():
    tables = {
        "unitel": msgspec.structs.replace(UNITEL, carries=("unitel", "*")),
        "laotel": KannelOperator(name="laotel", sms="laotel", carries=("laotel",)),
        "menu_only": KannelOperator(name="menu_only", ussd="menu_only"),
    }
    senders = kannel_senders(KannelOperators(tables), account_at("http://127.0.0.1:1"))
    assert {name: sender.name for name, sender in senders.items()} == {
        "kannel-unitel": "kannel-unitel",
        "kannel-laotel": "kannel-laotel",
    }
