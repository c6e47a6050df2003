"""What every provider must hold to, whatever its wire looks like: the base of its tests.

A provider's test class subclasses `ProviderConformance` and fills in what is its own; a new
provider cannot pass over the key, the redaction or the answer that never came. docs/
adding-a-provider.md goes through it.
"""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from gateway.providers.base import Recipient, SmsProvider
from gateway.registry.database import Database
from gateway.registry.tables import events
from tests.providers.ledger import Ledger
from tests.providers.upstream import Answer, Asked, Upstream, listening

MOTHER, SISTER = "+8562055500001", "+8562095512345"
TEXT = "ຮັບເງິນ secret-text 300.000 ກີບ"
WRONG_KEYS = ["", "demo ", "demo2", "DEMO", "é"]
WORDS = ("in_flight", "delivered", "failed", "expired", "unheard of")


@dataclass(frozen=True)
class Call:
    """One callback as the provider makes it; `required` are fields it is nothing without.

    `shape` is how the fields stand in a body of JSON, or the octets of one of XML. `echoes` are
    what the protocol wants repeated in the answer: no leak.
    """

    method: str
    path: str
    fields: Mapping[str, Any]
    required: tuple[str, ...]
    kind: Literal["form", "query", "json", "xml"] = "form"
    shape: Callable[[Mapping[str, Any]], Any] = dict
    echoes: tuple[str, ...] = ()

    def request(self, **query: str) -> dict[str, Any]:
        """What the test client is given, with `query` in the address."""
        if self.kind == "query":
            return {"query_string": {**self.fields, **query}}
        if self.kind == "form":
            return {"query_string": query, "data": self.fields}
        body = self.shape(self.fields)
        octets = json.dumps(body) if self.kind == "json" else body
        content_type = {"json": "application/json", "xml": "text/xml"}[self.kind]
        return {"query_string": query, "data": octets, "content_type": content_type}

    def without_echoes(self, text: str) -> str:
        return reduce(lambda left, echo: left.replace(echo, ""), self.echoes, text)

    def but(self, **fields: Any) -> "Call":
        return replace(self, fields={**self.fields, **fields})

    def without(self, field: str) -> "Call":
        left = {name: value for name, value in self.fields.items() if name != field}
        return replace(self, fields=left)


class ProviderConformance(ABC):
    """Subclasses provide the fixtures `client`, `database` and `without_database`, and the rest."""

    key = "demo"
    secrets: tuple[str, ...] = ()

    def ussd(self) -> Call | None:
        """The callback of a dial by MOTHER; None: it has no USSD."""
        return None

    def incoming(self) -> Call | None:
        """The callback of an SMS from MOTHER that says TEXT; None: it brings none."""
        return None

    def receipts(self, said: list[tuple[Any, str]]) -> Call | None:
        """A callback of several receipts, of (row, word); None: they come one by one.

        Its `required` are fields of the first.
        """
        return None

    @abstractmethod
    def receipt(self, row: Any, word: str) -> Call:
        """What the provider reports of the message `row`: `word` is one of WORDS."""

    @abstractmethod
    def provider(self, url: str, *, read_seconds: float = 5.0) -> SmsProvider:
        """The sender, pointed at a server that plays the provider."""

    @abstractmethod
    def accepts(self, asked: Asked) -> Answer:
        """The server's answer to a request it has taken for everybody in it."""

    def is_page(self, answer: Any) -> bool:
        """Whether a handset is shown something by this answer to `ussd`."""
        raise NotImplementedError

    throttles: Answer
    refuses_everything: Answer  # a wrong password
    faults: tuple[Answer, ...] = (Answer(500, "oops"), Answer(502), Answer(200, "<html>hello"))

    # Callbacks

    def call(self, client: FlaskClient, call: Call, key: str | None = None) -> Any:
        given = self.key if key is None else key
        return client.open(call.path, method=call.method, **call.request(key=given))

    @pytest.fixture
    def ledger(self, database: Database) -> Ledger:
        return Ledger(database)

    @pytest.fixture
    def upstream(self) -> Iterator[Upstream]:
        with listening(Upstream(self.accepts)) as upstream:
            yield upstream

    @pytest.fixture
    def sent(self, ledger: Ledger, upstream: Upstream) -> Any:
        """A message that the provider has accepted, as the ledger has it."""
        ledger.queue([MOTHER])
        ledger.dispatcher(self.provider(upstream.url)).send_batch()
        (row,) = ledger.rows()
        assert row.state == "accepted"
        return row

    def all_calls(self, row: Any) -> list[Call]:
        calls = (self.ussd(), self.incoming(), self.receipt(row, "delivered"))
        return [call for call in calls if call is not None]

    def dials(self) -> list[Call]:
        """The dial, where there is USSD, then the same without one field after the other."""
        whole = self.ussd()
        return [whole, *map(whole.without, whole.required)] if whole else []

    def stored(self, ledger: Ledger) -> tuple[Any, ...]:
        with ledger.database.reading() as connection:
            happened = connection.execute(events.select()).all()
        return ledger.rows(), ledger.incoming(), ledger.receipts(), happened

    @pytest.mark.parametrize("key", WRONG_KEYS)
    def test_a_callback_with_another_key_is_refused_and_changes_nothing(
        self, client, ledger, sent, key
    ):
        before = self.stored(ledger)
        for call in self.all_calls(sent):
            assert self.call(client, call, key).status_code == 403
        assert self.stored(ledger) == before

    def test_a_callback_without_a_key_is_refused(self, client, sent):
        for call in self.all_calls(sent):
            answer = client.open(call.path, method=call.method, **call.request())
            assert answer.status_code == 403

    def test_a_callback_that_lacks_a_field_is_no_fault_and_stores_nothing(
        self, client, ledger, sent
    ):
        before = self.stored(ledger)
        for call in self.all_calls(sent):
            for field in call.required:
                answer = self.call(client, call.without(field))
                assert answer.status_code < 500, field
                assert self.stored(ledger) == before, field

    def test_a_callback_with_a_field_of_garbage_is_no_fault(self, client, sent):
        garbage = ["", "\x00", "é" * 3000, "%", "' OR 1=1 --", "🦒", "-1", "9" * 400]
        for call in self.all_calls(sent):
            for field in call.fields:
                for value in garbage:
                    assert self.call(client, call.but(**{field: value})).status_code < 500

    def test_a_body_of_another_kind_is_no_fault(self, client, ledger, sent):
        before = self.stored(ledger)
        for call in self.all_calls(sent):
            if call.kind == "query":
                continue
            for octets in (b"", b"\xff", b"{", b"[[", b"<a>", b"null", b"key=%"):
                request = {**call.request(key=self.key), "data": octets}
                answer = client.open(call.path, method=call.method, **request)
                assert answer.status_code == 200
        assert self.stored(ledger) == before

    def test_a_dial_is_answered_with_a_page_also_where_it_lacks_something(self, client):
        for call in self.dials():
            answer = self.call(client, call)
            assert answer.status_code == 200
            assert self.is_page(answer), call.fields

    def test_without_the_database_a_dial_still_gets_a_page(self, without_database):
        for call in self.dials():
            answer = self.call(without_database, call)
            assert answer.status_code == 200
            assert self.is_page(answer)

    def test_what_cannot_be_stored_is_asked_for_again(self, without_database, sent):
        for call in (self.incoming(), self.receipt(sent, "delivered")):
            assert call is None or self.call(without_database, call).status_code == 503

    def test_an_sms_that_comes_twice_is_one(self, client, ledger):
        call = self.incoming()
        if call is None:
            return
        for _ in range(2):
            assert self.call(client, call).status_code == 200
        (message,) = ledger.incoming()
        assert (message.msisdn, message.text) == (MOTHER, TEXT)

    # Receipts

    @pytest.mark.parametrize(
        ("words", "state"),
        [
            pytest.param(["in_flight"], "accepted", id="on its way"),
            pytest.param(["delivered"], "delivered", id="there"),
            pytest.param(["failed"], "failed", id="not there"),
            pytest.param(["delivered", "delivered"], "delivered", id="there, said twice"),
            pytest.param(["delivered", "in_flight"], "delivered", id="in the wrong order"),
            pytest.param(["delivered", "failed"], "delivered", id="there is never left"),
            pytest.param(["failed", "delivered"], "delivered", id="there after all"),
            pytest.param(["unheard of"], "accepted", id="a word we do not know"),
        ],
    )
    def test_a_receipt_moves_its_message_forward_and_never_back(
        self, client, ledger, sent, words, state
    ):
        for word in words:
            assert self.call(client, self.receipt(sent, word)).status_code == 200
        assert ledger.states() == {state: 1}

    def test_several_receipts_of_one_callback_are_stored_together(self, client, ledger, upstream):
        ledger.queue([MOTHER, SISTER])
        ledger.dispatcher(self.provider(upstream.url)).send_batch()
        first, second = ledger.rows()
        call = self.receipts([(first, "delivered"), (second, "failed")])
        if call is None:
            return
        assert self.call(client, call).status_code == 200
        assert ledger.states() == {"delivered": 1, "failed": 1}

    def test_a_receipt_that_cannot_be_read_does_not_hold_up_those_beside_it(
        self, client, ledger, sent
    ):
        call = self.receipts([(sent, "failed"), (sent, "delivered")])
        if call is None:
            return
        for field in call.required:
            assert self.call(client, call.without(field)).status_code == 200
            assert ledger.states() == {"delivered": 1}

    def test_every_receipt_is_kept_as_it_came(self, client, ledger, sent):
        words = ["in_flight", "unheard of", "delivered", "delivered"]
        for word in words:
            self.call(client, self.receipt(sent, word))
        kept = ledger.receipts_of(self.provider("").name)
        assert [one.outcome for one in kept] == ["in_flight", None, "delivered", "delivered"]
        assert all(one.status for one in kept)

    def test_a_receipt_that_comes_before_the_answer_is_not_lost(self, client, ledger, upstream):
        ledger.queue([MOTHER])
        (row,) = ledger.rows()

        def answer(asked: Asked) -> Answer:
            assert self.call(client, self.receipt(row, "delivered")).status_code == 200
            return self.accepts(asked)

        upstream.answer = answer
        ledger.dispatcher(self.provider(upstream.url)).send_batch()
        assert ledger.states() == {"delivered": 1}

    # Sending

    def outcomes(self, provider: SmsProvider, recipients: list[Recipient]) -> set[str]:
        results = provider.send(TEXT, recipients)
        assert sorted(one.message_id for one in results) == sorted(
            one.message_id for one in recipients
        )
        return {result.outcome for result in results}

    @pytest.fixture
    def village(self) -> list[Recipient]:
        return [Recipient(uuid4(), f"+856209{number:07d}") for number in range(20)]

    def test_everybody_in_a_call_has_a_result(self, upstream, village):
        assert self.outcomes(self.provider(upstream.url), village) == {"accepted"}

    def test_where_nobody_listens_nothing_was_sent(self, village):
        assert self.outcomes(self.provider("http://127.0.0.1:1"), village) == {"retry"}

    def test_a_provider_that_throttles_has_sent_nothing(self, upstream, village):
        upstream.answer = lambda _asked: self.throttles
        assert self.outcomes(self.provider(upstream.url), village) <= {"retry", "stop"}

    def test_a_wrong_password_stops_the_provider(self, upstream, village):
        upstream.answer = lambda _asked: self.refuses_everything
        assert self.outcomes(self.provider(upstream.url), village) == {"stop"}

    def test_an_answer_that_never_came_may_mean_sent(self, upstream, village):
        upstream.answer = lambda _asked: Answer(hangs=True)
        provider = self.provider(upstream.url, read_seconds=0.3)
        assert "unknown" in self.outcomes(provider, village) <= {"unknown", "retry"}

    def test_a_connection_lost_after_the_request_may_mean_sent(self, upstream):
        upstream.answer = lambda _asked: Answer(drops=True)
        alone = [Recipient(uuid4(), MOTHER)]
        assert self.outcomes(self.provider(upstream.url), alone) == {"unknown"}

    def test_an_answer_that_says_nothing_may_mean_sent(self, upstream):
        alone = [Recipient(uuid4(), MOTHER)]
        for fault in self.faults:
            upstream.answer = lambda _asked, fault=fault: fault
            assert self.outcomes(self.provider(upstream.url), alone) == {"unknown"}, fault

    def test_what_may_have_been_sent_is_not_sent_again(self, ledger, upstream):
        upstream.answer = lambda _asked: Answer(drops=True)
        ledger.queue([MOTHER])
        dispatcher = ledger.dispatcher(self.provider(upstream.url))
        for _ in range(3):
            dispatcher.send_batch()
        assert ledger.states() == {"unknown": 1}
        assert len(upstream.asked) == 1

    # Redaction: also where something breaks, which is when most is logged

    def test_no_callback_logs_or_tells_anything_of_a_person(
        self, client, without_database, sent, caplog
    ):
        caplog.set_level(logging.DEBUG)
        told = []
        for call in self.all_calls(sent):
            answers = [self.call(without_database, call)]
            answers += [self.call(client, call.without(field)) for field in call.required]
            told += [call.without_echoes(answer.text) for answer in answers]
        self.assert_discreet(told, caplog)

    def test_no_call_logs_or_tells_anything_of_a_person(self, upstream, caplog):
        caplog.set_level(logging.DEBUG)
        told = []
        for answer in (Answer(drops=True), self.throttles, self.refuses_everything, *self.faults):
            upstream.answer = lambda _asked, answer=answer: answer
            results = self.provider(upstream.url).send(TEXT, [Recipient(uuid4(), SISTER)])
            told.append(str(results))
        nobody = self.provider("http://127.0.0.1:1")
        told.append(str(nobody.send(TEXT, [Recipient(uuid4(), SISTER)])))
        self.assert_discreet(told, caplog)

    def assert_discreet(self, told: list[str], caplog: pytest.LogCaptureFixture) -> None:
        """The log's own redaction is a last net, and is not counted on here."""
        logged = [
            logging.Formatter().format(record)
            for record in caplog.records
            # gateway/logs.py lets nothing below a warning of its pass: it would be every URL.
            if not (record.name.startswith("urllib3") and record.levelno < logging.WARNING)
        ]
        assert told
        for secret in (MOTHER[1:], SISTER[1:], "secret-text", *self.secrets):
            assert not [line for line in (*told, *logged) if secret in line]
