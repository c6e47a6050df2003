"""One face for every operator: what comes in, what goes out, in the gateway's own words.

An adapter turns its wire format into these records and back; nothing behind it knows a provider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from gateway.core.errors import GatewayError
from gateway.core.message_states import ReceiptOutcome
from gateway.core.msisdn import Msisdn

LONGEST_SENDER = 16  # GSM 03.40 allows 11 letters
LANES = 2  # threads of a sending job: while one waits for the provider, the other works


class BadCallback(GatewayError):
    """A callback that cannot be understood; names the field, never its content."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the callback's field {field!r} is missing or ill-formed")
        self.field = field


class UssdRequest(msgspec.Struct, frozen=True):
    """One hop of a dial. `text` holds all input so far where `accumulated`, else the newest.

    `kind` is None where the network does not tell a dial from an answer. `hop_metadata` is what
    we sent with the last reply, None where nothing came back. `request_key` is the network's own
    id of this request: the same again is a retry.
    """

    provider: str
    session_id: str
    msisdn: Msisdn
    service_code: str
    network_code: str
    text: str
    accumulated: bool
    kind: Literal["dial", "answer"] | None = None
    hop_metadata: str | None = None
    request_key: str | None = None


class UssdReply(msgspec.Struct, frozen=True):
    """One screen; `closes` ends the session. `hop_metadata`: at most 99 characters, no "|"."""

    text: str
    closes: bool
    hop_metadata: str = ""


@dataclass(frozen=True, slots=True)
class UssdEnd:
    """A session has ended. What was typed and shown is left at the operator: it may be a PIN."""

    provider: str
    session_id: str
    msisdn: Msisdn
    service_code: str
    network_code: str
    status: Literal["success", "incomplete", "failed", "unknown"]
    hops: int
    duration_ms: int
    cost: str | None
    hop_metadata: tuple[str, ...]
    ended_at: datetime | None

    @classmethod
    def of(cls, asked: UssdRequest, status: Literal["success", "incomplete"]) -> "UssdEnd":
        """The end of a dialogue as we know it, from a network that counts nothing."""
        return cls(
            provider=asked.provider,
            session_id=asked.session_id,
            msisdn=asked.msisdn,
            service_code=asked.service_code,
            network_code=asked.network_code,
            status=status,
            hops=0,
            duration_ms=0,
            cost=None,
            hop_metadata=(),
            ended_at=None,
        )


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """What an operator says became of one SMS; `status` and `reason` are its own words.

    `outcome` is None for a status the adapter does not know: kept as it came. `message_id` is
    ours, from operators whose receipt address carries it.
    """

    provider: str
    provider_ref: str
    message_id: UUID | None
    msisdn: Msisdn | None
    status: str
    outcome: ReceiptOutcome | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class MOMessage:
    """An SMS that came in; `provider_id` is the same when the operator repeats it.

    `msisdn` is None where no phone can have sent it (a short code, a word): `sender` says who.
    """

    provider: str
    provider_id: str
    msisdn: Msisdn | None
    shortcode: str
    text: str
    sender: str = ""  # at most LONGEST_SENDER characters

    @property
    def source(self) -> str:
        """The number as E.164; else the sender, without a plus, so that only numbers have one."""
        return self.msisdn.e164 if self.msisdn else self.sender.replace("+", "")


@dataclass(frozen=True, slots=True)
class OptOut:
    """The operator's own list says that a number wants no bulk SMS from `sender`."""

    provider: str
    msisdn: Msisdn
    sender: str


SendOutcome = Literal[
    "accepted",  # the provider has it; `provider_ref` names it
    "refused",  # final, `reason` says why
    "retry",  # certain that nothing was sent: again later
    "stop",  # certain that nothing was sent, and nothing will be until someone acts
    "unknown",  # it may have been sent
]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One handset of a bulk call: our message's id and the number as E.164."""

    message_id: UUID
    msisdn: str


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one recipient; `wait_seconds` is how long the provider asks to be left.

    `currency` is that of `cost`, by its three letters, where the provider names it.
    """

    message_id: UUID
    outcome: SendOutcome
    provider_ref: str | None = None
    reason: str | None = None
    cost: Decimal | None = None
    currency: str | None = None
    segments: int | None = None
    wait_seconds: int | None = None


class SmsProvider(Protocol):
    """Sends one text to many. Slow and fallible: never called inside a database transaction.

    `send` is called from LANES threads of a process at once.
    """

    @property
    def name(self) -> str: ...

    @property
    def reports_reliably(self) -> bool:
        """True where silence means that nothing was sent: a receipt comes for every SMS."""
        ...

    def send(self, body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        """One result for every recipient, in any order. The sender id is the provider's own.

        A failure of the network is a result too: its outcome says whether a second try is safe.
        Anything raised means "unknown" for all.
        """
        ...
