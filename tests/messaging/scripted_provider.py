"""A provider for tests: it keeps what it is given, and answers as it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway.providers.base import Recipient, SendOutcome, SendResult

Answer = Callable[[str, Sequence[Recipient]], list[SendResult]]


def accepting(_body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
    return [
        SendResult(one.message_id, "accepted", provider_ref=f"ref-{one.msisdn}")
        for one in recipients
    ]


@dataclass
class ScriptedProvider:
    """`gateway.providers.base.SmsProvider` in memory; `answers` are used first, then `always`."""

    name: str = "post"
    reports_reliably: bool = True
    always: Answer = accepting
    answers: list[Answer] = field(default_factory=list)
    calls: list[tuple[str, list[str]]] = field(default_factory=list)

    def send(self, body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        self.calls.append((body, [one.msisdn for one in recipients]))
        answer = self.answers.pop(0) if self.answers else self.always
        return answer(body, recipients)

    @property
    def handsets(self) -> list[str]:
        """Every number a text went to, in order."""
        return [msisdn for _body, numbers in self.calls for msisdn in numbers]


def failing(outcome: SendOutcome, reason: str, wait_seconds: int | None = None) -> Answer:
    def answer(_body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        return [
            SendResult(one.message_id, outcome, reason=reason, wait_seconds=wait_seconds)
            for one in recipients
        ]

    return answer
