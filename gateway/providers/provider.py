"""What a provider is to the rest of the gateway: its callbacks, and what sends by it.

The composition roots read `gateway.providers.known.PROVIDERS`; nothing else knows a provider.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import click

from gateway.core.findings import Finding
from gateway.providers.base import (
    BadCallback,
    DeliveryReceipt,
    MOMessage,
    OptOut,
    SmsProvider,
    UssdEnd,
    UssdReply,
    UssdRequest,
)
from gateway.providers.callback import Callback
from gateway.providers.http import Timeouts
from gateway.settings import ProviderSettings, Settings

THE_REST = "*"

Record = DeliveryReceipt | MOMessage | OptOut | UssdEnd
Answer = tuple[str, Mapping[str, str]]  # body and headers; the status is always 200

# A gateway may send the body of an answer on as an SMS: there is none.
EMPTY: Answer = ("", {"Content-Type": "text/plain; charset=utf-8"})


@dataclass(frozen=True, slots=True)
class Hop:
    """A handset waits for a page. `provider` is the name that ledger and metrics know.

    `read` raises BadCallback, and the caller is then asked to dial again; `render` is given that
    page as well, so it may rely on nothing in the request.
    """

    provider: str
    read: Callable[[], UssdRequest]
    render: Callable[[UssdReply], Answer]


@dataclass(frozen=True, slots=True)
class ToStore:
    """Something was reported; `kind` is what metrics and log call it.

    `read` raises BadCallback where nothing can be read, and gives one in place of each record that
    cannot: the others are stored. `answer` says that we have it. Without `repeats` it is also said
    where nothing could be stored: a repetition would come too late to be understood.
    """

    provider: str
    kind: str
    read: Callable[[], Iterable[Record | BadCallback]]
    answer: Answer = EMPTY
    repeats: bool = True


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nobody waits for it, nothing is lost with it; `outcome` is what metrics say."""

    provider: str
    kind: str
    outcome: Literal["stale"]


Taken = Hop | ToStore | Ignored


@dataclass(frozen=True, slots=True)
class Route:
    """One URL below /callbacks/<provider>; `path` is a rule of Flask's ("/session/<id>/start").

    `take` looks at the request only so far as to say what it is. It raises BadCallback where that
    cannot be known: the answer is then empty.
    """

    method: Literal["GET", "POST", "PUT"]
    path: str
    take: Callable[[Callback], Taken]


def storing(
    method: Literal["GET", "POST", "PUT"],
    path: str,
    provider: str,
    read: Callable[[Callback], Iterable[Record | BadCallback]],
    *,
    answer: Answer = EMPTY,
) -> Route:
    """An URL that brings nothing but records; it is called in metrics what it is called in URLs."""
    kind = path.strip("/")
    return Route(
        method, path, lambda callback: ToStore(provider, kind, lambda: read(callback), answer)
    )


class Provider:
    """A provider says in a subclass what it has; what is left out it has not.

    The name of its `settings` stands in its URLs. Where `session_ids_recur`, what a caller did is
    kept under the `request_key` of her dial. Unless it `reports_ends`, the gateway notes those
    that it makes itself.
    """

    settings: ClassVar[type[ProviderSettings]]
    session_ids_recur: ClassVar[bool] = False
    reports_ends: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return self.settings.provider

    def routes(self, _settings: Settings) -> Sequence[Route]:
        """Its URLs; raises SettingsError."""
        return ()

    def carries(self, _settings: Settings) -> Mapping[str, Sequence[str]]:
        """{name of a sender: what it carries}: operators of the numbering plan, and THE_REST for
        what nobody else carries, where this provider is SMS_PROVIDER. Raises SettingsError.
        """
        return {}

    def senders(self, _settings: Settings, _timeouts: Timeouts) -> Mapping[str, SmsProvider]:
        """Those that `carries` names. Raises SettingsError."""
        return {}

    def in_use(self, settings: Settings) -> bool:
        """Whether it carries anything."""
        chosen = settings.sms_provider == self.name
        return settings.of(self.settings).in_use(chosen)

    def callback_base(self, settings: Settings) -> str:
        """Where its callbacks come in, without the path; empty: not known."""
        return settings.public_url

    def look(self, _settings: Settings, _seconds: float) -> Iterable[Finding]:
        """Whether it answers and takes our account, without sending anything; `_seconds` bounds
        each request."""
        return ()

    def checks(self, _settings: Settings) -> Sequence[click.Command]:
        """Commands of `flask doctor`: each returns a sentence for every thing that is wrong."""
        return ()
